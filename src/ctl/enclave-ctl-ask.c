/* enclave-ctl-ask.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-agent-service.h"
#include "enclave-ctl-approver.h"
#include "enclave-ctl-ask-output.h"
#include "enclave-ctl-commands.h"
#include "enclave-ctl-mcp.h"
#include "enclave-file-check.h"
#include "enclave-file-format.h"
#include "enclave-limits.h"
#include "enclave-model-roles.h"
#include "enclave-pins.h"
#include "enclave-verification.h"

#define SILENCE_CHECK_S 1
#define MAX_ROUNDS 200
#define MAX_VERIFY_ROUNDS 10

typedef struct
{
  EnclaveCtlContext *context;
  EnclaveAgentService *agent;
  EnclaveCtlAskOutput *output;
  char *reason;
  gboolean ended;
  gboolean silent;
  gint64 last_event;
  guint silence_limit_s;
} Turn;

typedef struct
{
  EnclaveMode mode;
  EnclaveCtlApprovals approvals;
  guint max_rounds;
  guint silence_limit_s;
  guint verify_rounds;
} Settings;

static void
on_turn_ended (EnclaveAgentService *agent, const char *reason, gpointer user_data)
{
  Turn *turn = user_data;

  turn->reason = g_strdup (reason);
  turn->ended = TRUE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  enclave_agent_service_stop (((Turn *) user_data)->agent);
}

static void
on_anything (gpointer user_data)
{
  Turn *turn = user_data;

  turn->last_event = g_get_monotonic_time ();
  if (enclave_ctl_output_is_broken ())
    enclave_agent_service_stop (turn->agent);
}

/* A server that has gone quiet would otherwise hold a script for ever. */
static gboolean
on_silence_check (gpointer user_data)
{
  Turn *turn = user_data;
  EnclaveTurnState state = enclave_agent_service_get_state (turn->agent);

  if (state != ENCLAVE_TURN_READING && state != ENCLAVE_TURN_STREAMING)
    turn->last_event = g_get_monotonic_time ();
  else if (g_get_monotonic_time () - turn->last_event > (gint64) turn->silence_limit_s * G_USEC_PER_SEC)
    {
      turn->silent = TRUE;
      enclave_agent_service_stop (turn->agent);
    }
  return G_SOURCE_CONTINUE;
}

static GError *
explain_end (Turn *turn)
{
  const GError *error = enclave_agent_service_peek_error (turn->agent);

  if (turn->silent)
    return g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_TIMED_OUT,
                        _ ("Asking: the server was silent for %u seconds"), turn->silence_limit_s);
  if (error != NULL)
    return g_error_copy (error);
  if (strcmp (turn->reason, "needs-approval") == 0)
    return enclave_gate_error_new (ENCLAVE_GATE_ERROR_NEEDS_APPROVAL, NULL, NULL,
                                   N_ ("Something needs an approval that --approve did not give"));
  if (strcmp (turn->reason, "verification") == 0)
    return g_error_new (ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_STOPPED, _ ("The command of --verify still fails"));
  if (strcmp (turn->reason, "length") == 0)
    return g_error_new (ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_STOPPED, _ ("The reply was cut off at its longest"));
  if (strcmp (turn->reason, "loop") == 0)
    return g_error_new (ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_STOPPED,
                        _ ("The model repeated itself, so the turn was ended"));
  if (strcmp (turn->reason, "rounds") == 0)
    return g_error_new (ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_STOPPED,
                        _ ("The turn reached its number of rounds; --max-rounds gives more"));
  if (strcmp (turn->reason, "stopped") == 0)
    return g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The turn was stopped"));
  return NULL;
}

static int
end_turn (Turn *turn)
{
  EnclaveChangeSet *changes = enclave_agent_service_get_change_set (turn->agent);
  g_autoptr (GError) error = NULL;

  /* A proposal waits for a click that nobody makes; in the other modes that is what was asked for. */
  if (strcmp (turn->reason, "stop") == 0 && enclave_agent_service_get_mode (turn->agent) == ENCLAVE_MODE_EDIT
      && enclave_change_set_get_n_proposed (changes) > 0)
    {
      g_free (turn->reason);
      turn->reason = g_strdup ("needs-approval");
    }
  error = explain_end (turn);
  enclave_ctl_ask_output_end (turn->output, turn->silent ? "error" : turn->reason, error);
  return error != NULL ? enclave_ctl_status_for_error (error) : ENCLAVE_CTL_DONE;
}

static gboolean
run_turn (Turn *turn, const char *prompt, GError **error)
{
  static const char *const heard[] = { "text", "reasoning", "tool-call", "tool-result", "usage",
                                       "notify::progress-processed", "notify::state" };
  gulong cancel_handler;
  guint timer;

  g_signal_connect (turn->agent, "turn-ended", G_CALLBACK (on_turn_ended), turn);
  for (guint i = 0; i < G_N_ELEMENTS (heard); i++)
    g_signal_connect_swapped (turn->agent, heard[i], G_CALLBACK (on_anything), turn);
  if (!enclave_agent_service_submit (turn->agent, prompt, NULL, error))
    return FALSE;

  turn->last_event = g_get_monotonic_time ();
  timer = g_timeout_add_seconds (SILENCE_CHECK_S, on_silence_check, turn);
  cancel_handler = g_cancellable_connect (enclave_ctl_context_get_cancellable (turn->context),
                                          G_CALLBACK (on_cancelled), turn, NULL);
  enclave_ctl_context_wait_for (turn->context, &turn->ended);
  g_cancellable_disconnect (enclave_ctl_context_get_cancellable (turn->context), cancel_handler);
  g_source_remove (timer);
  return TRUE;
}

/* Named on the line, one model does it all. */
static void
use_edit_model (EnclaveCtlContext *context, EnclaveAgentService *agent)
{
  GSettings *stored = enclave_ctl_context_get_settings (context);
  g_autofree char *choice = stored != NULL ? g_settings_get_string (stored, "edit-model") : NULL;
  EnclaveServerList *servers = enclave_ctl_context_find_servers (context, NULL);
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;

  if (choice != NULL && servers != NULL && enclave_ctl_context_get_option (context, "model") == NULL
      && enclave_model_role_choice_find (servers, choice, &server, &model))
    enclave_agent_service_set_edit_model (agent, enclave_server_get_client (server), model);
}

static void
use_map (EnclaveCtlContext *context, EnclaveAgentService *agent)
{
  GSettings *stored = enclave_ctl_context_get_settings (context);

  enclave_agent_service_set_use_map (agent, stored == NULL || g_settings_get_boolean (stored, "project-map"));
}

static gboolean
use_mcp (EnclaveCtlContext *context, EnclaveGate *gate, EnclaveAgentService *agent, GError **error)
{
  g_autoptr (GPtrArray) servers = enclave_ctl_mcp_start_servers (context, gate, error);
  g_autoptr (EnclaveMcpToolbox) toolbox = servers != NULL && servers->len > 0 ? enclave_mcp_toolbox_new_of (servers) : NULL;

  enclave_agent_service_set_toolbox (agent, toolbox);
  return servers != NULL;
}

/* A mode that was asked for and is more than is pinned is refused; without a word the agent does what it may. */
static gboolean
check_mode (EnclaveCtlContext *context, const Settings *settings, GError **error)
{
  const EnclavePins *pins = enclave_pins_get ();
  g_autofree char *reason = NULL;

  if (enclave_ctl_context_get_option (context, "mode") == NULL
      || enclave_pins_clamp_choice (pins, "mode", settings->mode) == (guint) settings->mode)
    return TRUE;
  reason = enclave_pins_explain (pins, enclave_pins_find (pins, "mode"));
  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_DENIED, "system:mode", NULL, N_ ("Asking in mode %s: %s"),
                                                    enclave_ctl_context_get_option (context, "mode"), reason));
  return FALSE;
}

static int
ask (EnclaveCtlContext *context, const Settings *settings, const char *prompt)
{
  Turn turn = { .context = context, .silence_limit_s = settings->silence_limit_s };
  g_autoptr (EnclaveCtlApprover) approver = enclave_ctl_approver_new (settings->approvals);
  g_autoptr (EnclaveCtlAskOutput) output
    = enclave_ctl_ask_output_new (enclave_ctl_context_get_json (context), approver);
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;
  g_autoptr (EnclaveAgentService) agent = NULL;
  g_autoptr (GError) error = NULL;
  int status = ENCLAVE_CTL_FAILED;

  if (check_mode (context, settings, &error))
    gate = enclave_ctl_context_open_gate (context, &error);
  if (gate != NULL && enclave_ctl_context_choose_model (context, NULL, &server, &model, &error))
    {
      agent = enclave_agent_service_new (gate);
      enclave_agent_service_set_approver (agent, ENCLAVE_APPROVER (approver));
      enclave_agent_service_set_model (agent, enclave_server_get_client (server), model);
      use_edit_model (context, agent);
      enclave_agent_service_set_mode (agent, settings->mode);
      enclave_agent_service_set_max_rounds (agent, settings->max_rounds);
      enclave_agent_service_set_apply_at_once (agent, (settings->approvals & ENCLAVE_CTL_APPROVE_EDITS) != 0);
      use_map (context, agent);
      enclave_agent_service_set_verification (agent, enclave_ctl_context_get_option (context, "verify"), TRUE,
                                              settings->verify_rounds);
      enclave_agent_service_set_check_files (agent, enclave_ctl_context_get_option (context, "no-check") == NULL);
      enclave_agent_service_set_format_files (agent, enclave_ctl_context_get_option (context, "format") != NULL);
      turn.agent = agent;
      turn.output = output;
      enclave_ctl_ask_output_follow (output, agent);
      if (use_mcp (context, gate, agent, &error) && run_turn (&turn, prompt, &error))
        status = end_turn (&turn);
      g_signal_handlers_disconnect_by_data (agent, &turn);
      enclave_ctl_ask_output_unfollow (output);
    }
  if (error != NULL)
    {
      enclave_ctl_ask_output_end (output, "error", error);
      status = enclave_ctl_status_for_error (error);
    }
  g_free (turn.reason);
  return status;
}

static gboolean
read_number (EnclaveCtlContext *context, const char *option, guint max, guint *number)
{
  const char *text = enclave_ctl_context_get_option (context, option);
  guint64 value;

  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 1, max, &value, NULL))
    return FALSE;
  *number = (guint) value;
  return TRUE;
}

static int
run_ask (EnclaveCtlContext *context)
{
  Settings settings = { .mode = ENCLAVE_MODE_EDIT,
                        .max_rounds = ENCLAVE_TURN_MAX_ROUNDS,
                        .silence_limit_s = ENCLAVE_HEADLESS_SILENCE_S,
                        .verify_rounds = ENCLAVE_VERIFICATION_ROUNDS };
  GSettings *stored = enclave_ctl_context_get_settings (context);
  const char *mode = enclave_ctl_context_get_option (context, "mode");
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  g_autofree char *prompt = g_strjoinv (" ", (char **) words);

  if (stored != NULL)
    settings.max_rounds = g_settings_get_uint (stored, "max-rounds");
  if (prompt[strspn (prompt, " \t\r\n")] == '\0')
    return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl ask [OPTION…] PROMPT…"));
  if (!g_utf8_validate (prompt, -1, NULL))
    return enclave_ctl_context_refuse_usage (context, _ ("The prompt is not UTF-8 text"));
  if (mode != NULL && !enclave_mode_from_word (mode, &settings.mode))
    return enclave_ctl_context_refuse_usage (context, _ ("--mode takes ask, plan or edit"));
  if (!enclave_ctl_approvals_from_word (enclave_ctl_context_get_option (context, "approve"), &settings.approvals))
    return enclave_ctl_context_refuse_usage (context, _ ("--approve takes none, edits, commands or all"));
  if (!read_number (context, "max-rounds", MAX_ROUNDS, &settings.max_rounds))
    return enclave_ctl_context_refuse_usage (context, _ ("--max-rounds takes a number from 1 to %d"), MAX_ROUNDS);
  if (!read_number (context, "silence", ENCLAVE_HEADLESS_MAX_SILENCE_S, &settings.silence_limit_s))
    return enclave_ctl_context_refuse_usage (context, _ ("--silence takes a number of seconds from 1 to %d"),
                                             ENCLAVE_HEADLESS_MAX_SILENCE_S);
  if (!read_number (context, "verify-rounds", MAX_VERIFY_ROUNDS, &settings.verify_rounds))
    return enclave_ctl_context_refuse_usage (context, _ ("--verify-rounds takes a number from 1 to %d"), MAX_VERIFY_ROUNDS);
  return ask (context, &settings, prompt);
}

static const EnclaveCtlOption options[] = {
  { "verify", "COMMAND", N_ ("Run this in the sandbox after edits were written; what fails goes back to the model") },
  { "verify-rounds", "N", N_ ("How often it may run (3)") },
  { "no-check", NULL, N_ ("Don’t let a compiler look at a file that was edited") },
  { "format", NULL, N_ ("Let the formatter that the project is set up for format what was edited") },
  { "mode", "MODE", N_ ("ask reads only, plan proposes, edit does (the default)") },
  { "approve", "WHAT", N_ ("What may be done without asking: none, edits, commands or all") },
  { "max-rounds", "N", N_ ("How often the model may ask for tools") },
  { "mcp", "FILE", N_ ("Start the MCP servers of this file, which you have read, and offer the model their tools") },
  { "silence", "SECONDS", N_ ("Give up when the server says nothing for so long") },
};

const EnclaveCtlCommand enclave_ctl_ask = {
  .name = "ask",
  .synopsis = "PROMPT…",
  .description = N_ ("Let the agent do one turn; @path attaches a file"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_ask,
};
