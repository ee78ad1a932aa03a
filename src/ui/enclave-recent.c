/* enclave-recent.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-recent.h"

#include <gtk/gtk.h>

void
enclave_recent_add (GFile *file, const char *type)
{
  GtkSettings *settings = gtk_settings_get_default ();
  gboolean enabled = TRUE;
  g_autofree char *uri = NULL;
  GtkRecentData data = {
    .mime_type = (char *) (type != NULL ? type : "text/plain"),
    .app_name = (char *) "Enclave",
    .app_exec = (char *) "enclave %f",
  };

  g_return_if_fail (G_IS_FILE (file));

  if (settings != NULL)
    g_object_get (settings, "gtk-recent-files-enabled", &enabled, NULL);
  if (!enabled || !g_file_is_native (file))
    return;
  uri = g_file_get_uri (file);
  gtk_recent_manager_add_full (gtk_recent_manager_get_default (), uri, &data);
}
