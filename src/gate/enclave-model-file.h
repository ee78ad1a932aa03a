/* enclave-model-file.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-gate-error.h"
#include "enclave-network-door.h"

G_BEGIN_DECLS

/* A model file that the person has named, opened once: what is shown, hashed and sent is the same file. It may lie anywhere, also
 * on a stick, and be split into parts (NAME-00001-of-00003.gguf), of which the first stands for all. */
#define ENCLAVE_TYPE_MODEL_FILE (enclave_model_file_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveModelFile, enclave_model_file, ENCLAVE, MODEL_FILE, GObject)

/* Opens @path and reads its beginning. Never blocks: media may be slow or gone.
 * Result: (transfer full): ENCLAVE_GATE_ERROR_NOT_FOUND (a missing part, too), _NOT_REGULAR, _FAILED. */
void enclave_model_file_open_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
EnclaveModelFile *enclave_model_file_open_finish (GAsyncResult *result, GError **error);
/* Without links; of the first part. Borrowed. */
const char *enclave_model_file_get_path (EnclaveModelFile *self);
/* Its last part, as text that can be shown. Borrowed. */
const char *enclave_model_file_get_name (EnclaveModelFile *self);
/* The paths of all parts, the first too. Borrowed. */
const char *const *enclave_model_file_get_parts (EnclaveModelFile *self);
/* Of all parts. */
guint64 enclave_model_file_get_size (EnclaveModelFile *self);
/* Of the first part. */
guint64 enclave_model_file_get_first_size (EnclaveModelFile *self);
/* The first ENCLAVE_MODEL_HEAD_MAX_BYTES of the first part. Borrowed. */
GBytes *enclave_model_file_get_head (EnclaveModelFile *self);

/* SHA-256 of the first part, 64 lower-case digits. ENCLAVE_GATE_ERROR_CHANGED when the file changed meanwhile.
 * Result: (transfer full). */
void enclave_model_file_hash_async (EnclaveModelFile *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
char *enclave_model_file_hash_finish (EnclaveModelFile *self, GAsyncResult *result, GError **error);
/* How far that is. */
guint64 enclave_model_file_get_hashed_bytes (EnclaveModelFile *self);

/* Sends the first part as the body of a request, as enclave_network_channel_send_async() does.
 * enclave_network_channel_get_bytes_sent() tells how far it is. Finished by enclave_network_channel_send_finish(). */
void enclave_model_file_send_async (EnclaveModelFile *self, EnclaveNetworkChannel *channel, const char *method,
                                    const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);

G_END_DECLS
