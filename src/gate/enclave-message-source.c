/* enclave-message-source.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-message-source.h"

G_DEFINE_INTERFACE (EnclaveMessageSource, enclave_message_source, G_TYPE_OBJECT)

static void
enclave_message_source_default_init (EnclaveMessageSourceInterface *iface)
{
}

void
enclave_message_source_look_async (EnclaveMessageSource *self, const char *path, const char *text, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MESSAGE_SOURCE (self));
  g_return_if_fail (path != NULL && text != NULL);

  ENCLAVE_MESSAGE_SOURCE_GET_IFACE (self)->look_async (self, path, text, cancellable, callback, user_data);
}

GPtrArray *
enclave_message_source_look_finish (EnclaveMessageSource *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE_SOURCE (self), NULL);

  return ENCLAVE_MESSAGE_SOURCE_GET_IFACE (self)->look_finish (self, result, error);
}
