/* fuzz-rpc-message.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdint.h>

#include "enclave-json.h"
#include "enclave-rpc-message.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check (EnclaveRpcMessage *message)
{
  gint64 id = enclave_rpc_message_get_id (message);

  g_assert_true (id >= -1);
  g_assert_true (message->method == NULL || g_utf8_validate (message->method, -1, NULL));
  g_assert_true ((message->kind == ENCLAVE_RPC_RESPONSE) == (message->method == NULL));
  g_assert_true (message->kind != ENCLAVE_RPC_REQUEST || message->id != NULL);
  g_assert_true (message->kind != ENCLAVE_RPC_RESPONSE || (message->result == NULL) != (message->error == NULL));
  g_assert_true (message->error == NULL || g_utf8_validate (message->error->message, -1, NULL));
}

/* Any bytes: messages of a known form, or an error. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new_len ((const char *) data, (gssize) size);
  g_autoptr (GPtrArray) messages = enclave_rpc_message_parse (text, &error);

  g_assert_true ((messages == NULL) == (error != NULL));
  for (guint i = 0; messages != NULL && i < messages->len; i++)
    check (g_ptr_array_index (messages, i));
  return 0;
}
