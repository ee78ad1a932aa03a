/* enclave-ctl-ask-output.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ctl-ask-output.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "enclave-ctl-commands.h"
#include "enclave-json.h"
#include "enclave-utf8.h"

struct _EnclaveCtlAskOutput
{
  gboolean json;
  EnclaveCtlApprover *approver;
  guint n_unanswered; /* before the call that runs */
  EnclaveAgentService *agent;
  GHashTable *change_ids;
  gboolean line_open;
};

EnclaveCtlAskOutput *
enclave_ctl_ask_output_new (gboolean json, EnclaveCtlApprover *approver)
{
  EnclaveCtlAskOutput *self = g_new0 (EnclaveCtlAskOutput, 1);

  self->json = json;
  self->approver = g_object_ref (approver);
  self->change_ids = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  return self;
}

void
enclave_ctl_ask_output_free (EnclaveCtlAskOutput *self)
{
  enclave_ctl_ask_output_unfollow (self);
  g_hash_table_unref (self->change_ids);
  g_object_unref (self->approver);
  g_free (self);
}

static JsonObject *
new_event (const char *event)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "event", event);
  return object;
}

static void
print_words (const char *event, const char *text)
{
  JsonObject *object = new_event (event);

  json_object_set_string_member (object, "text", text);
  enclave_ctl_print_object (object);
}

/* On a terminal both streams share the line. */
static void
close_line (EnclaveCtlAskOutput *self)
{
  if (self->line_open)
    enclave_ctl_print ("\n");
  self->line_open = FALSE;
}

static void
on_text (EnclaveCtlAskOutput *self, const char *text)
{
  if (self->json)
    {
      print_words ("text", text);
      return;
    }
  enclave_ctl_print_content (text);
  self->line_open = !g_str_has_suffix (text, "\n");
}

static void
on_reasoning (EnclaveCtlAskOutput *self, const char *text)
{
  if (self->json)
    print_words ("reasoning", text);
}

/* What was printed can't be taken back. */
static void
on_was_reasoning (EnclaveCtlAskOutput *self)
{
  if (self->json)
    {
      enclave_ctl_print_object (new_event ("text-was-reasoning"));
      return;
    }
  close_line (self);
  enclave_ctl_note (_ ("The text above was the model’s thinking; its reply follows"));
}

static void
on_progress (EnclaveCtlAskOutput *self)
{
  guint total, cached, processed;
  JsonObject *object;

  g_object_get (self->agent, "progress-total", &total, "progress-cached", &cached, "progress-processed", &processed,
                NULL);
  if (!self->json || total == 0)
    return;
  object = new_event ("progress");
  json_object_set_int_member (object, "total", total);
  json_object_set_int_member (object, "cached", cached);
  json_object_set_int_member (object, "processed", processed);
  json_object_set_boolean_member (object, "estimated", enclave_agent_service_get_progress_estimated (self->agent));
  enclave_ctl_print_object (object);
}

static void
on_wait (EnclaveCtlAskOutput *self)
{
  guint wait, percent;
  JsonObject *object;

  g_object_get (self->agent, "wait", &wait, "wait-percent", &percent, NULL);
  if (!self->json || wait == ENCLAVE_TURN_WAIT_NONE)
    return;
  object = new_event ("waiting");
  json_object_set_string_member (object, "for", enclave_turn_wait_to_word ((EnclaveTurnWait) wait));
  if (percent > 0)
    json_object_set_int_member (object, "percent", percent);
  enclave_ctl_print_object (object);
}

static void
on_tool_call (EnclaveCtlAskOutput *self, EnclaveToolCall *call)
{
  const char *text = enclave_tool_call_get_arguments (call);
  JsonNode *arguments;
  JsonObject *object;

  self->n_unanswered = enclave_ctl_approver_get_n_unanswered (self->approver);
  if (!self->json)
    return;
  object = new_event ("tool-call");
  json_object_set_string_member (object, "id", enclave_tool_call_get_id (call));
  json_object_set_string_member (object, "name", enclave_tool_call_get_name (call));
  arguments = enclave_json_parse (text, -1, NULL);
  /* What does not parse is shown as the model wrote it. */
  if (arguments != NULL)
    json_object_set_member (object, "arguments", arguments);
  else
    json_object_set_string_member (object, "arguments", text);
  enclave_ctl_print_object (object);
}

static const char *
word_for_state (EnclaveCtlAskOutput *self, EnclaveToolCall *call)
{
  switch (enclave_tool_call_get_state (call))
    {
    case ENCLAVE_TOOL_CALL_REFUSED:
      return "denied";
    case ENCLAVE_TOOL_CALL_DENIED:
      return "refused-by-user";
    case ENCLAVE_TOOL_CALL_STOPPED:
      return "stopped";
    default:
      return enclave_ctl_approver_get_n_unanswered (self->approver) > self->n_unanswered ? "needs-approval" : "failed";
    }
}

static void
print_tool_result (EnclaveCtlAskOutput *self, EnclaveToolCall *call)
{
  gboolean ok = enclave_tool_call_get_state (call) == ENCLAVE_TOOL_CALL_DONE;
  const char *code = word_for_state (self, call);
  JsonObject *object = new_event ("tool-result");
  JsonObject *error;

  json_object_set_string_member (object, "id", enclave_tool_call_get_id (call));
  json_object_set_boolean_member (object, "ok", ok);
  if (ok)
    {
      json_object_set_null_member (object, "error");
    }
  else
    {
      error = json_object_new ();
      json_object_set_string_member (error, "domain", strcmp (code, "failed") == 0 ? "tool" : "gate");
      json_object_set_string_member (error, "code", code);
      if (enclave_tool_call_get_rule (call) != NULL)
        json_object_set_string_member (error, "rule", enclave_tool_call_get_rule (call));
      json_object_set_string_member (error, "message", enclave_tool_call_get_result (call));
      json_object_set_object_member (object, "error", error);
    }
  json_object_set_int_member (object, "bytes", (gint64) strlen (enclave_tool_call_get_result (call)));
  json_object_set_string_member (object, "summary", enclave_tool_call_get_summary (call));
  enclave_ctl_print_object (object);
}

static void
on_tool_result (EnclaveCtlAskOutput *self, EnclaveToolCall *call)
{
  if (self->json)
    {
      print_tool_result (self, call);
      return;
    }
  close_line (self);
  enclave_ctl_row ("• %s %s  %s", enclave_tool_call_get_name (call), enclave_tool_call_get_subject (call),
                   enclave_tool_call_get_summary (call));
}

static guint
find_change_id (EnclaveCtlAskOutput *self, EnclaveChange *change)
{
  guint id = GPOINTER_TO_UINT (g_hash_table_lookup (self->change_ids, change));

  if (id == 0)
    {
      id = g_hash_table_size (self->change_ids) + 1;
      g_hash_table_insert (self->change_ids, g_object_ref (change), GUINT_TO_POINTER (id));
    }
  return id;
}

static void
on_change (EnclaveCtlAskOutput *self, EnclaveChange *change)
{
  const char *word = enclave_ctl_change_word (enclave_change_get_status (change));
  g_autofree char *path = enclave_utf8_make_valid (enclave_change_get_path (change), -1);
  g_autofree char *id = g_strdup_printf ("change-%u", find_change_id (self, change));
  JsonObject *object;

  if (!self->json)
    {
      close_line (self);
      enclave_ctl_row ("• %s  +%u −%u  %s", path, enclave_change_get_added (change),
                       enclave_change_get_removed (change), word);
      return;
    }
  object = new_event ("change");
  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "path", path);
  json_object_set_int_member (object, "hunks", enclave_change_get_hunks (change)->len);
  json_object_set_int_member (object, "added", enclave_change_get_added (change));
  json_object_set_int_member (object, "removed", enclave_change_get_removed (change));
  json_object_set_string_member (object, "status", word);
  enclave_ctl_print_object (object);
}

static void
on_usage (EnclaveCtlAskOutput *self, guint prompt_tokens, guint completion_tokens)
{
  JsonObject *object;
  guint window, cached;
  double speed;

  if (!self->json)
    return;
  g_object_get (self->agent, "tokens-window", &window, "tokens-cached", &cached, "tokens-per-second", &speed, NULL);
  object = new_event ("usage");
  json_object_set_int_member (object, "prompt_tokens", prompt_tokens);
  json_object_set_int_member (object, "completion_tokens", completion_tokens);
  json_object_set_int_member (object, "cached_tokens", cached);
  json_object_set_int_member (object, "context_window", window);
  json_object_set_double_member (object, "tokens_per_second", speed);
  json_object_set_boolean_member (object, "truncated", window > 0 && prompt_tokens + completion_tokens >= window);
  enclave_ctl_print_object (object);
}

/* On the terminal only what the person can do something about. */
static void
on_instructions (EnclaveCtlAskOutput *self, const char *name, const char *problem)
{
  JsonObject *object;

  if (self->json)
    {
      object = new_event ("instructions");
      json_object_set_string_member (object, "path", name);
      json_object_set_boolean_member (object, "used", problem == NULL);
      if (problem != NULL)
        json_object_set_string_member (object, "message", problem);
      enclave_ctl_print_object (object);
    }
  else if (problem != NULL)
    {
      close_line (self);
      enclave_ctl_note (_ ("%s (“enclavectl trust show” shows it, “enclavectl trust add” trusts it)"), problem);
    }
}

static void
on_map (EnclaveCtlAskOutput *self, guint tokens, guint definitions)
{
  JsonObject *object;

  if (!self->json)
    return;
  object = new_event ("map");
  json_object_set_int_member (object, "tokens", tokens);
  json_object_set_int_member (object, "definitions", definitions);
  enclave_ctl_print_object (object);
}

void
enclave_ctl_ask_output_follow (EnclaveCtlAskOutput *self, EnclaveAgentService *agent)
{
  self->agent = agent;
  if (self->json)
    {
      g_autofree char *id = g_uuid_string_random ();
      JsonObject *object = new_event ("thread");

      json_object_set_string_member (object, "id", id);
      enclave_ctl_print_object (object);
    }
  g_signal_connect_swapped (agent, "text", G_CALLBACK (on_text), self);
  g_signal_connect_swapped (agent, "reasoning", G_CALLBACK (on_reasoning), self);
  g_signal_connect_swapped (agent, "was-reasoning", G_CALLBACK (on_was_reasoning), self);
  g_signal_connect_swapped (agent, "tool-call", G_CALLBACK (on_tool_call), self);
  g_signal_connect_swapped (agent, "tool-result", G_CALLBACK (on_tool_result), self);
  g_signal_connect_swapped (agent, "change", G_CALLBACK (on_change), self);
  g_signal_connect_swapped (agent, "usage", G_CALLBACK (on_usage), self);
  g_signal_connect_swapped (agent, "instructions", G_CALLBACK (on_instructions), self);
  g_signal_connect_swapped (agent, "map", G_CALLBACK (on_map), self);
  g_signal_connect_swapped (agent, "notify::progress-processed", G_CALLBACK (on_progress), self);
  g_signal_connect_swapped (agent, "notify::wait", G_CALLBACK (on_wait), self);
}

void
enclave_ctl_ask_output_unfollow (EnclaveCtlAskOutput *self)
{
  if (self->agent != NULL)
    g_signal_handlers_disconnect_by_data (self->agent, self);
  self->agent = NULL;
}

void
enclave_ctl_ask_output_end (EnclaveCtlAskOutput *self, const char *reason, const GError *error)
{
  JsonObject *object;

  close_line (self);
  if (self->json)
    {
      object = new_event ("done");
      json_object_set_string_member (object, "reason", reason);
      json_object_set_boolean_member (object, "ok", error == NULL);
      if (error != NULL)
        json_object_set_object_member (object, "error", enclave_ctl_error_to_json (error));
      enclave_ctl_print_object (object);
    }
  if (error != NULL)
    enclave_ctl_note ("%s", error->message);
}
