/* enclave-chat-words.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-change-set.h"
#include "enclave-message-block.h"

G_BEGIN_DECLS

/* What rows and the change bar say. Pure. */

typedef struct
{
  const char *icon_name; /* static */
  const char *css_class; /* static: "success", "error", "warning", or NULL */
  char *markup;          /* "Read <b>src/ring.c</b>" */
  char *detail;          /* "lines 1–96" */
  char *plain;           /* both, for assistive technologies */
} EnclaveChatWords;

void enclave_chat_words_clear (EnclaveChatWords *words);
/* @block: a tool call or reasoning. @now: monotonic time in µs, for what runs. */
void enclave_chat_words_for_step (EnclaveMessageBlock *block, gint64 now, EnclaveChatWords *words);
/* TRUE for what is never folded away: refusals, denials and failures. */
gboolean enclave_chat_words_stays_out (EnclaveMessageBlock *block);
/* "Read 1 file, searched, ran 3 commands" of those of @steps that fold; NULL when fewer than two do.
 * @detail: (out): their time. */
char *enclave_chat_words_fold (GListModel *steps, char **detail);

typedef enum
{
  ENCLAVE_CHANGE_BAR_HIDDEN,
  ENCLAVE_CHANGE_BAR_PROPOSED,
  ENCLAVE_CHANGE_BAR_REVIEWED, /* the review is open */
  ENCLAVE_CHANGE_BAR_BUSY,
  ENCLAVE_CHANGE_BAR_FAILED,
  ENCLAVE_CHANGE_BAR_APPLIED,
  ENCLAVE_CHANGE_BAR_UNDONE, /* what was applied was taken back */
} EnclaveChangeBarState;

/* @text: (out): "3 files", "Applied 3 files", "1 of 3 could not be applied". @added, @removed: (out): lines to show. */
EnclaveChangeBarState enclave_chat_words_for_changes (EnclaveChangeSet *changes, gboolean in_review, char **text,
                                                      guint *added, guint *removed);

G_END_DECLS
