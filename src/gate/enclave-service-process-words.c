/* enclave-service-process-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is said of a program that was talked to by pipes, and where it sees the project.
 */

#include "config.h"

#include "enclave-service-process-private.h"

#include <glib/gi18n.h>
#include <sys/wait.h>

#define WORKSPACE "enclave-workspace"

char *
enclave_service_process_explain_end (EnclaveServiceProcess *self, const char *program)
{
  g_autofree char *limit = NULL;
  int status;

  g_return_val_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self), NULL);
  g_return_val_if_fail (program != NULL, NULL);

  limit = enclave_service_process_dup_limit (self);
  status = enclave_service_process_get_status (self);
  if (limit != NULL)
    /* Translators: the limit, such as “more than 4096 processes and threads” */
    return g_strdup_printf (_ ("Enclave ended the server: %s"), limit);
  if (WIFEXITED (status) && WEXITSTATUS (status) == 127)
    return g_strdup_printf (_ ("The server’s program “%s” was not found"), program);
  if (WIFEXITED (status) && WEXITSTATUS (status) == 126)
    return g_strdup_printf (_ ("The server’s program “%s” can’t be run"), program);
  if (WIFEXITED (status))
    return g_strdup_printf (_ ("The server has ended, with exit status %d"), WEXITSTATUS (status));
  return g_strdup_printf (_ ("The server was ended by signal %d"), WIFSIGNALED (status) ? WTERMSIG (status) : 0);
}

void
enclave_service_process_set_workspace (EnclaveServiceProcess *self, const char *workspace)
{
  g_object_set_data_full (G_OBJECT (self), WORKSPACE, g_strdup (workspace), g_free);
}

const char *
enclave_service_process_get_workspace (EnclaveServiceProcess *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self), NULL);

  return g_object_get_data (G_OBJECT (self), WORKSPACE);
}
