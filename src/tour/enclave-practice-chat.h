/* enclave-practice-chat.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *id;
  char *name;
  char *subject; /* `path` or `command` of its arguments, "" when neither */
  char *result;  /* (nullable): not answered yet */
} EnclavePracticeCall;

/* What a chat request says of where the conversation stands. The engine keeps nothing between requests. */
typedef struct
{
  char *words;       /* the newest user message, its first paragraph, lower case */
  gboolean is_plan;  /* commands can't write */
  gboolean can_list;
  gboolean can_read;
  gboolean can_edit;
  gboolean can_run;
  GPtrArray *calls;  /* (element-type EnclavePracticeCall): since that message */
} EnclavePracticeChat;

/* Errors: what is wrong with the request, for its sender. */
EnclavePracticeChat *enclave_practice_chat_read (JsonObject *request, GError **error);
void enclave_practice_chat_free (EnclavePracticeChat *self);
/* The @nth call (from 0) of @name, about @subject when that is not NULL; borrowed. */
EnclavePracticeCall *enclave_practice_chat_find (EnclavePracticeChat *self, const char *name, const char *subject,
                                                 guint nth);
gboolean enclave_practice_chat_mentions (EnclavePracticeChat *self, const char *const *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclavePracticeChat, enclave_practice_chat_free)

G_END_DECLS
