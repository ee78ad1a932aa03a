/* enclave-chat-pane-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-chat-approver.h"
#include "enclave-chat-change-bar.h"
#include "enclave-chat-composer.h"
#include "enclave-chat-empty-page.h"
#include "enclave-chat-list.h"
#include "enclave-chat-pane.h"
#include "enclave-chat-server-questions.h"
#include "enclave-chat-servers-page.h"
#include "enclave-chat-trust-bar.h"

G_BEGIN_DECLS

struct _EnclaveChatPane
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *title;
  GtkWidget *practice_label;
  EnclaveChatTrustBar *trust_bar;
  GtkStack *stack;
  EnclaveChatList *list;
  EnclaveChatEmptyPage *empty_page;
  EnclaveChatServersPage *servers_page;
  EnclaveChatChangeBar *change_bar;
  EnclaveChatComposer *composer;
  GtkLabel *announcement;
  GtkWidget *threads_button;
  GtkWidget *threads; /* (nullable): a popover, once it was wanted */

  EnclaveAgentService *service;
  EnclaveServerList *servers;
  EnclaveChatKeeper *keeper; /* (nullable): nothing is kept */
  EnclaveChatApprover *approver;
  EnclaveChatServerQuestions *questions; /* of MCP servers */
  EnclaveConversation *conversation;
  GSimpleActionGroup *actions;
  GCancellable *cancellable; /* of work on the change set */
  char *project_name;
  gboolean drafting; /* the project's memory */
  gboolean practice;
  gboolean looked; /* for servers, at least once */

  gint64 last_key;
  char *next_announcement;
  gint64 last_announced;
  guint announce_timer;
  guint look_timer;
};

enum
{
  ENCLAVE_CHAT_PANE_REVIEW,
  ENCLAVE_CHAT_PANE_INSERT_TEXT,
  ENCLAVE_CHAT_PANE_RUN_IN_TERMINAL,
  ENCLAVE_CHAT_PANE_OPEN_FILE,
  ENCLAVE_CHAT_PANE_SHOW_RULE,
  ENCLAVE_CHAT_PANE_EDIT_RULE,
  ENCLAVE_CHAT_PANE_TAKE_TOUR,
  ENCLAVE_CHAT_PANE_ENTER_ADDRESS,
  ENCLAVE_CHAT_PANE_RETRY_SERVERS,
  ENCLAVE_CHAT_PANE_N_SIGNALS
};

extern guint enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_N_SIGNALS];

/* Makes the action group "chat". */
void enclave_chat_pane_add_actions (EnclaveChatPane *self);
/* Those of them that take back and do again. */
void enclave_chat_pane_add_undo_actions (EnclaveChatPane *self);
/* Enables each action only where it does something. */
void enclave_chat_pane_update_actions (EnclaveChatPane *self);
/* Sends a result again with what was masked in it as a secret. */
void enclave_chat_pane_send_withheld (EnclaveChatPane *self, EnclaveToolCall *call);
/* Sends @text with @items to the service; an error is shown in the composer. */
gboolean enclave_chat_pane_submit (EnclaveChatPane *self, const char *text, GPtrArray *items);
/* A command of the composer's `/` list. @argument: (nullable): what stands behind it. */
void enclave_chat_pane_run_command (EnclaveChatPane *self, const char *name, const char *argument);
/* `/SERVER:PROMPT`: asks for its arguments, and attaches what it says. FALSE: there is no such prompt. */
gboolean enclave_chat_pane_run_prompt (EnclaveChatPane *self, const char *command);
/* `@SERVER:TEMPLATE`: asks for the names in it, and mentions what comes of it. */
void enclave_chat_pane_fill_template (EnclaveChatPane *self, const char *target);
/* `/init`: a draft of the project's memory, to be reviewed. */
void enclave_chat_pane_draft_memory (EnclaveChatPane *self);
/* `/memory`: proposes @line for it. @line: (nullable): the page of the project is shown. */
void enclave_chat_pane_add_memory (EnclaveChatPane *self, const char *line);
/* A message of the person goes back into the composer; sent again it begins a branch. @turn: (nullable): NULL for the last one. */
void enclave_chat_pane_edit (EnclaveChatPane *self, const char *turn);
void enclave_chat_pane_edit_last (EnclaveChatPane *self);

/* The list of kept conversations. */
void enclave_chat_pane_show_threads (EnclaveChatPane *self);

/* Says @text to assistive technologies, at most once a second; the latest wins. */
void enclave_chat_pane_announce (EnclaveChatPane *self, const char *text);
void enclave_chat_pane_stop_announcing (EnclaveChatPane *self);
/* Follows what the turn does. */
void enclave_chat_pane_announce_turn (EnclaveChatPane *self);

G_END_DECLS
