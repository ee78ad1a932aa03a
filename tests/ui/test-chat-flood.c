/* test-chat-flood.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>
#include <time.h>

#include "enclave-chat-pane.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"

/* a13: ten thousand events a second from a server, in the real chat: the window does no more
 * between two frames than it has time for. What it does is counted in time of the processor of its
 * own thread, which other programs take nothing from; tests/bench/chat.sh measures the frames
 * themselves. */

#define SECONDS 2
#define EVENTS_PER_SECOND 10000
/* Of work between two frames, at most, on a slow machine that others use as well. */
#define MAX_WORK_US (120 * 1000)

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveAgentService *service;
  EnclaveInferenceClient *client;
  EnclaveModelInfo *model;
  GtkWidget *window;
  GArray *frames; /* (element-type gint64): what the thread had worked when each was painted, in
                     microseconds */
  gsize n_bytes;
} Fixture;

static void
on_text (EnclaveAgentService *service, const char *text, gpointer user_data)
{
  ((Fixture *)user_data)->n_bytes += strlen (text);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GtkWidget *pane = enclave_chat_pane_new ();

  fixture->project = enclave_test_project_new ();
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->service = enclave_agent_service_new (fixture->gate);
  g_signal_connect (fixture->service, "text", G_CALLBACK (on_text), fixture);
  fixture->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (fixture->window), pane);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 600);
  enclave_chat_pane_set_service (ENCLAVE_CHAT_PANE (pane), fixture->service, "sample");
  gtk_window_present (GTK_WINDOW (fixture->window));
  fixture->frames = g_array_new (FALSE, FALSE, sizeof (gint64));
  enclave_test_spin (300);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  enclave_test_spin (50);
  g_clear_object (&fixture->service);
  g_clear_object (&fixture->client);
  g_clear_object (&fixture->model);
  g_clear_object (&fixture->gate);
  g_array_unref (fixture->frames);
  enclave_test_project_free (fixture->project);
}

static void
connect_to (Fixture *fixture, EnclaveTestServer *server)
{
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveEndpoint) endpoint = NULL;
  g_autoptr (GListModel) models = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_clear_object (&fixture->client);
  g_clear_object (&fixture->model);
  endpoint = enclave_endpoint_new (enclave_test_server_get_address (server),
                                   ENCLAVE_ENDPOINT_UNKNOWN, &error);
  g_assert_no_error (error);
  fixture->client = enclave_inference_client_new (door, endpoint, NULL, &error);
  g_assert_no_error (error);
  enclave_inference_client_identify_async (fixture->client, 5000, NULL,
                                           enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  models = enclave_inference_client_identify_finish (fixture->client, result, &error);
  g_assert_no_error (error);
  fixture->model = g_list_model_get_item (models, 0);
  enclave_agent_service_set_model (fixture->service, fixture->client, fixture->model);
}

static gint64
read_work_us (void)
{
  struct timespec worked;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &worked);

  return worked.tv_sec * G_USEC_PER_SEC + worked.tv_nsec / 1000;
}

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  gint64 now = read_work_us ();

  g_array_append_val (((Fixture *)user_data)->frames, now);
  /* Something is drawn in each frame, as while a reply is written. */
  gtk_widget_queue_draw (widget);

  return G_SOURCE_CONTINUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const gint64 *first = a;
  const gint64 *second = b;

  return (*first > *second) - (*first < *second);
}

/* What the thread worked between two frames: of a hundred times, 99 are no longer. */
static gint64
measure (Fixture *fixture)
{
  guint callback = gtk_widget_add_tick_callback (fixture->window, on_frame, fixture, NULL);
  g_autoptr (GArray) work = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 late_us;

  g_array_set_size (fixture->frames, 0);
  enclave_test_spin (SECONDS * 1000);
  gtk_widget_remove_tick_callback (fixture->window, callback);
  for (guint i = 1; i < fixture->frames->len; i++)
    {
      gint64 between = g_array_index (fixture->frames, gint64, i)
                       - g_array_index (fixture->frames, gint64, i - 1);

      g_array_append_val (work, between);
    }
  g_assert_cmpuint (work->len, >, 10);
  g_array_sort (work, compare);
  late_us = g_array_index (work, gint64, work->len * 99 / 100);
  g_test_message ("%u frames in %d s, work between two %.1f ms (median), %.1f ms (99 of 100), %.1f "
                  "ms (longest)",
                  work->len + 1, SECONDS, g_array_index (work, gint64, work->len / 2) / 1e3,
                  late_us / 1e3, g_array_index (work, gint64, work->len - 1) / 1e3);
  return late_us;
}

/* A hundred times the piece and a word of its own, for as long as anybody measures: a reply that
 * only repeats itself is ended. */
static char *
build_script (const char *piece)
{
  GString *script = g_string_new ("{\"replies\":[{\"events\":[");

  g_string_append_printf (script, "{\"text\":\"%s\"}",
                          g_str_has_suffix (g_test_get_path (), "code") ? "```c\\n" : "So: ");
  for (guint i = 0; i < SECONDS * EVENTS_PER_SECOND / 25; i++)
    g_string_append_printf (
        script,
        ",{\"text\":\"%06u\"},{\"flood\":{\"text\":\"%s\",\"count\":100,\"per_second\":%d}}",
        i * 7919 % 1000000, piece, EVENTS_PER_SECOND);
  g_string_append (script, "]}]}");

  return g_string_free (script, FALSE);
}

static void
test_flood (Fixture *fixture, gconstpointer data)
{
  const char *piece = data;
  g_autofree char *script = build_script (piece);
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (script);
  g_autofree char *said = g_strcompress (piece);
  g_autoptr (GError) error = NULL;
  gint64 late_us;

  connect_to (fixture, server);
  g_assert_true (enclave_agent_service_submit (fixture->service, "Talk", NULL, &error));
  late_us = measure (fixture);
  g_test_message ("%.0f events a second", (double)fixture->n_bytes / strlen (said) / SECONDS);
  g_assert_true (enclave_agent_service_get_busy (fixture->service));
  enclave_agent_service_stop (fixture->service);
  enclave_test_spin (100);
  g_assert_cmpint (late_us, <, MAX_WORK_US);
  /* A server that gets little of the machine floods less: many events a frame all the same. */
  g_assert_cmpuint (fixture->n_bytes / strlen (said), >, SECONDS * EVENTS_PER_SECOND / 10);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 77;
    }
  adw_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/chat-flood/a13/words", Fixture, "word ", set_up, test_flood, tear_down);
  g_test_add ("/chat-flood/a13/markdown", Fixture, "- `a` *b* ", set_up, test_flood, tear_down);

  g_test_add ("/chat-flood/a13/paragraphs", Fixture, "word\\n\\n", set_up, test_flood, tear_down);
  g_test_add ("/chat-flood/a13/code", Fixture, "int a;\\n", set_up, test_flood, tear_down);

  return g_test_run ();
}
