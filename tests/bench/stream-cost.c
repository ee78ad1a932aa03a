/* stream-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* stream-cost enclave|soup ADDRESS: reads one streamed reply to its end, with Enclave's client (events of text, tool calls, usage) or
 * with libsoup alone, which only reads the bytes. Prints the seconds of processor time that it took and what came. */

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>
#include <sys/resource.h>

#include "enclave-inference-client.h"

typedef struct
{
  GMainLoop *loop;
  EnclaveCompletionStream *stream;
  GInputStream *body;
  guint64 n_bytes;
  guint64 n_events;
  GError *error;
} Reading;

static double
processor_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void next (Reading *reading);

static void
on_event (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  EnclaveCompletionEvent *event = enclave_completion_stream_next_finish (ENCLAVE_COMPLETION_STREAM (source), result,
                                                                         &reading->error);

  if (event == NULL)
    {
      g_main_loop_quit (reading->loop);
      return;
    }
  for (; event != NULL; event = enclave_completion_stream_pop (reading->stream))
    {
      reading->n_events++;
      reading->n_bytes += event->kind == ENCLAVE_COMPLETION_TEXT ? strlen (event->text) : 0;
      enclave_completion_event_free (event);
    }
  next (reading);
}

static void
next (Reading *reading)
{
  enclave_completion_stream_next_async (reading->stream, NULL, on_event, reading);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;

  reading->stream = enclave_inference_client_open_stream_finish (ENCLAVE_INFERENCE_CLIENT (source), result,
                                                                 &reading->error);
  if (reading->stream == NULL)
    g_main_loop_quit (reading->loop);
  else
    next (reading);
}

static void read_body (Reading *reading);

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &reading->error);

  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    {
      g_main_loop_quit (reading->loop);
      return;
    }
  reading->n_events++;
  reading->n_bytes += g_bytes_get_size (bytes);
  read_body (reading);
}

static void
read_body (Reading *reading)
{
  g_input_stream_read_bytes_async (reading->body, 16384, G_PRIORITY_DEFAULT, NULL, on_read, reading);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;

  reading->body = soup_session_send_finish (SOUP_SESSION (source), result, &reading->error);
  if (reading->body == NULL)
    g_main_loop_quit (reading->loop);
  else
    read_body (reading);
}

static int
report (Reading *reading, double begun)
{
  if (reading->error != NULL)
    {
      g_printerr ("%s\n", reading->error->message);
      return 1;
    }
  g_print ("%.6f %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n", processor_seconds () - begun, reading->n_events,
           reading->n_bytes);

  return 0;
}

static int
read_with_enclave (const char *address, Reading *reading)
{
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveEndpoint) endpoint = enclave_endpoint_new (address, ENCLAVE_ENDPOINT_OPENAI, &reading->error);
  g_autoptr (EnclaveInferenceClient) client = NULL;
  g_autoptr (EnclaveChatRequest) request = enclave_chat_request_new ("m");
  double begun;

  client = endpoint != NULL ? enclave_inference_client_new (door, endpoint, NULL, &reading->error) : NULL;
  if (client == NULL)
    return report (reading, 0);
  enclave_chat_request_add_message (request, "user", "Talk");
  begun = processor_seconds ();
  enclave_inference_client_open_stream_async (client, request, NULL, on_opened, reading);
  g_main_loop_run (reading->loop);

  return report (reading, begun);
}

static int
read_with_soup (const char *address, Reading *reading)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *uri = g_strconcat (address, "/v1/chat/completions", NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", uri);
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
  double begun;

  soup_message_set_request_body_from_bytes (message, "application/json", body);
  begun = processor_seconds ();
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, NULL, on_sent, reading);
  g_main_loop_run (reading->loop);

  return report (reading, begun);
}

int
main (int argc, char *argv[])
{
  Reading reading = { .loop = g_main_loop_new (NULL, FALSE) };

  if (argc != 3)
    return 2;

  return strcmp (argv[1], "soup") == 0 ? read_with_soup (argv[2], &reading) : read_with_enclave (argv[2], &reading);
}
