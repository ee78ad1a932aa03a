/* enclave-edit-file-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-patch.h"
#include "enclave-tool-private.h"

static const EnclaveToolParameter parameters[] = {
  { .name = "path", .kind = ENCLAVE_PARAMETER_PATH, .required = TRUE },
  { .name = "old_text", .kind = ENCLAVE_PARAMETER_TEXT, .required = TRUE, .max_bytes = ENCLAVE_PATCH_MAX_BYTES },
  { .name = "new_text", .kind = ENCLAVE_PARAMETER_TEXT, .required = TRUE, .max_bytes = ENCLAVE_PATCH_MAX_BYTES },
};

static const EnclaveToolSpec spec = {
  .name = "edit_file",
  .description = "Replace old_text, which must stand in the file exactly once, by new_text.",
  .effects = ENCLAVE_EFFECT_WRITE,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};

typedef struct
{
  JsonObject *arguments;
  EnclaveMatchQuality quality;
  gboolean same; /* the text that the edit was made from is that way */
} EditState;

static void
edit_state_free (gpointer data)
{
  EditState *state = data;

  json_object_unref (state->arguments);
  g_free (state);
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EditState *state = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveProposal) proposal = NULL;

  proposal = enclave_tool_scope_prepare_write_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (proposal == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    enclave_tool_return_edit (g_steal_pointer (&task), ENCLAVE_TOOL_SCOPE (source), proposal, state->same, state->quality);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EditState *state = g_task_get_task_data (task);
  const char *path = enclave_json_peek_string (state->arguments, "path");
  EnclaveMatchQuality quality = ENCLAVE_MATCH_EXACT;
  g_autoptr (GError) error = NULL;
  g_autofree char *old_text = NULL;
  g_autofree char *new_text = NULL;

  old_text = enclave_tool_scope_read_for_edit_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (old_text != NULL)
    {
      new_text = enclave_patch_replace_text (old_text, enclave_json_peek_string (state->arguments, "old_text"),
                                             enclave_json_peek_string (state->arguments, "new_text"), &quality,
                                             &error);
      if (new_text == NULL)
        {
          enclave_patch_prefix_error (&error, "%s: ", path);
          enclave_tool_explain_masks (enclave_json_peek_string (state->arguments, "old_text"), &error);
          enclave_patch_error_locate (error, path, enclave_json_peek_string (state->arguments, "old_text"), 1, 1);
        }
    }
  if (new_text == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  state->quality = quality;
  state->same = strcmp (old_text, new_text) == 0;
  enclave_tool_scope_prepare_write_async (ENCLAVE_TOOL_SCOPE (source), path, old_text, new_text,
                                          g_task_get_cancellable (task), prepared_cb, g_object_ref (task));
}

static void
run (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  EditState *state = g_new0 (EditState, 1);

  state->arguments = json_object_ref (arguments);
  g_task_set_task_data (task, state, edit_state_free);
  enclave_tool_scope_read_for_edit_async (scope, enclave_json_peek_string (arguments, "path"),
                                          g_task_get_cancellable (task), read_cb, task);
}

ENCLAVE_DEFINE_TOOL (EnclaveEditFileTool, enclave_edit_file_tool)
