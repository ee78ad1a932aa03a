/* bare-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The toolkit's floor: the widgets of Enclave's window and nothing round them. A file in a highlighted source view, a shell in a
 * terminal, a text view for the chat. `bare-window FILE`. Or a list of what is in a file, a line each, with an entry that picks from it
 * what has the typed letters in a row: `bare-window find FILE`. */

#include <gtksourceview/gtksource.h>
#include <vte/vte.h>

static GtkWidget *
scrolled (GtkWidget *child)
{
  GtkWidget *window = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), child);
  return window;
}

static GtkWidget *
make_editor (const char *path)
{
  g_autofree char *text = NULL;
  GtkSourceBuffer *buffer = gtk_source_buffer_new (NULL);
  GtkWidget *view;

  if (g_file_get_contents (path, &text, NULL, NULL))
    gtk_text_buffer_set_text (GTK_TEXT_BUFFER (buffer), text, -1);
  gtk_source_buffer_set_language (
    buffer, gtk_source_language_manager_guess_language (gtk_source_language_manager_get_default (), path, NULL));
  view = gtk_source_view_new_with_buffer (buffer);
  gtk_source_view_set_show_line_numbers (GTK_SOURCE_VIEW (view), TRUE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  g_object_unref (buffer);
  return scrolled (view);
}

static GtkWidget *
make_terminal (void)
{
  char *argv[] = { (char *) "/bin/sh", NULL };
  GtkWidget *terminal = vte_terminal_new ();

  vte_terminal_spawn_async (VTE_TERMINAL (terminal), VTE_PTY_DEFAULT, NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL,
                            -1, NULL, NULL, NULL);
  return terminal;
}

static GtkWidget *
make_chat (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *messages = scrolled (gtk_text_view_new ());

  gtk_widget_set_vexpand (messages, TRUE);
  gtk_box_append (GTK_BOX (box), messages);
  gtk_box_append (GTK_BOX (box), gtk_entry_new ());
  return box;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static void
changed_cb (GtkEditable *entry, GtkStringFilter *filter)
{
  gtk_string_filter_set_search (filter, gtk_editable_get_text (entry));
}

static GtkWidget *
make_finder (const char *path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *entry = gtk_search_entry_new ();
  GtkWidget *list;
  GtkStringFilter *filter;
  GtkFilterListModel *found;
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  if (g_file_get_contents (path, &text, NULL, NULL))
    lines = g_strsplit (g_strchomp (text), "\n", -1);
  filter = gtk_string_filter_new (gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string"));
  gtk_string_filter_set_match_mode (filter, GTK_STRING_FILTER_MATCH_MODE_SUBSTRING);
  found = gtk_filter_list_model_new (G_LIST_MODEL (gtk_string_list_new ((const char *const *) lines)), GTK_FILTER (filter));
  g_signal_connect (entry, "changed", G_CALLBACK (changed_cb), filter);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  list = scrolled (gtk_list_view_new (GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (found))), factory));
  gtk_widget_set_vexpand (list, TRUE);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), list);
  return box;
}

static GtkWidget *
make_ide (const char *path)
{
  GtkWidget *middle = gtk_paned_new (GTK_ORIENTATION_VERTICAL);
  GtkWidget *outer;

  gtk_paned_set_start_child (GTK_PANED (middle), make_editor (path));
  gtk_paned_set_end_child (GTK_PANED (middle), make_terminal ());
  gtk_paned_set_position (GTK_PANED (middle), 540);
  outer = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);
  gtk_paned_set_start_child (GTK_PANED (outer), middle);
  gtk_paned_set_end_child (GTK_PANED (outer), make_chat ());
  gtk_paned_set_position (GTK_PANED (outer), 880);
  return outer;
}

int
main (int argc, char **argv)
{
  GtkWidget *window;
  gboolean finding = argc == 3 && strcmp (argv[1], "find") == 0;

  if (argc != 2 && !finding)
    return 2;
  gtk_init ();
  gtk_source_init ();
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_set_child (GTK_WINDOW (window), finding ? make_finder (argv[2]) : make_ide (argv[1]));
  gtk_window_present (GTK_WINDOW (window));
  while (g_list_model_get_n_items (gtk_window_get_toplevels ()) > 0)
    g_main_context_iteration (NULL, TRUE);
  return 0;
}
