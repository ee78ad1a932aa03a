/* enclave-git-diff-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-run.h"
#include "enclave-json.h"
#include "enclave-tool-private.h"

/* Files shown in one call. */
#define MAX_FILES 200

static const EnclaveToolParameter parameters[] = {
  { .name = "path", .kind = ENCLAVE_PARAMETER_PATH },
  { .name = "staged", .kind = ENCLAVE_PARAMETER_BOOLEAN },
};

static const EnclaveToolSpec spec = {
  .name = "git_diff",
  .description = "Changes not staged yet or, with staged, those in the index.",
  .effects = ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_RUN,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};

/* A repository's diff would show denied files: the names come first, each is judged, and only the allowed ones are
 * given to git as paths. */
typedef struct
{
  char *path;
  gboolean staged;
  gboolean names_cut;
  EnclaveGitNames *names;
} DiffState;

static void
diff_state_free (gpointer data)
{
  DiffState *state = data;

  g_free (state->path);
  g_clear_pointer (&state->names, enclave_git_names_free);
  g_free (state);
}

static GPtrArray *
diff_command (DiffState *state)
{
  GPtrArray *command = enclave_git_command_new ("diff");

  enclave_git_command_add (command, "--no-ext-diff");
  enclave_git_command_add (command, "--no-textconv");
  enclave_git_command_add (command, "--no-renames");
  enclave_git_command_add (command, "--submodule=short");
  if (state->staged)
    enclave_git_command_add (command, "--cached");

  return command;
}

static void
return_words (GTask *task, EnclaveToolScope *scope, const char *diff, int wait_status)
{
  DiffState *state = g_task_get_task_data (task);
  g_autoptr (GString) text = g_string_new (*diff != '\0' ? diff : "No changes.");
  g_autofree char *summary = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;
  EnclaveToolResult *outcome;
  guint n_files = state->names != NULL ? state->names->allowed->len : 0;

  if (state->names != NULL && state->names->refused->len > 0)
    {
      g_string_append (text, "\nLeft out, denied: ");
      for (guint i = 0; i < state->names->refused->len; i++)
        g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                                (const char *) g_ptr_array_index (state->names->refused, i));
    }
  if (state->names_cut)
    g_string_append (text, "\nThere are more changed files than are shown; give a path.");

  summary = g_strdup_printf (n_files == 1 ? "%u file" : "%u files", n_files);
  item = enclave_tool_scope_admit_words (scope, text->str, summary);
  outcome = enclave_tool_result_new (item);
  outcome->wait_status = wait_status;
  g_task_return_pointer (task, outcome, (GDestroyNotify) enclave_tool_result_free);
}

static void
diffed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;
  int wait_status = 0;

  item = enclave_tool_scope_run_finish (scope, result, &wait_status, &error);
  if (item == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    return_words (task, scope, enclave_context_item_get_text (item), wait_status);
}

static void
judged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  DiffState *state = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GPtrArray *command;

  state->names = enclave_git_judge_finish (scope, result, &error);
  if (state->names == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (state->names->allowed->len == 0)
    {
      return_words (task, scope, "", 0);
      return;
    }

  command = diff_command (state);
  enclave_git_command_add (command, "--");
  for (guint i = 0; i < state->names->allowed->len; i++)
    enclave_git_command_add (command, g_ptr_array_index (state->names->allowed, i));
  enclave_git_run_async (scope, command, g_task_get_cancellable (task), diffed_cb, g_object_ref (task));
}

static void
named_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  DiffState *state = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GPtrArray) names = NULL;
  int wait_status = 0;

  item = enclave_tool_scope_run_finish (scope, result, &wait_status, &error);
  if (item == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (wait_status != 0)
    {
      EnclaveToolResult *outcome = enclave_tool_result_new (item);

      outcome->wait_status = wait_status;
      g_task_return_pointer (task, outcome, (GDestroyNotify) enclave_tool_result_free);
      return;
    }

  names = enclave_git_parse_names (enclave_context_item_get_text (item));
  state->names_cut = enclave_context_item_get_truncated (item) || names->len > MAX_FILES;
  if (names->len > MAX_FILES)
    g_ptr_array_set_size (names, MAX_FILES);
  enclave_git_judge_async (scope, names, ENCLAVE_GIT_JUDGE_NONE, g_task_get_cancellable (task), judged_cb, g_object_ref (task));
}

static void
list_names (GTask *owned_task, EnclaveToolScope *scope)
{
  DiffState *state = g_task_get_task_data (owned_task);
  GPtrArray *command = diff_command (state);

  enclave_git_command_add (command, "--name-only");
  enclave_git_command_add (command, "--");
  if (state->path != NULL)
    enclave_git_command_add (command, state->path);
  enclave_git_run_async (scope, command, g_task_get_cancellable (owned_task), named_cb, owned_task);
}

static void
path_judged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveGitNames) names = enclave_git_judge_finish (scope, result, &error);

  if (names == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    list_names (g_steal_pointer (&task), scope);
}

static void
run (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)
{
  DiffState *state = g_new0 (DiffState, 1);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  state->path = g_strdup (enclave_json_peek_string (arguments, "path"));
  state->staged = enclave_json_get_boolean (arguments, "staged", FALSE);
  g_task_set_task_data (task, state, diff_state_free);

  if (state->path == NULL)
    {
      list_names (task, scope);
      return;
    }
  g_ptr_array_add (paths, g_strdup (state->path));
  enclave_git_judge_async (scope, paths, ENCLAVE_GIT_JUDGE_STRICT, g_task_get_cancellable (task), path_judged_cb, task);
}

ENCLAVE_DEFINE_TOOL (EnclaveGitDiffTool, enclave_git_diff_tool)
