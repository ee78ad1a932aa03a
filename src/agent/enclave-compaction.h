/* enclave-compaction.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-history.h"

G_BEGIN_DECLS

/* What a compaction did. */
typedef struct
{
  guint n_messages;  /* of the user, left out with all that answered them */
  guint n_shortened; /* results of tools, calls and replies of which less is sent */
  gsize n_bytes;     /* fewer in the next request, about */
  char *left_out;    /* what the model no longer gets, for people */
} EnclaveCompaction;

void enclave_compaction_free (EnclaveCompaction *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveCompaction, enclave_compaction_free)

/* Makes a history shorter in one step, without asking a model: a request that only sums up would have to be read whole by the
 * server, and a small model leaves out what matters. First results, calls and long replies of finished turns, the oldest
 * first, become a line that says what they were; then whole turns, from the oldest on, become a line each. What is kept: the first
 * message, the last plan, the turn before the newest where it can be, and the newest, of which results are cut only when nothing
 * else is left. Nothing is lost: the entries stay and are sent no more.
 * @wanted_bytes: to be saved where that costs only what is old; so that it is a rare step.
 * @needed_bytes: to be saved whatever it costs; at most @wanted_bytes.
 * Returns: (transfer full) (nullable): NULL when there was nothing to leave out. */
EnclaveCompaction *enclave_history_compact (EnclaveHistory *self, gsize wanted_bytes, gsize needed_bytes);

G_END_DECLS
