/* enclave-history-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-history.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_HISTORY_USER,
  ENCLAVE_HISTORY_ASSISTANT,
  ENCLAVE_HISTORY_CALL,
  ENCLAVE_HISTORY_RESULT,
} EnclaveHistoryKind;

typedef struct
{
  EnclaveHistoryKind kind;
  char *text;        /* of a call: its arguments */
  char *id;          /* (nullable) */
  char *name;        /* (nullable): of a call and its result, also one in words */
  char *brief;       /* (nullable): what is sent instead of @text since a compaction */
  gboolean left_out; /* by a compaction: neither is sent */
  double material;   /* tokens of what is quoted in @text */
  gsize words_at;    /* bytes before what the user wrote */
} EnclaveHistoryEntry;

struct _EnclaveHistory
{
  GPtrArray *entries; /* (element-type EnclaveHistoryEntry) */
  guint n_recorded;   /* of them, for the conversation */
  GPtrArray *left_out; /* (element-type utf8): what was cut, for people */
  guint item_limit;   /* tokens of one attachment or result; 0: none */
  EnclaveContextItem *preface; /* (nullable) */
  gboolean compacted; /* since it was last recorded */
};

/* What is sent of @entry. Borrowed. */
const char *enclave_history_entry_peek_sent (const EnclaveHistoryEntry *entry);
/* Whether it is the result of a tool, also one that is told in words. */
gboolean enclave_history_entry_is_result (const EnclaveHistoryEntry *entry);

G_END_DECLS
