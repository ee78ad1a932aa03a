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
  g_autoptr (GString) text = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autofree char *summary = NULL;
  g_autoptr (EnclaveToolResult) outcome = NULL;

  files = enclave_patch_stager_stage_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (files == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  text = g_string_new ("Proposed ");
  for (guint i = 0; i < files->len; i++)
    {
      const EnclaveStagedFile *file = g_ptr_array_index (files, i);
      g_autofree char *counts = enclave_tool_describe_proposal (file->proposal);

      g_string_append_printf (text, "%s%s, %s", i > 0 ? "; " : "", enclave_proposal_get_path (file->proposal), counts);
      if (files->len == 1)
        summary = g_steal_pointer (&counts);
    }
  g_string_append (text, ". It is not on disk until the user applies it.");
  if (summary == NULL)
    summary = g_strdup_printf ("%u files", files->len);

  item = enclave_tool_scope_admit_words (ENCLAVE_TOOL_SCOPE (source), text->str, summary);
  outcome = enclave_tool_result_new (item);
  for (guint i = 0; i < files->len; i++)
    {
      const EnclaveStagedFile *file = g_ptr_array_index (files, i);

      outcome->quality = MAX (outcome->quality, file->quality);
      enclave_tool_result_add_proposal (outcome, file->proposal);
    }
  g_task_return_pointer (task, g_steal_pointer (&outcome), (GDestroyNotify) enclave_tool_result_free);
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
