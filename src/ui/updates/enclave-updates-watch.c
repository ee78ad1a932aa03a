/* enclave-updates-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-updates-watch.h"

#include <glib/gi18n-lib.h>

#include "enclave-net-client.h"
#include "enclave-update-check.h"

/* How often it is looked whether a week has passed: a machine sleeps, and a clock is set. */
#define LOOK_AGAIN_S (6 * 60 * 60)
#define WEEKLY 2

typedef struct
{
  GApplication *application; /* borrowed: it frees this */
  GSettings *settings;
  guint timeout;
  gboolean reminded;
} Watch;

static void
watch_free (Watch *watch)
{
  g_clear_handle_id (&watch->timeout, g_source_remove);
  g_object_unref (watch->settings);
  g_free (watch);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GApplication) application = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveReleaseManifest) manifest = enclave_update_check_finish (result, &error);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;

  if (manifest == NULL)
    {
      g_message ("%s", error->message);
      return;
    }
  if (enclave_release_version_compare (manifest->version, enclave_update_source_get ()->version) <= 0)
    return;
  title = g_strdup_printf (_ ("Enclave %s is there"), manifest->version);
  notification = g_notification_new (title);
  g_notification_set_body (notification, *manifest->note != '\0' ? manifest->note : _ ("Nothing was downloaded."));
  g_application_send_notification (application, "update", notification);
}

/* A sealed window can't look up the name of the address: whoever chose to ask once a week is told to. */
static void
remind (Watch *watch)
{
  g_autoptr (GNotification) notification = g_notification_new (_ ("Ask for newer releases of Enclave"));

  if (watch->reminded)
    return;
  watch->reminded = TRUE;
  g_notification_set_body (notification, _ ("A week has passed. This window is sealed and can’t ask: in a terminal, enclavectl update check."));
  g_application_send_notification (watch->application, "update", notification);
}

static gboolean
look (gpointer user_data)
{
  Watch *watch = user_data;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  if (g_settings_get_enum (watch->settings, "update-check") != WEEKLY || !enclave_update_check_is_due (now))
    watch->reminded = FALSE;
  else if (enclave_net_client_is_used ())
    remind (watch);
  else
    enclave_update_check_async (enclave_update_source_get (), NULL, NULL, on_checked, g_object_ref (watch->application));
  watch->timeout = g_timeout_add_seconds (LOOK_AGAIN_S, look, watch);
  return G_SOURCE_REMOVE;
}

void
enclave_updates_watch_start (GApplication *application, GSettings *settings, guint delay_s)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->application = application;
  watch->settings = g_object_ref (settings);
  watch->timeout = g_timeout_add_seconds_full (G_PRIORITY_LOW, delay_s, look, watch, NULL);
  g_object_set_data_full (G_OBJECT (application), "enclave-updates-watch", watch, (GDestroyNotify) watch_free);
}
