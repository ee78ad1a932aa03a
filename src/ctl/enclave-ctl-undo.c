/* enclave-ctl-undo.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-approver.h"
#include "enclave-ctl-commands.h"
#include "enclave-undo-plan.h"
#include "enclave-utf8.h"

static JsonArray *
files_to_json (EnclaveUndoPlan *plan)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; plan != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (plan)); i++)
    {
      g_autoptr (EnclaveUndoFile) file = g_list_model_get_item (G_LIST_MODEL (plan), i);
      g_autofree char *path = enclave_utf8_make_valid (enclave_undo_file_get_path (file), -1);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "path", path);
      json_object_set_string_member (object, "status", enclave_undo_file_get_word (file));
      json_object_set_string_member (object, "message", enclave_undo_file_get_message (file));
      json_array_add_object_element (array, object);
    }
  return array;
}

static void
print_files (EnclaveUndoPlan *plan)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (plan)); i++)
    {
      g_autoptr (EnclaveUndoFile) file = g_list_model_get_item (G_LIST_MODEL (plan), i);
      const char *message = enclave_undo_file_get_message (file);

      enclave_ctl_print ("%-9s  %s%s%s\n", enclave_undo_file_get_word (file), enclave_undo_file_get_path (file),
                         *message != '\0' ? ": " : "", message);
    }
}

static int
report (EnclaveCtlContext *context, EnclaveCheckpointTurn *turn, EnclaveUndoPlan *plan, const GError *error)
{
  JsonObject *object;

  if (!enclave_ctl_context_get_json (context))
    {
      if (plan != NULL)
        print_files (plan);
    }
  else
    {
      object = json_object_new ();
      json_object_set_boolean_member (object, "ok", error == NULL);
      if (turn != NULL)
        json_object_set_int_member (object, "id", (gint64) enclave_checkpoint_turn_get_number (turn));
      json_object_set_array_member (object, "files", files_to_json (plan));
      if (error != NULL)
        json_object_set_object_member (object, "error", enclave_ctl_error_to_json (error));
      enclave_ctl_print_object (object);
    }
  return error != NULL ? enclave_ctl_report_error (FALSE, error) : ENCLAVE_CTL_DONE;
}

static EnclaveCheckpointTurn *
choose (GPtrArray *turns, const char *number, gboolean is_redo, GError **error)
{
  guint64 wanted = number != NULL ? g_ascii_strtoull (number, NULL, 10) : 0;
  EnclaveCheckpointTurn *latest = NULL;
  guint64 latest_undo = 0;

  for (guint i = 0; i < turns->len; i++)
    {
      EnclaveCheckpointTurn *turn = g_ptr_array_index (turns, i);
      GPtrArray *undoing = enclave_checkpoint_turn_get_undoing (turn);

      if (number != NULL)
        {
          if (enclave_checkpoint_turn_get_number (turn) == wanted)
            return turn;
          continue;
        }
      if (enclave_checkpoint_turn_get_is_undo (turn))
        continue;
      if (!is_redo && !enclave_checkpoint_turn_get_undone (turn))
        return turn;
      for (guint k = 0; is_redo && k < undoing->len; k++)
        {
          const EnclaveCheckpointRecord *record = g_ptr_array_index (undoing, k);

          if (record->number > latest_undo)
            {
              latest = turn;
              latest_undo = record->number;
            }
        }
    }
  if (latest == NULL && number != NULL)
    g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, NULL,
                                                      N_ ("There is no change with the number %s"), number));
  else if (latest == NULL)
    g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, NULL, "%s",
                                                      is_redo ? _ ("Nothing was taken back that could be done again")
                                                              : _ ("There is nothing to undo")));
  return latest;
}

static EnclaveUndoPlan *
plan_undo (EnclaveCtlContext *context, EnclaveGate *gate, EnclaveCheckpointTurn *turn, gboolean is_redo, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveUndoPlan) plan = NULL;
  GPtrArray *records = is_redo ? enclave_checkpoint_turn_get_undoing (turn) : enclave_checkpoint_turn_get_standing (turn);

  if (records->len == 0)
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, NULL, "%s",
                                                        is_redo ? _ ("This change stands: there is nothing to do again")
                                                                : _ ("This change was taken back already")));
      return NULL;
    }
  plan = enclave_undo_plan_new (gate, records, enclave_checkpoint_turn_get_conversation (turn),
                                enclave_checkpoint_turn_get_turn (turn), enclave_checkpoint_turn_get_title (turn));
  enclave_undo_plan_prepare_async (plan, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result,
                                   context);
  result = enclave_ctl_context_wait (context);
  return enclave_undo_plan_prepare_finish (plan, result, error) ? g_steal_pointer (&plan) : NULL;
}

static gboolean
apply_plan (EnclaveCtlContext *context, EnclaveUndoPlan *plan, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  enclave_undo_plan_apply_async (plan, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result,
                                 context);
  result = enclave_ctl_context_wait (context);
  return enclave_undo_plan_apply_finish (plan, result, error);
}

static int
undo (EnclaveCtlContext *context, gboolean is_redo, const char *usage)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  const char *conflicts = enclave_ctl_context_get_option (context, "conflicts");
  gboolean is_dry = enclave_ctl_context_get_option (context, "dry-run") != NULL;
  /* Who types the command has approved what it writes; a file that asks by name is included. */
  g_autoptr (EnclaveCtlApprover) approver
    = enclave_ctl_approver_new (ENCLAVE_CTL_APPROVE_EDITS | ENCLAVE_CTL_APPROVE_PROTECTED);
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  g_autoptr (EnclaveUndoPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveCheckpointTurn *turn = NULL;

  if (n_words > 1 || (n_words == 1 && (words[0][0] == '\0' || words[0][strspn (words[0], "0123456789")] != '\0'))
      || (conflicts != NULL && strcmp (conflicts, "refuse") != 0 && strcmp (conflicts, "leave") != 0
          && strcmp (conflicts, "put-back") != 0))
    return enclave_ctl_context_refuse_usage (context, "%s", usage);

  gate = enclave_ctl_context_open_gate (context, &error);
  if (gate != NULL)
    {
      enclave_gate_set_approver (gate, ENCLAVE_APPROVER (approver));
      turns = enclave_ctl_list_turns (context, gate, NULL, &error);
    }
  if (turns != NULL)
    turn = choose (turns, words[0], is_redo, &error);
  if (turn != NULL)
    plan = plan_undo (context, gate, turn, is_redo, &error);
  if (plan != NULL && conflicts != NULL && strcmp (conflicts, "refuse") != 0)
    enclave_undo_plan_decide_all (plan, strcmp (conflicts, "leave") == 0 ? ENCLAVE_UNDO_LEAVE : ENCLAVE_UNDO_PUT_BACK);
  if (plan != NULL && !is_dry)
    apply_plan (context, plan, &error);
  return report (context, turn, plan, error);
}

static int
run_undo (EnclaveCtlContext *context)
{
  return undo (context, FALSE, _ ("Usage: enclavectl undo [--dry-run] [--conflicts refuse|leave|put-back] [NUMBER]"));
}

static int
run_redo (EnclaveCtlContext *context)
{
  return undo (context, TRUE, _ ("Usage: enclavectl redo [--dry-run] [--conflicts refuse|leave|put-back] [NUMBER]"));
}

static const EnclaveCtlOption options[] = {
  { "dry-run", NULL, N_ ("Say what would be done, write nothing") },
  { "conflicts", "WHAT", N_ ("Of a file that was changed since at the same place: refuse, leave or put-back") },
};

const EnclaveCtlCommand enclave_ctl_undo = {
  .name = "undo",
  .synopsis = "[NUMBER]",
  .description = N_ ("Take back what a turn has written, and keep what was changed since"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_undo,
};

const EnclaveCtlCommand enclave_ctl_redo = {
  .name = "redo",
  .synopsis = "[NUMBER]",
  .description = N_ ("Do again what was taken back"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_redo,
};
