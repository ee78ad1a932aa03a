/* enclave-git-command.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-command.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-command-door.h"
#include "enclave-git-options.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

#define TIMEOUT_S 60
/* What writes is ended in the middle of it: only when it will never end. */
#define WRITE_TIMEOUT_S 1800
/* Of what git says when it fails. */
#define SHOWN_BYTES 400

/* The view of the box has inodes and times of its own: size and time of change tell whether a file was changed. */
static const char *const of_the_box[] = { "-c", "core.checkStat=minimal", "-c", "core.trustctime=false", "-c", "commit.gpgSign=false" };

typedef struct
{
  GByteArray *output;
  gboolean is_too_long;
  int input_fd;
} State;

static void
state_free (gpointer data)
{
  State *state = data;

  g_byte_array_unref (state->output);
  if (state->input_fd >= 0)
    close (state->input_fd);
  g_free (state);
}

static void
output_cb (const char *bytes, gsize length, gpointer user_data)
{
  State *state = g_task_get_task_data (user_data);

  if (state->output->len + length > ENCLAVE_GIT_OUTPUT_MAX_BYTES)
    state->is_too_long = TRUE;
  else
    g_byte_array_append (state->output, (const guint8 *) bytes, (guint) length);
}

/* What git says of a failure goes to its standard error; its commands for the index say some of it elsewhere. (transfer full) */
static char *
dup_failure (State *state, EnclaveCommandResult *outcome)
{
  gsize length = 0;
  const char *bytes = outcome->errors != NULL ? g_bytes_get_data (outcome->errors, &length) : NULL;
  g_autofree char *valid = NULL;

  if (length == 0)
    {
      bytes = (const char *) state->output->data;
      length = state->output->len;
    }
  valid = enclave_utf8_make_valid (length > 0 ? bytes : "", (gssize) MIN (length, SHOWN_BYTES));
  g_strstrip (valid);

  return *valid != '\0' ? enclave_utf8_make_visible (valid, NULL) : g_strdup (_("git failed"));
}

static void
ran_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  State *state = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveCommandResult) outcome = enclave_command_door_run_finish (ENCLAVE_GATE (source), result, &error);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (outcome == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (outcome->timed_out || state->is_too_long)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, _("git did not end in time, or said too much"));
  else if (!WIFEXITED (outcome->wait_status) || WEXITSTATUS (outcome->wait_status) != 0)
    {
      g_autofree char *said = dup_failure (state, outcome);

      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", said);
    }
  else
    g_task_return_pointer (task, g_byte_array_free_to_bytes (g_byte_array_ref (state->output)), (GDestroyNotify) g_bytes_unref);
}

static gboolean
write_input (State *state, GBytes *input)
{
  gsize size = 0;
  const char *bytes = g_bytes_get_data (input, &size);
  gsize written = 0;

  state->input_fd = memfd_create ("enclave-git", MFD_CLOEXEC);
  while (state->input_fd >= 0 && written < size)
    {
      gssize n = write (state->input_fd, bytes + written, size - written);

      if (n < 0 && errno != EINTR)
        return FALSE;
      written += n > 0 ? (gsize) n : 0;
    }

  return state->input_fd >= 0 && lseek (state->input_fd, 0, SEEK_SET) == 0;
}

void
enclave_git_command_async (EnclaveGate *gate, const char *const *arguments, GBytes *input, gboolean writes, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *words = NULL;
  g_autofree char *shown = NULL;
  /* Where a rule denies a folder git warns of it, and answers all the same. */
  EnclaveCommandOptions options = { .read_only = !writes, .quiet = TRUE, .plain = TRUE, .apart = TRUE,
                                    .timeout_s = writes ? WRITE_TIMEOUT_S : TIMEOUT_S, .actor = "user",
                                    .output = output_cb, .input_fd = -1 };
  State *state;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));
  g_return_if_fail (arguments != NULL && arguments[0] != NULL);

  task = g_task_new (gate, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_git_command_async);
  state = g_new0 (State, 1);
  state->output = g_byte_array_new ();
  state->input_fd = -1;
  g_task_set_task_data (task, state, state_free);
  if (input != NULL && !write_input (state, input))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, _("git could not be given its input: %s"), g_strerror (errno));
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (enclave_git_options); i++)
    g_ptr_array_add (argv, (gpointer) enclave_git_options[i]);
  for (guint i = 0; i < G_N_ELEMENTS (of_the_box); i++)
    g_ptr_array_add (argv, (gpointer) of_the_box[i]);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);
  words = g_strjoinv (" ", (char **) arguments);
  shown = g_strconcat ("git ", words, NULL);
  options.argv = (const char *const *) argv->pdata;
  options.shown = shown;
  options.input_fd = state->input_fd;
  options.output_data = task;
  enclave_command_door_run_async (gate, &options, cancellable, ran_cb, g_object_ref (task));
}

GBytes *
enclave_git_command_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

GBytes *
enclave_git_command_finish_for (GTask *task, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GBytes *output = g_task_propagate_pointer (G_TASK (result), &error);

  if (output == NULL)
    g_task_return_error (task, g_steal_pointer (&error));

  return output;
}

gboolean
enclave_git_command_is_denied (EnclaveGate *gate, const char *path)
{
  return path != NULL && enclave_gate_judge_name (gate, ENCLAVE_EFFECT_READ, path, FALSE).verdict == ENCLAVE_VERDICT_DENY;
}

gboolean
enclave_git_command_refuse_denied (EnclaveGate *gate, const char *path, GTask *task)
{
  g_autofree char *shown = NULL;

  if (!enclave_git_command_is_denied (gate, path))
    return FALSE;
  shown = enclave_utf8_display_name (path);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _("“%s” is denied to the box that git runs in"), shown);

  return TRUE;
}
