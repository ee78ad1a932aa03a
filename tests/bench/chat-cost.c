/* chat-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* chat-cost enclave|bare [mixed|prose|list|code|table]: 10,000 tokens at 2,000 a second, into the chat pane of the window or into a text
 * view that gets what has come once a frame and does nothing else with it. Another thread posts an event every 2 ms, and how late the
 * thread of the window answers it is how long a key would wait. Prints frames, the longest gap between two, the most work between two,
 * processor time, and the delay that 99 of 100 events don't exceed.
 *
 * chat-cost kept [...]: the same reply is there already, and is opened. */

#include "config.h"

#include <adwaita.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

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
  const char *(*get_token) (guint index);
  gint64 begun_us;
  guint n_sent;

  EnclaveReplyBuilder *builder; /* enclave */
  EnclaveChatPane *pane;        /* kept */
  EnclaveAgentService *service; /* kept */
  GtkTextBuffer *buffer;        /* bare */
  GtkTextView *view;
  GString *waiting;

  GArray *delays;               /* (element-type gint64) */
  gint64 last_frame_us;
  gint64 longest_us;
  gint64 last_work_us;
  gint64 longest_work_us;
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

/* Of this thread: what other programs take is none of a frame's work. */
static gint64
get_work_us (void)
{
  struct timespec worked = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &worked);

  return worked.tv_sec * G_USEC_PER_SEC + worked.tv_nsec / 1000;
}

static void
send (Bench *bench, const char *text)
{
  if (bench->builder != NULL)
    g_free (enclave_reply_builder_add_text (bench->builder, text));
  else
    g_string_append (bench->waiting, text);
}

/* A heading, prose, points and code in turn. */
static const char *
get_mixed_token (guint index)
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

static const char *
get_prose_token (guint index)
{
  static const char *const words[] = { "the ", "`index` ", "is ", "*kept* ", "and ", "tail, ", "so. " };

  return words[index % G_N_ELEMENTS (words)];
}

static const char *
get_list_token (guint index)
{
  return index % 20 == 0 ? "\n- " : get_prose_token (index);
}

static const char *
get_code_token (guint index)
{
  return index == 0 ? "```c\n" : index % 9 == 0 ? "x[i] = 0;\n" : "a += b; ";
}

static const char *
get_table_token (guint index)
{
  return index == 0 ? "| a | b |\n|---|---|\n" : index % 8 == 0 ? "| one |" : index % 8 == 7 ? " two |\n" : " word";
}

static const struct
{
  const char *name;
  const char *(*get_token) (guint index);
} shapes[] = {
  { "mixed", get_mixed_token }, { "prose", get_prose_token }, { "list", get_list_token },
  { "code", get_code_token },   { "table", get_table_token },
};

static gboolean
step_cb (gpointer user_data)
{
  Bench *bench = user_data;
  gint64 due = (g_get_monotonic_time () - bench->begun_us) * TOKENS_PER_SECOND / G_USEC_PER_SEC;

  for (; bench->n_sent < MIN (due, TOKENS); bench->n_sent++)
    send (bench, bench->get_token (bench->n_sent));
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
  gint64 work = get_work_us ();

  if (bench->last_frame_us > 0)
    {
      bench->longest_us = MAX (bench->longest_us, now - bench->last_frame_us);
      bench->longest_work_us = MAX (bench->longest_work_us, work - bench->last_work_us);
    }
  bench->last_frame_us = now;
  bench->last_work_us = work;
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
show_window (Bench *bench)
{
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 400, 700);
  gtk_window_present (GTK_WINDOW (bench->window));
  spin (bench, SETTLE_MS);
}

/* Returns: ms of the processor that it took. */
static double
watch (Bench *bench, void (*act) (Bench *bench))
{
  guint callback = gtk_widget_add_tick_callback (bench->window, frame_cb, bench, NULL);
  GThread *thread = g_thread_new ("post", post, bench);
  double before;
  double used;

  before = processor_ms ();
  act (bench);
  used = processor_ms () - before;
  g_atomic_int_set (&bench->over, 1);
  g_thread_join (thread);
  gtk_widget_remove_tick_callback (bench->window, callback);
  g_array_sort (bench->delays, compare);

  return used;
}

static double
get_delay_ms (Bench *bench, guint of_hundred)
{
  guint index = MIN (bench->delays->len * of_hundred / 100, bench->delays->len - 1);

  return (double) g_array_index (bench->delays, gint64, index) / 1e3;
}

static void
stream (Bench *bench)
{
  bench->begun_us = g_get_monotonic_time ();
  g_timeout_add (STEP_MS, step_cb, bench);
  g_main_loop_run (bench->loop);
}

static void
run (Bench *bench)
{
  double used;

  show_window (bench);
  used = watch (bench, stream);
  g_print ("{\"frames\": %u, \"gap_ms\": %.1f, \"work_ms\": %.1f, \"cpu_ms\": %.0f, \"late_ms\": %.2f, \"latest_ms\": %.2f}\n",
           bench->n_frames, (double) bench->longest_us / 1e3, (double) bench->longest_work_us / 1e3, used, get_delay_ms (bench, 99),
           get_delay_ms (bench, 100));
}

static void
open_reply (Bench *bench)
{
  spin (bench, 50);
  enclave_chat_pane_set_service (bench->pane, bench->service, "sample");
  spin (bench, SETTLE_MS);
}

/* Opens a reply that is there already. */
static void
run_kept (Bench *bench)
{
  for (; bench->n_sent < TOKENS; bench->n_sent++)
    send (bench, bench->get_token (bench->n_sent));
  g_free (enclave_reply_builder_finish (bench->builder));
  show_window (bench);
  watch (bench, open_reply);
  g_print ("{\"work_ms\": %.1f, \"latest_ms\": %.2f}\n", (double) bench->longest_work_us / 1e3, get_delay_ms (bench, 100));
}

static void
run_enclave (Bench *bench, gboolean is_kept)
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
  if (!is_kept)
    enclave_chat_pane_set_service (ENCLAVE_CHAT_PANE (pane), service, "sample");
  words = enclave_gate_admit_text (gate, "Why does it fail?", NULL, "message", &error);
  if (words == NULL)
    g_error ("%s", error->message);
  enclave_conversation_add_user (conversation, "turn", words);
  reply = enclave_conversation_add_assistant (conversation, "turn");
  bench->builder = enclave_reply_builder_new (reply, enclave_agent_service_get_registry (service));
  if (is_kept)
    {
      bench->pane = ENCLAVE_CHAT_PANE (pane);
      bench->service = service;
      run_kept (bench);
    }
  else
    {
      run (bench);
      g_free (enclave_reply_builder_finish (bench->builder));
    }
  enclave_reply_builder_free (bench->builder);
  gtk_window_destroy (GTK_WINDOW (bench->window));
  spin (bench, 50);
}

static gboolean
read_arguments (Bench *bench, int argc, char *argv[])
{
  static const char *const subjects[] = { "enclave", "bare", "kept", NULL };

  if (argc < 2 || argc > 3 || !g_strv_contains (subjects, argv[1]))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    if (strcmp (shapes[i].name, argc > 2 ? argv[2] : "mixed") == 0)
      bench->get_token = shapes[i].get_token;

  return bench->get_token != NULL;
}

int
main (int argc, char *argv[])
{
  Bench bench = { 0 };

  if (!read_arguments (&bench, argc, argv) || !gtk_init_check ())
    return 2;
  adw_init ();
  bench.loop = g_main_loop_new (NULL, FALSE);
  bench.delays = g_array_new (FALSE, FALSE, sizeof (gint64));
  bench.window = gtk_window_new ();
  if (strcmp (argv[1], "bare") != 0)
    {
      run_enclave (&bench, strcmp (argv[1], "kept") == 0);
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
