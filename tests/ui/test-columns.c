/* test-columns.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-column-selection.h"
#include "enclave-editor-page.h"
#include "enclave-editor-pane.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

#define MAX_LINES 10000

typedef struct
{
  GtkWidget *window;
  EnclaveGhostView *view;
  GtkTextBuffer *buffer;
  EnclaveColumnSelection *columns;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = gtk_window_new ();
  fixture->view = g_object_new (ENCLAVE_TYPE_GHOST_VIEW, "tab-width", 4, "monospace", TRUE, NULL);
  fixture->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->view));
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  gtk_source_buffer_set_implicit_trailing_newline (GTK_SOURCE_BUFFER (fixture->buffer), FALSE);
  gtk_window_present (GTK_WINDOW (fixture->window));
  fixture->columns = enclave_column_selection_new (fixture->view);
  gtk_widget_grab_focus (GTK_WIDGET (fixture->view));
  for (guint i = 0; i < 3000 && !gtk_widget_has_focus (GTK_WIDGET (fixture->view)); i++)
    enclave_test_spin (10);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_column_selection_drop (fixture->columns);
  enclave_test_finalize (fixture->columns);
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
put_caret (Fixture *fixture, int line, int offset)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_line_offset (fixture->buffer, &iter, line, offset);
  gtk_text_buffer_place_cursor (fixture->buffer, &iter);
}

static void
begin (Fixture *fixture, int line, int offset, int lines, int columns)
{
  enclave_column_selection_end (fixture->columns);
  put_caret (fixture, line, offset);
  enclave_column_selection_begin (fixture->columns);
  enclave_column_selection_move (fixture->columns, lines, columns);
}

static void
assert_text (Fixture *fixture, const char *wanted)
{
  g_autofree char *text = NULL;

  g_object_get (fixture->buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, wanted);
}

/* As the view gives on what an input method makes. */
static void
type (Fixture *fixture, const char *text)
{
  gtk_text_buffer_begin_user_action (fixture->buffer);
  gtk_text_buffer_insert_interactive_at_cursor (fixture->buffer, text, -1, TRUE);
  gtk_text_buffer_end_user_action (fixture->buffer);
}

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
      /* the rest is for the view's own keys, with a real event */
      return handled;
    }
  return FALSE;
}

static gboolean
is_active (Fixture *fixture)
{
  EnclaveColumns columns;

  return enclave_column_selection_get (fixture->columns, &columns);
}

static void
test_columns (Fixture *fixture, gconstpointer data)
{
  GtkTextIter iter;

  set_text (fixture, "a\tb\n日本x\ne\xcc\x81y\n");
  gtk_text_buffer_get_iter_at_line_offset (fixture->buffer, &iter, 0, 2);
  g_assert_cmpuint (enclave_column_edits_get_column (&iter, 4), ==, 4);
  g_assert_cmpuint (enclave_column_edits_get_iter (fixture->buffer, 0, 2, 4, &iter), ==, 4);
  g_assert_cmpint (gtk_text_iter_get_line_offset (&iter), ==, 2);
  g_assert_cmpuint (enclave_column_edits_get_iter (fixture->buffer, 0, 1, 4, &iter), ==, 1);
  g_assert_cmpuint (enclave_column_edits_get_iter (fixture->buffer, 1, 3, 4, &iter), ==, 4);
  g_assert_cmpint (gtk_text_iter_get_line_offset (&iter), ==, 2);
  g_assert_cmpuint (enclave_column_edits_get_iter (fixture->buffer, 1, 99, 4, &iter), ==, 5);
  /* no letter is parted from what stands on it */
  g_assert_cmpuint (enclave_column_edits_get_iter (fixture->buffer, 2, 1, 4, &iter), ==, 1);
  g_assert_cmpint (gtk_text_iter_get_line_offset (&iter), ==, 2);
  g_assert_cmpuint (enclave_column_edits_measure ("日\tx", 1, 4), ==, 4);
  g_assert_cmpuint (enclave_column_edits_measure ("日\tx", 0, 4), ==, 5);
}

static void
undo_all (Fixture *fixture, const char *wanted, guint steps)
{
  for (guint i = 0; i < steps; i++)
    {
      g_assert_true (gtk_text_buffer_get_can_undo (fixture->buffer));
      gtk_text_buffer_undo (fixture->buffer);
    }
  assert_text (fixture, wanted);
  g_assert_false (gtk_text_buffer_get_can_undo (fixture->buffer));
}

static void
test_type (Fixture *fixture, gconstpointer data)
{
  const char *text = "one = 1\nb\n\tfour = 4\n日本 = 5\n";

  set_text (fixture, text);
  begin (fixture, 0, 4, 3, 0);
  type (fixture, "x");
  assert_text (fixture, "one x= 1\nb   x\n\txfour = 4\n日本x = 5\n");
  type (fixture, "é");
  assert_text (fixture, "one xé= 1\nb   xé\n\txéfour = 4\n日本xé = 5\n");
  g_assert_true (is_active (fixture));
  /* one step what is typed in one go */
  undo_all (fixture, text, 1);
  g_assert_false (is_active (fixture));
  gtk_text_buffer_redo (fixture->buffer);
  assert_text (fixture, "one xé= 1\nb   xé\n\txéfour = 4\n日本xé = 5\n");
  g_assert_false (gtk_text_buffer_get_can_redo (fixture->buffer));

  /* in place of what is selected, upwards and to the left as well */
  set_text (fixture, "abcd\nefgh\nij\n");
  begin (fixture, 2, 2, -2, -1);
  type (fixture, "-");
  assert_text (fixture, "a-cd\ne-gh\ni-\n");
  undo_all (fixture, "abcd\nefgh\nij\n", 1);
}

/* What is typed in one go is one step, and no more than that; the text comes back whole also where GTK would lose it. */
static void
test_series (Fixture *fixture, gconstpointer data)
{
  const char *text = "ab\ncd\n";

  set_text (fixture, text);
  begin (fixture, 0, 1, 1, 0);
  type (fixture, "x");
  type (fixture, "y");
  /* the caret goes elsewhere: what follows is another step */
  enclave_column_selection_move (fixture->columns, 0, 1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (is_active (fixture));
  assert_text (fixture, "axyb\ncxyd\n");
  type (fixture, "1");
  type (fixture, "2");
  assert_text (fixture, "axy12\ncxy12\n");
  gtk_text_buffer_undo (fixture->buffer);
  assert_text (fixture, "axyb\ncxyd\n");
  undo_all (fixture, text, 1);
  gtk_text_buffer_redo (fixture->buffer);
  gtk_text_buffer_redo (fixture->buffer);
  assert_text (fixture, "axy12\ncxy12\n");

  /* an edit of something else is a step of its own, and is not mixed up with what was typed before */
  set_text (fixture, text);
  begin (fixture, 0, 1, 1, 0);
  type (fixture, "x");
  type (fixture, "y");
  enclave_column_selection_end (fixture->columns);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  put_caret (fixture, 2, 0);
  type (fixture, "end");
  gtk_text_buffer_undo (fixture->buffer);
  assert_text (fixture, "axyb\ncxyd\n");
  undo_all (fixture, text, 1);

  set_text (fixture, text);
  begin (fixture, 0, 1, 1, 0);
  for (guint i = 0; i < 40; i++)
    type (fixture, i % 2 == 0 ? "日" : "x");
  for (guint i = 0; i < 38; i++)
    g_assert_true (press (fixture, GDK_KEY_BackSpace, 0));
  assert_text (fixture, "a日xb\nc日xd\n");
  undo_all (fixture, text, 1);
  gtk_text_buffer_redo (fixture->buffer);
  assert_text (fixture, "a日xb\nc日xd\n");
  gtk_text_buffer_undo (fixture->buffer);
  assert_text (fixture, text);
}

static void
test_delete (Fixture *fixture, gconstpointer data)
{
  set_text (fixture, "abcd\ne\n日本語\n");
  begin (fixture, 0, 2, 2, 0);
  g_assert_true (press (fixture, GDK_KEY_BackSpace, 0));
  assert_text (fixture, "acd\ne\n本語\n");
  undo_all (fixture, "abcd\ne\n日本語\n", 1);

  begin (fixture, 0, 1, 1, 0);
  g_assert_true (press (fixture, GDK_KEY_Delete, 0));
  assert_text (fixture, "acd\ne\n日本語\n");
  g_assert_true (press (fixture, GDK_KEY_BackSpace, 0));
  assert_text (fixture, "cd\n\n日本語\n");
  g_assert_true (press (fixture, GDK_KEY_BackSpace, 0));
  assert_text (fixture, "cd\n\n日本語\n");
  /* what was done in one place only is left to the history */
  undo_all (fixture, "abcd\ne\n日本語\n", 2);

  set_text (fixture, "abcd\nefgh\nij");
  begin (fixture, 0, 1, 2, 2);
  g_assert_true (press (fixture, GDK_KEY_BackSpace, 0));
  assert_text (fixture, "ad\neh\ni");
  g_assert_true (is_active (fixture));
  undo_all (fixture, "abcd\nefgh\nij", 1);

  /* behind the end of the line there is only the way back */
  begin (fixture, 2, 2, 0, 0);
  enclave_column_selection_move (fixture->columns, 0, 3);
  {
    EnclaveColumns columns;

    g_assert_true (enclave_column_selection_get (fixture->columns, &columns));
    g_assert_cmpuint (columns.start, ==, 2);
    g_assert_cmpuint (columns.end, ==, 5);
  }
  g_assert_true (press (fixture, GDK_KEY_BackSpace, 0));
  assert_text (fixture, "abcd\nefgh\nij");
  g_assert_true (enclave_column_selection_end (fixture->columns));
}

static void
test_clipboard (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  EnclaveColumns columns;

  set_text (fixture, "abcd\ne\nfghi\n");
  begin (fixture, 0, 1, 2, 2);
  g_assert_true (enclave_column_selection_get (fixture->columns, &columns));
  text = enclave_column_edits_dup_text (fixture->buffer, &columns, 4);
  g_assert_cmpstr (text, ==, "bc\n\ngh");
  g_signal_emit_by_name (fixture->view, "cut-clipboard");
  assert_text (fixture, "ad\ne\nfi\n");
  undo_all (fixture, "abcd\ne\nfghi\n", 1);

  /* what was cut comes back as a rectangle */
  begin (fixture, 0, 0, 0, 0);
  g_signal_emit_by_name (fixture->view, "paste-clipboard");
  for (guint i = 0; i < 3000 && !gtk_text_buffer_get_can_undo (fixture->buffer); i++)
    enclave_test_spin (10);
  assert_text (fixture, "bcabcd\ne\nghfghi\n");
  undo_all (fixture, "abcd\ne\nfghi\n", 1);

  begin (fixture, 0, 1, 2, 1);
  enclave_column_selection_paste (fixture->columns, "<>");
  assert_text (fixture, "a<>cd\ne<>\nf<>hi\n");
  undo_all (fixture, "abcd\ne\nfghi\n", 1);
  begin (fixture, 0, 1, 2, 1);
  g_assert_true (enclave_column_selection_paste (fixture->columns, "1\r\n22\r\n"));
  assert_text (fixture, "a1cd\ne22\nfhi\n");
  undo_all (fixture, "abcd\ne\nfghi\n", 1);
  /* so many lines are no rectangle: none of them is lost, none runs into the next */
  {
    g_autoptr (GString) many = g_string_new (NULL);

    for (guint i = 0; i < MAX_LINES; i++)
      g_string_append (many, "x\n");
    begin (fixture, 0, 0, 0, 0);
    g_assert_true (enclave_column_selection_paste (fixture->columns, many->str));
    g_assert_true (is_active (fixture));
    g_assert_cmpint (gtk_text_buffer_get_line_count (fixture->buffer), ==, MAX_LINES);
    undo_all (fixture, "abcd\ne\nfghi\n", 1);
    g_string_append (many, "x");
    begin (fixture, 0, 0, 0, 0);
    g_assert_false (enclave_column_selection_paste (fixture->columns, many->str));
    g_assert_false (is_active (fixture));
    assert_text (fixture, "abcd\ne\nfghi\n");
  }
  /* more lines than there are */
  begin (fixture, 2, 4, 0, 0);
  enclave_column_selection_paste (fixture->columns, "1\n2\n3");
  assert_text (fixture, "abcd\ne\nfghi1\n    2\n    3");
  undo_all (fixture, "abcd\ne\nfghi\n", 1);
}

static void
test_end (Fixture *fixture, gconstpointer data)
{
  GtkTextIter iter;

  set_text (fixture, "abcd\nefgh\n");
  begin (fixture, 0, 1, 1, 1);
  g_assert_true (press (fixture, GDK_KEY_Escape, 0));
  g_assert_false (is_active (fixture));
  type (fixture, "x");
  assert_text (fixture, "abcd\nefxgh\n");

  /* others change the text */
  begin (fixture, 0, 1, 1, 1);
  gtk_text_buffer_get_end_iter (fixture->buffer, &iter);
  gtk_text_buffer_insert (fixture->buffer, &iter, "z", 1);
  g_assert_false (is_active (fixture));
  /* the caret goes elsewhere */
  begin (fixture, 0, 1, 1, 1);
  put_caret (fixture, 0, 0);
  g_assert_false (is_active (fixture));
  /* a line end is for one place */
  begin (fixture, 0, 1, 1, 0);
  type (fixture, "\n");
  g_assert_false (is_active (fixture));
  assert_text (fixture, "abcd\ne\nfxgh\nz");
  begin (fixture, 0, 1, 1, 0);
  g_assert_false (press (fixture, GDK_KEY_Left, 0));
  g_assert_false (is_active (fixture));

  /* grown with keys; the selection is what it begins with */
  g_assert_true (press (fixture, GDK_KEY_Down, GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK));
  g_assert_true (is_active (fixture));
  g_assert_true (press (fixture, GDK_KEY_End, GDK_SHIFT_MASK));
  {
    EnclaveColumns columns;

    g_assert_true (enclave_column_selection_get (fixture->columns, &columns));
    g_assert_cmpint (columns.last_line - columns.first_line, ==, 1);
    g_assert_cmpuint (columns.end, ==, 4);
  }
  gtk_text_view_set_editable (GTK_TEXT_VIEW (fixture->view), FALSE);
  g_assert_true (press (fixture, GDK_KEY_Delete, 0));
  assert_text (fixture, "abcd\ne\nfxgh\nz");
}

/* Whatever is done, undo brings the text back. */
static void
test_random (Fixture *fixture, gconstpointer data)
{
  static const char *const words[] = { "x", "日", "\t", "ab", "e\xcc\x81" };
  const char *text = "int main\n\n\tif (日本)\nx\n\t\tgo ();\nlast";

  set_text (fixture, text);
  for (guint round = 0; round < 300; round++)
    {
      begin (fixture, g_test_rand_int_range (0, 6), 0, g_test_rand_int_range (-6, 7), 0);
      enclave_column_selection_move (fixture->columns, 0, g_test_rand_int_range (0, 12));
      for (guint i = 0; i < 6; i++)
        switch (g_test_rand_int_range (0, 5))
          {
          case 0:
            press (fixture, GDK_KEY_BackSpace, 0);
            break;
          case 1:
            press (fixture, GDK_KEY_Delete, 0);
            break;
          case 2:
            enclave_column_selection_move (fixture->columns, g_test_rand_int_range (-2, 3), g_test_rand_int_range (-3, 4));
            break;
          case 3:
            enclave_column_selection_paste (fixture->columns, "1\n2");
            break;
          default:
            type (fixture, words[g_test_rand_int_range (0, G_N_ELEMENTS (words))]);
          }
      g_assert_true (is_active (fixture));
      while (gtk_text_buffer_get_can_undo (fixture->buffer))
        gtk_text_buffer_undo (fixture->buffer);
      assert_text (fixture, text);
    }
}

/* Ten thousand lines for one key. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  EnclaveColumns columns;
  GtkTextIter iter;

  for (guint i = 0; i < 20000; i++)
    g_string_append (text, "int x;\n");
  set_text (fixture, text->str);
  begin (fixture, 0, 0, 19999, 0);
  g_assert_true (enclave_column_selection_get (fixture->columns, &columns));
  g_assert_cmpint (columns.last_line, ==, 9999);
  type (fixture, "y");
  gtk_text_buffer_get_iter_at_line (fixture->buffer, &iter, 9999);
  g_assert_cmpuint (gtk_text_iter_get_char (&iter), ==, 'y');
  gtk_text_buffer_undo (fixture->buffer);
  assert_text (fixture, text->str);
}

/* In the pane as a person has it: of both views, and never beside the other ways of changing many places. */
static void
test_pane (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveTestProject) folder = enclave_test_project_new ();
  g_autofree char *path = enclave_test_project_path (folder, "text.c");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget *pane = enclave_editor_pane_new ();
  GtkWidget *window = gtk_window_new ();
  EnclaveEditorPage *page;
  GtkTextBuffer *buffer;
  GtkTextIter start;
  GtkTextIter end;

  enclave_test_project_write (folder, "text.c", "ab ab\nab ab\n");
  gtk_window_set_child (GTK_WINDOW (window), pane);
  gtk_window_present (GTK_WINDOW (window));
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 0, 0);
  page = ENCLAVE_EDITOR_PAGE (enclave_test_find_type (pane, ENCLAVE_TYPE_EDITOR_PAGE));
  while (!enclave_document_get_loaded (enclave_editor_page_get_document (page)))
    g_main_context_iteration (NULL, TRUE);
  enclave_test_spin (100);
  buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (enclave_editor_page_get_document (page)));
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *focus;

      gtk_text_buffer_get_iter_at_line_offset (buffer, &start, 0, 0);
      gtk_text_buffer_get_iter_at_line_offset (buffer, &end, 1, 2);
      gtk_text_buffer_select_range (buffer, &end, &start);
      enclave_editor_page_change_all (page);
      gtk_text_buffer_select_range (buffer, &end, &start);
      gtk_widget_activate_action (GTK_WIDGET (page), "editor.select-columns", NULL);
      g_assert_false (gtk_text_buffer_get_has_selection (buffer));
      focus = gtk_window_get_focus (GTK_WINDOW (window));
      if (i == 0)
        gtk_widget_grab_focus (GTK_WIDGET (enclave_editor_page_get_view (page)));
      else
        g_assert_true (focus != GTK_WIDGET (enclave_editor_page_get_view (page)));
      for (guint k = 0; k < 200 && !gtk_widget_has_focus (gtk_window_get_focus (GTK_WINDOW (window))); k++)
        enclave_test_spin (10);
      type (&(Fixture) { .buffer = buffer }, "-");
      assert_text (&(Fixture) { .buffer = buffer }, "- ab\n- ab\n");
      type (&(Fixture) { .buffer = buffer }, "+");
      g_assert_true (enclave_editor_page_step_back (page));
      /* one step of it is made back and forth, and what is not saved stays that */
      enclave_test_spin (50);
      assert_text (&(Fixture) { .buffer = buffer }, "-+ ab\n-+ ab\n");
      g_assert_true (enclave_document_get_modified (enclave_editor_page_get_document (page)));
      gtk_text_buffer_undo (buffer);
      g_assert_false (enclave_document_get_modified (enclave_editor_page_get_document (page)));
      assert_text (&(Fixture) { .buffer = buffer }, "ab ab\nab ab\n");
      gtk_widget_activate_action (GTK_WIDGET (page), "editor.split", NULL);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

#define ADD(name, func) g_test_add ("/columns/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  gtk_source_init ();
  g_type_ensure (ENCLAVE_TYPE_EDITOR_PANE);
  g_object_unref (g_object_ref_sink (enclave_editor_pane_new ()));

  ADD ("columns", test_columns);
  ADD ("type", test_type);
  ADD ("series", test_series);
  ADD ("delete", test_delete);
  ADD ("clipboard", test_clipboard);
  ADD ("end", test_end);
  ADD ("random", test_random);
  ADD ("many", test_many);
  ADD ("pane", test_pane);

  return g_test_run ();
}
