/* enclave-language-changes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From an edit that a language server wants to a proposal that the person reviews: each file is read and judged by the gate as for any
 * other change, and nothing is written here.
 */

#include "config.h"

#include "enclave-language-controller-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-language-edit.h"

#define TOOL "language-server"

typedef struct
{
  EnclaveLanguageController *controller;
  EnclaveToolScope *scope;
  EnclaveLanguageSnapshot *snapshot;
  GPtrArray *files;      /* of EnclaveLanguageFileEdit, their uri a path below the project */
  GPtrArray *proposals;  /* of EnclaveProposal */
  char *title;           /* of the server */
  guint next;
} Changes;

static void
changes_free (Changes *changes)
{
  g_object_unref (changes->controller);
  g_object_unref (changes->scope);
  enclave_language_snapshot_unref (changes->snapshot);
  g_ptr_array_unref (changes->files);
  g_ptr_array_unref (changes->proposals);
  g_free (changes->title);
  g_free (changes);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Changes, changes_free)

static void
refuse (EnclaveLanguageController *self, const GError *error)
{
  /* Translators: why a change that a language server wanted is not made */
  g_autofree char *words = g_strdup_printf (_ ("Nothing is changed: %s"), error->message);

  _enclave_language_controller_say (self, words);
}

static void read_next (Changes *owned);

static void
finish (Changes *changes)
{
  EnclaveLanguageController *self = changes->controller;
  EnclaveChangeOrigin origin = { .tool = TOOL, .model = changes->title, .quality = ENCLAVE_MATCH_EXACT };

  if (changes->proposals->len == 0)
    {
      _enclave_language_controller_say (self, _ ("There is nothing to change"));
      return;
    }
  for (guint i = 0; i < changes->proposals->len; i++)
    enclave_change_set_add_from (self->change_set, g_ptr_array_index (changes->proposals, i), &origin);
  g_signal_emit_by_name (self, "review");
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Changes) changes = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveProposal) proposal = enclave_tool_scope_prepare_write_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);

  if (proposal == NULL)
    {
      refuse (changes->controller, error);
      return;
    }
  if (!enclave_proposal_changes_nothing (proposal))
    g_ptr_array_add (changes->proposals, g_steal_pointer (&proposal));
  changes->next++;
  read_next (g_steal_pointer (&changes));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Changes) changes = user_data;
  const EnclaveLanguageFileEdit *file = g_ptr_array_index (changes->files, changes->next);
  g_autoptr (GError) error = NULL;
  g_autofree char *base = enclave_tool_scope_read_for_edit_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  g_autoptr (EnclaveLanguageText) text = base != NULL ? enclave_language_text_new (g_strdup (base)) : NULL;
  g_autofree char *edited = NULL;

  if (text != NULL && enclave_language_snapshot_check (changes->snapshot, file, base, &error))
    edited = enclave_language_edit_apply (text, file->edits, &error);
  if (edited == NULL)
    {
      refuse (changes->controller, error);
      return;
    }
  enclave_tool_scope_prepare_write_async (changes->scope, file->uri, base, edited, NULL, on_prepared, changes);
  g_steal_pointer (&changes);
}

static void
read_next (Changes *owned)
{
  g_autoptr (Changes) changes = owned;
  const EnclaveLanguageFileEdit *file;

  if (changes->next == changes->files->len)
    {
      finish (changes);
      return;
    }
  file = g_ptr_array_index (changes->files, changes->next);
  enclave_tool_scope_read_for_edit_async (changes->scope, file->uri, NULL, on_read, changes);
  g_steal_pointer (&changes);
}

/* The document's own text, as one undo step. FALSE: it is to be reviewed. */
static gboolean
change_active (EnclaveLanguageController *self, EnclaveLanguageServer *server, const EnclaveLanguageFileEdit *file,
               EnclaveLanguageSnapshot *snapshot, GError **error)
{
  EnclaveLanguageEditor *editor = _enclave_language_controller_get_active (self);
  EnclaveDocument *document;
  g_autoptr (EnclaveLanguageText) text = NULL;
  g_autofree char *edited = NULL;

  if (editor == NULL || g_strcmp0 (enclave_language_editor_get_path (editor), file->uri) != 0)
    return FALSE;
  document = enclave_editor_page_get_document (enclave_language_editor_get_page (editor));
  text = enclave_language_text_new (enclave_document_dup_text (document));
  if (!enclave_language_snapshot_check (snapshot, file, enclave_language_text_get (text, NULL), error))
    return FALSE;
  edited = enclave_language_edit_apply (text, file->edits, error);
  if (edited == NULL || !enclave_document_apply_text (document, edited))
    return FALSE;
  if (snapshot == _enclave_language_controller_get_command (self, server))
    {
      g_autoptr (EnclaveLanguageSnapshot) next = _enclave_language_controller_take_snapshot (self, server);

      /* A command may come back as several edits, each of what the one before has made. */
      _enclave_language_controller_renew_command (self, server, next);
    }
  return TRUE;
}

EnclaveLanguageSnapshot *
_enclave_language_controller_take_snapshot (EnclaveLanguageController *self, EnclaveLanguageServer *server)
{
  g_autoptr (GPtrArray) pages = self->editor != NULL ? enclave_editor_pane_list_pages (self->editor) : g_ptr_array_new ();

  for (guint i = 0; i < pages->len; i++)
    {
      EnclaveLanguageEditor *editor = enclave_language_editor_get (g_ptr_array_index (pages, i));

      if (editor != NULL)
        enclave_language_editor_tell (editor);
    }
  return enclave_language_server_take_snapshot (server);
}

gboolean
_enclave_language_controller_change (EnclaveLanguageController *self, EnclaveLanguageServer *server, JsonObject *edit,
                                     EnclaveLanguageSnapshot *snapshot, gboolean at_once)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = enclave_language_read_workspace_edit (edit, &error);
  Changes *changes;

  for (guint i = 0; files != NULL && i < files->len; i++)
    {
      EnclaveLanguageFileEdit *file = g_ptr_array_index (files, i);
      char *path = enclave_language_server_dup_path (server, file->uri);

      if (path == NULL)
        {
          g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                               _ ("the language server wants to change a file that is denied or outside of the project"));
          g_clear_pointer (&files, g_ptr_array_unref);
          break;
        }
      g_free (file->uri);
      file->uri = path;
    }
  if (files == NULL)
    {
      refuse (self, error);
      return FALSE;
    }
  if (at_once && files->len == 1 && change_active (self, server, g_ptr_array_index (files, 0), snapshot, &error))
    return TRUE;
  if (error != NULL)
    {
      refuse (self, error);
      return FALSE;
    }
  changes = g_new0 (Changes, 1);
  changes->controller = g_object_ref (self);
  changes->scope = enclave_gate_open_scope (self->gate, "user", TOOL, ENCLAVE_EFFECT_WRITE);
  changes->snapshot = enclave_language_snapshot_ref (snapshot);
  changes->files = g_steal_pointer (&files);
  changes->proposals = g_ptr_array_new_with_free_func (g_object_unref);
  changes->title = g_strdup (enclave_language_server_get_kind (server)->title);
  read_next (changes);
  return TRUE;
}
