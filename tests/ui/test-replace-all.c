/* test-replace-all.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <dlfcn.h>
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

#include "enclave-document-fixture.h"
#include "enclave-document-private.h"
#include "enclave-editor-pane.h"
#include "enclave-find-bar.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

#define MANY 100000
#define FRAME_MS 50

typedef struct
{
  GtkWidget *window;
  EnclaveDocument *document;
  GtkTextBuffer *buffer;
  GtkTextView *view;
  EnclaveFindBar *bar;
} Fixture;

static guint copied;

/* How much of a text is copied. */
char *
gtk_text_iter_get_slice (const GtkTextIter *start, const GtkTextIter *end)
{
  char *(*get_slice) (const GtkTextIter *, const GtkTextIter *) = dlsym (RTLD_NEXT, "gtk_text_iter_get_slice");

  copied += (guint) ABS (gtk_text_iter_get_offset (end) - gtk_text_iter_get_offset (start));
  return get_slice (start, end);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  fixture->window = gtk_window_new ();
  fixture->document = enclave_document_new (NULL, "text");
  fixture->buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (fixture->document));
  fixture->view = GTK_TEXT_VIEW (gtk_source_view_new_with_buffer (GTK_SOURCE_BUFFER (fixture->buffer)));
  fixture->bar = g_object_new (ENCLAVE_TYPE_FIND_BAR, NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (fixture->view));
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (fixture->bar));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 600, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_find_bar_set_view (fixture->bar, GTK_SOURCE_VIEW (fixture->view));
  enclave_find_bar_set_document (fixture->bar, fixture->document);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_document_drop_draft (fixture->document);
  enclave_find_bar_set_view (fixture->bar, NULL);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_clear_object (&fixture->document);
}

static void
assert_text (Fixture *fixture, const char *wanted)
{
  g_autofree char *text = enclave_document_dup_text (fixture->document);

  g_assert_cmpstr (text, ==, wanted);
}

static void
put_caret (Fixture *fixture, int offset)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_offset (fixture->buffer, &iter, offset);
  gtk_text_buffer_place_cursor (fixture->buffer, &iter);
}

static int
get_caret (Fixture *fixture)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (fixture->buffer, &iter, gtk_text_buffer_get_insert (fixture->buffer));
  return gtk_text_iter_get_offset (&iter);
}

static void
wait_count (Fixture *fixture, const char *wanted)
{
  gint64 until = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  while (strstr (enclave_find_bar_get_count_text (fixture->bar), wanted) == NULL && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
  if (strstr (enclave_find_bar_get_count_text (fixture->bar), wanted) == NULL)
    g_error ("“%s” is no “%s”", enclave_find_bar_get_count_text (fixture->bar), wanted);
}

static void
find (Fixture *fixture, const char *words, gboolean regex, const char *count)
{
  enclave_find_bar_open (fixture->bar, TRUE);
  enclave_find_bar_set_regex (fixture->bar, regex);
  enclave_find_bar_set_text (fixture->bar, words);
  wait_count (fixture, count);
}

static void
replaced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  guint n = enclave_find_bar_replace_all_finish (ENCLAVE_FIND_BAR (source), result, &error);

  *(int *) data = error != NULL ? -2 : (int) n;
}

/* A file of its own, as a person opens it. */
static void
open_file (Fixture *fixture, const char *text)
{
  g_autofree char *root = g_dir_make_tmp ("replace-all-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "text.txt", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  enclave_find_bar_set_view (fixture->bar, NULL);
  g_clear_object (&fixture->document);
  fixture->document = enclave_test_open_document (path);
  fixture->buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (fixture->document));
  gtk_text_view_set_buffer (fixture->view, fixture->buffer);
  enclave_find_bar_set_view (fixture->bar, GTK_SOURCE_VIEW (fixture->view));
  enclave_find_bar_set_document (fixture->bar, fixture->document);
  g_unlink (path);
  g_rmdir (root);
}

static double
get_processor_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1e6;
}

/* @longest_ms: (out) (optional): of one turn of the main loop, in time of the processor, which a busy machine does not change. */
static int
replace_all (Fixture *fixture, const char *replacement, double *longest_ms)
{
  double longest = 0;
  double before = get_processor_ms ();
  int n = -1;

  enclave_find_bar_replace_all_async (fixture->bar, replacement, replaced_cb, &n);
  longest = get_processor_ms () - before;
  while (n == -1)
    {
      before = get_processor_ms ();
      g_main_context_iteration (NULL, TRUE);
      longest = MAX (longest, get_processor_ms () - before);
    }
  if (longest_ms != NULL)
    *longest_ms = longest;
  return n;
}

static void
replace_many (Fixture *fixture, const char *words, gboolean regex)
{
  g_autoptr (GString) old = g_string_new (NULL);
  g_autoptr (GString) wanted = g_string_new (NULL);
  g_autofree char *count = g_strdup_printf ("%d", MANY);
  double longest = 0;
  double processor;
  GtkTextIter top;
  int line = 40000;

  for (guint i = 0; i < MANY; i++)
    {
      g_string_append_printf (old, "  é_%u = foo (%u);\n", i, i);
      g_string_append_printf (wanted, "  é_%u = barbar (%u);\n", i, i);
    }
  open_file (fixture, old->str);
  gtk_text_buffer_get_iter_at_line (fixture->buffer, &top, line);
  gtk_text_buffer_place_cursor (fixture->buffer, &top);
  find (fixture, words, regex, count);
  gtk_text_buffer_get_iter_at_line (fixture->buffer, &top, line);
  gtk_text_buffer_place_cursor (fixture->buffer, &top);

  processor = get_processor_ms ();
  g_assert_cmpint (replace_all (fixture, "barbar", &longest), ==, MANY);
  g_test_message ("%s: longest turn %.1f ms, all %.0f ms", words, longest, get_processor_ms () - processor);
  assert_text (fixture, wanted->str);
  g_assert_cmpfloat (longest, <, FRAME_MS);
  gtk_text_buffer_get_iter_at_offset (fixture->buffer, &top, get_caret (fixture));
  g_assert_cmpint (gtk_text_iter_get_line (&top), ==, line);
  g_assert_true (gtk_text_iter_starts_line (&top));
  g_assert_true (gtk_text_view_get_editable (fixture->view));

  gtk_text_buffer_undo (fixture->buffer);
  assert_text (fixture, old->str);
  g_assert_false (gtk_text_buffer_get_can_undo (fixture->buffer));
  gtk_text_buffer_redo (fixture->buffer);
  assert_text (fixture, wanted->str);
}

static void
test_many_words (Fixture *fixture, gconstpointer data)
{
  replace_many (fixture, "foo", FALSE);
}

static void
test_many_expressions (Fixture *fixture, gconstpointer data)
{
  replace_many (fixture, "= \\Kfo+(?= \\()", TRUE);
}

/* What an expression looks at around its match is there, for all and for one. */
static void
test_context (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *words;
    const char *text;
    const char *replacement;
    const char *all;
    const char *count;
  } cases[] = {
    { "\\w+ = \\K(\\d+)", "a = 12;\nb = 3", "<\\1>", "a = <12>;\nb = <3>", "2" },
    { "(?<=\\()(\\w+)(?=\\))", "f (é), g (yy)", "[\\1]", "f ([é]), g ([yy])", "2" },
    { "(?<=x\\n)b", "x\nb\nb", "c", "x\nc\nb", "1" },
    { "a(?=\\n\\n)", "a\na\n\na", "c", "a\nc\n\na", "1" },
    { "(?<!a)b", "ab bb", "", "ab ", "2" },
    { "^a$", "a\naa\na", "x\\ny", "x\ny\naa\nx\ny", "2" },
    { "é*", "ééa", "_", "_a", "1" },
    { "foo$", "foo\r\nxfoo\r\n", "bar", "bar\r\nxbar\r\n", "2" },
    { "a.*", "a1\r\na2\ra3", "b", "b\r\nb\rb", "3" },
    { "x*|y", "y", "z", "z", "1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      enclave_document_show_text (fixture->document, cases[i].text);
      find (fixture, cases[i].words, TRUE, cases[i].count);
      g_assert_cmpint (replace_all (fixture, cases[i].replacement, NULL), >, 0);
      assert_text (fixture, cases[i].all);
    }
  enclave_document_show_text (fixture->document, "a = 12; b = 3");
  find (fixture, "\\w = \\K\\d+", TRUE, "2");
  g_assert_cmpint (replace_all (fixture, "\\", NULL), ==, -2);
  assert_text (fixture, "a = 12; b = 3");
  g_assert_cmpstr (enclave_find_bar_get_count_text (fixture->bar), ==, "Not a replacement");
  find (fixture, "\\w = \\K\\d", TRUE, "2");
}

static gboolean
is_replace_button (GtkWidget *widget, gpointer data)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), "replace_button") == 0;
}

static gboolean
is_replace_entry (GtkWidget *widget, gpointer data)
{
  return GTK_IS_EDITABLE (widget) && g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), "replace_entry") == 0;
}

static void
test_one (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button = enclave_test_find_widget (GTK_WIDGET (fixture->bar), is_replace_button, NULL);
  GtkWidget *entry = enclave_test_find_widget (GTK_WIDGET (fixture->bar), is_replace_entry, NULL);

  enclave_document_show_text (fixture->document, "é = 12; b = 3; c = 4");
  find (fixture, "(?<=\\w = )(\\d)+", TRUE, "1 of 3");
  gtk_editable_set_text (GTK_EDITABLE (entry), "<\\1>");
  g_signal_emit_by_name (button, "clicked");
  wait_count (fixture, "1 of 2");
  assert_text (fixture, "é = <2>; b = 3; c = 4");
  g_signal_emit_by_name (button, "clicked");
  wait_count (fixture, "1 of 1");
  assert_text (fixture, "é = <2>; b = <3>; c = 4");

  /* what can't be replaced is said, until it is something else, and stays selected */
  gtk_editable_set_text (GTK_EDITABLE (entry), "<\\");
  wait_count (fixture, "1 of 1");
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (enclave_find_bar_get_count_text (fixture->bar), ==, "Not a replacement");
  assert_text (fixture, "é = <2>; b = <3>; c = 4");
  gtk_editable_set_text (GTK_EDITABLE (entry), "<\\0>");
  wait_count (fixture, "1 of 1");
  g_signal_emit_by_name (button, "clicked");
  assert_text (fixture, "é = <2>; b = <3>; c = <4>");
}

/* In a CRLF file the search marks what stands before the carriage return, and no more of it goes. */
static void
test_one_of_crlf (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button = enclave_test_find_widget (GTK_WIDGET (fixture->bar), is_replace_button, NULL);
  GtkWidget *entry = enclave_test_find_widget (GTK_WIDGET (fixture->bar), is_replace_entry, NULL);

  enclave_document_show_text (fixture->document, "foo 1\r\nfoo 2\r\n");
  find (fixture, "foo (.*)$", TRUE, "1 of 2");
  gtk_editable_set_text (GTK_EDITABLE (entry), "<\\1>");
  g_signal_emit_by_name (button, "clicked");
  assert_text (fixture, "<1>\r\nfoo 2\r\n");
}

/* A match of a long text costs one copy of it. */
static void
test_copies (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button = enclave_test_find_widget (GTK_WIDGET (fixture->bar), is_replace_button, NULL);
  GtkWidget *entry = enclave_test_find_widget (GTK_WIDGET (fixture->bar), is_replace_entry, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  int n_chars;

  for (guint i = 0; i < 20000; i++)
    g_string_append (text, "some words\n");
  g_string_append (text, "a = 12");
  enclave_document_show_text (fixture->document, text->str);
  n_chars = gtk_text_buffer_get_char_count (fixture->buffer);
  find (fixture, "(\\d+)", TRUE, "1 of 1");
  gtk_editable_set_text (GTK_EDITABLE (entry), "<\\1>");
  copied = 0;
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (copied, >=, n_chars);
  g_assert_cmpuint (copied, <, n_chars + n_chars / 2);
  g_string_truncate (text, text->len - 2);
  g_string_append (text, "<12>");
  assert_text (fixture, text->str);
}

/* Only what was found changes: each line keeps its own end, and a new one gets that of its place. */
static void
test_line_ends (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) old = g_string_new (NULL);
  g_autoptr (GString) wanted = g_string_new (NULL);

  for (guint i = 0; i < 3000; i++)
    {
      g_string_append_printf (old, "word %u%s", i, i % 3 == 0 ? "\r\n" : i % 3 == 1 ? "\n" : "\r");
      g_string_append_printf (wanted, "other %u%s", i, i % 3 == 0 ? "\r\n" : i % 3 == 1 ? "\n" : "\r");
    }
  enclave_document_show_text (fixture->document, old->str);
  fixture->document->line_ends = ENCLAVE_LINE_ENDS_MIXED;
  find (fixture, "word", FALSE, "3000");
  g_assert_cmpint (replace_all (fixture, "other", NULL), ==, 3000);
  assert_text (fixture, wanted->str);

  fixture->document->line_ends = ENCLAVE_LINE_ENDS_CRLF;
  enclave_document_show_text (fixture->document, "a b\r\nc b\r\n");
  find (fixture, " (b)", TRUE, "2");
  g_assert_cmpint (replace_all (fixture, "\\n\\1", NULL), ==, 2);
  assert_text (fixture, "a\r\nb\r\nc\r\nb\r\n");
}

/* Few matches: marks between them stay where they are. */
static void
test_marks (Fixture *fixture, gconstpointer data)
{
  GtkTextIter iter;
  GtkTextMark *mark;

  enclave_document_show_text (fixture->document, "foo | foo\n");
  gtk_text_buffer_get_iter_at_offset (fixture->buffer, &iter, 4);
  mark = gtk_text_buffer_create_mark (fixture->buffer, NULL, &iter, TRUE);
  put_caret (fixture, 5);
  find (fixture, "foo", FALSE, "2");
  put_caret (fixture, 5);
  g_assert_cmpint (replace_all (fixture, "éé", NULL), ==, 2);
  assert_text (fixture, "éé | éé\n");
  gtk_text_buffer_get_iter_at_mark (fixture->buffer, &iter, mark);
  g_assert_cmpint (gtk_text_iter_get_offset (&iter), ==, 3);
  g_assert_cmpint (get_caret (fixture), ==, 4);
}

static gboolean
disturb_cb (gpointer data)
{
  Fixture *fixture = data;
  GtkTextIter start;

  if (gtk_text_view_get_editable (fixture->view))
    return G_SOURCE_CONTINUE;
  gtk_text_buffer_get_start_iter (fixture->buffer, &start);
  gtk_text_buffer_insert (fixture->buffer, &start, "of another\n", -1);
  return G_SOURCE_REMOVE;
}

/* Somebody else changes the text meanwhile: it ends, and nothing is put where it does not belong. */
static void
test_disturbed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) old = g_string_new (NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  int n;

  for (guint i = 0; i < MANY; i++)
    g_string_append (old, "one foo two\n");
  enclave_document_show_text (fixture->document, old->str);
  find (fixture, "foo", FALSE, "100000");
  g_timeout_add (20, disturb_cb, fixture);
  n = replace_all (fixture, "barbar", NULL);
  g_assert_cmpint (n, <, MANY);
  text = enclave_document_dup_text (fixture->document);
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpstr (lines[0], ==, "of another");
  for (guint i = 1; i <= MANY; i++)
    g_assert_cmpstr (lines[i], ==, (int) i <= n ? "one barbar two" : "one foo two");
  g_assert_true (gtk_text_view_get_editable (fixture->view));
}

/* Something else is looked for before all matches are known: half of the one and half of the other is not what was asked for. */
static void
test_other_words (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) old = g_string_new (NULL);
  int n = -1;

  for (guint i = 0; i < MANY; i++)
    g_string_append (old, "one foo two\n");
  enclave_document_show_text (fixture->document, old->str);
  find (fixture, "foo", FALSE, "100000");
  enclave_find_bar_replace_all_async (fixture->bar, "bar", replaced_cb, &n);
  g_main_context_iteration (NULL, FALSE);
  enclave_find_bar_set_text (fixture->bar, "two");
  while (n == -1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (n, ==, 0);
  assert_text (fixture, old->str);
  g_assert_cmpstr (enclave_find_bar_get_count_text (fixture->bar), ==, "Ended early: 0 replaced");
  g_assert_true (gtk_text_view_get_editable (fixture->view));
  find (fixture, "two", FALSE, "100000");
  g_assert_cmpint (replace_all (fixture, "2", NULL), ==, MANY);
}

/* So with an expression that a thread looks for: whichever option changes, it ends and says so. */
static void
test_other_expression (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) old = g_string_new (NULL);

  for (guint i = 0; i < MANY; i++)
    g_string_append (old, "one foo two\n");
  enclave_document_show_text (fixture->document, old->str);
  for (guint turn = 0; turn < 2; turn++)
    {
      int n = -1;

      find (fixture, "fo+", TRUE, "100000");
      enclave_find_bar_replace_all_async (fixture->bar, "bar", replaced_cb, &n);
      g_main_context_iteration (NULL, FALSE);
      if (turn == 0)
        enclave_find_bar_set_text (fixture->bar, "tw.");
      else
        enclave_find_bar_set_regex (fixture->bar, FALSE);
      while (n == -1)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (n, ==, 0);
      assert_text (fixture, old->str);
      g_assert_cmpstr (enclave_find_bar_get_count_text (fixture->bar), ==, "Ended early: 0 replaced");
      g_assert_true (gtk_text_view_get_editable (fixture->view));
    }
  find (fixture, "tw.", TRUE, "100000");
  g_assert_cmpint (replace_all (fixture, "2", NULL), ==, MANY);
}

static void
assert_selected (Fixture *fixture, const char *wanted, const char *count)
{
  g_autofree char *selected = NULL;
  GtkTextIter start;
  GtkTextIter end;

  wait_count (fixture, count);
  gtk_text_buffer_get_selection_bounds (fixture->buffer, &start, &end);
  selected = gtk_text_iter_get_text (&start, &end);
  g_assert_cmpstr (selected, ==, wanted);
}

/* What `\K` keeps is no part of the match: the rest is selected, and replaced. */
static void
test_kept (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button = enclave_test_find_widget (GTK_WIDGET (fixture->bar), is_replace_button, NULL);
  GtkWidget *entry = enclave_test_find_widget (GTK_WIDGET (fixture->bar), is_replace_entry, NULL);

  enclave_document_show_text (fixture->document, "é = 1; é = 2\né = 3; 4\n");
  put_caret (fixture, 0);
  find (fixture, "é = \\K\\d", TRUE, "1 of 3");
  assert_selected (fixture, "1", "1 of 3");
  enclave_find_bar_move (fixture->bar, TRUE);
  assert_selected (fixture, "2", "2 of 3");
  enclave_find_bar_move (fixture->bar, TRUE);
  assert_selected (fixture, "3", "3 of 3");
  enclave_find_bar_move (fixture->bar, TRUE);
  assert_selected (fixture, "1", "1 of 3");
  enclave_find_bar_move (fixture->bar, FALSE);
  assert_selected (fixture, "3", "3 of 3");
  enclave_find_bar_move (fixture->bar, FALSE);
  assert_selected (fixture, "2", "2 of 3");
  gtk_editable_set_text (GTK_EDITABLE (entry), "x");
  g_signal_emit_by_name (button, "clicked");
  assert_text (fixture, "é = 1; é = x\né = 3; 4\n");
  /* The display may take the selection away again while the matches are counted anew. */
  while (strstr (enclave_find_bar_get_count_text (fixture->bar), "of 2") == NULL
         && strstr (enclave_find_bar_get_count_text (fixture->bar), "2 matches") == NULL)
    g_main_context_iteration (NULL, TRUE);
  put_caret (fixture, 0);
  enclave_find_bar_move (fixture->bar, TRUE);
  assert_selected (fixture, "1", "1 of 2");
  enclave_find_bar_move (fixture->bar, TRUE);
  assert_selected (fixture, "3", "2 of 2");
  enclave_find_bar_set_text (fixture->bar, "é = \\Kz");
  wait_count (fixture, "No matches");
}

static void
test_closed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) old = g_string_new (NULL);
  int n = -1;

  for (guint i = 0; i < MANY; i++)
    g_string_append (old, "one foo two\n");
  enclave_document_show_text (fixture->document, old->str);
  find (fixture, "foo", FALSE, "100000");
  enclave_find_bar_replace_all_async (fixture->bar, "bar", replaced_cb, &n);
  g_main_context_iteration (NULL, FALSE);
  enclave_find_bar_close (fixture->bar);
  while (n == -1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (n, <, MANY);
  g_assert_true (gtk_text_view_get_editable (fixture->view));
  while (gtk_text_buffer_get_can_undo (fixture->buffer))
    gtk_text_buffer_undo (fixture->buffer);
  assert_text (fixture, old->str);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  gtk_source_init ();
  /* its resources come with the pane */
  g_type_ensure (ENCLAVE_TYPE_EDITOR_PANE);
  g_object_unref (g_object_ref_sink (enclave_editor_pane_new ()));

#define ADD(name, func) g_test_add ("/replace-all/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("many-words", test_many_words);
  ADD ("many-expressions", test_many_expressions);
  ADD ("context", test_context);
  ADD ("one", test_one);
  ADD ("one-of-crlf", test_one_of_crlf);
  ADD ("copies", test_copies);
  ADD ("line-ends", test_line_ends);
  ADD ("marks", test_marks);
  ADD ("disturbed", test_disturbed);
  ADD ("other-words", test_other_words);
  ADD ("other-expression", test_other_expression);
  ADD ("kept", test_kept);
  ADD ("closed", test_closed);
#undef ADD

  return g_test_run ();
}
