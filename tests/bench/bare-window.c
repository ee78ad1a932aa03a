/* bare-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The toolkit's floor: the widgets of Enclave's window and nothing round them. A file in a highlighted source view, a shell in a
 * terminal, a text view for the chat. `bare-window FILE`. */

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

int
main (int argc, char **argv)
{
  GtkWidget *window;
  GtkWidget *middle;
  GtkWidget *outer;

  if (argc != 2)
    return 2;
  gtk_init ();
  gtk_source_init ();
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  middle = gtk_paned_new (GTK_ORIENTATION_VERTICAL);
  gtk_paned_set_start_child (GTK_PANED (middle), make_editor (argv[1]));
  gtk_paned_set_end_child (GTK_PANED (middle), make_terminal ());
  gtk_paned_set_position (GTK_PANED (middle), 540);
  outer = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);
  gtk_paned_set_start_child (GTK_PANED (outer), middle);
  gtk_paned_set_end_child (GTK_PANED (outer), make_chat ());
  gtk_paned_set_position (GTK_PANED (outer), 880);
  gtk_window_set_child (GTK_WINDOW (window), outer);
  gtk_window_present (GTK_WINDOW (window));
  while (g_list_model_get_n_items (gtk_window_get_toplevels ()) > 0)
    g_main_context_iteration (NULL, TRUE);
  return 0;
}
