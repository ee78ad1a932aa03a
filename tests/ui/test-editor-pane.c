/* test-editor-pane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>

#include "enclave-editor-page-private.h"
#include "enclave-editor-pane.h"
#include "enclave-immediate.h"
#include "enclave-line-bar.h"
#include "enclave-settings.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"
#include "enclave-validation-pace.h"

/* The pane of tabs, and the bars above a text. */

typedef struct
{
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = gtk_window_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

/* The toolkit takes what a tab says of its file for markup. */
static void
test_odd_name (Fixture *fixture, gconstpointer data)
{
  g_autofree char *root = g_dir_make_tmp ("pane-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "<b>bytes\xff & more.c", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) folder = g_file_new_for_path (root);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveProject) project = enclave_project_new (folder, &error);
  g_autofree char *shown = NULL;
  GtkWidget *pane = enclave_editor_pane_new ();
  AdwTabView *tabs;

  g_assert_true (g_file_set_contents (path, "text\n", -1, NULL));
  gtk_window_set_child (GTK_WINDOW (fixture->window), pane);
  enclave_editor_pane_set_project (ENCLAVE_EDITOR_PANE (pane), project, NULL);
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 0, 0);
  tabs = ADW_TAB_VIEW (enclave_test_find_type (pane, ADW_TYPE_TAB_VIEW));
  pango_parse_markup (adw_tab_page_get_tooltip (adw_tab_view_get_nth_page (tabs, 0)), -1, 0, NULL, &shown, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (shown, "<b>bytes"));
  enclave_test_spin (100);
  g_unlink (path);
  g_rmdir (root);
}

static gboolean
is_second (GtkWidget *widget, gpointer first)
{
  return GTK_SOURCE_IS_VIEW (widget) && !GTK_SOURCE_IS_MAP (widget) && widget != first;
}

/* Settings and the second view, in the pane as a person has it. */
static int
get_height (GtkWidget *widget)
{
  int natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static void
show_alone (Fixture *fixture, GtkWidget *bar)
{
  gtk_window_set_child (GTK_WINDOW (fixture->window), bar);
  gtk_window_present (GTK_WINDOW (fixture->window));
  while (!gtk_widget_get_mapped (bar))
    g_main_context_iteration (NULL, TRUE);
}

/* What is typed behind the key that opens a bar is for the bar: the toolkit gives no key to what is not mapped. */
static void
test_typed_on (Fixture *fixture, gconstpointer data)
{
  GtkWidget *lines = g_object_new (ENCLAVE_TYPE_LINE_BAR, NULL);
  GtkWidget *search = gtk_search_bar_new ();
  GtkWidget *entry = gtk_search_entry_new ();

  show_alone (fixture, lines);
  g_assert_cmpint (get_height (lines), ==, 0);
  enclave_line_bar_open (ENCLAVE_LINE_BAR (lines), 3);
  g_assert_cmpint (get_height (lines), >, 0);
  g_assert_true (GTK_IS_TEXT (gtk_window_get_focus (GTK_WINDOW (fixture->window))));
  g_assert_true (gtk_widget_get_mapped (gtk_window_get_focus (GTK_WINDOW (fixture->window))));

  gtk_search_bar_set_child (GTK_SEARCH_BAR (search), entry);
  enclave_immediate_set_up (search);
  show_alone (fixture, search);
  g_assert_cmpint (get_height (search), ==, 0);
  gtk_search_bar_set_search_mode (GTK_SEARCH_BAR (search), TRUE);
  g_assert_true (gtk_widget_get_mapped (entry));
}

static void
test_pane (Fixture *fixture, gconstpointer data)
{
  g_autofree char *root = g_dir_make_tmp ("pane-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "text.c", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GSettings) settings = enclave_settings_new ("dev.enclave.Enclave", NULL, NULL);
  GtkWidget *pane = enclave_editor_pane_new ();
  EnclaveEditorPage *page;
  GtkSourceView *view;
  GtkWidget *second;

  g_assert_true (g_file_set_contents (path, "alphabet alpine\nal\n", -1, NULL));
  gtk_window_set_child (GTK_WINDOW (fixture->window), pane);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 0, 0);
  page = ENCLAVE_EDITOR_PAGE (enclave_test_find_type (pane, ENCLAVE_TYPE_EDITOR_PAGE));
  view = enclave_editor_page_get_view (page);
  while (!enclave_document_get_loaded (enclave_editor_page_get_document (page)))
    g_main_context_iteration (NULL, TRUE);

  g_assert_null (enclave_test_find_type (pane, GTK_SOURCE_TYPE_MAP));
  g_settings_set_boolean (settings, "show-map", TRUE);
  g_assert_nonnull (enclave_test_find_type (pane, GTK_SOURCE_TYPE_MAP));
  g_settings_set_boolean (settings, "show-map", FALSE);
  g_assert_null (enclave_test_find_type (pane, GTK_SOURCE_TYPE_MAP));
  enclave_editor_page_find (page, TRUE);
  g_assert_true (GTK_IS_TEXT (gtk_window_get_focus (GTK_WINDOW (fixture->window))));
  g_assert_true (gtk_widget_get_mapped (gtk_window_get_focus (GTK_WINDOW (fixture->window))));
  g_settings_set_boolean (settings, "show-spaces", TRUE);
  g_assert_true (gtk_source_space_drawer_get_enable_matrix (gtk_source_view_get_space_drawer (view)));
  g_settings_set_boolean (settings, "show-right-margin", TRUE);
  g_settings_set_uint (settings, "right-margin", 72);
  g_assert_true (gtk_source_view_get_show_right_margin (view));
  g_assert_cmpuint (gtk_source_view_get_right_margin_position (view), ==, 72);
  g_settings_set_boolean (settings, "vim-keys", TRUE);
  g_settings_set_boolean (settings, "vim-keys", FALSE);
  g_settings_set_boolean (settings, "complete-words", FALSE);
  g_settings_set_boolean (settings, "complete-words", TRUE);

  g_assert_null (enclave_test_find_widget (pane, is_second, view));
  gtk_widget_activate_action (GTK_WIDGET (page), "editor.split", NULL);
  second = enclave_test_find_widget (pane, is_second, view);
  g_assert_nonnull (second);
  g_assert_true (gtk_text_view_get_buffer (GTK_TEXT_VIEW (second)) == gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)));
  g_assert_true (gtk_source_space_drawer_get_enable_matrix (gtk_source_view_get_space_drawer (GTK_SOURCE_VIEW (second))));
  g_assert_true (enclave_editor_page_get_split (page));
  gtk_widget_activate_action (GTK_WIDGET (page), "editor.split", NULL);
  g_assert_null (enclave_test_find_widget (pane, is_second, view));

  gtk_widget_activate_action (GTK_WIDGET (page), "editor.move-line-down", NULL);
  {
    g_autofree char *text = enclave_document_dup_text (enclave_editor_page_get_document (page));

    g_assert_cmpstr (text, ==, "al\nalphabet alpine\n");
  }
  g_unlink (path);
  g_rmdir (root);
}

static EnclaveEditorPage *
wait_page (GtkWidget *pane)
{
  GtkWidget *page;

  while ((page = enclave_test_find_type (pane, ENCLAVE_TYPE_EDITOR_PAGE)) == NULL
         || !enclave_document_get_loaded (enclave_editor_page_get_document (ENCLAVE_EDITOR_PAGE (page))))
    g_main_context_iteration (NULL, TRUE);
  return ENCLAVE_EDITOR_PAGE (page);
}

/* Frames come late on a busy machine: waits for the line, and then whether it stays. */
static void
assert_top (EnclaveEditorPage *page, int wanted, int off)
{
  for (guint i = 0; i < 1000 && ABS ((int) _enclave_editor_page_get_top (page) - wanted) > off; i++)
    enclave_test_spin (10);
  enclave_test_spin (200);
  g_assert_cmpint (ABS ((int) _enclave_editor_page_get_top (page) - wanted), <=, off);
}

/* A closed tab comes back where it was, and where its file is now. */
static void
test_reopen (Fixture *fixture, gconstpointer data)
{
  g_autofree char *root = g_dir_make_tmp ("reopen-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "text.txt", NULL);
  g_autofree char *other = g_build_filename (root, "other.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) moved = g_file_new_for_path (other);
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *pane = enclave_editor_pane_new ();
  EnclaveEditorPage *page;
  GtkTextMark *mark;
  GtkTextIter iter;
  guint line = 0;
  guint column = 0;
  guint top;

  for (guint i = 0; i < 2000; i++)
    g_string_append (text, "a line of the text\n");
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 500, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), pane);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 1200, 5);
  page = wait_page (pane);
  assert_top (page, 1190, 10);
  gtk_text_buffer_get_iter_at_line (GTK_TEXT_BUFFER (enclave_document_get_buffer (enclave_editor_page_get_document (page))),
                                    &iter, 700);
  mark = gtk_text_buffer_create_mark (gtk_text_iter_get_buffer (&iter), NULL, &iter, TRUE);
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (enclave_editor_page_get_view (page)), mark, 0, TRUE, 0, 0);
  assert_top (page, 701, 1);
  top = _enclave_editor_page_get_top (page);

  gtk_widget_activate_action (GTK_WIDGET (page), "editor.close", NULL);
  for (guint i = 0; i < 1000 && enclave_test_find_type (pane, ENCLAVE_TYPE_EDITOR_PAGE) != NULL; i++)
    enclave_test_spin (10);
  g_assert_null (enclave_test_find_type (pane, ENCLAVE_TYPE_EDITOR_PAGE));
  g_assert_cmpint (g_rename (path, other), ==, 0);
  enclave_editor_pane_file_moved (ENCLAVE_EDITOR_PANE (pane), file, moved);
  gtk_widget_activate_action (pane, "editor.reopen", NULL);
  page = wait_page (pane);
  g_assert_true (g_file_equal (enclave_document_get_file (enclave_editor_page_get_document (page)), moved));
  g_assert_false (enclave_document_get_is_new (enclave_editor_page_get_document (page)));
  enclave_editor_page_get_place (page, &line, &column);
  g_assert_cmpuint (line, ==, 1200);
  g_assert_cmpuint (column, ==, 5);
  assert_top (page, (int) top, 1);

  /* a place that is asked for later is shown as ever */
  enclave_editor_page_go_to (page, 1500, 1);
  assert_top (page, 1490, 10);
  g_unlink (other);
  g_rmdir (root);
}

static GtkEventController *
find_place_controller (EnclaveEditorPage *page, GType type)
{
  GtkWidget *scrolled = gtk_widget_get_ancestor (GTK_WIDGET (enclave_editor_page_get_view (page)), GTK_TYPE_SCROLLED_WINDOW);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (scrolled);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (controller, type) && g_strcmp0 (gtk_event_controller_get_name (controller), "place") == 0)
        return controller;
    }
  return NULL;
}

/* Who goes to the end of a long text that has just been opened stays there, and may type there, while all lines before it are measured;
 * and there is nothing below the end. */
static void
test_end (Fixture *fixture, gconstpointer when)
{
  g_autofree char *root = g_dir_make_tmp ("end-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "long.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *pane = enclave_editor_pane_new ();
  EnclaveEditorPage *page;
  GtkTextView *view;
  GtkAdjustment *adjustment;
  GdkRectangle visible;
  GdkRectangle caret;
  GtkTextIter iter;
  gboolean stop;
  int position;

  for (guint i = 0; i < 60000; i++)
    g_string_append_printf (text, "line %u of a long text\n", i + 1);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 500);
  gtk_window_set_child (GTK_WINDOW (fixture->window), pane);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 0, 0);
  if (g_strcmp0 (when, "filling") == 0)
    {
      GtkWidget *found;

      while ((found = enclave_test_find_type (pane, ENCLAVE_TYPE_EDITOR_PAGE)) == NULL
             || gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (enclave_editor_page_get_view (ENCLAVE_EDITOR_PAGE (found))))) == 0)
        g_main_context_iteration (NULL, TRUE);
      page = ENCLAVE_EDITOR_PAGE (found);
      g_assert_false (enclave_document_get_loaded (enclave_editor_page_get_document (page)));
    }
  else
    page = wait_page (pane);
  view = GTK_TEXT_VIEW (enclave_editor_page_get_view (page));
  while (g_strcmp0 (when, "filling") != 0 && !gtk_text_view_get_editable (view))
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (view));
  g_assert_true (enclave_validation_pace_is_pending ());

  g_signal_emit_by_name (find_place_controller (page, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", GDK_KEY_End, 0, GDK_CONTROL_MASK, &stop);
  g_signal_emit_by_name (view, "move-cursor", GTK_MOVEMENT_BUFFER_ENDS, 1, FALSE);
  for (guint i = 0; g_strcmp0 (when, "typing") == 0 && i < 3; i++)
    {
      enclave_test_spin (50);
      g_signal_emit_by_name (find_place_controller (page, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", GDK_KEY_x, 0, 0, &stop);
      g_signal_emit_by_name (view, "insert-at-cursor", "x");
    }
  wait_page (pane);
  for (guint i = 0; i < 3000 && enclave_validation_pace_is_pending (); i++)
    enclave_test_spin (20);
  g_assert_false (enclave_validation_pace_is_pending ());
  enclave_test_spin (1000);

  gtk_text_buffer_get_end_iter (gtk_text_view_get_buffer (view), &iter);
  g_object_get (gtk_text_view_get_buffer (view), "cursor-position", &position, NULL);
  g_assert_cmpint (position, ==, gtk_text_iter_get_offset (&iter));
  gtk_text_view_get_iter_location (view, &iter, &caret);
  gtk_text_view_get_visible_rect (view, &visible);
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
  g_assert_cmpint (caret.y, >=, visible.y);
  g_assert_cmpint (caret.y + caret.height, <=, visible.y + visible.height);
  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), <, caret.y + 2 * visible.height);
  g_unlink (path);
  g_rmdir (root);
}

/* Who scrolls while a tab still looks for its place is not brought back. */
static void
test_scrolled_away (Fixture *fixture, gconstpointer data)
{
  g_autofree char *root = g_dir_make_tmp ("editing-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "long.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *pane = enclave_editor_pane_new ();

  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (text, "line %u\n", i + 1);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 500);
  gtk_window_set_child (GTK_WINDOW (fixture->window), pane);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 1000, 1);
  assert_top (wait_page (pane), 990, 10);

  for (guint i = 0; i < 3; i++)
    {
      EnclaveEditorPage *page = wait_page (pane);
      GtkTextView *view = GTK_TEXT_VIEW (enclave_editor_page_get_view (page));
      GtkTextMark *mark;
      GtkTextIter iter;
      gboolean stop;

      enclave_editor_page_go_to (page, 1500 + i, 1);
      if (i == 0)
        g_signal_emit_by_name (find_place_controller (page, GTK_TYPE_EVENT_CONTROLLER_SCROLL), "scroll", 0.0, 1.0, &stop);
      else if (i == 1)
        g_signal_emit_by_name (find_place_controller (page, GTK_TYPE_GESTURE_CLICK), "pressed", 1, 1.0, 1.0);
      else
        g_signal_emit_by_name (find_place_controller (page, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", GDK_KEY_Page_Down, 0, 0, &stop);
      gtk_text_buffer_get_iter_at_line (gtk_text_view_get_buffer (view), &iter, 100 + 200 * (int) i);
      mark = gtk_text_buffer_create_mark (gtk_text_iter_get_buffer (&iter), NULL, &iter, TRUE);
      gtk_text_view_scroll_to_mark (view, mark, 0, TRUE, 0, 0);
      for (guint k = 0; k < 60; k++)
        {
          enclave_test_spin (10);
          gtk_widget_queue_draw (GTK_WIDGET (view));
        }
      assert_top (page, 101 + 200 * (int) i, 1);
    }
  g_unlink (path);
  g_rmdir (root);
}

/* A file that could not be read is read when it is asked for again. */
static void
test_failed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *root = g_dir_make_tmp ("editing-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "late.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget *pane = enclave_editor_pane_new ();
  EnclaveEditorPage *page;

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  gtk_window_set_child (GTK_WINDOW (fixture->window), pane);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 0, 0);
  page = ENCLAVE_EDITOR_PAGE (enclave_test_find_type (pane, ENCLAVE_TYPE_EDITOR_PAGE));
  while (!enclave_editor_page_get_failed (page))
    g_main_context_iteration (NULL, TRUE);

  g_rmdir (path);
  g_assert_true (g_file_set_contents (path, "one\ntwo\n", -1, NULL));
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 2, 1);
  g_assert_true (wait_page (pane) == page);
  g_assert_false (enclave_editor_page_get_failed (page));
  g_unlink (path);
  g_rmdir (root);
}

static void
frame_cb (guint *n_frames)
{
  ++*n_frames;
}

/* Keys wait for the frames of what moves: a scrollbar that fades in would paint for a second after each scroll. */
static void
test_still_scrollbars (Fixture *fixture, gconstpointer data)
{
  g_autofree char *root = g_dir_make_tmp ("editing-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "long.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *pane = enclave_editor_pane_new ();
  GtkTextView *views[2];
  EnclaveEditorPage *page;
  gulong handler;
  guint n_frames;

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (text, "line %u\n", i + 1);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 500);
  gtk_window_set_child (GTK_WINDOW (fixture->window), pane);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 1, 1);
  page = wait_page (pane);
  enclave_editor_page_set_split (page, TRUE);
  views[0] = GTK_TEXT_VIEW (enclave_editor_page_get_view (page));
  views[1] = GTK_TEXT_VIEW (_enclave_editor_page_get_second (page));
  for (guint i = 0; i < 3000 && enclave_validation_pace_is_pending (); i++)
    enclave_test_spin (20);
  enclave_test_spin (1500);

  handler = g_signal_connect_swapped (gtk_widget_get_frame_clock (fixture->window), "after-paint", G_CALLBACK (frame_cb), &n_frames);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      n_frames = 0;
      gtk_adjustment_set_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (views[i])), 2000);
      enclave_test_spin (800);
      g_assert_cmpuint (n_frames, >=, 1);
      g_assert_cmpuint (n_frames, <=, 10);
    }
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (fixture->window), handler);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_unlink (path);
  g_rmdir (root);
}

/* A copy is made of a text that is only shown: until it has its name nothing can be changed, and it stays said why. */
static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  g_autofree char *root = g_dir_make_tmp ("editing-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "foreign.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *copied = NULL;
  g_autofree char *name = g_strdup_printf ("enclave-copy-%08x.txt", g_random_int ());
  g_autoptr (GFile) copy = NULL;
  GtkWidget *pane = enclave_editor_pane_new ();
  EnclaveEditorPage *page;

  g_assert_true (g_file_set_contents (path, "text\n", -1, NULL));
  gtk_window_set_child (GTK_WINDOW (fixture->window), pane);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 0, 0);
  page = wait_page (pane);
  enclave_editor_page_set_foreign (page);
  enclave_info_row_respond (page->info_row, ENCLAVE_EDITOR_NOTE_READ_ONLY, "save-as");
  g_assert_nonnull (page->chooser);
  g_assert_false (page->editable);
  g_signal_emit_by_name (page->chooser, "response", GTK_RESPONSE_CANCEL);
  g_assert_null (page->chooser);
  g_assert_false (gtk_text_view_get_editable (GTK_TEXT_VIEW (enclave_editor_page_get_view (page))));
  g_assert_true (enclave_info_row_is_presented (page->info_row, ENCLAVE_EDITOR_NOTE_READ_ONLY));

  /* with a name, the copy is the person's, and what it is a copy of stays as it is */
  enclave_info_row_respond (page->info_row, ENCLAVE_EDITOR_NOTE_READ_ONLY, "save-as");
  g_assert_nonnull (page->chooser);
  /* which folder a dialog is in that was never seen is its own business */
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (page->chooser), name);
  for (guint i = 0; i < 3000 && copy == NULL; i++)
    {
      enclave_test_spin (10);
      copy = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (page->chooser));
    }
  g_assert_nonnull (copy);
  g_signal_emit_by_name (page->chooser, "response", GTK_RESPONSE_ACCEPT);
  g_assert_null (page->chooser);
  for (guint i = 0; i < 3000 && enclave_info_row_is_presented (page->info_row, ENCLAVE_EDITOR_NOTE_READ_ONLY); i++)
    enclave_test_spin (10);
  g_assert_false (enclave_info_row_is_presented (page->info_row, ENCLAVE_EDITOR_NOTE_READ_ONLY));
  g_assert_true (gtk_text_view_get_editable (GTK_TEXT_VIEW (enclave_editor_page_get_view (page))));
  g_assert_true (g_file_equal (enclave_document_get_file (enclave_editor_page_get_document (page)), copy));
  g_assert_true (g_file_load_contents (copy, NULL, &copied, NULL, NULL, NULL));
  g_assert_cmpstr (copied, ==, "text\n");
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_delete (copy, NULL, NULL));
  g_unlink (path);
  g_rmdir (root);
}

/* The other answer: it is changed where it is. */
static void
test_foreign_edited (Fixture *fixture, gconstpointer data)
{
  g_autofree char *root = g_dir_make_tmp ("editing-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (root, "foreign.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget *pane = enclave_editor_pane_new ();
  EnclaveEditorPage *page;

  g_assert_true (g_file_set_contents (path, "text\n", -1, NULL));
  gtk_window_set_child (GTK_WINDOW (fixture->window), pane);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_editor_pane_open (ENCLAVE_EDITOR_PANE (pane), file, 0, 0);
  page = wait_page (pane);
  enclave_editor_page_set_foreign (page);
  enclave_info_row_respond (page->info_row, ENCLAVE_EDITOR_NOTE_READ_ONLY, "edit");
  g_assert_true (gtk_text_view_get_editable (GTK_TEXT_VIEW (enclave_editor_page_get_view (page))));
  g_assert_false (enclave_info_row_is_presented (page->info_row, ENCLAVE_EDITOR_NOTE_READ_ONLY));
  g_unlink (path);
  g_rmdir (root);
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

#define ADD(name, function) g_test_add ("/editor-pane/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("odd-name", test_odd_name);
  ADD ("typed-on", test_typed_on);
  ADD ("pane", test_pane);
  ADD ("reopen", test_reopen);
  ADD ("end", test_end);
  g_test_add ("/editor-pane/end-filling", Fixture, "filling", set_up, test_end, tear_down);
  g_test_add ("/editor-pane/end-typing", Fixture, "typing", set_up, test_end, tear_down);
  ADD ("scrolled-away", test_scrolled_away);
  ADD ("failed", test_failed);
  ADD ("still-scrollbars", test_still_scrollbars);
  ADD ("foreign", test_foreign);
  ADD ("foreign-edited", test_foreign_edited);

  return g_test_run ();
}
