/* enclave-apply-patch-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-patch-stager.h"
#include "enclave-tool-private.h"

static const EnclaveToolParameter parameters[] = {
  { .name = "patch", .kind = ENCLAVE_PARAMETER_TEXT, .required = TRUE, .max_bytes = ENCLAVE_PATCH_MAX_BYTES },
};

static const EnclaveToolSpec spec = {
  .name = "apply_patch",
  .description = "Change files by a unified diff, all files or none.",
  .effects = ENCLAVE_EFFECT_WRITE,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
  .extra = TRUE,
};

static void
staged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GPtrArray) proposals = NULL;
  EnclaveMatchQuality quality = ENCLAVE_MATCH_EXACT;

  files = enclave_patch_stager_stage_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (files == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  proposals = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < files->len; i++)
    {
      const EnclaveStagedFile *file = g_ptr_array_index (files, i);

      quality = MAX (quality, file->quality);
      g_ptr_array_add (proposals, g_object_ref (file->proposal));
    }
  enclave_tool_return_proposals (g_steal_pointer (&task), ENCLAVE_TOOL_SCOPE (source), proposals, quality);
}

static void
run (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  g_autoptr (GTask) owned = task;
  const char *text = enclave_json_peek_string (arguments, "patch");
  g_autoptr (GError) error = NULL;
  EnclavePatch *patch = enclave_patch_parse_diff (text, &error);

  /* Small models put search/replace blocks here as well. */
  if (patch == NULL)
    patch = enclave_patch_parse_reply (text, NULL);
  if (patch == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  enclave_patch_stager_stage_async (scope, patch, NULL, g_task_get_cancellable (task), staged_cb,
                                    g_steal_pointer (&owned));
}

ENCLAVE_DEFINE_TOOL (EnclaveApplyPatchTool, enclave_apply_patch_tool)
