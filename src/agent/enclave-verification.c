/* enclave-verification.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-verification.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/wait.h>

#include "enclave-agent-service-private.h"
#include "enclave-conversation-private.h"
#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-tool-call-private.h"

#define BYTES_PER_TOKEN 3
#define UNKNOWN_WINDOW 8192
#define MAX_BYTES (8 * 1024)
/* Share of the beginning, in percent. */
#define HEAD_PERCENT 25
#define TIMEOUT_S 900

void
enclave_agent_service_set_verification (EnclaveAgentService *self, const char *command, gboolean is_on, guint max_rounds)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));
  g_return_if_fail (max_rounds > 0);

  g_free (self->verification.command);
  self->verification.command = command != NULL && command[strspn (command, " \t\r\n")] != '\0' ? g_strdup (command) : NULL;
  self->verification.is_on = is_on && self->verification.command != NULL;
  self->verification.max_rounds = max_rounds;
}

char *
enclave_verification_clip (const char *output, guint window)
{
  gsize length;
  gsize room = MIN ((gsize) (window > 0 ? window : UNKNOWN_WINDOW) / 8 * BYTES_PER_TOKEN, MAX_BYTES);
  const char *head;
  const char *tail;

  g_return_val_if_fail (output != NULL, NULL);

  length = strlen (output);
  if (length <= room)
    return g_strdup (output);

  head = output + room * HEAD_PERCENT / 100;
  while (head > output && head[-1] != '\n')
    head--;
  tail = output + length - room * (100 - HEAD_PERCENT) / 100;
  while (*tail != '\0' && tail[-1] != '\n')
    tail++;
  /* One line that is longer than the room: its end, from a character on. */
  if (*tail == '\0')
    for (tail = output + length - room * (100 - HEAD_PERCENT) / 100; (*tail & 0xc0) == 0x80;)
      tail++;

  return g_strdup_printf ("%.*s[… %" G_GSIZE_FORMAT " bytes left out …]\n%s", (int) (head - output), output,
                          (gsize) (tail - head), tail);
}

gboolean
enclave_agent_turn_open_row (EnclaveAgentTurn *self, const char *name, JsonObject *arguments, const char *tool,
                             EnclaveEffects effects)
{
  g_autofree char *text = enclave_json_object_to_text (arguments);
  g_autoptr (EnclaveMessageBlock) block = NULL;

  g_clear_object (&self->call);
  self->call = enclave_tool_call_new (name, name, text);
  block = enclave_message_block_new_tool_call (self->call);
  enclave_message_add_block (self->message, block);
  enclave_agent_service_emit_tool_call (self->service, self->call);
  if (!enclave_agent_turn_is_over (self))
    enclave_agent_service_set_state (self->service, ENCLAVE_TURN_RUNNING_TOOL);
  if (!enclave_agent_turn_is_over (self))
    enclave_tool_call_set_state (self->call, ENCLAVE_TOOL_CALL_RUNNING);
  if (enclave_agent_turn_is_over (self))
    return FALSE;

  g_clear_object (&self->scope);
  self->scope = enclave_gate_open_scope (self->gate, "agent", tool, effects);
  enclave_tool_scope_set_arguments (self->scope, text);

  return TRUE;
}

/* Ends the row. @summary: (transfer full). */
static void
close_row (EnclaveAgentTurn *self, EnclaveToolCallState state, char *summary, const char *rule, const char *text)
{
  g_autofree char *owned = summary;

  enclave_tool_call_finish (self->call, state, owned, rule, text);
  if (!enclave_agent_turn_is_over (self))
    enclave_agent_service_emit_tool_result (self->service, self->call);
  g_clear_object (&self->call);
  g_clear_object (&self->scope);
}

static void
end_turn (EnclaveAgentTurn *self, const char *reason)
{
  if (!enclave_agent_turn_is_over (self))
    enclave_agent_turn_end (self, ENCLAVE_TURN_DONE, reason, NULL, NULL);
}

gboolean
enclave_agent_turn_feed (EnclaveAgentTurn *self, gboolean applied, const char *words, const char *text, char *summary,
                         const char *shown)
{
  EnclaveHistory *history = enclave_conversation_get_history (self->conversation);
  g_autofree char *formatted = g_steal_pointer (&self->service->format_text);
  g_autofree char *whole = formatted != NULL ? g_strconcat (formatted, words, NULL) : g_strdup (words);
  g_autoptr (EnclaveContextItem) message = enclave_tool_scope_admit_words (self->scope, whole, NULL);
  g_autoptr (EnclaveContextItem) item = enclave_tool_scope_admit_words (self->scope, text, NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  close_row (self, ENCLAVE_TOOL_CALL_FAILED, summary, NULL, shown);
  if (enclave_agent_turn_is_over (self))
    return TRUE;
  if (message == NULL || item == NULL)
    return FALSE;

  if (enclave_history_ends_with_user (history))
    enclave_history_add_assistant (history, "(Done.)");
  g_ptr_array_add (items, item);
  enclave_history_add_user (history, message, items, NULL);
  if (applied)
    enclave_change_set_begin_turn (self->change_set);
  enclave_agent_turn_request (self);

  return TRUE;
}

/* The command ran and failed: the model gets to know, as long as there are rounds. */
static void
feed_back (EnclaveAgentTurn *self, EnclaveContextItem *output, int wait_status)
{
  EnclaveVerification *verification = &self->service->verification;
  g_autofree char *clipped = enclave_verification_clip (enclave_context_item_get_text (output), self->window);
  guint tokens = (guint) (strlen (clipped) / BYTES_PER_TOKEN) + 1;
  g_autofree char *shown = NULL;
  g_autofree char *text = NULL;
  g_autofree char *end = NULL;
  /* Translators: this round, and how many there are. */
  char *summary = g_strdup_printf (_("failed, %u of %u rounds"), verification->round, verification->max_rounds);

  if (verification->round >= verification->max_rounds)
    {
      close_row (self, ENCLAVE_TOOL_CALL_FAILED, summary, NULL, enclave_context_item_get_text (output));
      end_turn (self, "verification");
      return;
    }
  /* The summary is for a person, and may be in another language. */
  end = WIFSIGNALED (wait_status) ? g_strdup_printf ("signal %d", WTERMSIG (wait_status))
                                  : g_strdup_printf ("exit %d", WEXITSTATUS (wait_status));
  text = g_strdup_printf ("The edits are applied. Build and test (%s) failed: %s. Round %u of %u. "
                          "Find the cause in the output, then correct it.",
                          verification->command, end, verification->round, verification->max_rounds);
  shown = g_strdup_printf (ngettext ("The model reads about %'u token of this.\n\n%s",
                                     "The model reads about %'u tokens of this.\n\n%s", tokens),
                           tokens, enclave_context_item_get_text (output));
  if (!enclave_agent_turn_feed (self, TRUE, text, clipped, summary, shown))
    end_turn (self, "verification");
}

static void
ran_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveToolResult) outcome = enclave_tool_run_finish (ENCLAVE_TOOL (source), result, &error);

  if (enclave_agent_turn_is_over (self))
    return;
  if (outcome == NULL)
    {
      gboolean is_denied = g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_REFUSED_BY_USER);

      self->needs_approval |= g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NEEDS_APPROVAL);
      close_row (self, is_denied ? ENCLAVE_TOOL_CALL_DENIED : ENCLAVE_TOOL_CALL_FAILED,
                 is_denied              ? g_strdup (_("by you"))
                 : self->needs_approval ? g_strdup (_("needs approval"))
                                        : g_strndup (error->message, strcspn (error->message, "\n")),
                 enclave_gate_error_get_rule (error), error->message);
      end_turn (self, self->needs_approval ? "needs-approval" : "stop");
    }
  else if (outcome->wait_status != 0)
    {
      feed_back (self, outcome->item, outcome->wait_status);
    }
  else
    {
      close_row (self, ENCLAVE_TOOL_CALL_DONE, g_strdup (_("passed")), NULL, enclave_context_item_get_text (outcome->item));
      end_turn (self, self->needs_approval ? "needs-approval" : "stop");
    }
}

static gboolean
may_run (EnclaveAgentTurn *self)
{
  const EnclaveVerification *verification = &self->service->verification;

  return verification->is_on && self->mode == ENCLAVE_MODE_EDIT && self->unverified
         && verification->round < verification->max_rounds;
}

void
enclave_agent_turn_verify (EnclaveAgentTurn *self)
{
  EnclaveVerification *verification = &self->service->verification;
  EnclaveTool *tool;
  g_autoptr (JsonObject) arguments = NULL;

  /* What does not compile needs no build to tell it. */
  if (enclave_agent_turn_feed_check (self))
    return;
  tool = may_run (self) ? enclave_tool_registry_find (self->registry, "run_command", NULL) : NULL;
  if (tool == NULL)
    {
      end_turn (self, self->needs_approval ? "needs-approval" : "stop");
      return;
    }

  self->unverified = FALSE;
  verification->round++;
  arguments = json_object_new ();
  json_object_set_string_member (arguments, "command", verification->command);
  json_object_set_int_member (arguments, "timeout_s", TIMEOUT_S);
  if (enclave_agent_turn_open_row (self, ENCLAVE_VERIFICATION_NAME, arguments, "run_command",
                                   enclave_tool_get_spec (tool)->effects))
    enclave_tool_run_async (tool, self->scope, arguments, self->cancellable, ran_cb, g_object_ref (self));
}

static gboolean
may_verify_applied (EnclaveAgentService *self)
{
  return self->turn == NULL && self->n_holds == 0 && (self->verification.is_on || self->file_check.is_on) && self->mode == ENCLAVE_MODE_EDIT
         && self->client != NULL && self->model != NULL && self->verification.round < self->verification.max_rounds
         && !enclave_change_set_get_busy (self->change_set);
}

void
enclave_agent_service_verify_checked (EnclaveAgentService *self, char *check_text)
{
  g_autofree char *owned = check_text;

  if (may_verify_applied (self) && (owned != NULL || self->verification.is_on))
    enclave_agent_service_start_verification (self, g_steal_pointer (&owned));
}

/* The person has applied edits that waited: now they can be told right or wrong. */
static gboolean
verify_applied_cb (gpointer user_data)
{
  EnclaveAgentService *self = user_data;

  self->verification.source = 0;
  if (may_verify_applied (self) && !enclave_agent_service_check_applied (self))
    enclave_agent_service_verify_checked (self, NULL);

  return G_SOURCE_REMOVE;
}

static void
n_applied_cb (EnclaveAgentService *self)
{
  guint n_applied = enclave_change_set_get_n_applied (self->change_set);
  gboolean more = n_applied > self->verification.n_applied;

  self->verification.n_applied = n_applied;
  /* What a turn writes, that turn verifies; the others come in one go. */
  if (more && self->turn == NULL && (self->verification.is_on || self->file_check.is_on) && self->verification.source == 0)
    self->verification.source = g_idle_add (verify_applied_cb, self);
}

void
enclave_agent_service_watch_applied (EnclaveAgentService *self)
{
  self->verification.max_rounds = ENCLAVE_VERIFICATION_ROUNDS;
  g_signal_connect_object (self->change_set, "notify::n-applied", G_CALLBACK (n_applied_cb), self, G_CONNECT_SWAPPED);
}

void
enclave_agent_service_clear_verification (EnclaveAgentService *self)
{
  g_clear_handle_id (&self->verification.source, g_source_remove);
  g_clear_pointer (&self->verification.command, g_free);
}
