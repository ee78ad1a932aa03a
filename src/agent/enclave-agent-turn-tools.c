/* enclave-agent-turn-tools.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-agent-service-private.h"
#include "enclave-change-set-private.h"
#include "enclave-change-set-private.h"
#include "enclave-conversation-private.h"
#include "enclave-json.h"
#include "enclave-message-private.h"
#include "enclave-patch.h"
#include "enclave-tool-call-private.h"
#include "enclave-turn-notice.h"

#define SUMMARY_MAX_CHARS 80
/* The same call with the same result: at the second the model is told, at the third the turn ends. */
#define NUDGE_AT 2
#define LOOP_AT 3

static void run_next (EnclaveAgentTurn *self);

gboolean
enclave_agent_turn_applies_at_once (EnclaveAgentTurn *self)
{
  return self->mode == ENCLAVE_MODE_EDIT && self->service->apply_at_once;
}

static void
add_result (EnclaveAgentTurn *self, const EnclaveTurnCall *call, EnclaveContextItem *item, const char *note)
{
  if (item != NULL)
    enclave_history_add_result (enclave_conversation_get_history (self->conversation), call->id, call->name, item,
                                note);
}

void
enclave_agent_turn_close_calls (EnclaveAgentTurn *self, const char *words)
{
  g_autoptr (EnclaveContextItem) item = NULL;

  if (!self->in_history || self->next_call >= self->calls->len)
    return;

  item = enclave_agent_turn_admit (self, words);
  for (; self->next_call < self->calls->len; self->next_call++)
    add_result (self, g_ptr_array_index (self->calls, self->next_call), item, NULL);
}

/* The same arguments, whatever blanks and order they were written in. (transfer full) */
static char *
dup_key (EnclaveAgentTurn *self, const char *result)
{
  const char *arguments = enclave_tool_call_get_arguments (self->call);
  g_autoptr (JsonObject) object = enclave_json_parse_object (arguments, -1, NULL);
  g_autoptr (GString) key = g_string_new (enclave_tool_call_get_name (self->call));
  g_autoptr (GList) members = object != NULL ? g_list_sort (json_object_get_members (object), (GCompareFunc) strcmp) : NULL;

  if (object == NULL)
    g_string_append_printf (key, "\n%s", arguments);
  for (GList *l = members; l != NULL; l = l->next)
    {
      g_autofree char *value = enclave_json_to_text (json_object_get_member (object, l->data), FALSE);

      g_string_append_printf (key, "\n%s=%s", (const char *) l->data, value);
    }
  g_string_append_printf (key, "\n%s", result);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, key->str, -1);
}

/* How often this call has had this result. A test that fails as before after an edit is no circle, an edit that was made before is. */
static guint
count_seen (EnclaveAgentTurn *self, const char *result, gboolean changed)
{
  g_autofree char *key = dup_key (self, result);
  GHashTable *table = changed ? self->seen_edits : self->seen;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (table, key)) + 1;

  g_hash_table_insert (table, g_steal_pointer (&key), GUINT_TO_POINTER (n));
  if (changed && n == 1)
    g_hash_table_remove_all (self->seen);

  return n;
}

/* The call is over; the model gets @item. */
static void
finish_call (EnclaveAgentTurn *self, EnclaveToolCallState state, const char *summary, const char *rule,
             EnclaveContextItem *item)
{
  const EnclaveTurnCall *turn_call = g_ptr_array_index (self->calls, self->next_call);
  const char *text = item != NULL ? enclave_context_item_get_text (item) : "";
  gboolean changed = state == ENCLAVE_TOOL_CALL_DONE && self->result != NULL && self->result->proposals != NULL
                     && self->result->proposals->len > 0;
  guint n = count_seen (self, text, changed);

  add_result (self, turn_call, item,
              n >= NUDGE_AT ? "This call gave the same result before, and a third time ends the turn. Do something else, or answer the "
                              "user."
                            : NULL);
  self->next_call++;
  enclave_tool_call_set_withheld (self->call, self->scope);
  enclave_tool_call_finish (self->call, state, summary, rule, text);
  g_clear_object (&self->scope);
  g_clear_pointer (&self->result, enclave_tool_result_free);
  if (enclave_agent_turn_is_over (self))
    return;
  enclave_agent_service_emit_tool_result (self->service, self->call);
  if (enclave_agent_turn_is_over (self))
    return;

  if (n >= LOOP_AT)
    {
      EnclaveMessageBlock *notice = enclave_turn_notice_loop (enclave_tool_call_get_name (self->call),
                                                              enclave_tool_call_get_subject (self->call));

      enclave_agent_turn_close_calls (self, "Not run: the turn was ended.");
      enclave_agent_turn_end (self, ENCLAVE_TURN_DONE, "loop", notice, NULL);
      return;
    }
  g_clear_object (&self->call);
  run_next (self);
}

static char *
shorten (const char *message)
{
  g_autofree char *line = g_strndup (message, strcspn (message, "\n"));

  if (g_utf8_strlen (line, -1) > SUMMARY_MAX_CHARS)
    {
      g_autofree char *start = g_utf8_substring (line, 0, SUMMARY_MAX_CHARS - 1);

      return g_strconcat (start, "…", NULL);
    }

  return g_steal_pointer (&line);
}

/* An error is the model's to read; the turn goes on. */
static void
answer_error (EnclaveAgentTurn *self, const GError *error)
{
  const char *rule = enclave_gate_error_get_rule (error);
  g_autofree char *advice = enclave_agent_turn_advise_missed (self, error);
  g_autofree char *text = g_strconcat ("Error: ", enclave_tool_error_get_plain (error), advice, NULL);
  g_autoptr (EnclaveContextItem) item = enclave_agent_turn_admit (self, text);
  EnclaveToolCallState state = ENCLAVE_TOOL_CALL_FAILED;
  g_autofree char *summary = NULL;

  if (g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED)
      || g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_OUTSIDE_ROOT))
    {
      state = ENCLAVE_TOOL_CALL_REFUSED;
      if (rule != NULL)
        summary = g_strdup_printf (_("rule %s"), rule);
    }
  else if (g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_REFUSED_BY_USER))
    {
      state = ENCLAVE_TOOL_CALL_DENIED;
      summary = g_strdup (_("by you"));
    }
  else if (g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NEEDS_APPROVAL))
    {
      self->needs_approval = TRUE;
      summary = g_strdup (_("needs approval"));
    }
  /* The rest of the words is for the model; a person sees them when the row is opened. */
  else if (g_error_matches (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH))
    summary = g_strdup (_("no match"));
  else if (g_error_matches (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_AMBIGUOUS))
    summary = g_strdup (_("several matches"));
  if (summary == NULL)
    summary = shorten (error->message);

  finish_call (self, state, summary, rule, item);
}

typedef struct
{
  EnclaveAgentTurn *turn;
  GPtrArray *changes;   /* (element-type EnclaveChange) */
  GPtrArray *proposals; /* (element-type EnclaveProposal) */
} ApplyData;

static void
apply_data_free (ApplyData *data)
{
  g_object_unref (data->turn);
  g_ptr_array_unref (data->changes);
  g_ptr_array_unref (data->proposals);
  g_free (data);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApplyData, apply_data_free)

/* @written: (nullable) (element-type EnclaveProposal): what is on the disk now. */
static void
tell_changes (EnclaveAgentTurn *self, GPtrArray *changes, GPtrArray *written)
{
  for (guint i = 0; i < changes->len && !enclave_agent_turn_is_over (self); i++)
    enclave_agent_service_emit_change (self->service, g_ptr_array_index (changes, i));
  if (enclave_agent_turn_is_over (self))
    return;
  if (written != NULL)
    enclave_agent_turn_check_files (self, written);
  else
    self->after_proposals (self);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ApplyData) data = user_data;

  gboolean written = enclave_change_set_apply_finish (ENCLAVE_CHANGE_SET (source), result, &data->turn->proposal_error);

  data->turn->unverified |= written;
  tell_changes (data->turn, data->changes, written ? data->proposals : NULL);
}

static void
add_formatted (EnclaveAgentTurn *self, GPtrArray *proposals, EnclaveMatchQuality quality)
{
  const EnclaveChangeOrigin origin = { .tool = self->call != NULL ? enclave_tool_call_get_name (self->call) : "reply",
                                       .model = self->service->model_id, .quality = quality };
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < proposals->len; i++)
    {
      EnclaveChange *change = enclave_change_set_add_from (self->change_set, g_ptr_array_index (proposals, i),
                                                           &origin);

      if (enclave_agent_turn_is_over (self))
        return;
      enclave_agent_turn_forget_missed (self, enclave_proposal_get_path (g_ptr_array_index (proposals, i)));
      g_ptr_array_add (changes, g_object_ref (change));
    }

  if (enclave_agent_turn_applies_at_once (self))
    {
      ApplyData *data = g_new0 (ApplyData, 1);

      data->turn = g_object_ref (self);
      data->changes = g_steal_pointer (&changes);
      data->proposals = g_ptr_array_ref (proposals);
      enclave_change_set_apply_at_once_async (self->change_set, data->changes, self->cancellable, applied_cb, data);
      return;
    }
  tell_changes (self, changes, NULL);
}

void
enclave_agent_turn_add_proposals (EnclaveAgentTurn *self, GPtrArray *proposals, EnclaveMatchQuality quality,
                                  void (*after) (EnclaveAgentTurn *self))
{
  self->after_proposals = after;
  g_clear_error (&self->proposal_error);
  enclave_agent_turn_format_files (self, proposals, quality, add_formatted);
}

/* What the model is told of its edit behind what the tool has said. @format_text, @check_text: (nullable). (transfer full) */
static char *
build_messages (const char *format_text, const char *check_text)
{
  g_autofree char *formatted = format_text != NULL ? g_strconcat (" ", format_text, NULL) : g_strdup ("");
  g_autofree char *checked = check_text != NULL ? g_strdup_printf ("%s" ENCLAVE_FILE_CHECK_WORDS "\n%s", format_text != NULL ? "" : " ",
                                                                   check_text)
                                                : g_strdup ("");

  return g_strconcat (formatted, checked, NULL);
}

/* "+1 −1, formatted, 2 diagnostics". (transfer full) */
static char *
summarize (const char *counts, const char *format_text, const char *check_text)
{
  g_autofree char *messages = check_text != NULL ? enclave_file_check_summarize (check_text) : NULL;

  return g_strconcat (counts, format_text != NULL ? ", " : "", format_text != NULL ? _("formatted") : "",
                      messages != NULL ? ", " : "", messages, NULL);
}

static void
proposals_added (EnclaveAgentTurn *self)
{
  EnclaveContextItem *item = self->result->item;
  g_autofree char *check_text = g_steal_pointer (&self->check_text);
  g_autofree char *format_text = g_steal_pointer (&self->format_text);
  g_autofree char *messages = build_messages (format_text, check_text);
  g_autofree char *text = NULL;
  g_autofree char *summary = NULL;
  g_autoptr (EnclaveContextItem) words = NULL;
  const char *rest;

  if (self->proposal_error != NULL)
    {
      g_autoptr (GError) error = g_steal_pointer (&self->proposal_error);

      answer_error (self, error);
      return;
    }

  /* The tool can only say that it proposed; it is on disk by now. */
  rest = enclave_context_item_get_text (item);
  if (enclave_agent_turn_applies_at_once (self) && g_str_has_prefix (rest, "Proposed "))
    {
      const char *end = strstr (rest, " It is not on disk");

      rest += strlen ("Proposed ");
      text = g_strdup_printf ("Applied %.*s%s", end != NULL ? (int) (end - rest) : (int) strlen (rest), rest, messages);
    }
  else if (*messages != '\0')
    {
      text = g_strconcat (rest, messages, NULL);
    }
  if (text != NULL)
    {
      summary = summarize (enclave_context_item_get_summary (item), format_text, check_text);
      words = enclave_tool_scope_admit_words (self->scope, text, summary);
    }
  else
    {
      words = g_object_ref (item);
    }

  finish_call (self, ENCLAVE_TOOL_CALL_DONE, enclave_context_item_get_summary (words), NULL, words);
}

static void
tool_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveToolResult) outcome = NULL;

  outcome = enclave_tool_run_finish (ENCLAVE_TOOL (source), result, &error);
  if (enclave_agent_turn_is_over (self))
    return;
  if (outcome == NULL)
    {
      enclave_change_set_add_missed (self->change_set, error);
      if (!enclave_agent_turn_find_hint (self, error, answer_error))
        answer_error (self, error);
      return;
    }

  self->result = g_steal_pointer (&outcome);
  if (self->result->proposals != NULL && self->result->proposals->len > 0)
    {
      enclave_agent_turn_add_proposals (self, self->result->proposals, self->result->quality, proposals_added);
    }
  else
    {
      g_autoptr (EnclaveContextItem) item = g_object_ref (self->result->item);

      finish_call (self, ENCLAVE_TOOL_CALL_DONE, enclave_context_item_get_summary (item), NULL, item);
    }
}

static JsonObject *
check_call (EnclaveAgentTurn *self, const EnclaveTurnCall *call, EnclaveTool **tool, GError **error)
{
  *tool = enclave_tool_registry_find (self->registry, call->name, error);
  if (*tool == NULL)
    return NULL;

  if ((enclave_tool_get_spec (*tool)->effects & ~enclave_mode_get_effects (self->mode)) != 0)
    {
      g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_UNKNOWN, "%s is not available in mode %s",
                   call->name, enclave_mode_to_word (self->mode));
      return NULL;
    }
  if (call->arguments == NULL)
    {
      g_autofree char *form = enclave_tool_describe_arguments (*tool);

      /* The server may hold the model to what it could not do by itself. */
      self->hold_to_form = call->id == NULL;
      g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS,
                   "%s: the call can't be read as JSON. Write it again with the arguments %s, quotes within a text as \\\".",
                   call->name, form);
      return NULL;
    }

  return enclave_tool_registry_check (self->registry, *tool, call->arguments, error);
}

static void
run_next (EnclaveAgentTurn *self)
{
  const EnclaveTurnCall *call;
  g_autoptr (EnclaveMessageBlock) block = NULL;
  g_autoptr (JsonObject) arguments = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveTool *tool;

  if (self->next_call >= self->calls->len)
    {
      enclave_agent_turn_request (self);
      return;
    }

  call = g_ptr_array_index (self->calls, self->next_call);
  self->call = enclave_tool_call_new (call->id != NULL ? call->id : "text", call->name,
                                      call->arguments != NULL ? call->arguments : "");
  block = enclave_message_block_new_tool_call (self->call);
  enclave_message_add_block (self->message, block);
  enclave_agent_service_emit_tool_call (self->service, self->call);
  if (enclave_agent_turn_is_over (self))
    return;

  enclave_agent_service_set_state (self->service, ENCLAVE_TURN_RUNNING_TOOL);
  if (enclave_agent_turn_is_over (self))
    return;
  arguments = check_call (self, call, &tool, &error);
  if (arguments == NULL)
    {
      answer_error (self, error);
      return;
    }

  enclave_tool_call_set_state (self->call, ENCLAVE_TOOL_CALL_RUNNING);
  if (enclave_agent_turn_is_over (self))
    return;
  self->scope = enclave_gate_open_scope (self->gate, "agent", call->name, enclave_tool_get_spec (tool)->effects);
  g_signal_connect_object (self->scope, "progress", G_CALLBACK (enclave_tool_call_set_progress), self->call, G_CONNECT_SWAPPED);
  enclave_tool_scope_set_arguments (self->scope, call->arguments);
  if (self->mode == ENCLAVE_MODE_PLAN)
    enclave_tool_scope_restrict_commands (self->scope);
  enclave_tool_run_async (tool, self->scope, arguments, self->cancellable, tool_cb, g_object_ref (self));
}

void
enclave_agent_turn_run_calls (EnclaveAgentTurn *self)
{
  run_next (self);
}
