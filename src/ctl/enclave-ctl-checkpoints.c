/* enclave-ctl-checkpoints.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-commands.h"
#include "enclave-utf8.h"

GPtrArray *
enclave_ctl_list_turns (EnclaveCtlContext *context, EnclaveGate *gate, guint *n_pruned, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) records = NULL;

  enclave_gate_list_checkpoints_async (gate, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result,
                                       context);
  result = enclave_ctl_context_wait (context);
  records = enclave_gate_list_checkpoints_finish (gate, result, n_pruned, error);
  return records != NULL ? enclave_checkpoint_turns_from_records (records) : NULL;
}

static gboolean
forget (EnclaveCtlContext *context, EnclaveGate *gate, const char *conversation, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  enclave_gate_forget_checkpoints_async (gate, conversation, enclave_ctl_context_get_cancellable (context),
                                         enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  return enclave_gate_forget_checkpoints_finish (gate, result, error);
}

static JsonObject *
to_json (EnclaveCheckpointTurn *turn)
{
  JsonObject *object = json_object_new ();
  JsonArray *paths = json_array_new ();

  json_object_set_int_member (object, "id", (gint64) enclave_checkpoint_turn_get_number (turn));
  json_object_set_string_member (object, "kind", enclave_checkpoint_turn_get_is_undo (turn) ? "undo" : "turn");
  json_object_set_boolean_member (object, "undone", enclave_checkpoint_turn_get_undone (turn));
  json_object_set_int_member (object, "time", enclave_checkpoint_turn_get_time (turn));
  json_object_set_string_member (object, "conversation", enclave_checkpoint_turn_get_conversation (turn));
  json_object_set_string_member (object, "turn", enclave_checkpoint_turn_get_turn (turn));
  json_object_set_string_member (object, "title", enclave_checkpoint_turn_get_title (turn));
  for (const char *const *path = enclave_checkpoint_turn_get_paths (turn); *path != NULL; path++)
    {
      g_autofree char *valid = enclave_utf8_make_valid (*path, -1);

      json_array_add_string_element (paths, valid);
    }
  json_object_set_array_member (object, "paths", paths);
  return object;
}

static void
print_turn (EnclaveCheckpointTurn *turn)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (enclave_checkpoint_turn_get_time (turn));
  g_autofree char *when = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : g_strdup ("-");
  g_autofree char *title = enclave_utf8_display_name (enclave_checkpoint_turn_get_title (turn));
  guint n_paths = g_strv_length ((char **) enclave_checkpoint_turn_get_paths (turn));
  g_autofree char *files = g_strdup_printf (ngettext ("%u file", "%u files", n_paths), n_paths);

  enclave_ctl_print ("%6" G_GUINT64_FORMAT "  %s  %-8s  %-7s  %s\n", enclave_checkpoint_turn_get_number (turn), when, files,
                     enclave_checkpoint_turn_get_undone (turn)    ? _ ("undone")
                     : enclave_checkpoint_turn_get_is_undo (turn) ? _ ("undo")
                                                                  : "",
                     title);
}

static int
list (EnclaveCtlContext *context, GPtrArray *turns, guint n_pruned)
{
  if (enclave_ctl_context_get_json (context))
    {
      JsonArray *array = json_array_new ();

      for (guint i = 0; i < turns->len; i++)
        json_array_add_object_element (array, to_json (g_ptr_array_index (turns, i)));
      enclave_ctl_print_array (array);
    }
  else
    {
      for (guint i = 0; i < turns->len; i++)
        print_turn (g_ptr_array_index (turns, i));
    }
  if (n_pruned > 0)
    enclave_ctl_note (ngettext ("%u older turn was let go to keep the history small",
                                "%u older turns were let go to keep the history small", n_pruned),
                      n_pruned);
  return ENCLAVE_CTL_DONE;
}

static int
run_checkpoints (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  gboolean is_list = n_words == 0 || (n_words == 1 && strcmp (words[0], "list") == 0);
  gboolean is_forget = n_words > 0 && n_words <= 2 && strcmp (words[0], "forget") == 0;
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  g_autoptr (GError) error = NULL;
  guint n_pruned = 0;

  if (!is_list && !is_forget)
    return enclave_ctl_context_refuse_usage (context,
                                             _ ("Usage: enclavectl checkpoints [list], or forget [CONVERSATION]"));
  gate = enclave_ctl_context_open_gate (context, &error);
  if (gate != NULL && (!is_forget || forget (context, gate, words[1], &error)))
    turns = enclave_ctl_list_turns (context, gate, &n_pruned, &error);
  if (turns == NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  return list (context, turns, n_pruned);
}

const EnclaveCtlCommand enclave_ctl_checkpoints = {
  .name = "checkpoints",
  .synopsis = "[list|forget [CONVERSATION]]",
  .description = N_ ("What was changed here and can be taken back, or delete it for good"),
  .run = run_checkpoints,
};
