/* enclave-conversation-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-conversation.h"

#include "enclave-history.h"
#include "enclave-message-private.h"

G_BEGIN_DECLS

#define ENCLAVE_CONVERSATION_N_FRONTS 3

struct _EnclaveConversation
{
  GObject parent_instance;

  GPtrArray *messages; /* (element-type EnclaveMessage) */
  EnclaveHistory *history;
  char *id;
  char *title;
  char *origin;        /* (nullable): id of the conversation that this one is a branch of */
  gboolean ended_badly; /* the last turn failed: as restored */
  char *fronts[ENCLAVE_CONVERSATION_N_FRONTS];
  JsonArray *tools[ENCLAVE_CONVERSATION_N_FRONTS];

  /* What "record" has told so far. */
  gboolean head_recorded;
  guint n_recorded;    /* whole messages */
  guint n_blocks_recorded; /* of the message after them */
};

/* How a turn stands when it is recorded. */
typedef enum
{
  ENCLAVE_RECORD_RUNNING, /* nothing was said of its end: Enclave ended before it */
  ENCLAVE_RECORD_DONE,
  ENCLAVE_RECORD_FAILED,
  ENCLAVE_RECORD_STOPPED,
} EnclaveRecordState;

/* Emits what has come since the last time. @model: (nullable): its id. */
void enclave_conversation_record (EnclaveConversation *self, EnclaveRecordState state, const char *model);
void enclave_conversation_emit_record (EnclaveConversation *self, const char *line);
/* The first line of @text, cut to what a title may have. */
void enclave_conversation_show_title (EnclaveConversation *self, const char *text);
/* (transfer none) */
void enclave_conversation_add_message (EnclaveConversation *self, EnclaveMessage *message);
/* A message of the user, to be shown. What is sent goes to the history. @turn: id of the turn that it begins. */
void enclave_conversation_add_user (EnclaveConversation *self, const char *turn, EnclaveContextItem *words);
/* The last message of the user, when something more had to be masked in it. */
void enclave_conversation_change_user (EnclaveConversation *self, EnclaveContextItem *words);
/* The first line of @text, shortened to what a title may have; "" when it is blank. (transfer full) */
char *enclave_conversation_shorten_title (const char *text);
/* An empty message of the assistant at the end. Borrowed. */
EnclaveMessage *enclave_conversation_add_assistant (EnclaveConversation *self, const char *turn);
/* At the end of what was said last. */
void enclave_conversation_add_notice (EnclaveConversation *self, EnclaveMessageBlock *notice);
/* Borrowed. */
EnclaveHistory *enclave_conversation_get_history (EnclaveConversation *self);
/* The fixed front of each request in this conversation, by mode: made once, then kept to the byte. */
const char *enclave_conversation_get_front (EnclaveConversation *self, guint mode);
void enclave_conversation_set_front (EnclaveConversation *self, guint mode, const char *text);
/* The same of the tools: those that come or go later wait for the next conversation, because a change of the list would make the
 * server read all of it again. (nullable) Borrowed. */
JsonArray *enclave_conversation_get_tools (EnclaveConversation *self, guint mode);
void enclave_conversation_set_tools (EnclaveConversation *self, guint mode, JsonArray *tools);
/* What they are made of is no longer so: each is made anew with the next request of its mode. */
void enclave_conversation_forget_fronts (EnclaveConversation *self);

G_END_DECLS
