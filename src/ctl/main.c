/* main.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

#include "enclave-ctl-commands.h"
#include "enclave-egress.h"
#include "enclave-install-paths.h"

static const EnclaveCtlCommand *const commands[] = {
  &enclave_ctl_doctor, &enclave_ctl_models,   &enclave_ctl_probe, &enclave_ctl_ask,   &enclave_ctl_tool,
  &enclave_ctl_airgap,
  &enclave_ctl_run,    &enclave_ctl_policy,   &enclave_ctl_apply, &enclave_ctl_audit, &enclave_ctl_tour,
  &enclave_ctl_trust,  &enclave_ctl_complete, &enclave_ctl_undo,  &enclave_ctl_redo,  &enclave_ctl_checkpoints,
  &enclave_ctl_map,    &enclave_ctl_memory,   &enclave_ctl_tasks, &enclave_ctl_language_servers,
  &enclave_ctl_mcp, &enclave_ctl_mcp_conformance,
#ifdef ENCLAVE_UPDATE_CHECK
  &enclave_ctl_update,
#endif
  NULL,
};

/* A descriptor that the caller has closed would be given to the next file that is opened. */
static gboolean
fill_standard_descriptors (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  return fd >= 0 && close (fd) == 0;
}

static int
run (EnclaveCtlArguments *arguments)
{
  const EnclaveCtlCommand *command = enclave_ctl_arguments_get_command (arguments);
  g_autoptr (EnclaveCtlContext) context = NULL;
  int status;

  context = enclave_ctl_context_new (arguments);
  status = command->run (context);
  enclave_ctl_context_close_audit (context);
  return status == ENCLAVE_CTL_DONE && enclave_ctl_output_is_broken () ? ENCLAVE_CTL_FAILED : status;
}

int
main (int argc, char **argv)
{
  g_autoptr (EnclaveCtlArguments) arguments = NULL;
  const EnclaveCtlCommand *command;
  g_autoptr (GError) error = NULL;
  gboolean json;
  int status;

  if (!fill_standard_descriptors ())
    return ENCLAVE_CTL_FAILED;
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, enclave_install_paths_locale_dir ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  /* A reader that goes away is told by the write. */
  signal (SIGPIPE, SIG_IGN);

  arguments = enclave_ctl_arguments_parse (commands, (const char *const *) argv + MIN (argc, 1));
  command = enclave_ctl_arguments_get_command (arguments);
  json = enclave_ctl_arguments_get_option (arguments, "json") != NULL;
  if (enclave_ctl_arguments_peek_error (arguments) != NULL)
    error = g_error_copy (enclave_ctl_arguments_peek_error (arguments));

  if (error == NULL && enclave_ctl_arguments_get_option (arguments, "help") != NULL)
    {
      g_autofree char *help = enclave_ctl_arguments_dup_help (arguments);

      enclave_ctl_print ("%s", help);
      return ENCLAVE_CTL_DONE;
    }
  if (error == NULL && enclave_ctl_arguments_get_option (arguments, "version") != NULL)
    {
      enclave_ctl_print ("enclavectl %s\n", ENCLAVE_VERSION);
      return ENCLAVE_CTL_DONE;
    }
  if (error == NULL && command == NULL)
    error = g_error_new_literal (ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_USAGE,
                                 _ ("No command was given; “enclavectl --help” lists them"));
  if (error != NULL)
    {
      status = enclave_ctl_report_error (json, error);
      return command != NULL && command->is_run ? ENCLAVE_CTL_RUN_FAILED : status;
    }
  status = run (arguments);
  enclave_egress_flush ();
  return status;
}
