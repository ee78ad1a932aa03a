/* enclave-window-removed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tabs of files that git has removed.
 */

#include "config.h"

#include <string.h>

#include "enclave-window-private.h"

typedef struct
{
  EnclaveWindow *window;
  EnclaveEditorPage *page;
  char *text;
} Removed;

static void
removed_free (Removed *self)
{
  g_object_unref (self->window);
  g_object_unref (self->page);
  g_free (self->text);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Removed, removed_free)

/* A file of another branch, as it is there: its tab goes. It would say that the only copy of the text is here. */
static void
removed_looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Removed) removed = user_data;
  EnclaveWindow *self = removed->window;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);
  g_autoptr (GPtrArray) pages = NULL;
  EnclaveDocument *document;
  g_autofree char *text = NULL;

  if (g_cancellable_is_cancelled (self->cancellable) || self->editor == NULL)
    return;
  pages = enclave_editor_pane_list_pages (self->editor);
  if (!g_ptr_array_find (pages, removed->page, NULL))
    return;
  document = enclave_editor_page_get_document (removed->page);
  text = enclave_document_dup_text (document);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) && strcmp (text, removed->text) == 0)
    enclave_editor_pane_drop_page (self->editor, removed->page);
  else
    enclave_document_check_disk (document);
}

void
_enclave_window_look_for_removed (EnclaveWindow *self, EnclaveEditorPage *page, const char *text)
{
  Removed *removed = g_new0 (Removed, 1);

  removed->window = g_object_ref (self);
  removed->page = g_object_ref (page);
  removed->text = g_strdup (text);
  g_file_query_info_async (enclave_document_get_file (enclave_editor_page_get_document (page)), G_FILE_ATTRIBUTE_STANDARD_TYPE,
                           G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, G_PRIORITY_DEFAULT, self->cancellable, removed_looked_cb, removed);
}
