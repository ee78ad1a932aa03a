/* enclave-welcome-memory.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "enclave-welcome-memory.h"

guint64
enclave_welcome_memory_get_total (void)
{
  long pages = sysconf (_SC_PHYS_PAGES);
  long page_bytes = sysconf (_SC_PAGESIZE);

  return pages > 0 && page_bytes > 0 ? (guint64) pages * (guint64) page_bytes : 0;
}

GtkWidget *
enclave_welcome_memory_row_new (void)
{
  guint64 total = enclave_welcome_memory_get_total ();
  g_autofree char *size = g_format_size_full (total, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *title = total > 0 ? g_strdup_printf (_("%s of memory"), size) : g_strdup (_("Memory"));
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _("A model takes about the size of its file, and more for a long window. What fits "
                                 "neither into memory nor the graphics card is slow or does not start."));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("computer-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}
