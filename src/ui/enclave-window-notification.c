/* enclave-window-notification.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-window-private.h"

/* One for each window: a newer one takes the place of the one before. */
static char *
dup_id (EnclaveWindow *self)
{
  return g_strdup_printf ("turn-%u", gtk_application_window_get_id (GTK_APPLICATION_WINDOW (self)));
}

void
_enclave_window_sound (EnclaveWindow *self)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (self));

  if (surface != NULL && self->settings != NULL && g_settings_get_boolean (self->settings, "notify-sound"))
    gdk_surface_beep (surface);
}

/* Which project, and nothing that was said: the first words of a conversation may be code, and who sees the screen, locked or
 * not, is not known. */
static void
notify (EnclaveWindow *self, const char *title)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *id = dup_id (self);

  if (application == NULL || self->settings == NULL || gtk_window_is_active (GTK_WINDOW (self))
      || !g_settings_get_boolean (self->settings, "notify-turn-end"))
    return;
  notification = g_notification_new (title);
  g_notification_set_body (notification, enclave_project_get_name (self->project));
  g_application_send_notification (application, id, notification);
  _enclave_window_sound (self);
  self->notified = TRUE;
}

static void
turn_ended_cb (EnclaveWindow *self, const char *reason)
{
  if (g_strcmp0 (reason, "stopped") == 0)
    return;
  notify (self, g_strcmp0 (reason, "error") == 0 ? _("The agent could not go on") : _("The agent is done"));
}

static void
waiting_cb (EnclaveWindow *self)
{
  if (enclave_agent_service_get_state (self->service) == ENCLAVE_TURN_WAITING)
    notify (self, _("The agent waits for you"));
}

static void
active_cb (EnclaveWindow *self)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  g_autofree char *id = NULL;

  if (application == NULL || !gtk_window_is_active (GTK_WINDOW (self)) || !self->notified)
    return;
  self->notified = FALSE;
  id = dup_id (self);
  g_application_withdraw_notification (application, id);
}

void
_enclave_window_notify_turns (EnclaveWindow *self)
{
  g_signal_connect_object (self->service, "turn-ended", G_CALLBACK (turn_ended_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->service, "notify::state", G_CALLBACK (waiting_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (active_cb), NULL);
}
