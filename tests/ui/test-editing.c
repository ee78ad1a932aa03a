/* test-editing.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

#include "enclave-editor-edits.h"
#include "enclave-editor-pane.h"
#include "enclave-editor-print.h"
#include "enclave-find-bar.h"
#include "enclave-occurrences.h"
#include "enclave-test-project.h"

typedef struct
{
  GtkWidget *window;
  GtkWidget *view;
  GtkTextBuffer *buffer;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = gtk_window_new ();
  fixture->view = gtk_source_view_new ();
  fixture->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view));
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->view);
  gtk_source_buffer_set_implicit_trailing_newline (GTK_SOURCE_BUFFER (fixture->buffer), FALSE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

static void
set_text (Fixture *fixture, const char *text)
{
  gtk_text_buffer_begin_irreversible_action (fixture->buffer);
  gtk_text_buffer_set_text (fixture->buffer, text, -1);
  gtk_text_buffer_end_irreversible_action (fixture->buffer);
}

static void
put_caret (Fixture *fixture, int from, int to)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_iter_at_offset (fixture->buffer, &start, from);
  gtk_text_buffer_get_iter_at_offset (fixture->buffer, &end, to);
  gtk_text_buffer_select_range (fixture->buffer, &end, &start);
}

static void
assert_text (Fixture *fixture, const char *wanted)
{
  g_autofree char *text = NULL;

  g_object_get (fixture->buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, wanted);
}

static void
test_sort (Fixture *fixture, gconstpointer data)
{
  set_text (fixture, "pear\r\napple\nfig\nno end");
  put_caret (fixture, 0, 0);
  enclave_editor_edits_sort_lines (fixture->buffer);
  assert_text (fixture, "apple\r\nfig\nno end\npear");
  gtk_text_buffer_undo (fixture->buffer);
  assert_text (fixture, "pear\r\napple\nfig\nno end");
  g_assert_false (gtk_text_buffer_get_can_undo (fixture->buffer));

  set_text (fixture, "c\nb\na\nz\n");
  put_caret (fixture, 0, 4);
  enclave_editor_edits_sort_lines (fixture->buffer);
  assert_text (fixture, "b\nc\na\nz\n");
  set_text (fixture, "");
  enclave_editor_edits_sort_lines (fixture->buffer);
  assert_text (fixture, "");
}

static void
type (Fixture *fixture, const char *text)
{
  gtk_text_buffer_begin_user_action (fixture->buffer);
  gtk_text_buffer_delete_selection (fixture->buffer, TRUE, TRUE);
  gtk_text_buffer_insert_interactive_at_cursor (fixture->buffer, text, -1, TRUE);
  gtk_text_buffer_end_user_action (fixture->buffer);
}

static void
test_change_all (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveOccurrences) occurrences = NULL;

  set_text (fixture, "int n = n1 + n; /* n */ inn (n);\n");
  put_caret (fixture, 4, 4);
  occurrences = enclave_occurrences_begin (fixture->buffer);
  g_assert_cmpuint (enclave_occurrences_get_n (occurrences), ==, 4);
  type (fixture, "é");
  assert_text (fixture, "int é = n1 + é; /* é */ inn (é);\n");
  type (fixture, "tat");
  assert_text (fixture, "int état = n1 + état; /* état */ inn (état);\n");
  /* It was typed in one go: one step takes it back, and ends the mode. */
  gtk_text_buffer_undo (fixture->buffer);
  g_assert_cmpuint (enclave_occurrences_get_n (occurrences), ==, 0);
  assert_text (fixture, "int n = n1 + n; /* n */ inn (n);\n");
  g_assert_false (gtk_text_buffer_get_can_undo (fixture->buffer));
  gtk_text_buffer_redo (fixture->buffer);
  assert_text (fixture, "int état = n1 + état; /* état */ inn (état);\n");
  g_assert_false (gtk_text_buffer_get_can_redo (fixture->buffer));
  gtk_text_buffer_undo (fixture->buffer);
  g_clear_object (&occurrences);

  /* The caret goes elsewhere: no more. */
  put_caret (fixture, 4, 4);
  occurrences = enclave_occurrences_begin (fixture->buffer);
  put_caret (fixture, 33, 33);
  g_assert_cmpuint (enclave_occurrences_get_n (occurrences), ==, 0);
  type (fixture, "x");
  assert_text (fixture, "int n = n1 + n; /* n */ inn (n);\nx");
  g_clear_object (&occurrences);

  set_text (fixture, "  \n  ");
  put_caret (fixture, 1, 1);
  g_assert_null (enclave_occurrences_begin (fixture->buffer));

  /* Random typing and deleting: all stay equal. */
  for (guint round = 0; round < 60; round++)
    {
      g_autofree char *text = NULL;
      g_auto (GStrv) parts = NULL;

      set_text (fixture, "<ab> ab <ab>\nab");
      put_caret (fixture, 5, 5);
      occurrences = enclave_occurrences_begin (fixture->buffer);
      for (guint i = 0; i < 12; i++)
        {
          GtkTextIter caret;

          gtk_text_buffer_get_iter_at_mark (fixture->buffer, &caret, gtk_text_buffer_get_insert (fixture->buffer));
          if (g_test_rand_int_range (0, 3) == 0 && gtk_text_iter_get_offset (&caret) > 5)
            gtk_text_buffer_backspace (fixture->buffer, &caret, TRUE, TRUE);
          else
            type (fixture, g_test_rand_bit () ? "x" : "日");
          if (enclave_occurrences_get_n (occurrences) == 0)
            break;
          g_free (text);
          g_object_get (fixture->buffer, "text", &text, NULL);
          g_clear_pointer (&parts, g_strfreev);
          parts = g_strsplit_set (text, "<> \n", -1);
          g_assert_cmpuint (g_strv_length (parts), ==, 8);
          g_assert_cmpstr (parts[1], ==, parts[3]);
          g_assert_cmpstr (parts[1], ==, parts[5]);
          g_assert_cmpstr (parts[1], ==, parts[7]);
        }
      g_clear_object (&occurrences);
    }
}

/* Of places that overlap those count that the person sees as separate ones, and those that touch stay apart. */
static void
test_change_overlapping (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    int from;
    guint n;
    const char *typed;
    const char *deleted;
  } cases[] = {
    { "aaaa", 0, 2, "é.é.", "éé" },
    { "aaaa", 2, 2, "é.é.", "éé" },
    { "aaaa", 1, 1, "aé.a", "aéa" },
    { "aaaaaaa", 2, 3, "é.é.é.a", "éééa" },
    { "aaaaaaa", 3, 3, "é.aé.é.", "éaéé" },
    { "aaa aa\naaaa", 0, 4, "é.a é.\né.é.", "éa é\néé" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveOccurrences) occurrences = NULL;
      GtkTextIter caret;

      set_text (fixture, cases[i].text);
      put_caret (fixture, cases[i].from, cases[i].from + 2);
      occurrences = enclave_occurrences_begin (fixture->buffer);
      g_assert_cmpuint (enclave_occurrences_get_n (occurrences), ==, cases[i].n);
      type (fixture, "é");
      type (fixture, ".");
      assert_text (fixture, cases[i].typed);
      gtk_text_buffer_get_iter_at_mark (fixture->buffer, &caret, gtk_text_buffer_get_insert (fixture->buffer));
      g_assert_true (gtk_text_buffer_backspace (fixture->buffer, &caret, TRUE, TRUE));
      assert_text (fixture, cases[i].deleted);
      g_assert_cmpuint (enclave_occurrences_get_n (occurrences), ==, cases[i].n);
      while (gtk_text_buffer_get_can_undo (fixture->buffer))
        gtk_text_buffer_undo (fixture->buffer);
      assert_text (fixture, cases[i].text);
    }

  /* What goes beyond the place is no change of it. */
  {
    g_autoptr (EnclaveOccurrences) occurrences = NULL;
    GtkTextIter start;
    GtkTextIter end;

    set_text (fixture, "abab ab");
    put_caret (fixture, 0, 2);
    occurrences = enclave_occurrences_begin (fixture->buffer);
    gtk_text_buffer_get_iter_at_offset (fixture->buffer, &start, 1);
    gtk_text_buffer_get_iter_at_offset (fixture->buffer, &end, 3);
    gtk_text_buffer_delete (fixture->buffer, &start, &end);
    g_assert_cmpuint (enclave_occurrences_get_n (occurrences), ==, 0);
    assert_text (fixture, "ab ab");
  }
}

static void
wait_count (EnclaveFindBar *bar, const char *wanted)
{
  gint64 until = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (g_strcmp0 (enclave_find_bar_get_count_text (bar), wanted) != 0 && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpstr (enclave_find_bar_get_count_text (bar), ==, wanted);
}

static void
replaced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(int *) data = (int) enclave_find_bar_replace_all_finish (ENCLAVE_FIND_BAR (source), result, NULL);
}

static guint
replace_all (EnclaveFindBar *bar, const char *replacement)
{
  int n = -1;

  enclave_find_bar_replace_all_async (bar, replacement, replaced_cb, &n);
  while (n < 0)
    g_main_context_iteration (NULL, TRUE);
  return (guint) n;
}

static void
test_regex (Fixture *fixture, gconstpointer data)
{
  GtkWidget *bar = g_object_ref_sink (g_object_new (ENCLAVE_TYPE_FIND_BAR, NULL));
  g_autoptr (GString) hostile = g_string_new (NULL);
  clock_t started;
  clock_t longest;

  set_text (fixture, "a1 b22 c333\nno\nA4\n");
  put_caret (fixture, 0, 0);
  enclave_find_bar_set_view (ENCLAVE_FIND_BAR (bar), GTK_SOURCE_VIEW (fixture->view));
  enclave_find_bar_open (ENCLAVE_FIND_BAR (bar), FALSE);
  enclave_find_bar_set_regex (ENCLAVE_FIND_BAR (bar), TRUE);
  enclave_find_bar_set_text (ENCLAVE_FIND_BAR (bar), "[a-z](\\d+)");
  wait_count (ENCLAVE_FIND_BAR (bar), "1 of 4");
  enclave_find_bar_move (ENCLAVE_FIND_BAR (bar), TRUE);
  wait_count (ENCLAVE_FIND_BAR (bar), "2 of 4");
  g_assert_cmpuint (replace_all (ENCLAVE_FIND_BAR (bar), "<\\1>"), ==, 4);
  assert_text (fixture, "<1> <22> <333>\nno\n<4>\n");
  enclave_find_bar_set_text (ENCLAVE_FIND_BAR (bar), "(unfinished");
  wait_count (ENCLAVE_FIND_BAR (bar), "Not a pattern");

  /* A pattern that would take years: the window goes on. In time of the processor, which a busy machine does not change;
   * without the limits it is 117 ms. */
  for (guint i = 0; i < 200; i++)
    g_string_append (hostile, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\n");
  set_text (fixture, hostile->str);
  put_caret (fixture, 0, 0);
  started = clock ();
  enclave_find_bar_set_text (ENCLAVE_FIND_BAR (bar), "(a+)+$");
  longest = clock () - started;
  for (guint i = 0; i < 400; i++)
    {
      clock_t before = clock ();

      g_main_context_iteration (NULL, FALSE);
      longest = MAX (longest, clock () - before);
    }
  g_test_message ("longest wait %.1f ms", (double) longest * 1000 / CLOCKS_PER_SEC);
  g_assert_cmpint (longest, <, CLOCKS_PER_SEC / 20);
  enclave_find_bar_set_view (ENCLAVE_FIND_BAR (bar), NULL);
  g_object_unref (bar);
}

static void
test_print (Fixture *fixture, gconstpointer data)
{
  g_autofree char *root = g_dir_make_tmp ("print-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "out.pdf", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  set_text (fixture, "int main (void) { return 0; }\n");
  enclave_editor_print (GTK_SOURCE_VIEW (fixture->view), "100% main.c", NULL, path);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpuint (length, >, 1000);
  g_assert_true (g_str_has_prefix (bytes, "%PDF-"));
  g_unlink (path);
  g_rmdir (root);
}

#define ADD(name, func) g_test_add ("/editing/" name, Fixture, NULL, set_up, func, tear_down)

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

  ADD ("sort", test_sort);
  ADD ("change-all", test_change_all);
  ADD ("change-overlapping", test_change_overlapping);
  ADD ("regex", test_regex);
  ADD ("print", test_print);

  return g_test_run ();
}
