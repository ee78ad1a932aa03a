/* enclave-tool-scope-edit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-tool-scope-private.h"

#include "enclave-context-item-private.h"
#include "enclave-file-door.h"
#include "enclave-gate-private.h"
#include "enclave-limits.h"
#include "enclave-proposal-private.h"
#include "enclave-utf8.h"

typedef struct
{
  char *path;
  char *base_text;
  char *new_text;
} EditCall;

static void
edit_call_free (gpointer data)
{
  EditCall *call = data;

  g_free (call->path);
  g_free (call->base_text);
  g_free (call->new_text);
  g_free (call);
}

static EditCall *
set_call (GTask *task, const char *path)
{
  EditCall *call = g_new0 (EditCall, 1);

  call->path = g_strdup (path);
  g_task_set_task_data (task, call, edit_call_free);

  return call;
}

static void
on_read_for_edit (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  EnclaveToolScope *self = g_task_get_source_object (task);
  EditCall *call = g_task_get_task_data (task);
  g_autoptr(EnclaveFileContent) content = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  EnclaveAuditRecord record = { 0 };

  content = enclave_file_door_read_finish (ENCLAVE_PATH_RESOLVER (object), result, &error);
  if (content != NULL)
    text = enclave_tool_scope_dup_visible_text (self, content, call->path, &error);
  if (text == NULL)
    {
      enclave_tool_scope_fail (self, g_steal_pointer (&task), call->path, g_steal_pointer (&error));
      return;
    }

  enclave_tool_scope_set_knowledge (self, call->path, enclave_tool_scope_look_up_read (self, content->true_path, text));
  enclave_tool_scope_describe_file (&record, content);
  if (enclave_tool_scope_record (self, task, &record, text))
    g_task_return_pointer (task, g_steal_pointer (&text), g_free);
}

/**
 * enclave_tool_scope_read_for_edit_async:
 * @path: as the model wrote it
 *
 * The whole text that an edit starts from, judged for writing. Not for the conversation.
 */
void
enclave_tool_scope_read_for_edit_async (EnclaveToolScope *self, const char *path, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));

  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_WRITE, path, enclave_tool_scope_read_for_edit_async, cancellable,
                                   callback, user_data);
  if (task == NULL)
    return;

  set_call (task, path);
  enclave_file_door_read_async (enclave_tool_scope_get_resolver (self), ENCLAVE_EFFECT_WRITE, path, cancellable,
                                on_read_for_edit, task);
}

/**
 * enclave_tool_scope_read_for_edit_finish:
 *
 * Returns: (transfer full): the text with its line ends, or %NULL with @error
 */
char *
enclave_tool_scope_read_for_edit_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What Apply will compare with and replace: the open buffer when it is modified, else the disk. A proposal for the same
 * file that is not applied yet is no part of it: the new proposal takes its place. */
static gboolean
take_old_text (EnclaveToolScope *self, EnclaveFileContent *content, char **old_text, GError **error)
{
  EnclaveBufferOverlay *buffers = enclave_gate_get_buffer_overlay (enclave_tool_scope_get_gate (self));

  *old_text = buffers != NULL ? enclave_buffer_overlay_dup_text (buffers, content->true_path) : NULL;
  if (*old_text != NULL)
    return TRUE;
  if (content->text_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&content->text_error));
      return FALSE;
    }
  *old_text = g_steal_pointer (&content->text);

  return TRUE;
}

static gboolean
is_latin_1 (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_utf8_get_char (text) > 0xff)
      return FALSE;

  return TRUE;
}

static EnclaveProposal *
make_proposal (EnclaveToolScope *self, EditCall *call, EnclaveFileContent *content, GError **error)
{
  g_autofree char *visible = enclave_tool_scope_dup_overlay_text (self, content->true_path);
  g_autofree char *old_text = NULL;
  g_autofree char *shown = enclave_utf8_display_name (content->path);
  const char *now;

  if (!take_old_text (self, content, &old_text, error))
    return NULL;

  if (call->new_text != NULL
      && enclave_context_item_count_masks (call->new_text)
           > (old_text != NULL ? enclave_context_item_count_masks (old_text) : 0)
               + (visible != NULL ? enclave_context_item_count_masks (visible) : 0))
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_DENIED, "builtin:masked-text", shown,
                                                        N_("Changing %s: the new text has a mask (“%s…]”) in it, which "
                                                           "stands for a text that was not shown and would be lost; "
                                                           "leave that line alone and change the lines around it"),
                                                        shown,
                                                        strstr (call->new_text, ENCLAVE_MASK_OF_SECRET) != NULL
                                                          ? ENCLAVE_MASK_OF_SECRET
                                                          : ENCLAVE_MASK_OF_VALUE));
      return NULL;
    }

  now = visible != NULL ? visible : old_text;
  if (call->base_text != NULL && g_strcmp0 (call->base_text, now) != 0)
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_CHANGED, NULL, shown,
                                                        N_("Changing %s: the file has changed since it was read"), shown));
      return NULL;
    }
  if (content->is_latin_1 && call->new_text != NULL && !is_latin_1 (call->new_text))
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_TEXT, NULL, shown,
                                                        N_("Changing %s: the file is in ISO-8859-1, and the new text has "
                                                           "characters that this encoding has not"), shown));
      return NULL;
    }
  /* A file that was only proposed can be taken back. */
  if (now == NULL && call->new_text == NULL)
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, shown,
                                                        N_("Removing %s: there is no such file"), shown));
      return NULL;
    }

  /* What a model writes on top of what it knows, it knows as well. */
  if (call->new_text != NULL
      && (now == NULL || enclave_tool_scope_look_up_read (self, content->true_path, now) == ENCLAVE_KNOWLEDGE_CURRENT))
    enclave_tool_scope_note_read (self, content->true_path, call->new_text, TRUE);

  return enclave_proposal_new (content->path, content->true_path, old_text, call->new_text,
                               content->verdict == ENCLAVE_VERDICT_ASK, content->rule);
}

static void
on_read_for_proposal (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  EnclaveToolScope *self = g_task_get_source_object (task);
  EditCall *call = g_task_get_task_data (task);
  g_autoptr(EnclaveFileContent) content = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(EnclaveProposal) proposal = NULL;
  EnclaveAuditRecord record = { 0 };

  content = enclave_file_door_read_finish (ENCLAVE_PATH_RESOLVER (object), result, &error);
  if (content != NULL)
    proposal = make_proposal (self, call, content, &error);
  if (proposal == NULL)
    {
      enclave_tool_scope_fail (self, g_steal_pointer (&task), call->path, g_steal_pointer (&error));
      return;
    }

  enclave_tool_scope_describe_file (&record, content);
  record.effect = "propose";
  if (enclave_tool_scope_record (self, task, &record, NULL))
    g_task_return_pointer (task, g_steal_pointer (&proposal), g_object_unref);
}

/**
 * enclave_tool_scope_prepare_write_async:
 * @path: as the model wrote it
 * @base_text: (nullable): the text that the edit was made from
 * @new_text: (nullable): the whole new text; %NULL removes the file
 *
 * Judges a change and makes none. The proposal's old text is what Apply will find: the modified buffer or the file on
 * disk, even when @base_text was a proposal that is not applied yet; the new proposal replaces that one.
 */
void
enclave_tool_scope_prepare_write_async (EnclaveToolScope *self, const char *path, const char *base_text,
                                        const char *new_text, GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  GTask *task;
  EditCall *call;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));

  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_WRITE, path, enclave_tool_scope_prepare_write_async, cancellable,
                                   callback, user_data);
  if (task == NULL)
    return;

  call = set_call (task, path);
  call->base_text = g_strdup (base_text);
  call->new_text = g_strdup (new_text);
  if (new_text != NULL && strlen (new_text) > ENCLAVE_EDIT_MAX_BYTES)
    {
      enclave_tool_scope_fail (self, task, path,
                               enclave_gate_error_new (ENCLAVE_GATE_ERROR_TOO_LARGE, NULL, NULL,
                                                       N_("Changing a file: the new text is larger than %d MiB"),
                                                       ENCLAVE_EDIT_MAX_BYTES / (1024 * 1024)));
      return;
    }
  if (new_text != NULL && !g_utf8_validate (new_text, -1, NULL))
    {
      enclave_tool_scope_fail (self, task, path,
                               enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_TEXT, NULL, NULL,
                                                       N_("Changing a file: the new text is not UTF-8")));
      return;
    }
  enclave_file_door_read_async (enclave_tool_scope_get_resolver (self), ENCLAVE_EFFECT_WRITE, path, cancellable,
                                on_read_for_proposal, task);
}

/**
 * enclave_tool_scope_prepare_write_finish:
 *
 * Returns: (transfer full): the proposal, or %NULL with @error
 */
EnclaveProposal *
enclave_tool_scope_prepare_write_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
