/* enclave-editor-page-modeline.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-editor-page-private.h"
#include "enclave-modeline.h"

/* As many as Vim looks at. */
#define LAST_LINES 5
#define MAX_WIDTH 16

static char *
dup_last_lines (EnclaveEditorPage *self)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (self->document));
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (buffer, &end);
  start = end;
  gtk_text_iter_backward_lines (&start, LAST_LINES);
  /* Of a line of megabytes nobody looks at the end. */
  if (gtk_text_iter_get_offset (&end) - gtk_text_iter_get_offset (&start) > LAST_LINES * 1024)
    return g_strdup ("");
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

void
_enclave_editor_page_follow_modeline (EnclaveEditorPage *self, const char *beginning)
{
  EnclaveModeline modeline;
  g_autofree char *last = NULL;
  EnclaveIndentation indentation;
  guint width;

  if (self->settings != NULL && !g_settings_get_boolean (self->settings, "use-modelines"))
    return;
  last = dup_last_lines (self);
  if (!enclave_modeline_parse (beginning, -1, &modeline) && !enclave_modeline_parse (last, -1, &modeline))
    return;

  indentation = enclave_editor_page_get_indentation (self);
  if (modeline.style != ENCLAVE_MODELINE_UNSET)
    indentation.spaces = modeline.style == ENCLAVE_MODELINE_SPACES;
  width = modeline.indent_width > 0 ? modeline.indent_width : modeline.tab_width > 0 ? modeline.tab_width : indentation.width;
  indentation.width = CLAMP (width, 1, MAX_WIDTH);
  enclave_editor_page_set_indentation (self, indentation);
  if (modeline.tab_width > 0)
    gtk_source_view_set_tab_width (self->view, modeline.tab_width);
}
