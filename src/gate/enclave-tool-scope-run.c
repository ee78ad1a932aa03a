/* enclave-tool-scope-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/wait.h>

#include "enclave-tool-scope-private.h"

#include "enclave-command-door.h"
#include "enclave-command-words-private.h"
#include "enclave-context-item-private.h"
#include "enclave-gate-private.h"
#include "enclave-limits.h"
#include "enclave-network-grant.h"
#include "enclave-utf8.h"

typedef struct
{
  GStrv argv;
  char *shown;
  EnclaveRunFlags flags;
  guint timeout_s;
  GStrv network; /* in digits; none asked for: without an element */
  EnclaveCommandResult *outcome;
} RunCall;

typedef struct
{
  EnclaveContextItem *item;
  int wait_status;
} RunAnswer;

static void
run_call_free (gpointer data)
{
  RunCall *call = data;

  g_strfreev (call->argv);
  g_free (call->shown);
  g_strfreev (call->network);
  g_clear_pointer (&call->outcome, enclave_command_result_free);
  g_free (call);
}

static void
run_answer_free (gpointer data)
{
  RunAnswer *answer = data;

  g_clear_object (&answer->item);
  g_free (answer);
}

static gboolean
check_command (RunCall *call, GError **error)
{
  gsize length = strlen (call->shown);
  gboolean plain = enclave_command_words_is_plain (call->shown);

  for (guint i = 0; call->argv[i] != NULL; i++)
    {
      length += strlen (call->argv[i]);
      plain = plain && enclave_command_words_is_plain (call->argv[i]);
    }
  if (length > ENCLAVE_COMMAND_LINE_MAX_BYTES)
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_TOO_LARGE, NULL, NULL,
                                                        N_("Running a command: it is longer than %d KiB"),
                                                        ENCLAVE_COMMAND_LINE_MAX_BYTES / 1024));
      return FALSE;
    }
  if (!plain)
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_DENIED, "builtin:control-characters", NULL,
                                                        N_("Running a command: it has control characters in it that a "
                                                           "reader can’t see")));
      return FALSE;
    }

  return TRUE;
}

static char *
join_argv (const char *const *argv)
{
  g_autoptr(GString) line = g_string_new (NULL);

  for (guint i = 0; argv[i] != NULL; i++)
    {
      g_autofree char *quoted = NULL;

      if (i > 0)
        g_string_append_c (line, ' ');
      if (enclave_command_words_is_simple (argv[i]) && strchr (argv[i], ' ') == NULL)
        {
          g_string_append (line, argv[i]);
          continue;
        }
      quoted = g_shell_quote (argv[i]);
      g_string_append (line, quoted);
    }

  return g_string_free (g_steal_pointer (&line), FALSE);
}

static EnclaveWords *
describe_end (const EnclaveCommandResult *result, guint timeout_s)
{
  EnclaveWords *words = enclave_words_new ();

  if (result->timed_out)
    enclave_words_add (words, N_("time limit of %u s"), timeout_s);
  else if (result->stopped)
    enclave_words_add (words, N_("stopped"));
  else if (result->limit != NULL)
    /* Translators: the limit, such as “more than 4096 processes and threads” */
    enclave_words_add (words, N_("ended: %s"), result->limit);
  else if (WIFSIGNALED (result->wait_status))
    enclave_words_add (words, N_("signal %d"), WTERMSIG (result->wait_status));
  else
    enclave_words_add (words, N_("exit %d"), WEXITSTATUS (result->wait_status));

  return words;
}

static void
on_output_masked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *self = ENCLAVE_TOOL_SCOPE (object);
  RunCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *masked = enclave_tool_scope_mask_finish (self, result, &error);
  g_autofree char *clipped = NULL;
  g_autoptr (EnclaveWords) end = NULL;
  EnclaveAuditRecord record = { .path = call->shown, .decision = ENCLAVE_AUDIT_FINISHED, .effect = "run",
                                .exit_status = call->outcome->wait_status };
  gboolean truncated;
  RunAnswer *answer;

  if (masked == NULL)
    {
      /* Nothing of it is given, but it has run. */
      enclave_tool_scope_record_end (self, &record, NULL);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  clipped = enclave_tool_scope_clip_middle (masked, &truncated);
  end = describe_end (call->outcome, call->timeout_s);
  /* A program of ours is read by a tool, which knows the status; a command's output is read by the model. */
  if ((call->flags & ENCLAVE_RUN_QUIET) == 0)
    {
      char *text = g_strdup_printf ("%s%s[%s]\n", clipped, *clipped == '\0' || g_str_has_suffix (clipped, "\n") ? "" : "\n",
                                    end->plain->str);

      g_free (clipped);
      clipped = text;
    }

  /* What was done is done; that it could not be recorded stops what comes next. */
  enclave_tool_scope_record_end (self, &record, clipped);

  answer = g_new0 (RunAnswer, 1);
  answer->item = enclave_context_item_new (clipped, call->shown, end->shown->str, truncated || call->outcome->truncated);
  answer->wait_status = call->outcome->wait_status;
  g_task_return_pointer (task, answer, run_answer_free);
}

static void
on_ran (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  EnclaveToolScope *self = g_task_get_source_object (task);
  RunCall *call = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  const char *bytes;
  gsize length;

  call->outcome = enclave_command_door_run_finish (ENCLAVE_GATE (object), result, &error);
  if (call->outcome == NULL)
    {
      enclave_tool_scope_fail (self, g_steal_pointer (&task), call->shown, g_steal_pointer (&error));
      return;
    }

  bytes = g_bytes_get_data (call->outcome->output, &length);
  /* A denied file may have come to be while the command ran. */
  enclave_tool_scope_mask_async (self, enclave_utf8_strip_escapes (bytes != NULL ? bytes : "", (gssize) length),
                                 call->shown, ENCLAVE_ADMISSION_LOOK_AGAIN, g_task_get_cancellable (task),
                                 on_output_masked, g_object_ref (task));
}

static void
start (GTask *task)
{
  EnclaveToolScope *self = g_task_get_source_object (task);
  RunCall *call = g_task_get_task_data (task);
  EnclaveCommandOptions options = {
    .argv = (const char *const *) call->argv,
    .shown = call->shown,
    .read_only = (call->flags & (ENCLAVE_RUN_READ_ONLY | ENCLAVE_RUN_QUIET)) != 0
                 || enclave_tool_scope_get_restricted (self),
    .quiet = (call->flags & ENCLAVE_RUN_QUIET) != 0,
    .timeout_s = call->timeout_s,
    .network = (const char *const *) call->network,
    .input_fd = -1,
  };

  if ((call->flags & ENCLAVE_RUN_QUIET) == 0)
    enclave_gate_set_last_command (enclave_tool_scope_get_gate (self), call->shown);
  enclave_command_door_run_async (enclave_tool_scope_get_gate (self), &options, g_task_get_cancellable (task), on_ran, task);
}

static void
on_asked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  EnclaveToolScope *self = ENCLAVE_TOOL_SCOPE (object);
  RunCall *call = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  gboolean remember;

  if (!enclave_tool_scope_ask_finish (self, result, &remember, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  /* An answer for the conversation counts only where it was offered. */
  if (remember && call->network[0] == NULL && enclave_command_words_is_simple (call->shown))
    enclave_gate_add_grant (enclave_tool_scope_get_gate (self), (const char *const *) call->argv);
  start (g_steal_pointer (&task));
}

static char *
describe_place (const char *name, EnclaveSandboxLevel level, gboolean connected)
{
  if (level == ENCLAVE_SANDBOX_FULL)
    return connected ? g_strdup_printf (_("%s · sandbox, network only as asked"), name)
                     : g_strdup_printf (_("%s · sandbox, no network"), name);
  return connected
           /* Translators: folder, then full, reduced or masked. */
           ? g_strdup_printf (_("%s · sandbox (%s), network only as asked"), name, enclave_sandbox_level_to_word (level))
           /* Translators: folder, then full, reduced or masked. */
           : g_strdup_printf (_("%s · sandbox (%s), no network"), name, enclave_sandbox_level_to_word (level));
}

static void
ask (GTask *task)
{
  EnclaveToolScope *self = g_task_get_source_object (task);
  EnclaveGate *gate = enclave_tool_scope_get_gate (self);
  RunCall *call = g_task_get_task_data (task);
  g_autoptr(EnclaveApprovalRequest) request = NULL;
  g_autofree char *name = g_path_get_basename (enclave_gate_get_root (gate));
  g_autofree char *shown_name = enclave_utf8_display_name (name);
  EnclaveSandboxLevel level = enclave_sandbox_get_level (enclave_gate_get_sandbox (gate));
  gboolean connected = call->network[0] != NULL;
  g_autofree char *place = describe_place (shown_name, level, connected);
  const char *last = enclave_gate_get_last_command (gate);
  g_autofree char *length = enclave_command_words_describe_length (call->shown);
  gboolean read_only = (call->flags & ENCLAVE_RUN_READ_ONLY) != 0 || enclave_tool_scope_get_restricted (self);

  request = enclave_approval_request_new (connected ? ENCLAVE_APPROVAL_NETWORK : ENCLAVE_APPROVAL_COMMAND, call->shown,
                                          !connected && enclave_command_words_is_simple (call->shown));
  enclave_approval_request_add_fact (request, _("Runs in"), place);
  enclave_approval_request_add_fact (request, _("Can change"),
                                     read_only ? _("nothing") : _("this project, except denied files"));
  if (connected)
    {
      g_autofree char *addresses = g_strjoinv (", ", call->network);

      enclave_approval_request_add_fact (request, _("May reach"), addresses);
    }
  if (last != NULL)
    {
      g_autofree char *difference = enclave_command_words_describe_difference (last, call->shown);

      enclave_approval_request_add_fact (request, _("Differs"), difference);
    }
  if (length != NULL)
    enclave_approval_request_add_fact (request, _("Length"), length);
  enclave_tool_scope_ask_async (self, request, call->shown, NULL, g_task_get_cancellable (task), on_asked, task);
}

static void
run_if_confined (GTask *task)
{
  EnclaveToolScope *self = g_task_get_source_object (task);
  EnclaveGate *gate = enclave_tool_scope_get_gate (self);
  EnclaveSandbox *sandbox = enclave_gate_get_sandbox (gate);
  RunCall *call = g_task_get_task_data (task);

  if (sandbox == NULL || enclave_sandbox_get_level (sandbox) == ENCLAVE_SANDBOX_TOOLS_ONLY)
    {
      const char *reason = sandbox != NULL ? enclave_sandbox_get_reason (sandbox) : _("there is no sandbox");

      enclave_tool_scope_fail (self, task, call->shown,
                               enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_CONFINED, NULL, NULL,
                                                       N_("Running a command: commands can’t be confined here, so none "
                                                          "runs: %s"),
                                                       reason));
      return;
    }

  if (call->network[0] != NULL && enclave_sandbox_get_level (sandbox) == ENCLAVE_SANDBOX_REDUCED)
    {
      enclave_tool_scope_fail (self, task, call->shown,
                               enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_CONFINED, NULL, NULL,
                                                       N_("Running a command: without namespaces commands have no "
                                                          "network, and none can be granted")));
      return;
    }

  /* What was allowed for the conversation was so without a network. */
  if ((call->flags & ENCLAVE_RUN_QUIET) != 0
      || (call->network[0] == NULL && enclave_gate_has_grant (gate, (const char *const *) call->argv)))
    {
      EnclaveAuditRecord record = { .path = call->shown };

      if ((call->flags & ENCLAVE_RUN_QUIET) == 0)
        record.approver = "conversation";
      if (enclave_tool_scope_record (self, task, &record, NULL))
        start (task);
      else
        g_object_unref (task);
      return;
    }
  ask (task);
}

/**
 * enclave_tool_scope_run_async:
 * @argv: what is executed
 * @shown: (nullable): the literal command line for the question; %NULL: @argv, quoted
 * @flags: how it runs
 * @timeout_s: 0: the default; at most %ENCLAVE_COMMAND_MAX_TIMEOUT_S
 *
 * Runs one command in the box, after the user has allowed exactly these bytes. Where nothing can be confined nobody is
 * asked. Errors: %ENCLAVE_GATE_ERROR_NOT_CONFINED, %ENCLAVE_GATE_ERROR_REFUSED_BY_USER,
 * %ENCLAVE_GATE_ERROR_NEEDS_APPROVAL, %ENCLAVE_GATE_ERROR_DENIED for control characters.
 */
void
enclave_tool_scope_run_async (EnclaveToolScope *self, const char *const *argv, const char *shown, EnclaveRunFlags flags,
                              guint timeout_s, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  enclave_tool_scope_run_connected_async (self, argv, shown, NULL, flags, timeout_s, cancellable, callback, user_data);
}

/**
 * enclave_tool_scope_run_connected_async:
 * @network: (nullable): addresses with ports that the command is to reach
 *
 * As enclave_tool_scope_run_async(). The rule: each address is one port of this machine's loopback or of a network that the user
 * has allowed in the settings, the user is asked each time, and no standing answer counts. Errors beside those:
 * %ENCLAVE_GATE_ERROR_ADDRESS.
 */
void
enclave_tool_scope_run_connected_async (EnclaveToolScope *self, const char *const *argv, const char *shown,
                                        const char *const *network, EnclaveRunFlags flags, guint timeout_s,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GError *error = NULL;
  RunCall *call;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (argv != NULL && argv[0] != NULL);

  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_RUN, shown, enclave_tool_scope_run_async, cancellable, callback,
                                   user_data);
  if (task == NULL)
    return;

  call = g_new0 (RunCall, 1);
  call->argv = g_strdupv ((char **) argv);
  call->shown = shown != NULL ? g_strdup (shown) : join_argv (argv);
  call->flags = flags;
  call->timeout_s = timeout_s == 0 ? ENCLAVE_COMMAND_DEFAULT_TIMEOUT_S : MIN (timeout_s, ENCLAVE_COMMAND_MAX_TIMEOUT_S);
  g_task_set_task_data (task, call, run_call_free);

  call->network = enclave_network_grant_parse (network, &error);
  if (call->network == NULL || !check_command (call, &error))
    {
      enclave_tool_scope_fail (self, task, NULL, error);
      return;
    }

  enclave_sandbox_continue_when_known (enclave_gate_get_sandbox (enclave_tool_scope_get_gate (self)), task, run_if_confined);
}

/**
 * enclave_tool_scope_run_finish:
 * @wait_status: (out) (optional): as of waitpid()
 *
 * Returns: (transfer full): the output, with how it ended as summary; %NULL with @error when nothing ran
 */
EnclaveContextItem *
enclave_tool_scope_run_finish (EnclaveToolScope *self, GAsyncResult *result, int *wait_status, GError **error)
{
  RunAnswer *answer;
  EnclaveContextItem *item;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (answer == NULL)
    return NULL;
  item = g_steal_pointer (&answer->item);
  if (wait_status != NULL)
    *wait_status = answer->wait_status;
  run_answer_free (answer);

  return item;
}
