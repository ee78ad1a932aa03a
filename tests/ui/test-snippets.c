/* test-snippets.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>

#include "enclave-editor-page.h"
#include "enclave-editor-pane.h"
#include "enclave-settings.h"
#include "enclave-snippet-input.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

typedef struct
{
  GtkWidget *window;
  GtkSourceView *view;
  GtkTextBuffer *buffer;
  EnclaveDocument *document;
  EnclaveSnippets *snippets;
  EnclaveSnippetInput *input;
  EnclaveTestProject *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/tmp/parts/odd.name.c");

  fixture->folder = enclave_test_project_new ();
  fixture->window = gtk_window_new ();
  fixture->document = enclave_document_new (file, NULL);
  fixture->buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (fixture->document));
  fixture->view = GTK_SOURCE_VIEW (gtk_source_view_new_with_buffer (GTK_SOURCE_BUFFER (fixture->buffer)));
  gtk_source_buffer_set_language (GTK_SOURCE_BUFFER (fixture->buffer),
                                  gtk_source_language_manager_get_language (gtk_source_language_manager_get_default (), "c"));
  gtk_source_view_set_insert_spaces_instead_of_tabs (fixture->view, TRUE);
  gtk_source_view_set_tab_width (fixture->view, 8);
  gtk_source_view_set_indent_width (fixture->view, 2);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  gtk_window_present (GTK_WINDOW (fixture->window));
  fixture->snippets = enclave_snippets_new (fixture->folder->root);
  fixture->input = enclave_snippet_input_new (fixture->view, fixture->document, fixture->snippets);
  gtk_widget_grab_focus (GTK_WIDGET (fixture->view));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_snippet_input_drop (fixture->input);
  enclave_test_finalize (fixture->input);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_clear_object (&fixture->snippets);
  g_clear_object (&fixture->document);
  enclave_test_project_free (fixture->folder);
}

static void
set_text (Fixture *fixture, const char *text)
{
  GtkTextIter end;

  gtk_text_buffer_begin_irreversible_action (fixture->buffer);
  gtk_text_buffer_set_text (fixture->buffer, text, -1);
  gtk_text_buffer_end_irreversible_action (fixture->buffer);
  gtk_text_buffer_get_end_iter (fixture->buffer, &end);
  gtk_text_buffer_place_cursor (fixture->buffer, &end);
}

static void
assert_text (Fixture *fixture, const char *wanted)
{
  g_autofree char *text = NULL;

  g_object_get (fixture->buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, wanted);
}

static void
type (Fixture *fixture, const char *text)
{
  gtk_text_buffer_begin_user_action (fixture->buffer);
  gtk_text_buffer_delete_selection (fixture->buffer, TRUE, TRUE);
  gtk_text_buffer_insert_interactive_at_cursor (fixture->buffer, text, -1, TRUE);
  gtk_text_buffer_end_user_action (fixture->buffer);
}

/* As the view's own key controllers get it: the newest is asked first. */
static gboolean
press (Fixture *fixture, guint keyval, GdkModifierType state)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (fixture->view));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled = FALSE;

      if (!GTK_IS_EVENT_CONTROLLER_KEY (controller) || gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE)
        continue;
      g_signal_emit_by_name (controller, "key-pressed", keyval, 0, state, &handled);
      if (handled)
        return TRUE;
    }
  return FALSE;
}

static void
assert_selected (Fixture *fixture, const char *wanted)
{
  GtkTextIter start;
  GtkTextIter end;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_selection_bounds (fixture->buffer, &start, &end);
  text = gtk_text_iter_get_text (&start, &end);
  g_assert_cmpstr (text, ==, wanted);
}

static void
test_tab (Fixture *fixture, gconstpointer data)
{
  set_text (fixture, "  for");
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  assert_text (fixture, "  for (int i = 0; i < n; i++)\n  {\n    \n  }");
  assert_selected (fixture, "int");
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  assert_selected (fixture, "i");
  type (fixture, "row");
  assert_text (fixture, "  for (int row = 0; row < n; row++)\n  {\n    \n  }");
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  assert_selected (fixture, "n");
  g_assert_true (press (fixture, GDK_KEY_ISO_Left_Tab, GDK_SHIFT_MASK));
  assert_selected (fixture, "row");
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  /* the last place, and then Tab is Tab again */
  type (fixture, "x");
  assert_text (fixture, "  for (int row = 0; row < n; row++)\n  {\n    x\n  }");
  g_assert_false (enclave_snippet_input_leave (fixture->input));

  /* nothing is written into what is taken back */
  while (gtk_text_buffer_get_can_undo (fixture->buffer))
    gtk_text_buffer_undo (fixture->buffer);
  assert_text (fixture, "  for");
  while (gtk_text_buffer_get_can_redo (fixture->buffer))
    gtk_text_buffer_redo (fixture->buffer);
  assert_text (fixture, "  for (int row = 0; row < n; row++)\n  {\n    x\n  }");
}

static void
test_undo_inside (Fixture *fixture, gconstpointer data)
{
  set_text (fixture, "for");
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  type (fixture, "k");
  type (fixture, "k");
  gtk_text_buffer_undo (fixture->buffer);
  gtk_text_buffer_undo (fixture->buffer);
  while (gtk_text_buffer_get_can_undo (fixture->buffer))
    gtk_text_buffer_undo (fixture->buffer);
  assert_text (fixture, "for");
  while (gtk_text_buffer_get_can_redo (fixture->buffer))
    gtk_text_buffer_redo (fixture->buffer);
  assert_text (fixture, "for (int kk = 0; kk < n; kk++)\n{\n  \n}");
}

/* What a key types goes into the places that follow it, whole and once. */
static void
test_mirrors (Fixture *fixture, gconstpointer data)
{
  GtkTextIter caret;

  set_text (fixture, "for");
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  type (fixture, "kk");
  assert_text (fixture, "for (int kk = 0; kk < n; kk++)\n{\n  \n}");
  type (fixture, "é");
  assert_text (fixture, "for (int kké = 0; kké < n; kké++)\n{\n  \n}");
  gtk_text_buffer_get_iter_at_offset (fixture->buffer, &caret, (int) strlen ("for (int kk"));
  g_assert_true (gtk_text_buffer_backspace (fixture->buffer, &caret, TRUE, TRUE));
  assert_text (fixture, "for (int ké = 0; ké < n; ké++)\n{\n  \n}");
  type (fixture, "kk");
  assert_text (fixture, "for (int kékk = 0; kékk < n; kékk++)\n{\n  \n}");
  gtk_text_buffer_get_iter_at_mark (fixture->buffer, &caret, gtk_text_buffer_get_insert (fixture->buffer));
  g_assert_cmpint (gtk_text_iter_get_offset (&caret), ==, (int) strlen ("for (int kekk"));
}

/* Told of an edit when the places have followed it. */
static void
told_insert_cb (GtkTextBuffer *buffer, const GtkTextIter *location, const char *text, int length, GString *told)
{
  g_string_append_printf (told, "+%d ", gtk_text_iter_get_offset (location));
}

static void
told_delete_cb (GtkTextBuffer *buffer, const GtkTextIter *start, const GtkTextIter *end, GString *told)
{
  g_string_append_printf (told, "-%d,%d ", gtk_text_iter_get_offset (start), gtk_text_iter_get_offset (end));
}

/* Who edits elsewhere than at the caret goes on there, whatever the places do meanwhile. */
static void
test_others (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GtkSourceSearchSettings) settings = gtk_source_search_settings_new ();
  g_autoptr (GtkSourceSearchContext) search = gtk_source_search_context_new (GTK_SOURCE_BUFFER (fixture->buffer), settings);
  g_autoptr (GString) told = g_string_new (NULL);
  GtkTextIter iter;
  GtkTextIter end;

  set_text (fixture, "one\nfor");
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  type (fixture, "ab");
  assert_text (fixture, "one\nfor (int ab = 0; ab < n; ab++)\n{\n  \n}");
  g_signal_connect_after (fixture->buffer, "insert-text", G_CALLBACK (told_insert_cb), told);
  g_signal_connect_after (fixture->buffer, "delete-range", G_CALLBACK (told_delete_cb), told);

  /* before the snippet, and on */
  gtk_text_buffer_get_start_iter (fixture->buffer, &iter);
  gtk_text_buffer_insert (fixture->buffer, &iter, "x", -1);
  gtk_text_buffer_insert (fixture->buffer, &iter, "y", -1);
  assert_text (fixture, "xyone\nfor (int ab = 0; ab < n; ab++)\n{\n  \n}");
  gtk_text_buffer_get_start_iter (fixture->buffer, &iter);
  gtk_text_buffer_get_iter_at_offset (fixture->buffer, &end, 2);
  gtk_text_buffer_delete (fixture->buffer, &iter, &end);
  g_assert_cmpstr (told->str, ==, "+1 +2 -0,0 ");
  gtk_text_buffer_insert (fixture->buffer, &iter, "z", -1);
  assert_text (fixture, "zone\nfor (int ab = 0; ab < n; ab++)\n{\n  \n}");

  /* in the place itself, the caret being behind it */
  gtk_text_buffer_get_iter_at_line_offset (fixture->buffer, &iter, 1, 10);
  gtk_text_buffer_insert (fixture->buffer, &iter, "1", -1);
  g_assert_cmpint (gtk_text_iter_get_line_offset (&iter), ==, 11);
  gtk_text_buffer_insert (fixture->buffer, &iter, "2", -1);
  assert_text (fixture, "zone\nfor (int a12b = 0; a12b < n; a12b++)\n{\n  \n}");
  gtk_text_buffer_get_iter_at_line_offset (fixture->buffer, &iter, 1, 10);
  end = iter;
  gtk_text_iter_forward_char (&end);
  gtk_text_buffer_delete (fixture->buffer, &iter, &end);
  g_assert_cmpint (gtk_text_iter_get_line_offset (&iter), ==, 10);
  gtk_text_buffer_insert (fixture->buffer, &iter, "c", -1);
  assert_text (fixture, "zone\nfor (int ac2b = 0; ac2b < n; ac2b++)\n{\n  \n}");

  /* a completion: the word before the caret becomes another */
  gtk_text_buffer_get_iter_at_mark (fixture->buffer, &end, gtk_text_buffer_get_insert (fixture->buffer));
  gtk_text_buffer_get_iter_at_line_offset (fixture->buffer, &iter, 1, 9);
  gtk_text_buffer_begin_user_action (fixture->buffer);
  gtk_text_buffer_delete (fixture->buffer, &iter, &end);
  gtk_text_buffer_insert (fixture->buffer, &iter, "row", -1);
  gtk_text_buffer_insert (fixture->buffer, &iter, "s", -1);
  gtk_text_buffer_end_user_action (fixture->buffer);
  assert_text (fixture, "zone\nfor (int rows = 0; rows < n; rows++)\n{\n  \n}");

  /* the find bar */
  gtk_text_buffer_get_bounds (fixture->buffer, &iter, &end);
  gtk_source_search_settings_set_search_text (settings, "zone");
  g_assert_true (gtk_source_search_context_forward (search, &iter, &iter, &end, NULL));
  g_assert_true (gtk_source_search_context_replace (search, &iter, &end, "zwei", -1, NULL));
  assert_text (fixture, "zwei\nfor (int rows = 0; rows < n; rows++)\n{\n  \n}");
  g_signal_handlers_disconnect_by_data (fixture->buffer, told);
}

static void
leave_cb (GtkTextBuffer *buffer, GtkTextIter *location, const char *text, int length, EnclaveSnippetInput *input)
{
  enclave_snippet_input_leave (input);
}

/* In the middle of an edit: by who is told of it before the places follow, of what they get, and behind. */
static void
test_leave_inside (Fixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < 4; round++)
    {
      GtkTextIter iter;
      gulong handler;

      set_text (fixture, "one\nfor");
      g_assert_true (press (fixture, GDK_KEY_Tab, 0));
      g_assert_true (press (fixture, GDK_KEY_Tab, 0));
      type (fixture, "ab");
      handler = g_signal_connect_data (fixture->buffer, "insert-text", G_CALLBACK (leave_cb), fixture->input, NULL,
                                       round % 2 == 0 ? G_CONNECT_DEFAULT : G_CONNECT_AFTER);
      gtk_text_buffer_get_iter_at_line_offset (fixture->buffer, &iter, round < 2 ? 0 : 1, round < 2 ? 0 : 10);
      gtk_text_buffer_insert (fixture->buffer, &iter, "x", -1);
      g_assert_false (enclave_snippet_input_leave (fixture->input));
      gtk_text_buffer_insert (fixture->buffer, &iter, "y", -1);
      g_signal_handler_disconnect (fixture->buffer, handler);
      if (round < 2)
        assert_text (fixture, "xyone\nfor (int ab = 0; ab < n; ab++)\n{\n  \n}");
      else
        assert_text (fixture, "one\nfor (int axyb = 0; axb < n; axb++)\n{\n  \n}");
    }
}

static void
test_where (Fixture *fixture, gconstpointer data)
{
  GtkTextIter start;
  GtkTextIter end;

  set_text (fixture, "xfor");
  press (fixture, GDK_KEY_Tab, 0);
  g_assert_false (enclave_snippet_input_leave (fixture->input));
  set_text (fixture, "/* for");
  gtk_text_buffer_get_bounds (fixture->buffer, &start, &end);
  gtk_source_buffer_ensure_highlight (GTK_SOURCE_BUFFER (fixture->buffer), &start, &end);
  press (fixture, GDK_KEY_Tab, 0);
  g_assert_false (enclave_snippet_input_leave (fixture->input));
  /* of another language */
  set_text (fixture, "def");
  press (fixture, GDK_KEY_Tab, 0);
  g_assert_false (enclave_snippet_input_leave (fixture->input));
  set_text (fixture, "for");
  gtk_text_view_set_editable (GTK_TEXT_VIEW (fixture->view), FALSE);
  press (fixture, GDK_KEY_Tab, 0);
  assert_text (fixture, "for");
  gtk_text_view_set_editable (GTK_TEXT_VIEW (fixture->view), TRUE);
  enclave_snippet_input_drop (fixture->input);
  press (fixture, GDK_KEY_Tab, 0);
  assert_text (fixture, "for ");
}

static const char *
wait_change (Fixture *fixture)
{
  gboolean changed = FALSE;
  gulong handler;

  handler = g_signal_connect_swapped (fixture->snippets, "changed", G_CALLBACK (g_atomic_int_inc), &changed);
  for (guint i = 0; i < 3000 && !changed; i++)
    enclave_test_spin (10);
  g_signal_handler_disconnect (fixture->snippets, handler);
  g_assert_true (changed);
  return enclave_snippets_get_problem (fixture->snippets);
}

static void
test_own (Fixture *fixture, gconstpointer data)
{
  g_assert_null (wait_change (fixture));
  enclave_test_project_write (fixture->folder, "mine.snippets",
                              "<snippets><snippet trigger=\"for\"><text languages=\"c\">mine `$1` \\$x|y\\\\z</text></snippet>"
                              "<snippet trigger=\"who\"><text>$TM_FILENAME $TM_FILENAME_BASE $TM_LINE_NUMBER $LINE_COMMENT $CURRENT_YEAR [$TM_SELECTED_TEXT]</text>"
                              "</snippet></snippets>");
  g_assert_null (wait_change (fixture));
  set_text (fixture, "for");
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  assert_text (fixture, "mine `` $x|y\\z");
  enclave_snippet_input_leave (fixture->input);

  {
    g_autoptr (EnclaveSnippet) who = enclave_snippets_find (fixture->snippets, "c", "who");
    g_autoptr (GDateTime) now = g_date_time_new_now_local ();
    g_autofree char *wanted = g_date_time_format (now, "\nodd.name.c odd.name 2 // %Y [  one\n  two]");
    GtkTextIter start;
    GtkTextIter end;

    set_text (fixture, "\n  one\n  two");
    gtk_text_buffer_get_iter_at_line (fixture->buffer, &start, 1);
    gtk_text_buffer_get_end_iter (fixture->buffer, &end);
    gtk_text_buffer_select_range (fixture->buffer, &end, &start);
    enclave_snippet_input_insert (fixture->input, who, NULL, NULL);
    assert_text (fixture, wanted);
  }

  enclave_test_project_write (fixture->folder, "mine.snippets", "<snippets><snippet trigger=\"for\"><text>${</text></snippet></snippets>");
  g_assert_nonnull (strstr (wait_change (fixture), "mine.snippets"));
  set_text (fixture, "for");
  g_assert_true (press (fixture, GDK_KEY_Tab, 0));
  assert_selected (fixture, "int");
}

/* All that come with the program are read, and inserting each leaves what undo takes back. */
static void
test_set (Fixture *fixture, gconstpointer data)
{
  static const char *const languages[] = { "c",    "cpp", "python", "python3", "rust",     "go",   "js",    "jsx",      "typescript",
                                           "meson", "sh", "html",   "css",     "markdown", "java", "cmake", "makefile", "sql" };
  guint n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      GtkSourceLanguage *language = gtk_source_language_manager_get_language (gtk_source_language_manager_get_default (), languages[i]);
      g_autoptr (GPtrArray) list = NULL;

      g_assert_nonnull (language);
      gtk_source_buffer_set_language (GTK_SOURCE_BUFFER (fixture->buffer), language);
      list = enclave_snippet_input_list (fixture->input);
      g_assert_cmpuint (list->len, >, 0);
      for (guint k = 0; k < list->len; k++)
        {
          const EnclaveSnippet *snippet = g_ptr_array_index (list, k);

          set_text (fixture, "");
          enclave_snippet_input_insert (fixture->input, snippet, NULL, NULL);
          for (guint place = 0; place < 12; place++)
            {
              type (fixture, "é");
              press (fixture, GDK_KEY_Tab, 0);
            }
          while (gtk_text_buffer_get_can_undo (fixture->buffer))
            gtk_text_buffer_undo (fixture->buffer);
          assert_text (fixture, "");
          n++;
        }
    }
  g_test_message ("%u snippets", n);
  g_assert_cmpuint (n, >, 120);
}

static void
select_word (GtkTextBuffer *buffer, int offset, int length)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_iter_at_offset (buffer, &start, offset);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, offset + length);
  gtk_text_buffer_select_range (buffer, &end, &start);
}

/* Of the ways of changing many places at a time, the last begun is the only one. */
static void
assert_one_way (EnclaveEditorPage *page)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (enclave_editor_page_get_view (page)));
  Fixture fixture = { .buffer = buffer, .view = enclave_editor_page_get_view (page) };

  gtk_widget_grab_focus (GTK_WIDGET (fixture.view));
  for (guint k = 0; k < 200 && !gtk_widget_has_focus (GTK_WIDGET (fixture.view)); k++)
    enclave_test_spin (10);

  /* a snippet ends where occurrences begin */
  set_text (&fixture, "int x;\n");
  g_assert_true (enclave_editor_page_insert_snippet (page, "for"));
  assert_selected (&fixture, "int");
  g_assert_cmpuint (enclave_editor_page_change_all (page), ==, 2);
  type (&fixture, "xy");
  assert_text (&fixture, "xy x;\nfor (xy i = 0; i < n; i++)\n{\n    \n}");
  press (&fixture, GDK_KEY_Tab, 0);
  g_assert_false (gtk_text_buffer_get_has_selection (buffer));
  g_assert_true (enclave_editor_page_step_back (page));
  g_assert_false (enclave_editor_page_step_back (page));

  /* and the other way round: by the action, and by Tab */
  for (guint round = 0; round < 4; round++)
    {
      g_test_message ("round %u", round);
      set_text (&fixture, round < 2 ? "ab ab\nab ab\n" : "ab ab\nab ab\nwhile");
      select_word (buffer, 0, 2);
      if (round % 2 == 0)
        g_assert_cmpuint (enclave_editor_page_change_all (page), ==, 4);
      else
        {
          gtk_widget_activate_action (GTK_WIDGET (page), "editor.select-columns", NULL);
          g_assert_false (gtk_text_buffer_get_has_selection (buffer));
        }
      if (round < 2)
        g_assert_true (enclave_editor_page_insert_snippet (page, "while"));
      else
        {
          GtkTextIter end;

          gtk_text_buffer_get_end_iter (buffer, &end);
          gtk_text_buffer_place_cursor (buffer, &end);
          g_assert_true (press (&fixture, GDK_KEY_Tab, 0));
        }
      type (&fixture, "x");
      {
        g_autofree char *text = NULL;

        g_object_get (buffer, "text", &text, NULL);
        g_assert_nonnull (strstr (text, "while (x)\n"));
        g_assert_null (strstr (text, "xb"));
        g_assert_nonnull (strstr (text, round < 2 ? " ab\nab ab\n" : "ab ab\nab ab\n"));
      }
      /* the snippet, and nothing else */
      g_assert_true (enclave_editor_page_step_back (page));
      g_assert_false (enclave_editor_page_step_back (page));
    }

  /* a formatter, or the file on the disk: letter for letter, also in the places and what follows them */
  set_text (&fixture, "x\n");
  g_assert_true (enclave_editor_page_insert_snippet (page, "for"));
  press (&fixture, GDK_KEY_Tab, 0);
  type (&fixture, "row");
  assert_text (&fixture, "x\nfor (int row = 0; row < n; row++)\n{\n    \n}");
  g_assert_true (enclave_document_apply_text (enclave_editor_page_get_document (page), "x\nfor (int row = 0; raw < n; row++)\n{\n    \n}"));
  assert_text (&fixture, "x\nfor (int row = 0; raw < n; row++)\n{\n    \n}");
  set_text (&fixture, "");
}

/* In the pane as a person has it: the setting, the second view, the action. */
static void
test_pane (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = enclave_test_project_path (fixture->folder, "text.c");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GSettings) settings = enclave_settings_new ("dev.enclave.Enclave", NULL, NULL);
  GtkWidget *pane = enclave_editor_pane_new ();
  GtkWidget *window = gtk_window_new ();
  EnclaveEditorPage *page;
  const char *problem;
  g_autoptr (GPtrArray) list = NULL;

  enclave_test_project_write (fixture->folder, "text.c", "");
  gtk_window_set_child (GTK_WINDOW (window), pane);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_null (enclave_editor_pane_list_snippets (ENCLAVE_EDITOR_PANE (pane), &problem));
  g_assert_cmpstr (problem, ==, "Nothing is open that a snippet could go into");
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 0, 0);
  page = ENCLAVE_EDITOR_PAGE (enclave_test_find_type (pane, ENCLAVE_TYPE_EDITOR_PAGE));
  while (!enclave_document_get_loaded (enclave_editor_page_get_document (page)))
    g_main_context_iteration (NULL, TRUE);
  /* the language is known a little later than the text */
  for (guint i = 0; i < 3000 && (list == NULL || list->len == 0); i++)
    {
      enclave_test_spin (10);
      g_clear_pointer (&list, g_ptr_array_unref);
      list = enclave_editor_pane_list_snippets (ENCLAVE_EDITOR_PANE (pane), &problem);
    }
  g_assert_cmpuint (list->len, >, 5);
  gtk_widget_activate_action (GTK_WIDGET (page), "editor.split", NULL);
  gtk_widget_activate_action (GTK_WIDGET (page), "editor.insert-snippet", "s", "while");
  {
    g_autofree char *text = enclave_document_dup_text (enclave_editor_page_get_document (page));

    g_assert_cmpstr (text, ==, "while (condition)\n{\n    \n}");
  }
  g_assert_true (enclave_editor_page_step_back (page));
  assert_one_way (page);
  gtk_widget_activate_action (GTK_WIDGET (page), "editor.split", NULL);
  g_settings_set_boolean (settings, "snippets", FALSE);
  g_assert_null (enclave_editor_pane_list_snippets (ENCLAVE_EDITOR_PANE (pane), &problem));
  g_assert_cmpstr (problem, ==, "Snippets are switched off");
  g_assert_false (gtk_source_view_get_enable_snippets (enclave_editor_page_get_view (page)));
  g_settings_set_boolean (settings, "snippets", TRUE);
  g_assert_true (gtk_source_view_get_enable_snippets (enclave_editor_page_get_view (page)));
  gtk_window_destroy (GTK_WINDOW (window));
}

#define ADD(name, func) g_test_add ("/snippets/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  gtk_source_init ();
  g_type_ensure (ENCLAVE_TYPE_EDITOR_PANE);
  g_object_unref (g_object_ref_sink (enclave_editor_pane_new ()));

  ADD ("tab", test_tab);
  ADD ("undo-inside", test_undo_inside);
  ADD ("mirrors", test_mirrors);
  ADD ("others", test_others);
  ADD ("leave-inside", test_leave_inside);
  ADD ("where", test_where);
  ADD ("own", test_own);
  ADD ("set", test_set);
  ADD ("pane", test_pane);

  return g_test_run ();
}
