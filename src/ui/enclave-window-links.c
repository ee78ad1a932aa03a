/* enclave-window-links.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-spawner.h"
#include "enclave-utf8.h"
#include "enclave-window-private.h"

/* The command line of the desktop's browser with @address in it, else what every desktop has. (transfer full) */
static GStrv
make_browser_argv (const char *address)
{
  g_autofree char *scheme = g_uri_parse_scheme (address);
  g_autoptr (GAppInfo) browser = scheme != NULL ? g_app_info_get_default_for_uri_scheme (scheme) : NULL;
  const char *line = browser != NULL ? g_app_info_get_commandline (browser) : NULL;
  const char *const plain[] = { "xdg-open", address, NULL };
  GStrv argv = NULL;
  gboolean given = FALSE;

  if (line == NULL || !g_shell_parse_argv (line, NULL, &argv, NULL))
    return g_strdupv ((char **) plain);
  for (guint i = 0; argv[i] != NULL; i++)
    if (g_ascii_strcasecmp (argv[i], "%u") == 0 || g_ascii_strcasecmp (argv[i], "%f") == 0)
      {
        g_free (argv[i]);
        argv[i] = g_strdup (given ? "" : address);
        given = TRUE;
      }
  if (given)
    return argv;
  g_strfreev (argv);
  return g_strdupv ((char **) plain);
}

/* With the word by which the desktop lets its window come to the front. (transfer full) */
static GStrv
make_browser_environment (EnclaveWindow *self, const char *address)
{
  g_autofree char *scheme = g_uri_parse_scheme (address);
  g_autoptr (GAppInfo) browser = scheme != NULL ? g_app_info_get_default_for_uri_scheme (scheme) : NULL;
  g_autoptr (GdkAppLaunchContext) context = gdk_display_get_app_launch_context (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autofree char *word = browser != NULL ? g_app_launch_context_get_startup_notify_id (G_APP_LAUNCH_CONTEXT (context), browser, NULL) : NULL;
  GStrv environment = enclave_spawner_get_user_environment ();

  if (word == NULL)
    return environment;
  environment = g_environ_setenv (environment, "DESKTOP_STARTUP_ID", word, TRUE);
  return g_environ_setenv (environment, "XDG_ACTIVATION_TOKEN", word, TRUE);
}

/* A browser that the sealed window starts itself would have its filter, and one that the toolkit starts the variables of this
 * process, which tell it to use no proxy. */
static void
open_in_browser (EnclaveWindow *self, const char *address)
{
  static const int targets[] = { 0, 1, 2 };
  g_auto (GStrv) argv = make_browser_argv (address);
  g_auto (GStrv) environment = make_browser_environment (self, address);
  const EnclaveSpawnRequest request = { .kind = ENCLAVE_SPAWN_USER, .argv = (const char *const *) argv,
                                        .environment = (const char *const *) environment, .sources = targets, .targets = targets,
                                        .n_descriptors = G_N_ELEMENTS (targets) };
  GPid pid;

  if (enclave_spawner_spawn (&request, &pid, NULL))
    enclave_spawner_reap (pid);
}

/* Links come from the model: whoever follows one tells its server so, and what the address holds. */
void
_enclave_window_ask_link (EnclaveWindow *self, const char *address)
{
  const char *const responses[]
    = { "cancel", _("_Cancel"), "copy", _("Co_py address"), "open", _("_Open in browser"), NULL };
  g_autofree char *shown = enclave_utf8_display_name (address);

  g_free (self->link);
  self->link = g_strdup (address);
  enclave_info_row_present (self->info_row, ENCLAVE_WINDOW_NOTE_LINK, "web-browser-symbolic",
                            _("Open this address in your browser? That is outside Enclave’s walls."), shown, responses);
  enclave_info_row_focus (self->info_row);
}

void
_enclave_window_answer_link (EnclaveWindow *self, const char *id)
{
  g_autofree char *address = g_steal_pointer (&self->link);

  if (address == NULL)
    return;
  if (strcmp (id, "copy") == 0)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), address);
  else if (strcmp (id, "open") == 0)
    open_in_browser (self, address);
  enclave_chat_pane_focus (self->chat);
}
