/* enclave-update-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-update-check.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-network-name.h"
#include "enclave-update-memory.h"

typedef struct
{
  const EnclaveUpdateSource *source;
  GDateTime *now;
  char *path;
  EnclaveNetworkDoor *door;
  EnclaveNetworkChannel *channel;
  EnclaveNetworkReply *reply;
  GByteArray *bytes;
  GCancellable *cancellable;
  GCancellable *outer;
  gulong outer_handler;
  guint timeout;
  gboolean timed_out;
} Check;

static void
check_free (Check *check)
{
  g_clear_handle_id (&check->timeout, g_source_remove);
  if (check->outer != NULL)
    g_cancellable_disconnect (check->outer, check->outer_handler);
  g_clear_object (&check->outer);
  g_clear_object (&check->cancellable);
  g_clear_pointer (&check->reply, enclave_network_reply_free);
  g_clear_object (&check->channel);
  g_clear_object (&check->door);
  g_clear_pointer (&check->bytes, g_byte_array_unref);
  g_clear_pointer (&check->now, g_date_time_unref);
  g_free (check->path);
  g_free (check);
}

static gboolean
on_timeout (gpointer user_data)
{
  Check *check = user_data;

  check->timeout = 0;
  check->timed_out = TRUE;
  g_cancellable_cancel (check->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_outer_cancelled (GCancellable *outer, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
fail (GTask *task, GError *error)
{
  Check *check = g_task_get_task_data (task);

  if (check->timed_out)
    {
      g_clear_error (&error);
      error = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _ ("Asking for a newer release: no answer within %d seconds"),
                           ENCLAVE_UPDATE_TIMEOUT_S);
    }
  g_task_return_error (task, error);
}

static void
judge (GTask *task)
{
  Check *check = g_task_get_task_data (task);
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&check->bytes));
  g_autoptr (EnclaveReleaseManifest) manifest = NULL;
  GError *error = NULL;

  manifest = enclave_release_manifest_verify (bytes, check->source->keys, check->source->name, &error);
  if (manifest != NULL && enclave_release_manifest_check (manifest, check->source->version, check->now, &error)
      && enclave_update_memory_accepts (manifest, &error) && enclave_update_memory_remember (manifest, &error))
    g_task_return_pointer (task, g_steal_pointer (&manifest), (GDestroyNotify) enclave_release_manifest_free);
  else
    g_task_return_error (task, error);
}

static void
on_read (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Check *check = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) part = g_input_stream_read_bytes_finish (G_INPUT_STREAM (stream), result, &error);

  if (part == NULL)
    {
      fail (task, g_steal_pointer (&error));
      return;
    }
  if (g_bytes_get_size (part) == 0)
    {
      judge (task);
      return;
    }
  g_byte_array_append (check->bytes, g_bytes_get_data (part, NULL), (guint) g_bytes_get_size (part));
  if (check->bytes->len > ENCLAVE_RELEASE_MANIFEST_MAX_BYTES)
    {
      g_task_return_new_error (task, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_TOO_LARGE,
                               _ ("Asking for a newer release: the answer is larger than %d KiB"),
                               ENCLAVE_RELEASE_MANIFEST_MAX_BYTES / 1024);
      return;
    }
  g_input_stream_read_bytes_async (G_INPUT_STREAM (stream), 4096, G_PRIORITY_DEFAULT, check->cancellable, on_read,
                                   g_steal_pointer (&task));
}

static void
on_answer (GObject *channel, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Check *check = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  check->reply = enclave_network_channel_send_finish (ENCLAVE_NETWORK_CHANNEL (channel), result, &error);
  if (check->reply == NULL)
    {
      fail (task, g_steal_pointer (&error));
      return;
    }
  if (check->reply->status != 200)
    {
      g_task_return_new_error (task, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_ANSWER,
                               _ ("Asking for a newer release: %s answers with status %u"),
                               enclave_network_channel_get_uri (check->channel), check->reply->status);
      return;
    }
  check->bytes = g_byte_array_new ();
  g_input_stream_read_bytes_async (check->reply->body, 4096, G_PRIORITY_DEFAULT, check->cancellable, on_read,
                                   g_steal_pointer (&task));
}

static void
on_opened (GObject *door, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Check *check = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  EnclaveNetworkRequest request = { .method = "GET", .path = check->path, .accept = "text/plain" };

  check->channel = enclave_network_door_open_name_finish (ENCLAVE_NETWORK_DOOR (door), result, &error);
  if (check->channel == NULL)
    {
      fail (task, g_steal_pointer (&error));
      return;
    }
  enclave_network_channel_request_async (check->channel, &request, check->cancellable, on_answer, g_steal_pointer (&task));
}

/* Where the path of @url begins; (nullable): it has none. */
static const char *
find_path (const char *url)
{
  const char *host = strstr (url, "://");

  return host != NULL ? strchr (host + 3, '/') : NULL;
}

void
enclave_update_check_async (const EnclaveUpdateSource *source, GDateTime *now, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  const char *path = find_path (source->url);
  g_autofree char *origin = NULL;
  Check *check = g_new0 (Check, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, enclave_update_check_async);
  g_task_set_task_data (task, check, (GDestroyNotify) check_free);
  check->source = source;
  check->now = now != NULL ? g_date_time_ref (now) : g_date_time_new_now_utc ();
  check->path = g_strdup (path != NULL ? path : "/");
  check->cancellable = g_cancellable_new ();
  if (cancellable != NULL)
    {
      check->outer = g_object_ref (cancellable);
      check->outer_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_outer_cancelled), check->cancellable, NULL);
    }
  check->timeout = g_timeout_add_seconds (ENCLAVE_UPDATE_TIMEOUT_S, on_timeout, check);
  check->door = enclave_network_door_new ();
  if (!enclave_update_memory_set_asked (g_date_time_to_unix (check->now), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  origin = g_strndup (source->url, path != NULL ? (gsize) (path - source->url) : strlen (source->url));
  enclave_network_door_open_name_async (check->door, origin, "update check", check->cancellable, on_opened, g_steal_pointer (&task));
}

EnclaveReleaseManifest *
enclave_update_check_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
enclave_update_check_is_due (GDateTime *now)
{
  gint64 passed = g_date_time_to_unix (now) - enclave_update_memory_get_asked ();

  return passed < 0 || passed >= ENCLAVE_UPDATE_INTERVAL_S;
}
