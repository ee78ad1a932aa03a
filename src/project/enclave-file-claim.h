/* enclave-file-claim.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Says to the other Enclaves of this person that a file is open in this one, so that the second can warn. A lock that the system keeps, in
 * one file for all: it goes with the program however that ends, and holds nobody up. Within one program every claim is granted. */
typedef struct _EnclaveFileClaim EnclaveFileClaim;

/* @path: absolute, without symbolic links. */
void enclave_file_claim_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full) (nullable): NULL without an error: another program has it. G_IO_ERROR_NOT_SUPPORTED: there are no locks here. */
EnclaveFileClaim *enclave_file_claim_finish (GAsyncResult *result, GError **error);
const char *enclave_file_claim_get_path (EnclaveFileClaim *claim);
/* Lets it go. */
void enclave_file_claim_free (EnclaveFileClaim *claim);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFileClaim, enclave_file_claim_free)

G_END_DECLS
