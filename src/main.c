/* main.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "enclave-application.h"
#include "enclave-crash-report.h"
#include "enclave-egress.h"
#include "enclave-install-paths.h"
#include "enclave-running-saves.h"
#include "enclave-seal.h"
#include "enclave-text-draft.h"
#include "enclave-toolkit.h"

/* A save to a dead network file system must not keep a program that was told to end. */
#define SAVES_END_TIMEOUT_MS 5000
#define DRAFTS_END_TIMEOUT_MS 1500

int
main (int argc, char **argv)
{
  g_autoptr (EnclaveApplication) application = NULL;
  int status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, enclave_install_paths_locale_dir ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  /* Before the toolkit, its threads and its environment. */
  enclave_seal_start (argc, argv);
  enclave_crash_report_begin ();
  enclave_toolkit_prepare ();
  g_set_application_name ("Enclave");

  application = enclave_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);
  enclave_text_drafts_flush (DRAFTS_END_TIMEOUT_MS);
  enclave_running_saves_close (SAVES_END_TIMEOUT_MS);
  enclave_egress_flush ();
  return status;
}
