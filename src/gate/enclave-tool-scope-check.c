/* enclave-tool-scope-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "enclave-tool-scope-program.h"

#include "enclave-context-item-private.h"
#include "enclave-descriptor.h"
#include "enclave-file-checker.h"
#include "enclave-gate-private.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

typedef struct
{
  char *path;
  char *text;
  char *before;                /* (nullable) */
  EnclavePathResolver *resolver;
  EnclaveFileChecker *checker;
  char *shown;                 /* the command as it is run */
  char *output;                /* of the last run, until it is read */
  GPtrArray *messages;         /* (element-type EnclaveFileMessage) */
  GPtrArray *messages_before;
  gboolean runs_before;        /* the second run, of what was there before */
  int input_fd;
} CheckCall;

static void
check_call_free (gpointer data)
{
  CheckCall *call = data;

  g_free (call->path);
  g_free (call->text);
  g_free (call->before);
  g_clear_object (&call->resolver);
  g_clear_pointer (&call->checker, enclave_file_checker_free);
  g_free (call->shown);
  g_free (call->output);
  g_clear_pointer (&call->messages, g_ptr_array_unref);
  g_clear_pointer (&call->messages_before, g_ptr_array_unref);
  if (call->input_fd >= 0)
    close (call->input_fd);
  g_free (call);
}

static void
on_masked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CheckCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *masked = enclave_tool_scope_mask_finish (ENCLAVE_TOOL_SCOPE (object), result, &error);
  EnclaveAuditRecord record = { .path = call->path };

  if (masked == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (enclave_tool_scope_record (ENCLAVE_TOOL_SCOPE (object), task, &record, masked))
    g_task_return_pointer (task, enclave_context_item_new (masked, call->path, "", FALSE), g_object_unref);
}

/* Answers @task (transfer full). */
static void
give (GTask *task)
{
  EnclaveToolScope *self = g_task_get_source_object (task);
  CheckCall *call = g_task_get_task_data (task);
  g_autofree char *shown = NULL;

  if (call->messages == NULL || call->messages->len == 0)
    {
      g_task_return_pointer (task, NULL, NULL);
      g_object_unref (task);
      return;
    }
  shown = enclave_utf8_display_name (call->path);
  enclave_tool_scope_mask_async (self, enclave_file_messages_to_text (call->messages, shown), call->path,
                                 ENCLAVE_ADMISSION_LOOK_AGAIN, g_task_get_cancellable (task), on_masked, task);
}

static void run (GTask *task, GStrv argv);

static void
parse_worker (GTask *worker, gpointer source, gpointer data, GCancellable *cancellable)
{
  CheckCall *call = data;
  const char *root = enclave_path_resolver_get_root (call->resolver);
  g_autofree char *output = g_steal_pointer (&call->output);

  if (call->runs_before)
    {
      call->messages_before = enclave_file_checker_parse (call->checker, output, root, call->path, TRUE);
      enclave_file_messages_subtract (call->messages, call->text, call->messages_before, call->before);
    }
  else
    {
      call->messages = enclave_file_checker_parse (call->checker, output, root, call->path, FALSE);
    }
  g_task_return_boolean (worker, TRUE);
}

static void
parsed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  CheckCall *call = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }
  /* What was wrong before is not what the edit has done. Most edits are right and need no second run. */
  if (!call->runs_before && call->messages->len > 0 && call->before != NULL
      && (call->input_fd = enclave_descriptor_new_memory ("enclave-text", call->before, strlen (call->before))) >= 0)
    {
      call->runs_before = TRUE;
      run (task, call->checker->input_argv);
      return;
    }
  give (task);
}

static void
on_ran (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CheckCall *call = g_task_get_task_data (task);
  g_autoptr (EnclaveCommandResult) outcome = enclave_tool_scope_run_program_finish (task, result, call->shown);
  const char *bytes;
  gsize length;

  if (outcome == NULL)
    return;
  /* Without its end or its middle it can't be told what was read; what is only half known is not given. */
  if (!enclave_tool_scope_program_is_whole (outcome))
    {
      g_clear_pointer (&call->messages, g_ptr_array_unref);
      give (g_steal_pointer (&task));
      return;
    }
  bytes = g_bytes_get_data (outcome->output, &length);
  call->output = enclave_utf8_strip_escapes (bytes != NULL ? bytes : "", (gssize) length);
  enclave_tool_scope_work (g_steal_pointer (&task), parse_worker, parsed_cb);
}

/* @task: (transfer full). */
static void
run (GTask *task, GStrv argv)
{
  CheckCall *call = g_task_get_task_data (task);

  enclave_tool_scope_run_program (task, argv, call->input_fd, ENCLAVE_FILE_CHECK_TIMEOUT_S, &call->shown, on_ran);
}

static void
plan_worker (GTask *worker, gpointer source, gpointer data, GCancellable *cancellable)
{
  CheckCall *call = data;

  call->checker = enclave_file_checker_new (call->resolver, call->path, call->text);
  if (call->checker != NULL && call->checker->kind == ENCLAVE_FILE_CHECKER_JSON)
    {
      call->messages = enclave_file_checker_parse_json (call->text);
      if (call->before != NULL)
        {
          call->messages_before = enclave_file_checker_parse_json (call->before);
          /* The parser ends at the first error. One that was there may hide what is new, and is nobody's now. */
          if (call->messages_before->len > 0)
            g_ptr_array_set_size (call->messages, 0);
        }
    }
  g_task_return_boolean (worker, TRUE);
}

static void
planned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  EnclaveSandbox *sandbox = enclave_gate_get_sandbox (enclave_tool_scope_get_gate (ENCLAVE_TOOL_SCOPE (object)));
  CheckCall *call = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    g_object_unref (task);
  else if (call->checker == NULL || call->checker->argv == NULL || sandbox == NULL
           || enclave_sandbox_get_level (sandbox) == ENCLAVE_SANDBOX_TOOLS_ONLY)
    give (task);
  else
    run (task, call->checker->argv);
}

static void
plan (GTask *task)
{
  enclave_tool_scope_work (task, plan_worker, planned_cb);
}

static void look (GTask *task, const char *text);

static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CheckCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = enclave_message_source_look_finish (ENCLAVE_MESSAGE_SOURCE (object), result, &error);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (messages == NULL)
    {
      if (error != NULL)
        g_debug ("A language server did not say what is wrong: %s", error->message);
      g_clear_pointer (&call->messages, g_ptr_array_unref);
      call->runs_before = FALSE;
      plan (g_steal_pointer (&task));
    }
  else if (!call->runs_before)
    {
      call->messages = g_steal_pointer (&messages);
      call->runs_before = call->messages->len > 0 && call->before != NULL;
      if (call->runs_before)
        look (g_steal_pointer (&task), call->before);
      else
        give (g_steal_pointer (&task));
    }
  else
    {
      enclave_file_messages_subtract (call->messages, call->text, messages, call->before);
      give (g_steal_pointer (&task));
    }
}

/* @task: (transfer full). */
static void
look (GTask *task, const char *text)
{
  EnclaveGate *gate = enclave_tool_scope_get_gate (g_task_get_source_object (task));
  EnclaveMessageSource *source = enclave_gate_get_message_source (gate);
  CheckCall *call = g_task_get_task_data (task);

  if (source != NULL)
    {
      enclave_message_source_look_async (source, call->path, text, g_task_get_cancellable (task), looked_cb, task);
      return;
    }
  call->runs_before = FALSE;
  plan (task);
}

static void
look_or_plan (GTask *task)
{
  CheckCall *call = g_task_get_task_data (task);

  look (task, call->text);
}

/**
 * enclave_tool_scope_check_async:
 * @path: of a file that was written, as its proposal has it
 * @text: what was written
 * @before: (nullable): what was there; %NULL: the file is new
 *
 * Lets the compiler, or what else knows the language, look at one file: a language server that runs already, see
 * enclave-message-source.h, or a program that is started for it. The rule for that: nobody is asked, because nothing of the words
 * that run is the model's or the project's but what enclave-compile-command.h lets through; the program is one of the system, the
 * box shows it no denied file, no network and a project that can't be written, and it ends after %ENCLAVE_FILE_CHECK_TIMEOUT_S
 * seconds. Each run is a record of the audit. Where nothing can be confined nothing runs. Errors: those of a command that could not
 * be started or recorded.
 */
void
enclave_tool_scope_check_async (EnclaveToolScope *self, const char *path, const char *text, const char *before,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  CheckCall *call;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (path != NULL && text != NULL);

  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_RUN, path, enclave_tool_scope_check_async, cancellable, callback,
                                   user_data);
  if (task == NULL)
    return;

  call = g_new0 (CheckCall, 1);
  call->path = g_strdup (path);
  call->text = g_strdup (text);
  call->before = g_strdup (before);
  call->resolver = g_object_ref (enclave_tool_scope_get_resolver (self));
  call->input_fd = -1;
  g_task_set_task_data (task, call, check_call_free);
  enclave_sandbox_continue_when_known (enclave_gate_get_sandbox (enclave_tool_scope_get_gate (self)), task, look_or_plan);
}

/**
 * enclave_tool_scope_check_finish:
 *
 * Returns: (transfer full) (nullable): lines `PATH:LINE: MESSAGE` that the edit has brought, secrets masked; %NULL without @error
 *   when there is nothing to say
 */
EnclaveContextItem *
enclave_tool_scope_check_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
