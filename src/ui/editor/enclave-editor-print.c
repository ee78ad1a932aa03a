/* enclave-editor-print.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-editor-print.h"

static gboolean
paginate_cb (GtkPrintOperation *operation, GtkPrintContext *context, GtkSourcePrintCompositor *compositor)
{
  if (!gtk_source_print_compositor_paginate (compositor, context))
    return FALSE;
  gtk_print_operation_set_n_pages (operation, gtk_source_print_compositor_get_n_pages (compositor));
  return TRUE;
}

static void
draw_page_cb (GtkPrintOperation *operation, GtkPrintContext *context, int page, GtkSourcePrintCompositor *compositor)
{
  gtk_source_print_compositor_draw_page (compositor, context, page);
}

void
enclave_editor_print (GtkSourceView *view, const char *title, GtkWindow *parent, const char *export_path)
{
  g_autoptr (GtkSourcePrintCompositor) compositor = gtk_source_print_compositor_new_from_view (view);
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  g_autofree char *escaped = NULL;
  g_auto (GStrv) parts = NULL;

  g_return_if_fail (GTK_SOURCE_IS_VIEW (view));
  g_return_if_fail (title != NULL);

  /* A per cent sign begins a field of the date. */
  parts = g_strsplit (title, "%", -1);
  escaped = g_strjoinv ("%%", parts);
  gtk_source_print_compositor_set_print_line_numbers (compositor, 5);
  gtk_source_print_compositor_set_wrap_mode (compositor, GTK_WRAP_WORD_CHAR);
  gtk_source_print_compositor_set_print_header (compositor, TRUE);
  gtk_source_print_compositor_set_header_format (compositor, TRUE, escaped, NULL, "%N/%Q");
  gtk_source_print_compositor_set_body_font_name (compositor, "Monospace 9");

  gtk_print_operation_set_job_name (operation, title);
  gtk_print_operation_set_show_progress (operation, TRUE);
  gtk_print_operation_set_allow_async (operation, export_path == NULL);
  if (export_path != NULL)
    gtk_print_operation_set_export_filename (operation, export_path);
  g_signal_connect_object (operation, "paginate", G_CALLBACK (paginate_cb), compositor, 0);
  g_signal_connect_object (operation, "draw-page", G_CALLBACK (draw_page_cb), compositor, 0);
  /* The operation outlives this call when it asks. */
  g_object_set_data_full (G_OBJECT (operation), "compositor", g_object_ref (compositor), g_object_unref);
  gtk_print_operation_run (operation,
                           export_path != NULL ? GTK_PRINT_OPERATION_ACTION_EXPORT : GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG,
                           parent, NULL);
}
