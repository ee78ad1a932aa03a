/* enclave-write-file-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-patch.h"
#include "enclave-tool-private.h"

static const EnclaveToolParameter parameters[] = {
  { .name = "path", .kind = ENCLAVE_PARAMETER_PATH, .required = TRUE },
  { .name = "content", .kind = ENCLAVE_PARAMETER_TEXT, .required = TRUE, .max_bytes = ENCLAVE_PATCH_MAX_BYTES },
};

static const EnclaveToolSpec spec = {
  .name = "write_file",
  .description = "Write a whole file: a new one, or a short one anew.",
  .effects = ENCLAVE_EFFECT_WRITE,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};

typedef struct
{
  EnclavePatchOperation *operation;
  EnclaveMatchQuality quality;
  gboolean same; /* the text that the edit was made from is that way */
} WriteState;

static void
write_state_free (gpointer data)
{
  WriteState *state = data;

  enclave_patch_operation_free (state->operation);
  g_free (state);
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const WriteState *state = g_task_get_task_data (task);
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
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  WriteState *state = g_task_get_task_data (task);
  const char *path = state->operation->path;
  EnclaveMatchQuality quality = ENCLAVE_MATCH_EXACT;
  g_autoptr (GError) error = NULL;
  g_autofree char *old_text = enclave_tool_scope_read_for_edit_finish (scope, result, &error);
  g_autofree char *new_text = NULL;

  if (g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND))
    g_clear_error (&error);
  if (error == NULL && (old_text == NULL || enclave_tool_check_knowledge (scope, path, old_text, &error)))
    {
      new_text = enclave_patch_apply (old_text != NULL ? old_text : "", state->operation, &quality, &error);
      if (new_text == NULL)
        enclave_patch_prefix_error (&error, "%s: ", path);
    }
  if (new_text == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  state->quality = quality;
  state->same = g_strcmp0 (old_text, new_text) == 0;
  enclave_tool_scope_prepare_write_async (scope, path, old_text, new_text, g_task_get_cancellable (task), prepared_cb,
                                          g_object_ref (task));
}

static void
run (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  const char *path = enclave_json_peek_string (arguments, "path");
  WriteState *state = g_new0 (WriteState, 1);

  state->operation = enclave_patch_operation_new (ENCLAVE_PATCH_WHOLE_FILE, path);
  state->operation->new_text = g_strdup (enclave_json_peek_string (arguments, "content"));
  g_task_set_task_data (task, state, write_state_free);
  enclave_tool_scope_read_for_edit_async (scope, path, g_task_get_cancellable (task), read_cb, task);
}

ENCLAVE_DEFINE_TOOL (EnclaveWriteFileTool, enclave_write_file_tool)
