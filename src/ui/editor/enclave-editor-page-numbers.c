/* enclave-editor-page-numbers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When the lines of a text are numbered.
 */

#include "config.h"

#include "enclave-editor-page-private.h"

/* GtkSourceView numbers every line of a large text in its first frame unless the lines have heights by then. */
#define GUTTER_DELAY_LINES 20000
#define GUTTER_DELAY_MS 300

static gboolean
gutter_cb (gpointer user_data)
{
  EnclaveEditorPage *self = user_data;

  self->gutter_source = 0;
  self->numbered = TRUE;
  gtk_source_view_set_show_line_numbers (self->view, self->settings == NULL
                                                         || g_settings_get_boolean (self->settings,
                                                                                    "show-line-numbers"));

  return G_SOURCE_REMOVE;
}

void
_enclave_editor_page_number_lines (EnclaveEditorPage *self)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (self->document));

  g_clear_handle_id (&self->gutter_source, g_source_remove);
  if (self->numbered || gtk_text_buffer_get_line_count (buffer) < GUTTER_DELAY_LINES)
    {
      gutter_cb (self);
      return;
    }

  gtk_source_view_set_show_line_numbers (self->view, FALSE);
  if (gtk_widget_get_mapped (GTK_WIDGET (self->view)))
    self->gutter_source = g_timeout_add (GUTTER_DELAY_MS, gutter_cb, self);
}

/* As soon as the first lines have been painted. When all are there, to make room for the numbers would be to look at each line of
 * the text again at once, and that twice. */
static gboolean
number_first_lines_cb (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  EnclaveEditorPage *self = user_data;

  if (self->first_frame == 0)
    self->first_frame = gdk_frame_clock_get_frame_counter (clock);
  if (gdk_frame_clock_get_frame_counter (clock) == self->first_frame)
    return G_SOURCE_CONTINUE;
  self->number_tick = 0;
  gutter_cb (self);
  return G_SOURCE_REMOVE;
}

void
_enclave_editor_page_number_first_lines (EnclaveEditorPage *self)
{
  _enclave_editor_page_drop_numbers (self);
  gtk_source_view_set_show_line_numbers (self->view, FALSE);
  self->number_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->view), number_first_lines_cb, self, NULL);
}

void
_enclave_editor_page_drop_numbers (EnclaveEditorPage *self)
{
  g_clear_handle_id (&self->gutter_source, g_source_remove);
  if (self->number_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->view), self->number_tick);
  self->number_tick = 0;
  self->first_frame = 0;
  self->numbered = FALSE;
}
