/* enclave-editor-page-draft.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Unsaved text that a run which did not end by itself has left: offered, never put in place unasked.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-document-private.h"
#include "enclave-editor-page-private.h"
#include "enclave-editor-pane-private.h"

typedef struct
{
  EnclaveEditorPage *page;
  char *id;
  gboolean compare;
} Load;

static char *
dup_time (gint64 time)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);

  /* Translators: a date and a time, as of strftime(). */
  return then != NULL ? g_date_time_format (then, _("%e %B, %H:%M")) : g_strdup ("");
}

static void
present_draft (EnclaveEditorPage *self, const EnclaveTextDraftInfo *info)
{
  g_autofree char *time = dup_time (info->time);
  /* Translators: a file's name, then a date and a time. */
  g_autofree char *text = g_strdup_printf (_("Unsaved changes to %s from %s were kept."),
                                           enclave_document_get_title (self->document), time);
  const char *const in_place[] = { "!discard", _("Discard"), "compare", _("Compare"), "*recover", _("Recover"), NULL };
  /* Translators: a button: the kept text comes into a tab of its own, because its file can't be opened. */
  const char *const beside[] = { "!discard", _("Discard"), "*recover", _("Open as new text"), NULL };

  self->draft = g_strdup (info->id);
  enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_DRAFT, "document-revert-symbolic", text, NULL,
                            enclave_document_get_loaded (self->document) ? in_place : beside);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveEditorPage) self = user_data;
  g_autoptr (GPtrArray) drafts = enclave_text_drafts_list_finish (result, NULL);
  gboolean other = FALSE;

  if (drafts == NULL || self->document == NULL)
    return;

  for (guint i = 0; i < drafts->len; i++)
    {
      EnclaveTextDraftInfo *info = g_ptr_array_index (drafts, i);

      if (info->in_use)
        {
          other = other || self->document->draft == NULL;
        }
      else if (self->draft == NULL)
        {
          present_draft (self, info);
        }
    }

  if (other)
    {
      g_autofree char *text = g_strdup_printf (_("%s has unsaved changes in another window of Enclave."),
                                               enclave_document_get_title (self->document));

      enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_OTHER_EDITOR, "dialog-warning-symbolic", text, NULL,
                                (const char *const[]) { "dismiss", _("Dismiss"), NULL });
    }
}

void
_enclave_editor_page_look_for_drafts (EnclaveEditorPage *self)
{
  const char *path = _enclave_document_get_draft_path (self->document);

  /* what was offered before is offered again: what can be done with it may be another thing */
  g_clear_pointer (&self->draft, g_free);
  if (path != NULL)
    enclave_text_drafts_list_async (path, self->cancellable, found_cb, g_object_ref (self));
}

static void
show_difference (EnclaveEditorPage *self, const char *draft)
{
  GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (self), ENCLAVE_TYPE_EDITOR_PANE);
  const char *name = enclave_document_get_title (self->document);
  g_autofree char *text = enclave_document_dup_text (self->document);
  /* Translators: title of a tab that compares the text that is open with the unsaved one of before; %s is a file's name. */
  g_autofree char *title = g_strdup_printf (_("%s: open and unsaved"), name);

  if (pane != NULL)
    _enclave_editor_pane_show_diff (ENCLAVE_EDITOR_PANE (pane), title, name, text, draft);
}

/* The draft @id goes when its text is kept otherwise, and not when it can't be shown. */
static gboolean
take_draft (EnclaveDocument *document, const char *text, const char *id)
{
  if (!enclave_document_apply_text (document, text))
    return FALSE;
  if (document->draft != NULL)
    enclave_text_draft_replace (document->draft, id);
  else
    enclave_text_drafts_remove (id);
  return TRUE;
}

/* There is no file that it could overwrite. */
static void
open_as_new (EnclaveEditorPane *pane, const char *title, const char *text, const char *id)
{
  g_autoptr (EnclaveDocument) document = enclave_document_new (NULL, title);

  _enclave_editor_pane_add (pane, document);
  take_draft (document, text, id);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Load *load = user_data;
  EnclaveEditorPage *self = load->page;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = enclave_text_drafts_load_finish (result, &error);

  if (self->document != NULL && text == NULL)
    {
      enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_NO_DRAFT, "dialog-error-symbolic", error->message,
                                NULL, (const char *const[]) { "dismiss", _("Dismiss"), NULL });
    }
  else if (self->document != NULL && load->compare)
    {
      show_difference (self, text);
    }
  else if (self->document != NULL && !enclave_document_get_loaded (self->document))
    {
      GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (self), ENCLAVE_TYPE_EDITOR_PANE);

      if (pane != NULL)
        open_as_new (ENCLAVE_EDITOR_PANE (pane), enclave_document_get_title (self->document), text, load->id);
    }
  else if (self->document != NULL && take_draft (self->document, text, load->id))
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->view));
    }

  if (self->document != NULL)
    _enclave_editor_page_look_for_drafts (self);
  g_object_unref (load->page);
  g_free (load->id);
  g_free (load);
}

void
_enclave_editor_page_answer_draft (EnclaveEditorPage *self, const char *id)
{
  g_autofree char *draft = g_steal_pointer (&self->draft);
  Load *load;

  if (draft == NULL)
    return;

  if (g_str_equal (id, "discard"))
    {
      enclave_text_drafts_remove (draft);
      return;
    }

  load = g_new0 (Load, 1);
  load->page = g_object_ref (self);
  load->compare = g_str_equal (id, "compare");
  load->id = g_steal_pointer (&draft);
  enclave_text_drafts_load_async (load->id, NULL, loaded_cb, load);
}

void
_enclave_editor_page_update_draft_note (EnclaveEditorPage *self)
{
  const char *problem = enclave_document_get_draft_problem (self->document);
  g_autofree char *folder = NULL;
  g_autofree char *text = NULL;

  if (problem == NULL)
    {
      enclave_info_row_withdraw (self->info_row, ENCLAVE_EDITOR_NOTE_NO_DRAFT);
      return;
    }

  folder = enclave_text_drafts_dup_folder ();
  /* Translators: %1$s is what the system says, such as “No space left on device”, %2$s the path of a folder. */
  text = g_strdup_printf (_("Unsaved changes are not kept until the disk takes them again: %1$s. Save them, or make room for %2$s."), problem,
                          folder);
  enclave_info_row_present (self->info_row, ENCLAVE_EDITOR_NOTE_NO_DRAFT, "dialog-warning-symbolic", text, NULL,
                            (const char *const[]) { "dismiss", _("Dismiss"), NULL });
}

/* Texts that have no file. */

typedef struct
{
  EnclaveEditorPane *pane;
  char *id;
  char *title;
} Untitled;

static void
untitled_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Untitled *untitled = user_data;
  g_autofree char *text = enclave_text_drafts_load_finish (result, NULL);

  if (text != NULL && untitled->pane->tab_view != NULL)
    open_as_new (untitled->pane, untitled->title, text, untitled->id);
  g_object_unref (untitled->pane);
  g_free (untitled->id);
  g_free (untitled->title);
  g_free (untitled);
}

typedef struct
{
  EnclaveEditorPane *pane;
  char *project;
} Recovery;

static void
all_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Recovery *recovery = user_data;
  g_autoptr (GPtrArray) drafts = enclave_text_drafts_list_finish (result, NULL);

  for (guint i = 0; drafts != NULL && recovery->pane->tab_view != NULL && i < drafts->len; i++)
    {
      EnclaveTextDraftInfo *info = g_ptr_array_index (drafts, i);

      if (info->in_use || g_strcmp0 (info->project, recovery->project) != 0)
        continue;
      if (info->path != NULL)
        {
          g_autoptr (GFile) file = g_file_new_for_path (info->path);

          enclave_editor_pane_open (recovery->pane, file, 0, 0);
        }
      else
        {
          Untitled *untitled = g_new0 (Untitled, 1);

          untitled->pane = g_object_ref (recovery->pane);
          untitled->id = g_strdup (info->id);
          untitled->title = g_strdup (info->title);
          enclave_text_drafts_load_async (info->id, NULL, untitled_loaded_cb, untitled);
        }
    }
  g_object_unref (recovery->pane);
  g_free (recovery->project);
  g_free (recovery);
}

void
enclave_editor_pane_recover_drafts (EnclaveEditorPane *self, const char *project)
{
  Recovery *recovery;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self));

  recovery = g_new0 (Recovery, 1);
  recovery->pane = g_object_ref (self);
  recovery->project = g_strdup (project);
  enclave_text_drafts_list_async (NULL, NULL, all_found_cb, recovery);
}
