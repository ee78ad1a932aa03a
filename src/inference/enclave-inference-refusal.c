/* enclave-inference-refusal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-chat-reader.h"
#include "enclave-inference-client-private.h"
#include "enclave-utf8.h"

/* What of a strange answer goes to the log of who looks for a fault. */
#define LOGGED_BYTES 200
/* A server that asks to wait longer does not mean a person. */
#define MAX_WAIT_S 3600

static void
log_answer (const char *text)
{
  g_autofree char *begin = g_strndup (text, LOGGED_BYTES);
  g_autofree char *valid = g_utf8_make_valid (begin, -1);
  g_autofree char *shown = enclave_utf8_make_visible (valid, NULL);

  g_debug ("What answered began with: %s", shown);
}

/* Some servers repeat the key that they refuse, and messages end in logs and conversations. */
static void
hide_key (GError *error, const char *key)
{
  g_auto (GStrv) parts = NULL;

  if (key == NULL || key[0] == '\0' || strstr (error->message, key) == NULL)
    return;
  parts = g_strsplit (error->message, key, -1);
  g_free (error->message);
  error->message = g_strjoinv ("…", parts);
}

GError *
enclave_inference_client_explain_refusal (EnclaveInferenceClient *self, const EnclaveNetworkReply *reply, const char *text)
{
  gboolean is_page = strcmp (reply->content_type, "text/html") == 0;
  GError *error = enclave_chat_reader_error_from_body (reply->status, is_page ? "<" : text);
  guint64 wait_s;

  if (error->code == ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER)
    log_answer (text);
  hide_key (error, enclave_inference_client_get_key (self));
  if (error->code == ENCLAVE_INFERENCE_ERROR_BUSY && reply->retry_after != NULL
      && g_ascii_string_to_unsigned (reply->retry_after, 10, 1, MAX_WAIT_S, &wait_s, NULL))
    {
      g_autofree char *message = g_steal_pointer (&error->message);

      error->message = g_strdup_printf (
        ngettext ("%s (it asks to wait %u second)", "%s (it asks to wait %u seconds)", (gulong) wait_s), message,
        (guint) wait_s);
    }
  return error;
}
