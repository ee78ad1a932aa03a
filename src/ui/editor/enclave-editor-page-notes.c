/* enclave-editor-page-notes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the info row of an editor page says about its file, and what the answers do.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-editor-page-private.h"
#include "enclave-utf8.h"

#define NO_RESPONSES ((const char *const[]) { NULL })

static void
update_disk_note (EnclaveEditorPage *self)
{
  g_autofree char *text = NULL;

  switch (enclave_document_get_disk_state (self->document))
    {
    case ENCLAVE_DISK_CHANGED:
      /* Translators: %s is the name of a file. */
      text = g_strdup_printf (_("%s changed on disk."), enclave_document_get_title (self->document));
      enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_DELETED);
      if (enclave_document_get_disk_text (self->document) != NULL)
        enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_DISK_CHANGED, "dialog-warning-symbolic", text,
                                  NULL,
                                  (const char *const[]) { "compare", _("Compare"), "!reload", _("Reload"), "keep",
                                                          _("Keep mine"), NULL });
      else
        enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_DISK_CHANGED, "dialog-warning-symbolic", text,
                                  NULL, (const char *const[]) { "keep", _("Keep mine"), NULL });
      break;

    case ENCLAVE_DISK_DELETED:
      text = g_strdup_printf (_("%s is no longer on disk. Saving writes it again."),
                              enclave_document_get_title (self->document));
      enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_DISK_CHANGED);
      enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_DELETED, "dialog-warning-symbolic", text, NULL,
                                (const char *const[]) { "close", _("Close"), "save", _("Save"), NULL });
      break;

    case ENCLAVE_DISK_SAME:
    default:
      enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_DISK_CHANGED);
      enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_DELETED);
      break;
    }
}

void
_enclave_editor_page_update_notes (EnclaveEditorPage *self)
{
  EnclaveDocument *document = self->document;
  const char *name = enclave_document_get_title (document);
  g_autofree char *text = NULL;

  update_disk_note (self);

  if (enclave_document_get_is_new (document) && enclave_document_get_file (document) != NULL
      && enclave_document_get_loaded (document))
    {
      const char *target = enclave_document_get_link_target (document);
      /* Translators: a button: the file that a link leads to. */
      const char *const answers[] = { "close", _("Close"), "*create", _("Create"), NULL };
      g_autofree char *shown = target != NULL ? enclave_utf8_display_name (target) : NULL;

      /* Translators: %1$s is the name of a link, %2$s the path that it leads to. */
      text = target != NULL ? g_strdup_printf (_("%1$s is a link to %2$s, which does not exist. Create it?"), name, shown)
                            : g_strdup_printf (_("%s does not exist yet. Saving makes it."), name);
      enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_NEW_FILE, "document-new-symbolic", text, NULL,
                                target != NULL ? answers : NO_RESPONSES);
    }
  else
    {
      enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_NEW_FILE);
    }

  if (enclave_document_get_loaded (document) && enclave_document_get_read_only (document))
    {
      g_clear_pointer (&text, g_free);
      text = g_strdup_printf (_("%s is read-only."), name);
      enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_READ_ONLY, "changes-prevent-symbolic", text, NULL,
                                (const char *const[]) { "save-as", _("Save as…"), NULL });
    }
  else if (enclave_document_get_loaded (document) && self->is_foreign)
    {
      g_clear_pointer (&text, g_free);
      text = g_strdup_printf (_("%s is not part of this project. It is shown to be read."), name);
      enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_READ_ONLY, "changes-prevent-symbolic", text, NULL,
                                (const char *const[]) { "edit", _("Edit anyway"), NULL });
    }
  else
    {
      enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_READ_ONLY);
    }

  if (enclave_document_get_heavy (document))
    enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_HEAVY, "help-about-symbolic",
                              _("Shown without highlighting and wrapping, because of its size."), NULL,
                              (const char *const[]) { "dismiss", _("Dismiss"), NULL });
  else
    enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_HEAVY);
}

void
_enclave_editor_page_take (EnclaveEditorPage *self)
{
  if (!self->is_foreign)
    return;
  self->is_foreign = FALSE;
  enclave_editor_page_set_editable (self, TRUE);
  _enclave_editor_page_update_notes (self);
}

static void
response_cb (EnclaveEditorPage *self, guint key, const char *id)
{
  if (_enclave_editor_page_save_response (self, key, id))
    return;

  switch (key)
    {
    case ENCLAVE_EDITOR_NOTE_DISK_CHANGED:
      if (g_str_equal (id, "reload"))
        {
          enclave_document_reload (self->document);
        }
      else if (g_str_equal (id, "keep"))
        {
          enclave_document_keep_mine (self->document);
        }
      else
        {
          g_signal_emit_by_name (self, "compare");
          /* looking is not yet an answer */
          update_disk_note (self);
        }
      break;

    case ENCLAVE_EDITOR_NOTE_FILE_VIEW:
      if (_enclave_editor_page_answer_file (self, id))
        _enclave_editor_page_load_anyway (self);
      break;

    case ENCLAVE_EDITOR_NOTE_DRAFT:
      _enclave_editor_page_answer_draft (self, id);
      break;

    case ENCLAVE_EDITOR_NOTE_NEW_FILE:
    case ENCLAVE_EDITOR_NOTE_DELETED:
      if (g_str_equal (id, "save") || g_str_equal (id, "create"))
        enclave_editor_page_save_async (self, FALSE, NULL, NULL, NULL);
      else
        g_signal_emit_by_name (self, "close-requested");
      break;

    case ENCLAVE_EDITOR_NOTE_READ_ONLY:
      if (g_str_equal (id, "edit"))
        {
          _enclave_editor_page_take (self);
          enclave_editor_page_focus (self);
        }
      else
        {
          enclave_editor_page_save_async (self, TRUE, NULL, NULL, NULL);
          /* a name that is asked for is not yet an answer */
          _enclave_editor_page_update_notes (self);
        }
      break;

    default:
      break;
    }
}

void
_enclave_editor_page_connect_notes (EnclaveEditorPage *self)
{
  g_signal_connect_object (self->info_row, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "notify::draft-problem",
                           G_CALLBACK (_enclave_editor_page_update_draft_note), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "notify::disk-state", G_CALLBACK (_enclave_editor_page_update_notes), self,
                           G_CONNECT_SWAPPED);
}

void
enclave_editor_page_set_denied (EnclaveEditorPage *self, const char *rule)
{
  g_autofree char *text = NULL;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  enclave_inline_completion_set_denied (self->completion, rule != NULL);
  if (rule == NULL)
    {
      enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_DENIED);
      return;
    }

  /* Translators: %s is the name of a rule, such as builtin:dotenv. */
  text = g_strdup_printf (_("Not shared with the agent: %s"), rule);
  if (g_strcmp0 (text, enclave_info_row_get_text (self->info_row, ENCLAVE_EDITOR_NOTE_DENIED)) != 0)
    enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_DENIED, "changes-prevent-symbolic", text, NULL,
                              NO_RESPONSES);
}

void
enclave_editor_page_set_secret (EnclaveEditorPage *self, const char *rule)
{
  g_autofree char *text = NULL;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  if (rule == NULL)
    {
      enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_SECRET);
      return;
    }
  /* Translators: the name of a file, then of a rule, such as github-token. */
  text = g_strdup_printf (_("%s holds what looks like a secret (%s). Models get it masked, and git_commit leaves the file; take it out."),
                          enclave_document_get_title (self->document), rule);
  enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_SECRET, "dialog-warning-symbolic", text, NULL,
                            (const char *const[]) { "dismiss", _("Dismiss"), NULL });
}

EnclaveTextStyle *
enclave_editor_page_get_style (EnclaveEditorPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), NULL);

  return self->style;
}

EnclaveInlineCompletion *
enclave_editor_page_get_completion (EnclaveEditorPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), NULL);

  return self->completion;
}
