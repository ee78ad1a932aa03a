/* enclave-policy-preview.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"

G_BEGIN_DECLS

/* What rules do to the files of a project, for the person who writes them: names only, denied ones among them. Never for the
 * agent. */
typedef struct
{
  guint n_hidden;     /* files that the new rule would deny and that no rule denies now */
  guint n_shown;      /* files that it would let through and that are denied now */
  GStrv names;        /* the first of both, relative to the project; at most ENCLAVE_POLICY_PREVIEW_MAX_NAMES */
  GHashTable *counts; /* without a new rule: id of each rule that denies files now, to their number (GUINT_TO_POINTER) */
  guint n_denied;     /* the same: all of them */
} EnclavePolicyPreview;

void enclave_policy_preview_free (EnclavePolicyPreview *preview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclavePolicyPreview, enclave_policy_preview_free)

/* @pattern: (nullable): a new rule of the user; NULL counts what the rules in force deny. @verdict: DENY, or ALLOW for an
 * exception. Walks the project on a worker; cancelling ends the walk. Errors: G_IO_ERROR_CANCELLED, ENCLAVE_GATE_ERROR when
 * the project can't be read or @pattern is none. */
void enclave_policy_preview_async (EnclaveGate *gate, const char *pattern, EnclaveVerdict verdict,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) */
EnclavePolicyPreview *enclave_policy_preview_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);

G_END_DECLS
