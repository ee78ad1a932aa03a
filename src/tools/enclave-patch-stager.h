/* enclave-patch-stager.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-patch.h"
#include "enclave-tool-scope.h"

G_BEGIN_DECLS

/* Turns what a model proposes into judged proposals, one a file, all or none. Edits of one file build on each other. */

typedef struct
{
  EnclaveProposal *proposal;
  EnclaveMatchQuality quality; /* of the piece that was found least to the letter */
} EnclaveStagedFile;

void enclave_staged_file_free (EnclaveStagedFile *file);

/* @scope: with ENCLAVE_EFFECT_WRITE. @patch: (transfer full). @fallback_path: (nullable): for operations that name no
 * file. Errors: ENCLAVE_GATE_ERROR, ENCLAVE_PATCH_ERROR. */
void enclave_patch_stager_stage_async (EnclaveToolScope *scope, EnclavePatch *patch, const char *fallback_path,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full) (element-type EnclaveStagedFile): in the order first named. */
GPtrArray *enclave_patch_stager_stage_finish (EnclaveToolScope *scope, GAsyncResult *result, GError **error);

/* The same for the agent's own replies, of which what fits is taken. Finish: NULL with @error when nothing fits.
 * @failures: (out) (transfer full) (nullable): what did not, in words for the model. */
void enclave_patch_stager_stage_some_async (EnclaveToolScope *scope, EnclavePatch *patch, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *enclave_patch_stager_stage_some_finish (EnclaveToolScope *scope, GAsyncResult *result, GError **failures,
                                                   GError **error);

G_END_DECLS
