/* enclave-editor-page-claim.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file that is open in another Enclave, too: the second says so, before there is something to lose.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-document-private.h"
#include "enclave-editor-page-private.h"

typedef struct
{
  EnclaveEditorPage *page;
  char *path;
} Wish;

static void
claimed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wish *wish = user_data;
  EnclaveEditorPage *self = wish->page;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveFileClaim) claim = enclave_file_claim_finish (result, &error);
  g_autofree char *text = NULL;

  if (self->document != NULL && claim != NULL)
    {
      g_clear_pointer (&self->claim, enclave_file_claim_free);
      self->claim = g_steal_pointer (&claim);
      enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_OPEN_ELSEWHERE);
    }
  /* said once: what was read need not be read again each time the tab is looked at */
  else if (self->document != NULL && error == NULL && g_strcmp0 (self->warned_of, wish->path) != 0)
    {
      g_free (self->warned_of);
      self->warned_of = g_strdup (wish->path);
      /* Translators: %s is the name of a file; another Enclave is another process of this program. */
      text = g_strdup_printf (_("%s is open in another Enclave as well. Save and close it there before you change it here."),
                              enclave_document_get_title (self->document));
      enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_OPEN_ELSEWHERE, "dialog-warning-symbolic", text, NULL,
                                (const char *const[]) { "dismiss", _("Dismiss"), NULL });
    }
  g_object_unref (wish->page);
  g_free (wish->path);
  g_free (wish);
}

void
_enclave_editor_page_claim (EnclaveEditorPage *self)
{
  const char *path = self->document != NULL ? _enclave_document_get_draft_path (self->document) : NULL;
  Wish *wish;

  if (path == NULL || !enclave_document_get_loaded (self->document)
      || (self->claim != NULL && g_str_equal (enclave_file_claim_get_path (self->claim), path)))
    return;
  wish = g_new0 (Wish, 1);
  wish->page = g_object_ref (self);
  wish->path = g_strdup (path);
  enclave_file_claim_async (path, self->cancellable, claimed_cb, wish);
}
