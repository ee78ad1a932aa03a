/* enclave-command-door.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-command-door.h"

#include <glib/gi18n.h>

#include "enclave-command-run.h"
#include "enclave-command-scan.h"
#include "enclave-confined-spawn.h"
#include "enclave-gate-private.h"
#include "enclave-git-store.h"
#include "enclave-test-walls.h"

#define DEFAULT_COLUMNS 120
#define DEFAULT_ROWS 40
/* What the audit calls a command that no tool runs. */
#define RECORDED_TOOL "run"

typedef struct
{
  GStrv argv;
  char *shown;
  char *actor; /* (nullable) */
  GPtrArray *masks;
  GPtrArray *covers;
  GPtrArray *frozen;
  GStrv network; /* (nullable) */
  EnclaveCommandOptions options;
  EnclaveCommandRun *run;
  gulong cancel_handler;
} State;

void
enclave_command_result_free (EnclaveCommandResult *result)
{
  if (result == NULL)
    return;
  g_bytes_unref (result->output);
  g_clear_pointer (&result->errors, g_bytes_unref);
  g_free (result->limit);
  g_free (result);
}

static void
state_free (gpointer data)
{
  State *state = data;

  g_strfreev (state->argv);
  g_free (state->shown);
  g_free (state->actor);
  g_clear_pointer (&state->masks, g_ptr_array_unref);
  g_clear_pointer (&state->covers, g_ptr_array_unref);
  g_clear_pointer (&state->frozen, g_ptr_array_unref);
  g_strfreev (state->network);
  g_clear_object (&state->run);
  g_free (state);
}

/* FALSE: it can't be recorded, so it must not run, and @task has been answered. */
static gboolean
record_start (GTask *task)
{
  State *state = g_task_get_task_data (task);
  EnclaveAuditRecord record = { .actor = state->actor, .tool = RECORDED_TOOL, .path = state->shown, .effect = "run" };
  GError *error = NULL;
  gboolean recorded = state->actor == NULL || enclave_gate_record (g_task_get_source_object (task), &record, &error);

  /* Whoever asked: what has been granted stands there by itself. */
  for (guint i = 0; recorded && state->network != NULL && state->network[i] != NULL; i++)
    {
      EnclaveAuditRecord grant = { .actor = state->actor != NULL ? state->actor : "agent", .tool = RECORDED_TOOL,
                                   .path = state->network[i], .effect = "network" };

      recorded = enclave_gate_record (g_task_get_source_object (task), &grant, &error);
    }
  if (!recorded)
    g_task_return_error (task, error);
  return recorded;
}

static void
record_end (GTask *task, EnclaveCommandResult *result)
{
  State *state = g_task_get_task_data (task);
  EnclaveAuditRecord record = { .actor = state->actor, .tool = RECORDED_TOOL, .path = state->shown,
                                .decision = ENCLAVE_AUDIT_FINISHED, .effect = "run" };
  g_autofree char *digest = NULL;

  if (state->actor == NULL)
    return;
  digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, result->output);
  record.result_digest = digest;
  record.result_bytes = g_bytes_get_size (result->output);
  record.exit_status = result->wait_status;
  enclave_gate_record (g_task_get_source_object (task), &record, NULL);
}

static void
return_refusal (GTask *task, GError *error)
{
  State *state = g_task_get_task_data (task);
  EnclaveAuditRecord record = { .actor = state->actor, .tool = RECORDED_TOOL, .path = state->shown, .effect = "run" };

  if (state->actor != NULL)
    enclave_gate_audit_error (g_task_get_source_object (task), &record, error);
  g_task_return_error (task, error);
}

static void
on_done (EnclaveCommandRun *run, EnclaveCommandResult *result, GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  State *state = g_task_get_task_data (task);

  if (error == NULL)
    record_end (task, result);
  if (state->cancel_handler != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), state->cancel_handler);
  /* The machine is no longer as it was found to be. */
  if (g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_CONFINED))
    enclave_sandbox_doubt (enclave_gate_get_sandbox (g_task_get_source_object (task)));
  if (error != NULL)
    return_refusal (task, error);
  else
    g_task_return_pointer (task, result, (GDestroyNotify) enclave_command_result_free);
}

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  enclave_command_run_kill (user_data, _ ("Stopped"));
}

static void
add_masks (EnclaveConfinedPlan *plan, State *state, GPtrArray *masks, GPtrArray *covers)
{
  for (guint i = 0; i < masks->len; i++)
    enclave_confined_plan_add (plan, "mask", g_ptr_array_index (masks, i));
  /* Another folder in its place could bring hooks. */
  enclave_confined_plan_add (plan, "pin", ".git");
  for (guint i = 0; state->frozen != NULL && i < state->frozen->len; i++)
    enclave_confined_plan_add (plan, "freeze", g_ptr_array_index (state->frozen, i));
  for (guint i = 0; covers != NULL && i < covers->len; i++)
    enclave_confined_plan_add (plan, i % 2 == 0 ? "cover" : "cover-text", g_ptr_array_index (covers, i));
}

/* @masks, @covers: (nullable): what is hidden, and what is shown otherwise, where there is no view. @store, @others: (nullable): what the
 * view shows of git's objects. */
static void
start (GTask *task, GPtrArray *masks, GPtrArray *covers, const char *store, const char *others)
{
  EnclaveGate *gate = g_task_get_source_object (task);
  State *state = g_task_get_task_data (task);
  EnclaveTerminalHost *host = enclave_gate_get_terminal_host (gate);
  g_autoptr (EnclaveTerminalSession) session = NULL;
  g_autoptr (EnclaveConfinedPlan) plan = enclave_confined_plan_new ();
  GCancellable *cancellable = g_task_get_cancellable (task);
  EnclaveSandboxLevel level = enclave_sandbox_get_level (enclave_gate_get_sandbox (gate));
  const char *root = enclave_gate_get_root (gate);
  const char *folder = root;
  guint columns = DEFAULT_COLUMNS;
  guint rows = DEFAULT_ROWS;
  GError *error = NULL;

  if (level == ENCLAVE_SANDBOX_REDUCED && (folder = enclave_confined_plan_add_private (plan, root, &error)) == NULL)
    {
      return_refusal (task, error);
      return;
    }
  enclave_confined_plan_add (plan, "workspace", root);
  enclave_confined_plan_add (plan, "folder", folder);
  if (!state->options.plain)
    enclave_confined_plan_add (plan, "terminal", "1");
  if (state->options.read_only)
    enclave_confined_plan_add (plan, "read-only", "1");
  if (masks == NULL)
    enclave_confined_plan_add_view (plan, store, others);
  else if (!enclave_test_walls_is_off ("masks"))
    add_masks (plan, state, masks, covers);
  for (guint i = 0; state->network != NULL && state->network[i] != NULL; i++)
    if (!enclave_confined_plan_add_forward (plan, state->network[i], state->actor != NULL ? state->actor : "agent", &error))
      {
        return_refusal (task, error);
        return;
      }
  /* They are counted over all processes that the command sees. */
  if (!enclave_test_walls_is_off ("processes"))
    enclave_confined_plan_add_limits (plan);
  enclave_confined_plan_add_environment (plan, root);
  enclave_confined_plan_add_argv (plan, (const char *const *) state->argv);

  if (host != NULL && !state->options.quiet)
    session = enclave_terminal_host_open_session (
      host, state->shown, root, enclave_sandbox_level_to_word (level), &columns, &rows);
  state->run = enclave_command_run_new (&state->options, session, MAX (columns, 2), MAX (rows, 2));
  enclave_command_run_start (state->run, plan, on_done, g_object_ref (task));
  if (cancellable != NULL)
    state->cancel_handler
      = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), g_object_ref (state->run), g_object_unref);
}

static void
on_history_learnt (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  State *state = g_task_get_task_data (task);

  enclave_text_admission_learn_history_finish (ENCLAVE_TEXT_ADMISSION (source), result);
  if (!g_task_return_error_if_cancelled (task))
    start (task, state->masks, state->covers, NULL, NULL);
}

static void
on_scanned (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveGate *gate = g_task_get_source_object (task);
  State *state = g_task_get_task_data (task);
  GError *error = NULL;

  state->masks = enclave_command_scan_finish (result, &state->covers, &state->frozen, &error);
  if (state->masks == NULL)
    g_task_return_error (task, error);
  else if (state->actor != NULL)
    start (task, state->masks, state->covers, NULL, NULL);
  else
    /* Without a view git shows what only the history has: the last wall has to know its values before the model can get them. */
    enclave_text_admission_learn_history_async (enclave_gate_get_admission (gate), enclave_gate_get_policy (gate),
                                                enclave_gate_get_root (gate), enclave_gate_get_git_progress (gate), g_task_get_cancellable (task),
                                                on_history_learnt, g_object_ref (task));
}

static void
on_store_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *store = NULL;
  g_autofree char *others = NULL;
  g_autoptr (GError) error = NULL;

  /* Without a store the view lets nobody at git's objects: the command runs, and only git has to do without. */
  store = enclave_git_store_prepare_finish (result, &others, &error);
  if (error != NULL)
    g_message ("%s", error->message);
  if (!g_task_return_error_if_cancelled (task))
    start (task, NULL, NULL, store, others);
}

static void
scan_or_refuse (GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  EnclaveGate *gate = g_task_get_source_object (task);
  EnclaveSandbox *sandbox = enclave_gate_get_sandbox (gate);
  State *state = g_task_get_task_data (task);

  if (sandbox == NULL || enclave_sandbox_get_level (sandbox) == ENCLAVE_SANDBOX_TOOLS_ONLY)
    {
      const char *reason = sandbox != NULL ? enclave_sandbox_get_reason (sandbox)
                                           : _ ("Commands can’t be confined: there is no sandbox.");

      return_refusal (task, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_CONFINED, NULL, NULL, "%s", reason));
      return;
    }
  if (state->network != NULL && enclave_sandbox_get_level (sandbox) == ENCLAVE_SANDBOX_REDUCED)
    {
      return_refusal (task, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_CONFINED, NULL, NULL,
                                                    N_ ("Using the network for a command: without namespaces commands have "
                                                        "none, and none can be granted.")));
      return;
    }
  if (!record_start (task))
    return;
  if (enclave_sandbox_get_level (sandbox) >= ENCLAVE_SANDBOX_REDUCED && !enclave_test_walls_is_off ("view"))
    {
      enclave_git_store_prepare_async (enclave_gate_get_policy (gate), enclave_gate_get_root (gate),
                                       enclave_sandbox_get_level (sandbox) == ENCLAVE_SANDBOX_REDUCED,
                                       enclave_gate_get_git_progress (gate), g_task_get_cancellable (task), on_store_prepared, g_object_ref (task));
      return;
    }
  enclave_command_scan_async (enclave_gate_get_policy (gate), enclave_gate_get_root (gate),
                              g_task_get_cancellable (task), on_scanned, g_object_ref (task));
}

void
enclave_command_door_run_async (EnclaveGate *gate, const EnclaveCommandOptions *options, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  State *state;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));
  g_return_if_fail (options != NULL && options->argv != NULL && options->argv[0] != NULL);

  task = g_task_new (gate, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_command_door_run_async);
  /* A stopped command has a result, too: what it printed until then. */
  g_task_set_check_cancellable (task, FALSE);
  state = g_new0 (State, 1);
  state->argv = g_strdupv ((char **) options->argv);
  state->shown = options->shown != NULL ? g_strdup (options->shown) : g_strjoinv (" ", state->argv);
  state->options = *options;
  state->options.argv = NULL;
  state->options.shown = NULL;
  state->actor = g_strdup (options->actor);
  state->options.actor = NULL;
  if (options->network != NULL && options->network[0] != NULL)
    state->network = g_strdupv ((char **) options->network);
  state->options.network = NULL;
  g_task_set_task_data (task, state, state_free);

  enclave_sandbox_continue_when_known (enclave_gate_get_sandbox (gate), g_steal_pointer (&task), scan_or_refuse);
}

EnclaveCommandResult *
enclave_command_door_run_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
