/* test-review-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-gate.h"
#include "enclave-hunk-view.h"
#include "enclave-info-row.h"
#include "enclave-limits.h"
#include "enclave-review-page.h"
#include "enclave-review-row.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"
#include "enclave-tool-scope.h"

#define FIRST_HUNK "line 1\nline 2\nline 3\n"
#define BETWEEN "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveToolScope *scope;
  EnclaveChangeSet *change_set;
  GtkWidget *window;
  EnclaveReviewPage *page;
  guint n_applied;
  guint n_closed;
} Fixture;

static void
count_applied (EnclaveReviewPage *page, Fixture *fixture)
{
  fixture->n_applied++;
}

static void
count_closed (EnclaveReviewPage *page, Fixture *fixture)
{
  fixture->n_closed++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->scope = enclave_gate_open_scope (fixture->gate, "agent", "test", ENCLAVE_EFFECT_WRITE);
  fixture->change_set = enclave_change_set_new (fixture->gate);

  fixture->window = adw_window_new ();
  fixture->page = ENCLAVE_REVIEW_PAGE (enclave_review_page_new ());
  enclave_review_page_set_change_set (fixture->page, fixture->change_set);
  g_signal_connect (fixture->page, "applied", G_CALLBACK (count_applied), fixture);
  g_signal_connect (fixture->page, "closed", G_CALLBACK (count_closed), fixture);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 500);
  adw_window_set_content (ADW_WINDOW (fixture->window), GTK_WIDGET (fixture->page));
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer page = fixture->page;

  g_object_add_weak_pointer (page, &page);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  for (guint i = 0; page != NULL && i < 40; i++)
    enclave_test_spin (50);
  g_assert_null (page);
  enclave_test_finalize (fixture->change_set);
  g_object_unref (fixture->scope);
  g_object_unref (fixture->gate);
  enclave_test_project_free (fixture->project);
}

static EnclaveChange *
propose (Fixture *fixture, const char *path, const char *old_text, const char *new_text)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveProposal) proposal = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  if (old_text != NULL)
    enclave_test_project_write (fixture->project, path, old_text);
  enclave_tool_scope_prepare_write_async (fixture->scope, path, old_text, new_text, NULL, enclave_test_result_callback,
                                          &slot);
  result = enclave_test_wait (&slot);
  proposal = enclave_tool_scope_prepare_write_finish (fixture->scope, result, &error);
  g_assert_no_error (error);
  return enclave_change_set_add (fixture->change_set, proposal, FALSE);
}

static void
activate (Fixture *fixture, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->page), action, NULL));
}

static void
wait_until_idle (Fixture *fixture)
{
  enclave_test_spin (20);
  for (guint i = 0; enclave_change_set_get_busy (fixture->change_set) && i < 400; i++)
    enclave_test_spin (10);
  g_assert_false (enclave_change_set_get_busy (fixture->change_set));
  enclave_test_spin (50);
}

typedef gboolean (*Match) (GtkWidget *widget, gconstpointer wanted);

static guint
count_widgets (GtkWidget *widget, Match match, gconstpointer wanted, GtkWidget **first)
{
  guint n = 0;

  if (!gtk_widget_get_visible (widget))
    return 0;
  if (match (widget, wanted))
    {
      n++;
      if (first != NULL && *first == NULL)
        *first = widget;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += count_widgets (child, match, wanted, first);

  return n;
}

static gboolean
is_row (GtkWidget *widget, gconstpointer wanted)
{
  return ENCLAVE_IS_REVIEW_ROW (widget);
}

static gboolean
is_a (GtkWidget *widget, gconstpointer wanted)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), GPOINTER_TO_SIZE (wanted));
}

static gboolean
has_label (GtkWidget *widget, gconstpointer wanted)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_label (GTK_LABEL (widget)), wanted) != NULL;
}

static gboolean
has_line (GtkWidget *widget, gconstpointer wanted)
{
  EnclaveHunkText *text = ENCLAVE_IS_HUNK_VIEW (widget) ? enclave_hunk_view_get_text (ENCLAVE_HUNK_VIEW (widget)) : NULL;

  for (guint i = 0; text != NULL && i < enclave_hunk_text_get_n_lines (text); i++)
    if (strstr (enclave_hunk_text_get_line (text, i)->text, wanted) != NULL)
      return TRUE;

  return FALSE;
}

static gboolean
is_button (GtkWidget *widget, gconstpointer wanted)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), wanted) == 0;
}

static gboolean
shows (Fixture *fixture, const char *text)
{
  /* rows are made as they come near, frame by frame */
  for (guint i = 0; i < 20; i++)
    {
      if (count_widgets (GTK_WIDGET (fixture->page), has_label, text, NULL) > 0
          || count_widgets (GTK_WIDGET (fixture->page), has_line, text, NULL) > 0)
        return TRUE;
      enclave_test_spin (50);
    }

  return FALSE;
}

static void
click (Fixture *fixture, const char *label)
{
  GtkWidget *button = NULL;

  g_assert_cmpuint (count_widgets (GTK_WIDGET (fixture->page), is_button, label, &button), >, 0);
  g_signal_emit_by_name (button, "clicked");
}

static void
assert_file (Fixture *fixture, const char *path, const char *text)
{
  g_autofree char *found = enclave_test_project_read (fixture->project, path);

  g_assert_cmpstr (found, ==, text);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  enclave_test_spin (100);
  g_assert_true (shows (fixture, "No changes to review"));
  activate (fixture, "review.close");
  g_assert_cmpuint (fixture->n_closed, ==, 1);
}

static void
test_decisions (Fixture *fixture, gconstpointer data)
{
  const char *old_text = FIRST_HUNK BETWEEN "last\n";
  EnclaveChange *change = propose (fixture, "src/ring.c", old_text, "line 1\nline two\nline 3\n" BETWEEN "the end\n");

  enclave_test_spin (200);
  g_assert_cmpuint (enclave_change_get_hunks (change)->len, ==, 2);
  g_assert_true (shows (fixture, "src/ring.c"));
  g_assert_true (shows (fixture, "line two"));
  g_assert_true (shows (fixture, "Nothing is written before you press Apply."));
  g_assert_true (count_widgets (GTK_WIDGET (fixture->page), is_button, "Apply all", NULL) == 1);
  /* of the file, and of both hunks */
  g_assert_cmpuint (count_widgets (GTK_WIDGET (fixture->page), is_button, "Accept", NULL), ==, 3);

  activate (fixture, "review.accept");
  g_assert_cmpint (enclave_change_get_decision (change, 0), ==, ENCLAVE_HUNK_ACCEPTED);
  g_assert_true (count_widgets (GTK_WIDGET (fixture->page), is_button, "Apply 1 hunk", NULL) == 1);
  activate (fixture, "review.undo-decision");
  g_assert_cmpint (enclave_change_get_decision (change, 0), ==, ENCLAVE_HUNK_UNDECIDED);
  activate (fixture, "review.accept");
  activate (fixture, "review.next-hunk");
  activate (fixture, "review.reject");
  g_assert_cmpint (enclave_change_get_decision (change, 1), ==, ENCLAVE_HUNK_REJECTED);
  g_assert_true (shows (fixture, "1 of 2 hunks accepted, 1 rejected"));
  assert_file (fixture, "src/ring.c", old_text);

  activate (fixture, "review.apply");
  wait_until_idle (fixture);
  g_assert_cmpuint (fixture->n_applied, ==, 1);
  assert_file (fixture, "src/ring.c", "line 1\nline two\nline 3\n" BETWEEN "last\n");
  g_assert_true (shows (fixture, "Applied"));

  click (fixture, "Undo turn");
  wait_until_idle (fixture);
  assert_file (fixture, "src/ring.c", old_text);
  g_assert_true (shows (fixture, "Undone"));
}

static void
test_apply_all (Fixture *fixture, gconstpointer data)
{
  propose (fixture, "one.txt", "one\n", "ONE\n");
  propose (fixture, "new.txt", NULL, "fresh\n");
  enclave_test_spin (200);
  g_assert_true (shows (fixture, "New file"));
  click (fixture, "Apply all");
  wait_until_idle (fixture);
  assert_file (fixture, "one.txt", "ONE\n");
  assert_file (fixture, "new.txt", "fresh\n");
  g_assert_true (shows (fixture, "Applied 2 files."));
}

static void
test_rest (Fixture *fixture, gconstpointer data)
{
  EnclaveChange *one = propose (fixture, "one.txt", "one\n", "ONE\n");
  EnclaveChange *two = propose (fixture, "two.txt", "two\n", "TWO\n");

  enclave_test_spin (200);
  activate (fixture, "review.accept-file");
  click (fixture, "Reject rest");
  g_assert_cmpint (enclave_change_get_decision (one, 0), ==, ENCLAVE_HUNK_ACCEPTED);
  g_assert_cmpint (enclave_change_get_decision (two, 0), ==, ENCLAVE_HUNK_REJECTED);
  activate (fixture, "review.apply");
  wait_until_idle (fixture);
  assert_file (fixture, "one.txt", "ONE\n");
  assert_file (fixture, "two.txt", "two\n");
  g_assert_cmpint (enclave_change_get_status (two), ==, ENCLAVE_CHANGE_REJECTED);
}

static void
test_conflict (Fixture *fixture, gconstpointer data)
{
  EnclaveChange *change = propose (fixture, "one.txt", "one\n", "ONE\n");

  enclave_test_spin (200);
  enclave_test_project_write (fixture->project, "one.txt", "changed by somebody\n");
  activate (fixture, "review.apply");
  wait_until_idle (fixture);
  assert_file (fixture, "one.txt", "changed by somebody\n");
  g_assert_cmpint (enclave_change_get_status (change), ==, ENCLAVE_CHANGE_CONFLICT);
  g_assert_true (shows (fixture, "Not applied"));
  g_assert_true (shows (fixture, enclave_change_get_message (change)));
  /* what was proposed is still there to read */
  g_assert_true (shows (fixture, "ONE"));
  g_assert_cmpuint (fixture->n_applied, ==, 0);

  /* where it fits nowhere it stays, and says so */
  click (fixture, "Match again");
  enclave_test_spin (200);
  g_assert_cmpint (enclave_change_get_status (change), ==, ENCLAVE_CHANGE_CONFLICT);
  g_assert_true (shows (fixture, enclave_change_get_message (change)));

  enclave_test_project_write (fixture->project, "one.txt", "of somebody else\none\n");
  click (fixture, "Match again");
  enclave_test_spin (200);
  assert_file (fixture, "one.txt", "of somebody else\none\n");
  click (fixture, "Apply all");
  wait_until_idle (fixture);
  assert_file (fixture, "one.txt", "of somebody else\nONE\n");
}

static void
count_opened (EnclaveReviewPage *page, GFile *file, guint *n)
{
  (*n)++;
}

static void
test_conflict_ways (Fixture *fixture, gconstpointer data)
{
  EnclaveChange *change = propose (fixture, "one.txt", "one\n", "ONE\n");
  guint n_opened = 0;

  g_signal_connect (fixture->page, "open-file", G_CALLBACK (count_opened), &n_opened);
  enclave_test_spin (200);
  enclave_test_project_write (fixture->project, "one.txt", "changed by somebody\n");
  activate (fixture, "review.apply");
  wait_until_idle (fixture);
  click (fixture, "Open file");
  g_assert_cmpuint (n_opened, ==, 1);
  click (fixture, "Discard");
  g_assert_cmpint (enclave_change_get_status (change), ==, ENCLAVE_CHANGE_REJECTED);
  g_assert_true (shows (fixture, "Rejected"));
}

static GtkWidget *
find_widget (Fixture *fixture, GType type)
{
  GtkWidget *found = NULL;

  count_widgets (GTK_WIDGET (fixture->page), is_a, GSIZE_TO_POINTER (type), &found);
  return found;
}

/* The hunk is changed by hand, and what was typed is what is written. */
static void
test_edit (Fixture *fixture, gconstpointer data)
{
  EnclaveChange *change = propose (fixture, "one.c", "int one;\nint two;\n", "int one;\nint three;\n");
  GtkWidget *view;

  enclave_test_spin (200);
  activate (fixture, "review.edit");
  enclave_test_spin (100);
  view = find_widget (fixture, GTK_TYPE_TEXT_VIEW);
  g_assert_nonnull (view);
  activate (fixture, "review.apply");
  g_assert_false (enclave_change_set_get_busy (fixture->change_set));
  click (fixture, "Cancel");
  enclave_test_spin (50);
  g_assert_null (find_widget (fixture, GTK_TYPE_TEXT_VIEW));

  activate (fixture, "review.edit");
  enclave_test_spin (100);
  view = find_widget (fixture, GTK_TYPE_TEXT_VIEW);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "int one;\nint of_mine;\n", -1);
  click (fixture, "Keep edit");
  enclave_test_spin (100);
  g_assert_true (shows (fixture, "int of_mine;"));
  g_assert_true (shows (fixture, "edited by you"));
  g_assert_cmpuint (enclave_change_get_hunks (change)->len, ==, 1);
  activate (fixture, "review.apply");
  wait_until_idle (fixture);
  assert_file (fixture, "one.c", "int one;\nint of_mine;\n");
}

/* Words that differ come from a thread, colours when nothing else is to do. */
static void
test_marks (Fixture *fixture, gconstpointer data)
{
  EnclaveHunkText *text = NULL;
  GtkWidget *view = NULL;
  gboolean words = FALSE;
  gboolean colours = FALSE;

  propose (fixture, "one.c", "int first = 1; /* one */\n", "int first = 2; /* one */\n");
  for (guint i = 0; i < 3000 && !(words && colours); i++)
    {
      enclave_test_spin (20);
      if (view == NULL)
        count_widgets (GTK_WIDGET (fixture->page), has_line, "first", &view);
      if (view == NULL)
        continue;
      text = enclave_hunk_view_get_text (ENCLAVE_HUNK_VIEW (view));
      words = enclave_hunk_text_get_line (text, 0)->words != NULL && enclave_hunk_text_get_line (text, 1)->words != NULL;
      colours = enclave_hunk_text_get_line (text, 0)->colours != NULL && enclave_hunk_text_get_line (text, 1)->colours != NULL;
    }
  g_assert_true (words);
  g_assert_true (colours);
  g_assert_cmpuint (enclave_hunk_text_get_line (text, 1)->words->len, ==, 1);
  g_assert_cmpuint (g_array_index (enclave_hunk_text_get_line (text, 1)->words, EnclaveTextRange, 0).start, ==, 12);
  g_assert_cmpuint (g_array_index (enclave_hunk_text_get_line (text, 1)->words, EnclaveTextRange, 0).end, ==, 13);
  {
    g_autofree char *attributes = pango_attr_list_to_string (enclave_hunk_text_get_line (text, 1)->colours);

    g_test_message ("%s", attributes);
    g_assert_nonnull (strstr (attributes, "foreground"));
  }
}

static void
test_side_by_side (Fixture *fixture, gconstpointer data)
{
  GtkWidget *view = NULL;
  int below;

  propose (fixture, "one.c", "one\ntwo\nthree\n", "ONE\nTWO\nTHREE\n");
  enclave_test_spin (300);
  count_widgets (GTK_WIDGET (fixture->page), has_line, "ONE", &view);
  g_assert_nonnull (view);
  below = gtk_widget_get_height (view);
  /* two of 36 letters each don't fit */
  activate (fixture, "review.side-by-side");
  enclave_test_spin (200);
  g_assert_cmpint (gtk_widget_get_height (view), ==, below);
  gtk_widget_set_size_request (GTK_WIDGET (fixture->page), 1100, -1);
  enclave_test_spin (400);
  g_assert_cmpint (gtk_widget_get_height (view) * 2, ==, below);
  activate (fixture, "review.side-by-side");
  enclave_test_spin (200);
  g_assert_cmpint (gtk_widget_get_height (view), ==, below);
}

static void
test_fold (Fixture *fixture, gconstpointer data)
{
  propose (fixture, "one.c", "one\n", "ONE\n");
  propose (fixture, "two.c", "two\n", "TWO\n");
  enclave_test_spin (200);
  g_assert_true (shows (fixture, "ONE"));
  activate (fixture, "review.previous-file");
  g_signal_emit_by_name (find_widget (fixture, GTK_TYPE_LIST_VIEW), "activate", 0);
  enclave_test_spin (100);
  g_assert_false (shows (fixture, "ONE"));
  g_assert_true (shows (fixture, "TWO"));
  g_signal_emit_by_name (find_widget (fixture, GTK_TYPE_LIST_VIEW), "activate", 0);
  enclave_test_spin (100);
  g_assert_true (shows (fixture, "ONE"));
}

static void
test_hidden_characters (Fixture *fixture, gconstpointer data)
{
  propose (fixture, "one.txt", "one\n", "one\xe2\x80\xaetwo\n");
  enclave_test_spin (200);
  g_assert_true (shows (fixture, "<U+202E>"));
}

/* What of a long line is not shown is counted, also where the part that is shown ends like a line of another system. */
static void
test_long_lines (Fixture *fixture, gconstpointer data)
{
  g_autofree char *start = g_strnfill (ENCLAVE_REVIEW_LINE_BYTES - 1, 'a');
  g_autofree char *text = g_strconcat (start, "\r", "exit 1\n", NULL);

  propose (fixture, "one.txt", NULL, text);
  propose (fixture, "two.txt", NULL, "ended\r\nnot ended\r");
  enclave_test_spin (200);
  g_assert_true (shows (fixture, "… (6 more bytes in this line)"));
  g_assert_true (shows (fixture, "ended␍"));
  g_assert_true (shows (fixture, "not ended␍  (no line end)"));
}

/* A change that is new is open, also where one lay in memory that was folded. */
static void
test_fold_of_a_change_that_is_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) gone = g_hash_table_new (NULL, NULL);
  gboolean reused = FALSE;

  for (guint i = 0; i < 3000 && !reused; i++)
    {
      EnclaveChange *change = propose (fixture, "one.c", "one\n", "ONE\n");

      enclave_test_spin (10);
      reused = g_hash_table_contains (gone, change);
      if (reused)
        break;
      g_hash_table_add (gone, change);
      g_signal_emit_by_name (find_widget (fixture, GTK_TYPE_LIST_VIEW), "activate", 0);
      enclave_change_set_reject (fixture->change_set, change);
      enclave_change_set_begin_turn (fixture->change_set);
      enclave_test_spin (10);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->change_set)), ==, 0);
    }
  if (reused)
    g_assert_true (shows (fixture, "ONE"));
  else
    g_test_skip ("no memory was used a second time, as with an address sanitizer");
}

static void
test_many_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) long_text = g_string_new (NULL);
  gint64 begin;
  guint n_rows;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *path = g_strdup_printf ("src/file-%03u.c", i);

      propose (fixture, path, FIRST_HUNK, "line 1\nline 2\nline three\n");
    }
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (long_text, "row %u\n", i);
  propose (fixture, "src/long.c", NULL, long_text->str);

  begin = g_get_monotonic_time ();
  enclave_test_spin (300);
  g_test_message ("shown after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - begin) / 1000);
  n_rows = count_widgets (GTK_WIDGET (fixture->page), is_row, NULL, NULL);
  g_test_message ("%u rows", n_rows);
  g_assert_cmpuint (n_rows, >, 2);
  g_assert_cmpuint (n_rows, <, 300);
  for (guint i = 0; i < 199; i++)
    activate (fixture, "review.next-file");
  enclave_test_spin (300);
  activate (fixture, "review.apply");
  wait_until_idle (fixture);
  assert_file (fixture, "src/file-199.c", "line 1\nline 2\nline three\n");
  assert_file (fixture, "src/long.c", long_text->str);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  adw_init ();
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add ("/review-page/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("empty", test_empty);
  ADD ("decisions", test_decisions);
  ADD ("apply-all", test_apply_all);
  ADD ("rest", test_rest);
  ADD ("conflict", test_conflict);
  ADD ("conflict-ways", test_conflict_ways);
  ADD ("edit", test_edit);
  ADD ("marks", test_marks);
  ADD ("side-by-side", test_side_by_side);
  ADD ("fold", test_fold);
  ADD ("fold-of-a-change-that-is-gone", test_fold_of_a_change_that_is_gone);
  ADD ("hidden-characters", test_hidden_characters);
  ADD ("long-lines", test_long_lines);
  ADD ("many-files", test_many_files);
#undef ADD

  return g_test_run ();
}
