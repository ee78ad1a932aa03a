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

static void
notify (EnclaveWindow *self, const char *title, const char *body)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *id = dup_id (self);

  if (application == NULL || self->settings == NULL || gtk_window_is_active (GTK_WINDOW (self))
      || !g_settings_get_boolean (self->settings, "notify-turn-end"))
    return;
  notification = g_notification_new (title);
  if (*body != '\0')
    g_notification_set_body (notification, body);
  g_application_send_notification (application, id, notification);
  self->notified = TRUE;
}

/* What was said stays in the window: on a screen that is locked a title is enough. */
static void
turn_ended_cb (EnclaveWindow *self, const char *reason)
{
  const char *title = enclave_conversation_get_title (enclave_agent_service_get_conversation (self->service));

  if (g_strcmp0 (reason, "stopped") == 0)
    return;
  notify (self, g_strcmp0 (reason, "error") == 0 ? _("The agent could not go on") : _("The agent is done"), title);
}

static void
waiting_cb (EnclaveWindow *self)
{
  if (enclave_agent_service_get_state (self->service) == ENCLAVE_TURN_WAITING)
    notify (self, _("The agent waits for you"),
            enclave_conversation_get_title (enclave_agent_service_get_conversation (self->service)));
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
