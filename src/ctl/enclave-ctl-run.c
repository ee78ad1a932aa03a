/* enclave-ctl-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-command-door.h"
#include "enclave-ctl-commands.h"
#include "enclave-ctl-terminal.h"
#include "enclave-gate-error.h"
#include "enclave-network-grant.h"
#include "enclave-utf8.h"

typedef struct
{
  EnclaveCtlContext *context;
  gboolean json;
  gboolean on_terminal; /* which shows what the sandbox has to say below the output */
  EnclaveUtf8Joiner joiner;
} Output;

static void
print_event (Output *output, const char *bytes, gsize length, gboolean final)
{
  g_autofree char *text = enclave_utf8_joiner_feed (&output->joiner, bytes, length, final);
  JsonObject *object;

  if (*text == '\0')
    return;
  object = json_object_new ();
  json_object_set_string_member (object, "event", "output");
  json_object_set_string_member (object, "text", text);
  enclave_ctl_print_object (object);
}

static void
on_output (const char *bytes, gsize length, gpointer user_data)
{
  Output *output = user_data;

  if (output->json)
    print_event (output, bytes, length, FALSE);
  else
    enclave_ctl_print_bytes (bytes, length);
  if (enclave_ctl_output_is_broken ())
    g_cancellable_cancel (enclave_ctl_context_get_cancellable (output->context));
}

static int
status_of (EnclaveCtlContext *context, const EnclaveCommandResult *result)
{
  if (result->stopped && enclave_ctl_context_get_signal (context) != 0)
    return ENCLAVE_CTL_RUN_SIGNAL_BASE + enclave_ctl_context_get_signal (context);
  if (WIFEXITED (result->wait_status))
    return WEXITSTATUS (result->wait_status);
  return ENCLAVE_CTL_RUN_SIGNAL_BASE + (WIFSIGNALED (result->wait_status) ? WTERMSIG (result->wait_status) : 0);
}

static void
print_exit (int status, const EnclaveCommandResult *result, const GError *error)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "event", "exit");
  json_object_set_boolean_member (object, "ok", error == NULL);
  json_object_set_int_member (object, "status", status);
  if (result != NULL && WIFSIGNALED (result->wait_status))
    json_object_set_int_member (object, "signal", WTERMSIG (result->wait_status));
  if (result != NULL && result->limit != NULL)
    json_object_set_string_member (object, "limit", result->limit);
  if (error != NULL)
    json_object_set_object_member (object, "error", enclave_ctl_error_to_json (error));
  enclave_ctl_print_object (object);
}

static EnclaveCommandResult *
run_command (Output *output, EnclaveGate *gate, const char *const *argv, const char *const *network,
             EnclaveCtlTerminal *terminal, GError **error)
{
  EnclaveCommandOptions options = {
    .argv = argv,
    .plain = terminal == NULL,
    .output = on_output,
    .output_data = output,
    .actor = "user",
    .network = network,
    /* Keys belong to whoever reads the output, a pager for one. */
    .input_fd = terminal == NULL && isatty (STDIN_FILENO) ? -1 : STDIN_FILENO,
  };
  g_autoptr (GAsyncResult) result = NULL;

  enclave_command_door_run_async (gate, &options, enclave_ctl_context_get_cancellable (output->context),
                                  enclave_ctl_context_take_result, output->context);
  result = enclave_ctl_context_wait (output->context);
  return enclave_command_door_run_finish (gate, result, error);
}

static int
finish (Output *output, EnclaveCommandResult *result, const GError *error)
{
  int status = error != NULL ? ENCLAVE_CTL_RUN_FAILED : status_of (output->context, result);

  if (output->json)
    {
      print_event (output, "", 0, TRUE);
      print_exit (status, result, error);
    }
  if (error != NULL)
    enclave_ctl_report_error (FALSE, error);
  if (result != NULL && result->limit != NULL && !output->on_terminal)
    /* Translators: the limit, such as “more than 4096 processes and threads” */
    enclave_ctl_note (_ ("Enclave ended this command: %s"), result->limit);
  return status;
}

/* Returns: (transfer full) (nullable): the addresses that --network names, in digits; NULL with what is wrong with them, or with
 * ENCLAVE_GATE_ERROR_NEEDS_APPROVAL, since only who typed the line can grant them, on the same line. */
static GStrv
take_network (EnclaveCtlContext *context, GError **error)
{
  const char *asked = enclave_ctl_context_get_option (context, "network");
  g_auto (GStrv) words = asked != NULL ? g_strsplit (asked, ",", -1) : g_new0 (char *, 1);
  g_auto (GStrv) network = enclave_network_grant_parse ((const char *const *) words, error);

  if (network == NULL || network[0] == NULL || enclave_ctl_context_get_option (context, "grant-network") != NULL)
    return g_steal_pointer (&network);
  g_set_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NEEDS_APPROVAL,
               _ ("Using the network for a command: %s needs your grant; add --grant-network to give it"), asked);
  return NULL;
}

static int
run_run (EnclaveCtlContext *context)
{
  Output output = { .context = context, .json = enclave_ctl_context_get_json (context) };
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (EnclaveCtlTerminal) terminal = NULL;
  g_autoptr (EnclaveCommandResult) result = NULL;
  g_auto (GStrv) network = NULL;
  g_autoptr (GError) error = NULL;

  if (n_words == 0 || words[0][0] == '\0')
    {
      g_set_error (&error, ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_USAGE,
                   _ ("Usage: enclavectl run [--network ADDRESS:PORT --grant-network] [--] COMMAND [ARGUMENT…]"));
      return finish (&output, NULL, error);
    }
  network = take_network (context, &error);
  if (network == NULL)
    return finish (&output, NULL, error);
  gate = enclave_ctl_context_open_gate (context, &error);
  if (gate != NULL)
    {
      if (!output.json && isatty (STDOUT_FILENO))
        {
          terminal = enclave_ctl_terminal_new (STDIN_FILENO, STDOUT_FILENO);
          output.on_terminal = TRUE;
          enclave_gate_set_terminal_host (gate, ENCLAVE_TERMINAL_HOST (terminal));
        }
      result = run_command (&output, gate, words, (const char *const *) network, terminal, &error);
      if (terminal != NULL)
        enclave_ctl_terminal_restore (terminal);
    }
  return finish (&output, result, error);
}

static const EnclaveCtlOption options[] = {
  { "network", "ADDRESS:PORT[,…]",
    N_ ("What the command must reach outside of the sandbox: a port of this machine or of an allowed network") },
  { "grant-network", NULL, N_ ("Grant that to this one command") },
};

const EnclaveCtlCommand enclave_ctl_run = {
  .name = "run",
  .synopsis = "[--network ADDRESS:PORT --grant-network] [--] COMMAND [ARGUMENT…]",
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .description = N_ ("Run a command in the agent’s sandbox"),
  .takes_command_line = TRUE,
  .is_run = TRUE,
  .run = run_run,
};
