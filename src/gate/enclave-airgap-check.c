/* enclave-airgap-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-airgap-check.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <unistd.h>

#include "enclave-json.h"
#include "enclave-spawner.h"

void
enclave_airgap_result_free (EnclaveAirgapResult *result)
{
  g_free (result->verdict);
  g_free (result->text);
  g_free (result->path);
  g_free (result);
}

/* Beside this program, as it is installed, or in the build. (transfer full) */
static char *
find_program (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup ("/usr/bin");
  g_autofree char *beside = g_build_filename (folder, "enclavectl", NULL);

  return access (beside, X_OK) == 0 ? g_steal_pointer (&beside) : g_build_filename (folder, "ctl", "enclavectl", NULL);
}

static GInputStream *
start (GError **error)
{
  static const int targets[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };
  g_autofree char *program = find_program ();
  const char *const argv[] = { program, "--json", "airgap", "verify", NULL };
  g_auto (GStrv) environment = g_get_environ ();
  int nowhere = open ("/dev/null", O_RDWR | O_CLOEXEC);
  GInputStream *stream = NULL;
  int ends[2];
  GPid pid;

  if (nowhere < 0)
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  else if (g_unix_open_pipe (ends, FD_CLOEXEC, error))
    {
      const int sources[] = { nowhere, ends[1], nowhere };
      const EnclaveSpawnRequest request = { .kind = ENCLAVE_SPAWN_USER, .argv = argv, .sources = sources, .targets = targets,
                                            .environment = (const char *const *) environment,
                                            .n_descriptors = G_N_ELEMENTS (targets) };

      if (enclave_spawner_spawn (&request, &pid, error))
        {
          enclave_spawner_reap (pid);
          stream = g_unix_input_stream_new (ends[0], TRUE);
        }
      else
        close (ends[0]);
      close (ends[1]);
    }
  if (nowhere >= 0)
    close (nowhere);
  return stream;
}

static EnclaveAirgapResult *
take_report (JsonObject *report, GError **error)
{
  JsonObject *counted = enclave_json_peek_object (report, "counted");
  JsonObject *problem = enclave_json_peek_object (report, "error");
  EnclaveAirgapResult *result;

  if (counted == NULL)
    {
      const char *message = problem != NULL ? enclave_json_peek_string (problem, "message") : NULL;

      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, message != NULL ? message : _("The check gave no report"));
      return NULL;
    }
  result = g_new0 (EnclaveAirgapResult, 1);
  result->verdict = g_strdup (enclave_json_peek_string (report, "verdict"));
  result->good = g_strcmp0 (result->verdict, "nothing-left") == 0;
  result->path = g_strdup (enclave_json_peek_string (report, "path"));
  result->is_signed = enclave_json_peek_string (report, "signature") != NULL;
  result->text = g_strdup_printf (
    /* Translators: numbers of packets, of questions to name servers, of packets */
    _("%" PRId64 " packets to other addresses, %" PRId64 " questions to name servers, %" PRId64 " packets within this machine"),
    enclave_json_get_int (counted, "packets_to_other_addresses", -1), enclave_json_get_int (counted, "dns_queries", -1),
    enclave_json_get_int (counted, "loopback_packets", -1));
  return result;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GMemoryOutputStream *kept = G_MEMORY_OUTPUT_STREAM (source);
  g_autoptr (JsonObject) report = NULL;
  EnclaveAirgapResult *found;
  GError *error = NULL;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, &error) >= 0)
    report = enclave_json_parse_object (g_memory_output_stream_get_data (kept), (gssize) g_memory_output_stream_get_data_size (kept),
                                        &error);
  found = report != NULL ? take_report (report, &error) : NULL;
  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify) enclave_airgap_result_free);
  else
    g_task_return_error (task, error);
}

void
enclave_airgap_check_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GOutputStream) kept = g_memory_output_stream_new_resizable ();
  g_autoptr (GInputStream) output = NULL;
  GError *error = NULL;

  g_task_set_source_tag (task, enclave_airgap_check_async);
  output = start (&error);
  if (output == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_output_stream_splice_async (kept, output, G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT, cancellable, on_read, g_steal_pointer (&task));
}

EnclaveAirgapResult *
enclave_airgap_check_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
