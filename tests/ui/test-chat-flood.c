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

/* a13: ten thousand events a second from a server, in the real chat: what the window does for
 * an event stays a part of what it takes to lay out a page of text, however long the reply is.
 * Both are time of the processor of its own thread, taken side by side, so that a slow or busy
 * machine changes both; tests/bench/chat.sh measures the frames themselves. */

#define SECONDS 2
#define EVENTS_PER_SECOND 10000
#define PAGE_LINES 60
/* A page is laid out after so many frames. */
#define FRAMES_PER_PAGE 8
/* What a thousand events may cost, in pages. */
#define MAX_PAGES 250

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveAgentService *service;
  EnclaveInferenceClient *client;
  EnclaveModelInfo *model;
  GtkWidget *window;
  GArray *pages; /* (element-type gint64): what laying out a page took each time, in microseconds */
  guint n_frames;
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
  fixture->pages = g_array_new (FALSE, FALSE, sizeof (gint64));
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
  g_array_unref (fixture->pages);
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

static void
lay_out_page (Fixture *fixture)
{
  gint64 begin = read_work_us ();
  gint64 took;

  for (guint i = 0; i < PAGE_LINES; i++)
    {
      g_autofree char *line = g_strdup_printf ("%06u: some words of an ordinary line, %u of %u",
                                               i * 7919, i, PAGE_LINES);
      g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (fixture->window, line);
      int width;

      pango_layout_get_pixel_size (layout, &width, NULL);
    }
  took = read_work_us () - begin;
  g_array_append_val (fixture->pages, took);
}

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Fixture *fixture = user_data;

  if (fixture->n_frames++ % FRAMES_PER_PAGE == 0)
    lay_out_page (fixture);
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

/* What the thread worked for a thousand events of n_bytes_each, in pages. */
static double
measure (Fixture *fixture, gsize n_bytes_each)
{
  guint callback = gtk_widget_add_tick_callback (fixture->window, on_frame, fixture, NULL);
  gint64 begin_us = read_work_us ();
  gint64 work_us;
  gint64 page_us;
  double n_events;

  enclave_test_spin (SECONDS * 1000);
  gtk_widget_remove_tick_callback (fixture->window, callback);
  work_us = read_work_us () - begin_us;
  for (guint i = 0; i < fixture->pages->len; i++)
    work_us -= g_array_index (fixture->pages, gint64, i);
  g_array_sort (fixture->pages, compare);
  page_us = MAX (g_array_index (fixture->pages, gint64, fixture->pages->len / 2), 1);
  n_events = (double)fixture->n_bytes / n_bytes_each;
  g_assert_cmpfloat (n_events, >, 0);
  g_test_message ("%u frames and %.0f events in %d s: work %.0f ms, a page %.2f ms",
                  fixture->n_frames, n_events, SECONDS, work_us / 1e3, page_us / 1e3);

  return (double)work_us / page_us / n_events * 1000;
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
  double n_pages;

  connect_to (fixture, server);
  g_assert_true (enclave_agent_service_submit (fixture->service, "Talk", NULL, &error));
  n_pages = measure (fixture, strlen (said));
  g_test_message ("a thousand events cost %.0f pages", n_pages);
  g_assert_true (enclave_agent_service_get_busy (fixture->service));
  enclave_agent_service_stop (fixture->service);
  enclave_test_spin (100);
  g_assert_cmpfloat (n_pages, <, MAX_PAGES);
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
