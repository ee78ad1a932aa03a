/* enclave-welcome-recent.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-utf8.h"
#include "enclave-welcome-recent.h"

#define MAX_RECENT 6
/* More than git allows a reference to have. */
#define HEAD_MAX_BYTES 512
#define HEAD_PREFIX "ref: refs/heads/"

static char *
shorten_home (const char *path)
{
  const char *home = g_get_home_dir ();
  g_autofree char *shown = NULL;

  if (g_str_has_prefix (path, home) && path[strlen (home)] == '/')
    shown = g_strconcat ("~", path + strlen (home), NULL);
  return enclave_utf8_display_name (shown != NULL ? shown : path);
}

static void
head_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AdwActionRow) row = user_data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  g_autofree char *text = NULL;
  g_autofree char *branch = NULL;
  g_autofree char *subtitle = NULL;

  if (bytes == NULL)
    return;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!g_str_has_prefix (text, HEAD_PREFIX))
    return;
  branch = enclave_utf8_display_name (g_strchomp (text + strlen (HEAD_PREFIX)));
  if (*branch == '\0')
    return;
  subtitle = g_strdup_printf ("%s · %s", adw_action_row_get_subtitle (row), branch);
  adw_action_row_set_subtitle (row, subtitle);
}

static void
head_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AdwActionRow) row = user_data;
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (source), result, NULL);

  /* No git, or none that answers: the row does without. */
  if (stream != NULL)
    g_input_stream_read_bytes_async (G_INPUT_STREAM (stream), HEAD_MAX_BYTES, G_PRIORITY_LOW, NULL, head_read_cb,
                                     g_steal_pointer (&row));
}

static GtkWidget *
make_row (GFile *folder, const char *name)
{
  g_autofree char *place = shorten_home (g_file_peek_path (folder));
  g_autoptr (GFile) head = g_file_resolve_relative_path (folder, ".git/HEAD");
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), place);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("folder-symbolic"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "folder", g_object_ref (folder), g_object_unref);
  g_file_read_async (head, G_PRIORITY_LOW, NULL, head_opened_cb, g_object_ref (row));
  return row;
}

guint
enclave_welcome_recent_fill (GtkListBox *list, const char *const *entries)
{
  GtkListBoxRow *old;
  guint n_rows = 0;

  g_return_val_if_fail (GTK_IS_LIST_BOX (list), 0);

  while ((old = gtk_list_box_get_row_at_index (list, 0)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (old));
  for (guint i = 0; entries != NULL && entries[i] != NULL && n_rows < MAX_RECENT; i++)
    {
      g_autoptr (GFile) folder = g_file_new_for_commandline_arg (entries[i]);
      g_autofree char *base = g_file_get_basename (folder);
      g_autofree char *name = base != NULL ? enclave_utf8_display_name (base) : NULL;

      /* A folder that is gone stays listed: opening it says so, and a drive may be back tomorrow. */
      if (name == NULL || g_file_peek_path (folder) == NULL)
        continue;
      gtk_list_box_append (list, make_row (folder, name));
      n_rows++;
    }
  return n_rows;
}

GFile *
enclave_welcome_recent_get_folder (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "folder");
}
