/* test-huge-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-document.h"
#include "enclave-editor-page.h"
#include "enclave-file-rows.h"
#include "enclave-file-view.h"
#include "enclave-limits.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

typedef struct
{
  char *root;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = g_dir_make_tmp ("huge-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->root, "file", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_rmdir (fixture->root);
  g_free (fixture->path);
  g_free (fixture->root);
}

static void
wait_complete (EnclaveFileRows *rows)
{
  while (!enclave_file_rows_get_complete (rows))
    g_main_context_iteration (NULL, TRUE);
}

/* (transfer full) */
static EnclaveFileRowItem *
read_row (EnclaveFileRows *rows, guint position)
{
  EnclaveFileRowItem *row = g_list_model_get_item (G_LIST_MODEL (rows), position);

  enclave_file_rows_want (rows, row);
  while (enclave_file_row_item_get_text (row) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return row;
}

/* All rows together are the file, whatever its lines are; each has the number of its line. */
static void
test_rows (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (EnclaveFileRows) rows = NULL;
  g_autoptr (GString) joined = g_string_new (NULL);
  guint64 line = 0;
  guint n;

  while (text->len < 3 * 1024 * 1024)
    {
      int length = g_test_rand_int_range (0, g_test_rand_int_range (0, 20) == 0 ? 5000 : 120);

      for (int i = 0; i < length; i++)
        g_string_append (text, i % 7 == 3 ? "é" : i % 11 == 5 ? "日" : "x");
      g_string_append_c (text, '\n');
    }
  g_string_append (text, "no end");
  g_assert_true (g_file_set_contents (fixture->path, text->str, (gssize) text->len, NULL));
  rows = enclave_file_rows_new (fixture->path, ENCLAVE_FILE_ROWS_TEXT, 40);
  wait_complete (rows);
  g_assert_null (enclave_file_rows_get_problem (rows));
  n = g_list_model_get_n_items (G_LIST_MODEL (rows));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (EnclaveFileRowItem) row = read_row (rows, i);
      g_autofree char *number = enclave_file_row_item_dup_number (row);

      g_assert_true (g_utf8_validate (enclave_file_row_item_get_text (row), -1, NULL));
      g_assert_cmpuint (strlen (enclave_file_row_item_get_text (row)), <=, ENCLAVE_FILE_ROW_MAX_BYTES);
      if (*number != '\0')
        {
          if (line > 0)
            g_string_append_c (joined, '\n');
          g_assert_cmpuint (g_ascii_strtoull (number, NULL, 10), ==, ++line);
        }
      g_string_append (joined, enclave_file_row_item_get_text (row));
    }
  g_assert_cmpuint (joined->len, ==, text->len);
  g_assert_true (memcmp (joined->str, text->str, text->len) == 0);

  for (guint64 wanted = 1; wanted <= line; wanted += 997)
    {
      g_autoptr (EnclaveFileRowItem) row = read_row (rows, enclave_file_rows_find_line (rows, wanted));
      g_autofree char *number = enclave_file_row_item_dup_number (row);

      /* Near: rows that go on with a line are not counted within a group. */
      g_assert_true (*number == '\0' || ABS ((gint64) g_ascii_strtoull (number, NULL, 10) - (gint64) wanted) <= 32);
    }
}

static void
test_bytes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveFileRows) rows = NULL;
  g_autoptr (EnclaveFileRowItem) first = NULL;
  g_autoptr (EnclaveFileRowItem) last = NULL;
  g_autofree char *number = NULL;
  char bytes[257];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (char) i;
  g_assert_true (g_file_set_contents (fixture->path, bytes, sizeof bytes, NULL));
  rows = enclave_file_rows_new (fixture->path, ENCLAVE_FILE_ROWS_BYTES, 40);
  wait_complete (rows);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rows)), ==, 17);
  first = read_row (rows, 4);
  g_assert_cmpstr (enclave_file_row_item_get_text (first), ==,
                   "40 41 42 43 44 45 46 47  48 49 4a 4b 4c 4d 4e 4f  @ABCDEFGHIJKLMNO");
  last = read_row (rows, 16);
  number = enclave_file_row_item_dup_number (last);
  g_assert_cmpstr (number, ==, "00000100");
  g_assert_true (g_str_has_prefix (enclave_file_row_item_get_text (last), "00   "));
  g_assert_true (g_str_has_suffix (enclave_file_row_item_get_text (last), "  ."));
  g_assert_cmpuint (enclave_file_rows_find_line (rows, 0x100), ==, 16);
  g_assert_cmpuint (enclave_file_rows_find_line (rows, 0x1000), ==, G_MAXUINT);
}

/* Of two gigabytes nothing is kept but places; one that is cut while it is looked at ends nothing. */
static void
test_sparse (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveFileRows) rows = NULL;
  g_autoptr (EnclaveFileRowItem) row = NULL;
  FILE *file = fopen (fixture->path, "w");

  g_assert_cmpint (ftruncate (fileno (file), (off_t) 2 << 30), ==, 0);
  rows = enclave_file_rows_new (fixture->path, ENCLAVE_FILE_ROWS_BYTES, 40);
  while (g_list_model_get_n_items (G_LIST_MODEL (rows)) < 1000)
    g_main_context_iteration (NULL, TRUE);
  row = read_row (rows, 999);
  g_assert_cmpint (ftruncate (fileno (file), 0), ==, 0);
  g_clear_object (&row);
  row = read_row (rows, 500);
  wait_complete (rows);
  fclose (file);
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveFileRows) pipe = NULL;
  g_autoptr (EnclaveFileRows) device = enclave_file_rows_new ("/dev/zero", ENCLAVE_FILE_ROWS_BYTES, 40);
  g_autoptr (EnclaveFileRows) missing = enclave_file_rows_new ("/nowhere/at-all", ENCLAVE_FILE_ROWS_BYTES, 40);

  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  pipe = enclave_file_rows_new (fixture->path, ENCLAVE_FILE_ROWS_TEXT, 40);
  g_assert_nonnull (enclave_file_rows_get_problem (pipe));
  g_assert_nonnull (enclave_file_rows_get_problem (device));
  g_assert_nonnull (enclave_file_rows_get_problem (missing));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (pipe)), ==, 0);
}

typedef struct
{
  gboolean done;
  gint64 last;
  gint64 gap;
  guint n_seen;
} Watch;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_true (enclave_document_load_finish (ENCLAVE_DOCUMENT (source), result, NULL));
  ((Watch *) data)->done = TRUE;
}

static gboolean
tick_cb (gpointer data)
{
  Watch *watch = data;
  gint64 now = g_get_monotonic_time ();

  watch->gap = MAX (watch->gap, now - watch->last);
  watch->last = now;
  watch->n_seen++;
  return G_SOURCE_CONTINUE;
}

/* A long text comes in slices: what else there is to do is done between them, and the text is the file's to the byte. */
static void
test_slices (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GFile) file = g_file_new_for_path (fixture->path);
  g_autoptr (EnclaveDocument) document = NULL;
  g_autofree char *shown = NULL;
  Watch watch = { 0 };
  guint source;

  while (text->len < 24 * 1024 * 1024)
    g_string_append (text, g_test_rand_bit () ? "é line\r\n" : "another one, 日本 \xe2\x80\xa9 here\n");
  g_assert_true (g_file_set_contents (fixture->path, text->str, (gssize) text->len, NULL));
  document = enclave_document_new (file, NULL);
  watch.last = g_get_monotonic_time ();
  source = g_timeout_add_full (G_PRIORITY_HIGH, 1, tick_cb, &watch, NULL);
  enclave_document_load_async (document, FALSE, NULL, loaded_cb, &watch);
  while (!enclave_document_get_filling (document))
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (enclave_document_get_loaded (document));
  g_assert_cmpint (gtk_text_buffer_get_line_count (GTK_TEXT_BUFFER (enclave_document_get_buffer (document))), >, 100);
  watch.n_seen = 0;
  while (!watch.done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
  g_test_message ("longest gap %.1f ms", (double) watch.gap / 1000);
  g_assert_cmpuint (watch.n_seen, >, 20);
  shown = enclave_document_dup_text (document);
  g_assert_true (strcmp (shown, text->str) == 0);
  g_assert_false (enclave_document_get_modified (document));
  g_assert_false (gtk_text_buffer_get_can_undo (GTK_TEXT_BUFFER (enclave_document_get_buffer (document))));
}

static void
numbers_cb (GtkSourceView *view, GParamSpec *pspec, guint *n_changes)
{
  ++*n_changes;
}

static void
came_cb (GtkTextBuffer *buffer, gboolean *came)
{
  *came = TRUE;
}

/* Lines are numbered while they come, not when all are there: that would be to look at each of them again, twice. That it can be edited
 * then is as much work, and not of the turn in which the last lines came. */
static void
test_numbers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GFile) file = g_file_new_for_path (fixture->path);
  g_autoptr (EnclaveTextStyle) style = enclave_text_style_new (NULL);
  EnclaveDocument *document = enclave_document_new (file, NULL);
  GtkWidget *page = enclave_editor_page_new (document, style, NULL);
  GtkSourceView *view = enclave_editor_page_get_view (ENCLAVE_EDITOR_PAGE (page));
  GtkWidget *window = gtk_window_new ();
  guint n_changes = 0;
  guint n_turns = 0;
  guint last_lines = 0;
  guint all_there = 0;
  guint editable = 0;
  gboolean came = FALSE;
  gint64 until;

  while (text->len < 24 * 1024 * 1024)
    g_string_append (text, "a line of some length, as logs have\n");
  g_assert_true (g_file_set_contents (fixture->path, text->str, (gssize) text->len, NULL));
  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  enclave_editor_page_load (ENCLAVE_EDITOR_PAGE (page), 0, 0);
  while (!enclave_document_get_filling (document))
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (gtk_source_view_get_show_line_numbers (view));
  g_signal_connect (enclave_document_get_buffer (document), "changed", G_CALLBACK (came_cb), &came);
  for (; editable == 0; n_turns++)
    {
      came = FALSE;
      g_main_context_iteration (NULL, TRUE);
      if (came)
        last_lines = n_turns;
      if (all_there == 0 && !enclave_document_get_filling (document))
        all_there = n_turns;
      if (gtk_text_view_get_editable (GTK_TEXT_VIEW (view)))
        editable = n_turns;
    }
  g_assert_cmpuint (last_lines, <, all_there);
  g_assert_cmpuint (all_there, <, editable);
  g_assert_true (gtk_source_view_get_show_line_numbers (view));
  g_signal_connect (view, "notify::show-line-numbers", G_CALLBACK (numbers_cb), &n_changes);
  until = g_get_monotonic_time () + G_USEC_PER_SEC;
  while (!enclave_document_get_loaded (document) || g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_changes, ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (document);
}

static void
rows_came_cb (GListModel *rows, guint position, guint removed, guint added, guint *first)
{
  if (*first == 0)
    *first = added;
}

/* The first frame does not wait for rows that it does not show. */
static void
test_few_first (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (1024 * 1024, '\n');
  g_autoptr (EnclaveFileRows) rows = NULL;
  guint first = 0;

  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
  rows = enclave_file_rows_new (fixture->path, ENCLAVE_FILE_ROWS_TEXT, 40);
  g_signal_connect (rows, "items-changed", G_CALLBACK (rows_came_cb), &first);
  wait_complete (rows);
  g_assert_cmpuint (first, ==, 40);
}

static gboolean
count_cb (gpointer data)
{
  guint *count = g_object_get_data (data, "count");

  *count = g_list_model_get_n_items (data);
  return G_SOURCE_REMOVE;
}

/* A frame that is due when they are found comes after them, and they can be drawn with it: none is empty in between. */
static void
test_first_frame (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (EnclaveFileRows) rows = NULL;
  guint count = G_MAXUINT;

  for (guint i = 1; i <= 100000; i++)
    g_string_append_printf (text, "line %u\n", i);
  g_assert_true (g_file_set_contents (fixture->path, text->str, (gssize) text->len, NULL));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  rows = enclave_file_rows_new (fixture->path, ENCLAVE_FILE_ROWS_TEXT, 40);
  while (!g_main_context_pending (NULL))
    g_usleep (1000);
  g_object_set_data (G_OBJECT (rows), "count", &count);
  g_idle_add_full (GDK_PRIORITY_REDRAW, count_cb, rows, NULL);
  while (count == G_MAXUINT)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (count, >=, 40);
  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (EnclaveFileRowItem) row = g_list_model_get_item (G_LIST_MODEL (rows), i);
      g_autofree char *expected = g_strdup_printf ("line %u", i + 1);

      enclave_file_rows_want (rows, row);
      g_assert_cmpstr (enclave_file_row_item_get_text (row), ==, expected);
    }
  wait_complete (rows);
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

/* A file that is too large to be edited: as many rows as the window may show come first, and no text before. */
static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path (fixture->path);
  g_autoptr (EnclaveTextStyle) style = enclave_text_style_new (NULL);
  EnclaveDocument *document = enclave_document_new (file, NULL);
  GtkWidget *page = enclave_editor_page_new (document, style, NULL);
  GtkWidget *window = gtk_window_new ();
  g_autofree char *lines = g_strnfill (1024 * 1024, '\n');
  g_autofree char *true_path = NULL;
  GtkWidget *view;
  EnclaveFileRows *rows;
  guint first = 0;

  g_assert_true (g_file_set_contents (fixture->path, lines, -1, NULL));
  g_assert_cmpint (truncate (fixture->path, ENCLAVE_EDITOR_MAX_BYTES + 1), ==, 0);
  true_path = realpath (fixture->path, NULL);
  gtk_window_set_default_size (GTK_WINDOW (window), 600, 300);
  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  while (gtk_widget_get_height (page) == 0)
    g_main_context_iteration (NULL, TRUE);
  enclave_editor_page_load (ENCLAVE_EDITOR_PAGE (page), 0, 0);
  while ((view = find (page, ENCLAVE_TYPE_FILE_VIEW)) == NULL)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (gtk_text_buffer_get_char_count (GTK_TEXT_BUFFER (enclave_document_get_buffer (document))), ==, 0);
    }
  g_assert_cmpstr (enclave_document_get_true_path (document), ==, true_path);
  rows = enclave_file_view_get_rows (ENCLAVE_FILE_VIEW (view));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rows)), ==, 0);
  g_signal_connect (rows, "items-changed", G_CALLBACK (rows_came_cb), &first);
  while (first == 0)
    g_main_context_iteration (NULL, TRUE);
  /* no font is so small */
  g_assert_cmpuint (first, <=, 300 / 8);
  g_assert_cmpuint (first, >=, 300 / 40);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (document);
}

/* Closed while it comes: nothing is left behind. */
static void
test_closed_early (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (8 * 1024 * 1024, '\n');
  g_autoptr (GFile) file = g_file_new_for_path (fixture->path);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  EnclaveDocument *document = enclave_document_new (file, NULL);

  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
  enclave_document_load_async (document, FALSE, cancellable, NULL, NULL);
  while (!enclave_document_get_filling (document))
    g_main_context_iteration (NULL, TRUE);
  g_object_run_dispose (G_OBJECT (document));
  /* what reads it holds it until it has heard */
  while (G_OBJECT (document)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  enclave_test_finalize (document);
}

/* What is shown before the file is read, and what lies there when it is. */
typedef struct
{
  const char *path;
  const char *then; /* (nullable): written when the first lines are shown */
  gsize then_length;
  char *first;
  guint n_lines;
  gboolean ended;
  GError *error;
} Look;

static void
shown_cb (EnclaveDocument *document, GParamSpec *pspec, Look *look)
{
  if (!enclave_document_get_filling (document) || look->first != NULL)
    return;
  look->first = enclave_document_dup_text (document);
  look->n_lines = (guint) gtk_text_buffer_get_line_count (GTK_TEXT_BUFFER (enclave_document_get_buffer (document)));
  g_assert_null (enclave_document_get_true_path (document));
  g_assert_false (enclave_document_get_loaded (document));
  if (look->then != NULL)
    g_assert_true (g_file_set_contents (look->path, look->then, (gssize) look->then_length, NULL));
}

static void
look_ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Look *look = data;

  enclave_document_load_finish (ENCLAVE_DOCUMENT (source), result, &look->error);
  look->ended = TRUE;
}

/* Returns: (transfer full): the text in the end. */
static char *
look_at (Look *look, const char *text, gsize length)
{
  g_autoptr (GFile) file = g_file_new_for_path (look->path);
  g_autoptr (EnclaveDocument) document = enclave_document_new (file, NULL);

  g_assert_true (g_file_set_contents (look->path, text, (gssize) length, NULL));
  g_signal_connect (document, "notify::filling", G_CALLBACK (shown_cb), look);
  enclave_document_load_async (document, FALSE, NULL, look_ended_cb, look);
  while (!look->ended)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (enclave_document_get_filling (document));
  g_assert_true (enclave_document_get_loaded (document) == (look->error == NULL));
  g_assert_false (enclave_document_get_modified (document));
  g_assert_false (gtk_text_buffer_get_can_undo (GTK_TEXT_BUFFER (enclave_document_get_buffer (document))));
  return enclave_document_dup_text (document);
}

/* The first lines are shown before the file is read, and what comes then counts, whatever it is. */
static void
test_first_lines (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("\xef\xbb\xbf");
  g_autoptr (GString) other = g_string_new (NULL);
  g_autofree char *latin_1 = NULL;
  const char *kind = data;
  Look look = { .path = fixture->path };
  g_autofree char *end = NULL;

  while (text->len < 2 * 1024 * 1024)
    {
      g_string_append (text, "é first\r\n");
      g_string_append (other, "è then\n");
    }
  if (g_str_equal (kind, "written"))
    {
      look.then = other->str;
      look.then_length = other->len;
    }
  else if (g_str_equal (kind, "short"))
    {
      look.then = "no more\n";
      look.then_length = strlen (look.then);
    }
  else if (g_str_equal (kind, "binary"))
    g_string_append_len (text, "\0", 1);
  else if (g_str_equal (kind, "latin-1"))
    g_string_append (text, "\xe9\n");

  end = look_at (&look, text->str, text->len);
  /* from the beginning, without what is no text */
  g_assert_true (g_str_has_prefix (text->str + 3, look.first));
  g_assert_cmpuint (look.n_lines, >, 100);
  if (look.then != NULL)
    g_assert_cmpstr (end, ==, look.then);
  else if (g_str_equal (kind, "binary"))
    {
      g_assert_error (look.error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_BINARY);
      g_assert_cmpstr (end, ==, "");
    }
  else if (g_str_equal (kind, "latin-1"))
    {
      latin_1 = g_convert (text->str, (gssize) text->len, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
      g_assert_true (g_str_equal (end, latin_1));
    }
  else
    g_assert_true (g_str_equal (end, text->str + 3));
  g_clear_error (&look.error);
  g_free (look.first);
}

#define ADD(name, func) g_test_add ("/huge-file/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  static const char *const first_lines[] = { "same", "written", "short", "binary", "latin-1" };

  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  gtk_source_init ();

  ADD ("rows", test_rows);
  ADD ("bytes", test_bytes);
  ADD ("sparse", test_sparse);
  ADD ("refusals", test_refusals);
  ADD ("slices", test_slices);
  ADD ("numbers", test_numbers);
  ADD ("few-first", test_few_first);
  ADD ("first-frame", test_first_frame);
  ADD ("too-large", test_too_large);
  ADD ("closed-early", test_closed_early);
  for (guint i = 0; i < G_N_ELEMENTS (first_lines); i++)
    {
      g_autofree char *path = g_strdup_printf ("/huge-file/first-lines/%s", first_lines[i]);

      g_test_add (path, Fixture, first_lines[i], set_up, test_first_lines, tear_down);
    }

  return g_test_run ();
}
