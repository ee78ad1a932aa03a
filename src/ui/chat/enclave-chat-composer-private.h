/* enclave-chat-composer-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-chat-completion.h"
#include "enclave-chat-composer.h"
#include "enclave-context-report.h"

G_BEGIN_DECLS

/* What was admitted, and what it was admitted from: the person may want it sent with its secrets. */
typedef struct
{
  EnclaveContextItem *item;
  char *text;
  char *path;   /* (nullable) */
  char *source;
  EnclaveMentionKind kind; /* FILE: not by a word of the message */
} EnclaveChatAttachment;

void enclave_chat_attachment_free (gpointer attachment);

struct _EnclaveChatComposer
{
  GtkWidget parent_instance;

  GtkWidget *frame;
  GtkFlowBox *chips;
  GtkScrolledWindow *window;
  GtkTextView *view;
  GtkLabel *placeholder;
  GtkLabel *error;
  GtkLabel *queued;
  GtkWidget *secrets;
  GtkLabel *secrets_text;
  GtkWidget *send_as_it_is;
  GtkDropDown *mode;
  GtkLevelBar *meter;
  GtkLabel *meter_text;
  GtkPopover *meter_popover;
  GtkStack *stack;
  GtkWidget *send;
  GtkWidget *stop;

  EnclaveAgentService *service;
  EnclaveChatCompletion *completion;
  GPtrArray *attachments; /* (element-type EnclaveChatAttachment) */
  EnclaveMessage *edited; /* (nullable): what is written replaces it */
  char *instructions;     /* (nullable): name of the file */
  char *note;             /* (nullable) */
  EnclaveChatTextFunc text_func; /* (nullable) */
  gpointer text_data;
  guint n_instructions;   /* bytes that the model gets of it */
  gboolean in_review;
  gboolean mode_follows; /* within our own change of the mode */
  gboolean as_it_is;     /* within a send that the user wants without masks */
  guint look;            /* at the draft, soon; 0: not */
  guint draft_tokens;    /* with the draft; 0: there is none, or it is not reckoned yet */
  GCancellable *looking; /* (nullable) */
  EnclaveDraft *draft;   /* (nullable): as it was looked at last */
};

/* Shows mode, meter, placeholder and button as they are now. */
void enclave_chat_composer_update (EnclaveChatComposer *self);
/* How full the window is, with what is being written. */
void enclave_chat_composer_update_meter (EnclaveChatComposer *self, gboolean has_model);
void enclave_chat_composer_show_report (EnclaveChatComposer *self, const EnclaveContextReport *report);
/* For the template: the popover is opened. */
void enclave_chat_composer_meter_opened (EnclaveChatComposer *self);
/* Shows what would be masked in what is written and how much of the window it takes: soon, or at once. */
void enclave_chat_composer_look_soon (EnclaveChatComposer *self);
void enclave_chat_composer_look_now (EnclaveChatComposer *self);
/* Looks no more. */
void enclave_chat_composer_forget_draft (EnclaveChatComposer *self);
void enclave_chat_composer_show_masked (EnclaveChatComposer *self, EnclaveDraft *draft);
/* (transfer full) (element-type EnclaveContextItem): what is sent along. NULL with @error: one may not be. */
GPtrArray *enclave_chat_composer_dup_items (EnclaveChatComposer *self, GError **error);
/* Attaches what the window has for a word like `@selection`, unless it is attached. FALSE: the error is shown. */
gboolean enclave_chat_composer_attach_word (EnclaveChatComposer *self, EnclaveMentionKind kind);
/* What that would attach; NULL: nothing, or it is attached. @path, @source: (out) (transfer full). (transfer full) (nullable) */
char *enclave_chat_composer_dup_word_text (EnclaveChatComposer *self, EnclaveMentionKind kind, char **path, char **source);
/* The same for all of them in @text. */
gboolean enclave_chat_composer_attach_words (EnclaveChatComposer *self, const char *text);
/* For the init. */
void enclave_chat_composer_add_mention_tags (EnclaveChatComposer *self);
/* Makes what is mentioned bold, after the text has changed. */
void enclave_chat_composer_mark_mentions (EnclaveChatComposer *self);
/* Deletes the mention before the cursor when it was finished. FALSE: there is none. */
gboolean enclave_chat_composer_delete_mention (EnclaveChatComposer *self);
/* Takes `@WORD` out of what is written. @word: (nullable): nothing. */
void enclave_chat_composer_remove_word (EnclaveChatComposer *self, const char *word);
/* Takes files that are dragged here. */
void enclave_chat_composer_add_drop_target (EnclaveChatComposer *self);
/* Makes the chips anew from the attachments. */
void enclave_chat_composer_update_chips (EnclaveChatComposer *self);

G_END_DECLS
