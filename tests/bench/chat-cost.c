/* chat-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* chat-cost enclave|bare: 10,000 tokens of Markdown with code at 2,000 a second, into the chat pane of the window or into a text view
 * that gets what has come once a frame and does nothing else with it. Another thread posts an event every 2 ms, and how late the
 * thread of the window answers it is how long a key would wait. Prints frames, the longest gap between two, processor time, and the
 * delay that 99 of 100 events don't exceed. */

#include "config.h"

#include <adwaita.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "enclave-chat-pane.h"
#include "enclave-conversation-private.h"
#include "enclave-reply-builder.h"

#define TOKENS 10000
#define TOKENS_PER_SECOND 2000
#define STEP_MS 1
#define EVENT_US 2000
/* Before it begins: what is made when the window opens is not counted. */
#define SETTLE_MS 700

/* A step of an answer: a heading, prose with a few points, and a block of code of the same length. */
#define STEP_TOKENS 400

typedef struct
{
  GMainLoop *loop;
  GtkWidget *window;
  gint64 begun_us;
  guint n_sent;

  EnclaveReplyBuilder *builder; /* enclave */
  GtkTextBuffer *buffer;        /* bare */
  GtkTextView *view;
  GString *waiting;

  GArray *delays;               /* (element-type gint64) */
  gint64 last_frame_us;
  gint64 longest_us;
  guint n_frames;
  int over;                     /* atomic: the other thread ends */
} Bench;

static double
processor_ms (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

static void
send (Bench *bench, const char *text)
{
  if (bench->builder != NULL)
    g_free (enclave_reply_builder_add_text (bench->builder, text));
  else
    g_string_append (bench->waiting, text);
}

static const char *
get_token (guint index)
{
  static const char *const words[] = { "the ",   "index ", "is ",   "kept ",  "and ", "`tail` ",
                                       "**not** ", "moved ", "past ", "its ", "end, ", "so " };
  guint at = index % STEP_TOKENS;

  if (at == 0)
    return "\n\n## Step\n\n";
  if (at == STEP_TOKENS / 2)
    return "\n\n```c\n";
  if (at == STEP_TOKENS - 20)
    return "\n```\n\n";
  if (at > STEP_TOKENS / 2 && at < STEP_TOKENS - 20)
    return at % 9 == 0 ? "x[i] = 0;\n" : "a += b; ";

  return at % 37 == 0 ? "\n\n- " : words[index % G_N_ELEMENTS (words)];
}

static gboolean
step_cb (gpointer user_data)
{
  Bench *bench = user_data;
  gint64 due = (g_get_monotonic_time () - bench->begun_us) * TOKENS_PER_SECOND / G_USEC_PER_SEC;

  for (; bench->n_sent < MIN (due, TOKENS); bench->n_sent++)
    send (bench, get_token (bench->n_sent));
  if (bench->n_sent < TOKENS)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (bench->loop);

  return G_SOURCE_REMOVE;
}

static gboolean
frame_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Bench *bench = user_data;
  gint64 now = g_get_monotonic_time ();

  if (bench->last_frame_us > 0)
    bench->longest_us = MAX (bench->longest_us, now - bench->last_frame_us);
  bench->last_frame_us = now;
  bench->n_frames++;
  if (bench->waiting != NULL && bench->waiting->len > 0)
    {
      GtkTextIter end;

      gtk_text_buffer_get_end_iter (bench->buffer, &end);
      gtk_text_buffer_insert (bench->buffer, &end, bench->waiting->str, (int) bench->waiting->len);
      g_string_truncate (bench->waiting, 0);
      gtk_text_view_scroll_to_mark (bench->view, gtk_text_buffer_get_insert (bench->buffer), 0, FALSE, 0, 0);
    }
  gtk_widget_queue_draw (widget);

  return G_SOURCE_CONTINUE;
}

typedef struct
{
  Bench *bench;
  gint64 posted_us;
} Event;

static gboolean
event_cb (gpointer user_data)
{
  Event *event = user_data;
  gint64 delay = g_get_monotonic_time () - event->posted_us;

  g_array_append_val (event->bench->delays, delay);

  return G_SOURCE_REMOVE;
}

static gpointer
post (gpointer user_data)
{
  Bench *bench = user_data;

  while (g_atomic_int_get (&bench->over) == 0)
    {
      Event *event = g_new (Event, 1);

      event->bench = bench;
      event->posted_us = g_get_monotonic_time ();
      g_idle_add_full (G_PRIORITY_DEFAULT, event_cb, event, g_free);
      g_usleep (EVENT_US);
    }

  return NULL;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const gint64 *first = a;
  const gint64 *second = b;

  return (*first > *second) - (*first < *second);
}

static GtkWidget *
make_bare (Bench *bench)
{
  GtkWidget *window = gtk_scrolled_window_new ();

  bench->view = GTK_TEXT_VIEW (gtk_text_view_new ());
  bench->buffer = gtk_text_view_get_buffer (bench->view);
  bench->waiting = g_string_new (NULL);
  gtk_text_view_set_wrap_mode (bench->view, GTK_WRAP_WORD_CHAR);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), GTK_WIDGET (bench->view));

  return window;
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);

  return G_SOURCE_REMOVE;
}

static void
spin (Bench *bench, guint ms)
{
  g_timeout_add (ms, quit_cb, bench->loop);
  g_main_loop_run (bench->loop);
}

static void
run (Bench *bench)
{
  GThread *thread;
  guint callback;
  double before;
  double used;
  gint64 late;

  gtk_window_set_default_size (GTK_WINDOW (bench->window), 400, 700);
  gtk_window_present (GTK_WINDOW (bench->window));
  spin (bench, SETTLE_MS);

  callback = gtk_widget_add_tick_callback (bench->window, frame_cb, bench, NULL);
  thread = g_thread_new ("post", post, bench);
  before = processor_ms ();
  bench->begun_us = g_get_monotonic_time ();
  g_timeout_add (STEP_MS, step_cb, bench);
  g_main_loop_run (bench->loop);
  used = processor_ms () - before;
  g_atomic_int_set (&bench->over, 1);
  g_thread_join (thread);
  gtk_widget_remove_tick_callback (bench->window, callback);
  g_array_sort (bench->delays, compare);
  late = g_array_index (bench->delays, gint64, bench->delays->len * 99 / 100);
  g_print ("{\"frames\": %u, \"gap_ms\": %.1f, \"cpu_ms\": %.0f, \"late_ms\": %.2f, \"latest_ms\": %.2f}\n", bench->n_frames,
           (double) bench->longest_us / 1e3, used, (double) late / 1e3,
           (double) g_array_index (bench->delays, gint64, bench->delays->len - 1) / 1e3);
}

static void
run_enclave (Bench *bench)
{
  g_autofree char *folder = g_dir_make_tmp ("chat-cost-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveGate) gate = enclave_gate_new (folder, NULL, &error);
  g_autoptr (EnclaveAgentService) service = NULL;
  g_autoptr (EnclaveContextItem) words = NULL;
  GtkWidget *pane = enclave_chat_pane_new ();
  EnclaveConversation *conversation;
  EnclaveMessage *reply;

  if (gate == NULL)
    g_error ("%s", error->message);
  service = enclave_agent_service_new (gate);
  conversation = enclave_agent_service_get_conversation (service);
  gtk_window_set_child (GTK_WINDOW (bench->window), pane);
  enclave_chat_pane_set_service (ENCLAVE_CHAT_PANE (pane), service, "sample");
  words = enclave_gate_admit_text (gate, "Why does it fail?", NULL, "message", &error);
  if (words == NULL)
    g_error ("%s", error->message);
  enclave_conversation_add_user (conversation, "turn", words);
  reply = enclave_conversation_add_assistant (conversation, "turn");
  bench->builder = enclave_reply_builder_new (reply, enclave_agent_service_get_registry (service));
  run (bench);
  g_free (enclave_reply_builder_finish (bench->builder));
  enclave_reply_builder_free (bench->builder);
  gtk_window_destroy (GTK_WINDOW (bench->window));
  spin (bench, 50);
}

int
main (int argc, char *argv[])
{
  Bench bench = { 0 };

  if (argc != 2 || (strcmp (argv[1], "enclave") != 0 && strcmp (argv[1], "bare") != 0) || !gtk_init_check ())
    return 2;
  adw_init ();
  bench.loop = g_main_loop_new (NULL, FALSE);
  bench.delays = g_array_new (FALSE, FALSE, sizeof (gint64));
  bench.window = gtk_window_new ();
  if (strcmp (argv[1], "enclave") == 0)
    {
      run_enclave (&bench);
    }
  else
    {
      gtk_window_set_child (GTK_WINDOW (bench.window), make_bare (&bench));
      run (&bench);
      gtk_window_destroy (GTK_WINDOW (bench.window));
      g_string_free (bench.waiting, TRUE);
    }
  g_array_unref (bench.delays);
  g_main_loop_unref (bench.loop);

  return 0;
}
