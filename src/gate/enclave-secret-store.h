/* enclave-secret-store.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The only libsecret user. Without a keyring keys live in memory for this run, and it says so. */
#define ENCLAVE_TYPE_SECRET_STORE (enclave_secret_store_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveSecretStore, enclave_secret_store, ENCLAVE, SECRET_STORE, GObject)

EnclaveSecretStore *enclave_secret_store_new (void);
/* @persistent: (out): FALSE when kept for this run only. @key NULL removes. */
void enclave_secret_store_set_key_async (EnclaveSecretStore *self, const char *endpoint_uri, const char *key,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_secret_store_set_key_finish (EnclaveSecretStore *self, GAsyncResult *result,
                                              gboolean *persistent, GError **error);
/* Result: (transfer full) (nullable): NULL when there is none; a missing keyring is no error. */
void enclave_secret_store_get_key_async (EnclaveSecretStore *self, const char *endpoint_uri,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *enclave_secret_store_get_key_finish (EnclaveSecretStore *self, GAsyncResult *result, GError **error);
/* Whether the key of @endpoint_uri is only kept for this run. */
gboolean enclave_secret_store_is_kept_here (EnclaveSecretStore *self, const char *endpoint_uri);
/* TRUE when a Secret Service answers; blocking-free guess after the first call. */
void enclave_secret_store_check_async (EnclaveSecretStore *self, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_secret_store_check_finish (EnclaveSecretStore *self, GAsyncResult *result);

G_END_DECLS
