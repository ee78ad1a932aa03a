/* enclave-tool-scope-format.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "enclave-tool-scope-program.h"

#include "enclave-descriptor.h"
#include "enclave-file-formatter.h"
#include "enclave-gate-private.h"
#include "enclave-limits.h"

typedef struct
{
  EnclaveProposal *proposal;
  EnclavePathResolver *resolver;
  EnclaveFileFormatter *formatter;
  char *shown;              /* the command as it is run */
  char *formatted;          /* (nullable): the new text */
  int input_fd;
} FormatCall;

static void
format_call_free (gpointer data)
{
  FormatCall *call = data;

  g_clear_object (&call->proposal);
  g_clear_object (&call->resolver);
  g_clear_pointer (&call->formatter, enclave_file_formatter_free);
  g_free (call->shown);
  g_free (call->formatted);
  if (call->input_fd >= 0)
    close (call->input_fd);
  g_free (call);
}

/* Answers @task (transfer full): the text stays as it is. */
static void
leave (GTask *task)
{
  g_task_return_pointer (task, NULL, NULL);
  g_object_unref (task);
}

/* Answers @task (transfer full): with the formatted text. */
static void
give (GTask *task)
{
  EnclaveToolScope *self = g_task_get_source_object (task);
  FormatCall *call = g_task_get_task_data (task);
  const char *true_path = enclave_proposal_get_true_path (call->proposal);

  /* Whoever knows the text is told what has become of it. */
  if (enclave_tool_scope_look_up_read (self, true_path, enclave_proposal_get_new_text (call->proposal)) == ENCLAVE_KNOWLEDGE_CURRENT)
    enclave_tool_scope_note_read (self, true_path, call->formatted, TRUE);
  g_task_return_pointer (task, enclave_proposal_with_new_text (call->proposal, call->formatted), g_object_unref);
  g_object_unref (task);
}

static void format (GTask *task, const char *text);

static void
on_ran (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  FormatCall *call = g_task_get_task_data (task);
  g_autoptr (EnclaveCommandResult) outcome = enclave_tool_scope_run_program_finish (task, result, call->shown);
  const char *old_text = enclave_proposal_get_old_text (call->proposal);
  gboolean is_new = old_text == NULL || *old_text == '\0';
  g_autofree char *text = NULL;
  const char *bytes;
  gsize length;

  if (outcome == NULL || g_task_return_error_if_cancelled (task))
    return;
  bytes = g_bytes_get_data (outcome->output, &length);
  if (outcome->wait_status == 0 && enclave_tool_scope_program_is_whole (outcome))
    text = enclave_file_formatter_take_text (bytes, length);

  /* It can't be formatted, or already is. */
  if (text == NULL
      || (call->formatted == NULL
          && (strcmp (text, enclave_proposal_get_new_text (call->proposal)) == 0 || g_strcmp0 (text, old_text) == 0)))
    {
      leave (g_steal_pointer (&task));
    }
  else if (call->formatted == NULL && !is_new)
    {
      call->formatted = g_steal_pointer (&text);
      format (g_steal_pointer (&task), old_text);
    }
  else if (call->formatted != NULL && strcmp (text, old_text) != 0)
    {
      leave (g_steal_pointer (&task));
    }
  else
    {
      if (call->formatted == NULL)
        call->formatted = g_steal_pointer (&text);
      give (g_steal_pointer (&task));
    }
}

/* @task: (transfer full). */
static void
format (GTask *task, const char *text)
{
  FormatCall *call = g_task_get_task_data (task);

  if (call->input_fd >= 0)
    close (call->input_fd);
  call->input_fd = enclave_descriptor_new_memory ("enclave-text", text, strlen (text));
  if (call->input_fd >= 0)
    enclave_tool_scope_run_program (task, call->formatter->argv, call->input_fd, ENCLAVE_FILE_FORMAT_TIMEOUT_S, &call->shown, on_ran);
  else
    leave (task);
}

static void
plan_worker (GTask *worker, gpointer source, gpointer data, GCancellable *cancellable)
{
  FormatCall *call = data;

  call->formatter = enclave_file_formatter_new (call->resolver, enclave_proposal_get_path (call->proposal));
  g_task_return_boolean (worker, TRUE);
}

static void
planned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  EnclaveSandbox *sandbox = enclave_gate_get_sandbox (enclave_tool_scope_get_gate (ENCLAVE_TOOL_SCOPE (object)));
  FormatCall *call = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    g_object_unref (task);
  else if (call->formatter == NULL || sandbox == NULL || enclave_sandbox_get_level (sandbox) == ENCLAVE_SANDBOX_TOOLS_ONLY)
    leave (task);
  else
    format (task, enclave_proposal_get_new_text (call->proposal));
}

static void
plan (GTask *task)
{
  enclave_tool_scope_work (task, plan_worker, planned_cb);
}

static gboolean
is_short (const char *text)
{
  return text == NULL || strlen (text) <= ENCLAVE_FILE_FORMAT_TEXT_MAX_BYTES;
}

/**
 * enclave_tool_scope_format_async:
 * @proposal: one that was not applied
 *
 * Gives the new text of @proposal the form that the project has decided on, before anyone reviews or writes it: so it is one change,
 * and taken back as one. The rule: nobody is asked, because what runs reads a text and gives one; the box shows it no denied file,
 * no network and a project that can't be written, and it ends after %ENCLAVE_FILE_FORMAT_TIMEOUT_S seconds. Each run is a record of
 * the audit. Where nothing can be confined nothing runs. A file whose text of before the program would have changed too is left
 * alone: nobody keeps it in that form, and the change would be lost among others. So is a text that the program fails on. Errors:
 * those of a command that could not be started or recorded.
 */
void
enclave_tool_scope_format_async (EnclaveToolScope *self, EnclaveProposal *proposal, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  const char *new_text;
  FormatCall *call;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (ENCLAVE_IS_PROPOSAL (proposal));

  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_RUN, enclave_proposal_get_path (proposal), enclave_tool_scope_format_async,
                                   cancellable, callback, user_data);
  if (task == NULL)
    return;

  call = g_new0 (FormatCall, 1);
  call->proposal = g_object_ref (proposal);
  call->resolver = g_object_ref (enclave_tool_scope_get_resolver (self));
  call->input_fd = -1;
  g_task_set_task_data (task, call, format_call_free);
  new_text = enclave_proposal_get_new_text (proposal);
  if (new_text == NULL || *new_text == '\0' || !is_short (new_text) || !is_short (enclave_proposal_get_old_text (proposal)))
    leave (task);
  else
    enclave_sandbox_continue_when_known (enclave_gate_get_sandbox (enclave_tool_scope_get_gate (self)), task, plan);
}

/**
 * enclave_tool_scope_format_finish:
 * @program: (out) (transfer full): which program it was
 *
 * Returns: (transfer full) (nullable): the formatted proposal; %NULL without @error when it stays as it is
 */
EnclaveProposal *
enclave_tool_scope_format_finish (EnclaveToolScope *self, GAsyncResult *result, char **program, GError **error)
{
  FormatCall *call;
  EnclaveProposal *formatted;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (program != NULL, NULL);

  *program = NULL;
  formatted = g_task_propagate_pointer (G_TASK (result), error);
  call = g_task_get_task_data (G_TASK (result));
  if (formatted != NULL)
    *program = g_strdup (call->formatter->name);

  return formatted;
}
