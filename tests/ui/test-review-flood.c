/* test-review-flood.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A review of 200 files and 10,000 lines, in one window after the other with a bare list of the same lines: what the thread
 * of the window works for the first frame, and for each frame while both are scrolled. Work and not time, and ratios, so that
 * neither the machine nor what else it does matters.
 */

#include "config.h"

#include <adwaita.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "enclave-gate.h"
#include "enclave-code-language.h"
#include "enclave-hunk-colours.h"
#include "enclave-review-page.h"
#include "enclave-test-project.h"
#include "enclave-tool-scope.h"

#define N_FILES 200
#define LINES_OF_FILE 50
#define N_ROUNDS 3
/* Of each window: a sixth of the way is as good as all of it. */
#define MAX_FRAMES 80
/* The first frame makes the page too, its bar and the buttons that are seen. */
#define FIRST_MAX_RATIO 3
#define FRAME_MAX_RATIO 1.5

typedef struct
{
  GtkWidget *window;
  GtkScrolledWindow *scrolled;
  double last_ms;
  double first_ms;
  GArray *frames; /* (element-type double): milliseconds of work for each frame after the first */
  guint n_frames;
  gboolean done;
} Run;

static int
compare_doubles (const void *a, const void *b)
{
  const double *first = a;
  const double *second = b;

  return *first < *second ? -1 : *first > *second;
}

static double
percentile (GArray *frames, double part)
{
  g_array_sort (frames, compare_doubles);
  return g_array_index (frames, double, (guint) (part * (frames->len - 1)));
}

static double
get_work_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1000 + (double) time.tv_nsec / 1e6;
}

static void
painted_cb (GdkFrameClock *clock, Run *run)
{
  double now_ms = get_work_ms ();
  double work_ms = now_ms - run->last_ms;

  run->n_frames++;
  if (run->n_frames == 1)
    run->first_ms = work_ms;
  else
    g_array_append_val (run->frames, work_ms);
  run->last_ms = now_ms;
}

/* A page down at each frame: faster than any wheel. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Run *run = user_data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (run->scrolled);
  double value = gtk_adjustment_get_value (adjustment);

  if (run->n_frames < 3)
    return G_SOURCE_CONTINUE;
  if (value + gtk_adjustment_get_page_size (adjustment) >= gtk_adjustment_get_upper (adjustment) - 1 || run->n_frames > MAX_FRAMES)
    {
      run->done = TRUE;
      return G_SOURCE_REMOVE;
    }
  gtk_adjustment_set_value (adjustment, value + gtk_adjustment_get_page_size (adjustment) * .9);

  return G_SOURCE_CONTINUE;
}

static GtkWidget *
find_scrolled (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (GTK_IS_SCROLLED_WINDOW (widget) && GTK_IS_LIST_VIEW (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (widget))))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_scrolled (child);

  return found;
}

/* Shows @content and scrolls it to its end. */
static void
measure (GtkWidget *content, double *first_ms, double *p99_ms, double *longest_ms)
{
  Run run = { 0 };

  run.frames = g_array_new (FALSE, FALSE, sizeof (double));
  run.window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (run.window), 900, 700);
  adw_window_set_content (ADW_WINDOW (run.window), content);
  run.scrolled = GTK_SCROLLED_WINDOW (find_scrolled (content));
  run.last_ms = get_work_ms ();
  gtk_widget_realize (run.window);
  g_signal_connect (gtk_widget_get_frame_clock (run.window), "after-paint", G_CALLBACK (painted_cb), &run);
  gtk_window_present (GTK_WINDOW (run.window));
  gtk_widget_add_tick_callback (run.window, tick_cb, &run, NULL);
  while (!run.done)
    g_main_context_iteration (NULL, TRUE);

  *first_ms = run.first_ms;
  *p99_ms = percentile (run.frames, .99);
  *longest_ms = percentile (run.frames, 1);
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (run.window), &run);
  gtk_window_destroy (GTK_WINDOW (run.window));
  enclave_test_spin (50);
  g_array_unref (run.frames);
}

static void
bare_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "monospace");
  gtk_list_item_set_child (list_item, label);
}

static void
bare_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (list_item)),
                       gtk_string_object_get_string (gtk_list_item_get_item (list_item)));
}

/* A label a hunk, and one a file, with the lines of the review. */
static GtkWidget *
new_bare_list (EnclaveChangeSet *set)
{
  GtkStringList *rows = gtk_string_list_new (NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (set)); i++)
    {
      g_autoptr (EnclaveChange) change = g_list_model_get_item (G_LIST_MODEL (set), i);
      GPtrArray *hunks = enclave_change_get_hunks (change);

      gtk_string_list_append (rows, enclave_change_get_path (change));
      for (guint k = 0; k < hunks->len; k++)
        {
          EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, k);
          g_autoptr (GString) text = g_string_new (NULL);

          for (guint n = 0; n < hunk->n_lines; n++)
            g_string_append_printf (text, "%s%s", n > 0 ? "\n" : "",
                                    hunk->lines[n].text);
          gtk_string_list_append (rows, text->str);
        }
    }
  g_signal_connect (factory, "setup", G_CALLBACK (bare_setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bare_bind_cb), NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled),
                                 gtk_list_view_new (GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (rows))),
                                                    factory));
  gtk_widget_set_vexpand (scrolled, TRUE);

  return scrolled;
}

static void
propose (EnclaveTestProject *project, EnclaveToolScope *scope, EnclaveChangeSet *set, guint number)
{
  g_autofree char *path = g_strdup_printf ("src/file-%03u.c", number);
  g_autoptr (GString) old_text = g_string_new (NULL);
  g_autoptr (GString) new_text = g_string_new (NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveProposal) proposal = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  for (guint i = 0; i < LINES_OF_FILE; i++)
    {
      g_string_append_printf (old_text, "  total += table[%u] * %u; /* row %u */\n", i, i + number, i);
      g_string_append_printf (new_text, "  total += table[%u] * %u; /* row %u */\n", i, i % 2 == 0 ? i : i + number, i);
    }
  enclave_test_project_write (project, path, old_text->str);
  enclave_tool_scope_prepare_write_async (scope, path, old_text->str, new_text->str, NULL, enclave_test_result_callback,
                                          &slot);
  result = enclave_test_wait (&slot);
  proposal = enclave_tool_scope_prepare_write_finish (scope, result, &error);
  g_assert_no_error (error);
  enclave_change_set_add (set, proposal, ENCLAVE_MATCH_EXACT);
}

static double
median (double *values)
{
  qsort (values, N_ROUNDS, sizeof *values, compare_doubles);
  return values[N_ROUNDS / 2];
}

static void
test_flood (void)
{
  EnclaveTestProject *project = enclave_test_project_new ();
  g_autoptr (GError) error = NULL;
  EnclaveGate *gate = enclave_gate_new (project->root, NULL, &error);
  EnclaveToolScope *scope;
  EnclaveChangeSet *set;
  double first[2][N_ROUNDS];
  double p99[2][N_ROUNDS];
  double longest[2][N_ROUNDS];

  g_assert_no_error (error);
  scope = enclave_gate_open_scope (gate, "agent", "test", ENCLAVE_EFFECT_WRITE);
  set = enclave_change_set_new (gate);
  for (guint i = 0; i < N_FILES; i++)
    propose (project, scope, set, i + 1);

  /* GtkSourceView reads its languages once a run, as the editor's first file makes it */
  enclave_code_language_guess ("warm.c");

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      GtkWidget *page = enclave_review_page_new ();

      measure (new_bare_list (set), &first[0][round], &p99[0][round], &longest[0][round]);
      enclave_review_page_set_change_set (ENCLAVE_REVIEW_PAGE (page), set);
      measure (page, &first[1][round], &p99[1][round], &longest[1][round]);
      g_test_message ("round %u: bare first %.0f p99 %.0f longest %.0f ms, review first %.0f p99 %.0f longest %.0f ms", round,
                      first[0][round], p99[0][round], longest[0][round], first[1][round], p99[1][round],
                      longest[1][round]);
    }

  g_test_message ("first frame %.2f, p99 %.2f, longest %.2f times the bare list", median (first[1]) / median (first[0]),
                  median (p99[1]) / median (p99[0]), median (longest[1]) / median (longest[0]));
  g_assert_cmpfloat (median (first[1]), <, FIRST_MAX_RATIO * median (first[0]));
  g_assert_cmpfloat (median (p99[1]), <, FRAME_MAX_RATIO * median (p99[0]));
  g_assert_cmpfloat (median (longest[1]), <, FRAME_MAX_RATIO * median (longest[0]));

  g_object_unref (set);
  g_object_unref (scope);
  g_object_unref (gate);
  enclave_test_project_free (project);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  adw_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/review-flood/two-hundred-files", test_flood);

  return g_test_run ();
}
