/* enclave-agent-turn-edits.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-agent-service-private.h"
#include "enclave-change-set-private.h"
#include "enclave-patch-stager.h"
#include "enclave-patch.h"

/* A reply is taken. An edit in its text has no result that could say what has become of it. */
static void
finish (EnclaveAgentTurn *self)
{
  g_autoptr (GError) missed = g_steal_pointer (&self->missed);

  if (self->format_text != NULL)
    {
      g_free (self->service->format_text);
      self->service->format_text = g_steal_pointer (&self->format_text);
    }
  /* Behind what was taken, which says that the model has mended what it had missed before. */
  if (missed != NULL)
    enclave_change_set_add_missed (self->change_set, missed);
  if (enclave_agent_turn_is_over (self) || (missed != NULL && enclave_agent_turn_feed_missed (self, missed)))
    return;
  enclave_agent_turn_verify (self);
}

static void
staged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  g_autoptr (GPtrArray) staged = NULL;
  g_autoptr (GPtrArray) proposals = NULL;
  EnclaveMatchQuality quality = ENCLAVE_MATCH_EXACT;

  if (enclave_agent_turn_applies_at_once (self))
    staged = enclave_patch_stager_stage_finish (ENCLAVE_TOOL_SCOPE (source), result, &self->missed);
  else
    staged = enclave_patch_stager_stage_some_finish (ENCLAVE_TOOL_SCOPE (source), result, &self->missed, NULL);
  if (enclave_agent_turn_is_over (self))
    return;
  if (staged == NULL)
    {
      finish (self);
      return;
    }

  proposals = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < staged->len; i++)
    {
      const EnclaveStagedFile *file = g_ptr_array_index (staged, i);

      quality = MAX (quality, file->quality);
      g_ptr_array_add (proposals, g_object_ref (file->proposal));
    }
  enclave_agent_turn_add_proposals (self, proposals, quality, finish);
}

/* Diffs and search/replace blocks that name their file are meant as edits. A whole file in a fence may as well be an
 * excerpt: that is for the user to decide, by its Apply, unless the model was told to write that file. */
static gboolean
is_edit (EnclaveAgentTurn *self, const EnclavePatchOperation *operation)
{
  return operation->path != NULL
         && (operation->kind == ENCLAVE_PATCH_REPLACE_TEXT || operation->kind == ENCLAVE_PATCH_HUNKS
             || (operation->kind == ENCLAVE_PATCH_WHOLE_FILE && enclave_agent_turn_wants_whole (self, operation->path)));
}

/* (nullable): none, or they can't be read, which is in @self->missed then. */
static EnclavePatch *
find_edits (EnclaveAgentTurn *self, const char *reply)
{
  gboolean has_marks = strstr (reply, "<<<<<<<") != NULL || strstr (reply, "\n+++ ") != NULL;
  g_autoptr (GError) error = NULL;
  EnclavePatch *patch;

  if (!has_marks && g_hash_table_size (self->wanted_whole) == 0)
    return NULL;

  patch = enclave_patch_parse_reply (reply, &error);
  if (patch == NULL)
    {
      if (has_marks && g_error_matches (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_SYNTAX))
        self->missed = g_steal_pointer (&error);
      return NULL;
    }
  for (guint i = patch->operations->len; i > 0; i--)
    if (!is_edit (self, g_ptr_array_index (patch->operations, i - 1)))
      g_ptr_array_remove_index (patch->operations, i - 1);
  if (patch->operations->len == 0)
    g_clear_pointer (&patch, enclave_patch_free);

  return patch;
}

void
enclave_agent_turn_take_edits (EnclaveAgentTurn *self)
{
  EnclavePatch *patch = NULL;

  if (self->mode != ENCLAVE_MODE_ASK)
    patch = find_edits (self, enclave_reply_builder_get_raw (self->builder));
  if (patch == NULL)
    {
      finish (self);
      return;
    }

  g_clear_object (&self->scope);
  self->scope = enclave_gate_open_scope (self->gate, "agent", "reply", ENCLAVE_EFFECT_WRITE);
  /* What nobody looks at before it is written is all or nothing. */
  if (enclave_agent_turn_applies_at_once (self))
    enclave_patch_stager_stage_async (self->scope, patch, NULL, self->cancellable, staged_cb, g_object_ref (self));
  else
    enclave_patch_stager_stage_some_async (self->scope, patch, self->cancellable, staged_cb, g_object_ref (self));
}
