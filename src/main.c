/* main.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "enclave-application.h"
#include "enclave-install-paths.h"

/* GTK starts GL with its display, software GL if need be, whatever draws the window later: a third of the memory and of
 * the start where the cairo renderer was asked for. Returns: (transfer full) (nullable): what GDK_DEBUG was. */
static char *
leave_out_unused_gl (void)
{
  char *before = g_strdup (g_getenv ("GDK_DEBUG"));
  g_autofree char *now = NULL;

  if (g_strcmp0 (g_getenv ("GSK_RENDERER"), "cairo") != 0)
    return before;
  now = before != NULL ? g_strconcat (before, ",gl-disable", NULL) : g_strdup ("gl-disable");
  g_setenv ("GDK_DEBUG", now, TRUE);
  return before;
}

/* Programs in the user's terminals get the environment that Enclave got. */
static void
restore_environment (GApplication *application, const char *gdk_debug)
{
  if (gdk_debug != NULL)
    g_setenv ("GDK_DEBUG", gdk_debug, TRUE);
  else
    g_unsetenv ("GDK_DEBUG");
}

int
main (int argc, char **argv)
{
  g_autoptr (EnclaveApplication) application = NULL;
  g_autofree char *gdk_debug = leave_out_unused_gl ();

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, enclave_install_paths_locale_dir ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Enclave");

  application = enclave_application_new ();
  g_signal_connect_after (application, "startup", G_CALLBACK (restore_environment), gdk_debug);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
