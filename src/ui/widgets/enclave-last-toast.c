/* enclave-last-toast.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-last-toast.h"

/* In libadwaita 1.2 (mended later) a toast that has hidden before it has wholly appeared is used after it has gone. That happens to
 * one that is dismissed within the frame in which it came, and to one that came while another one hid, since it takes longer then.
 * So each has the time to appear, and comes when nothing hides: 300 ms both, and a few frames. */
#define MOVING_MS 350

struct _EnclaveLastToast
{
  GtkWidget *widget;
  AdwToast *shown; /* (weak) (nullable) */
  AdwToast *next;  /* (nullable): waits until that one is hidden */
  gint64 shown_at; /* monotonic */
  guint timer;
};

EnclaveLastToast *
enclave_last_toast_new (GtkWidget *widget)
{
  EnclaveLastToast *self;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), NULL);

  self = g_new0 (EnclaveLastToast, 1);
  self->widget = widget;
  return self;
}

void
enclave_last_toast_free (EnclaveLastToast *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_weak_pointer (&self->shown);
  g_clear_object (&self->next);
  g_free (self);
}

static void
show_next (EnclaveLastToast *self)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (self->widget, ADW_TYPE_TOAST_OVERLAY);
  g_autoptr (AdwToast) toast = g_steal_pointer (&self->next);

  if (overlay == NULL)
    return;
  g_set_weak_pointer (&self->shown, toast);
  self->shown_at = g_get_monotonic_time ();
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), g_steal_pointer (&toast));
}

static gboolean
hidden_cb (gpointer user_data)
{
  EnclaveLastToast *self = user_data;

  self->timer = 0;
  show_next (self);
  return G_SOURCE_REMOVE;
}

static gboolean
appeared_cb (gpointer user_data)
{
  EnclaveLastToast *self = user_data;

  if (self->shown != NULL)
    adw_toast_dismiss (self->shown);
  self->timer = g_timeout_add (MOVING_MS, hidden_cb, self);
  return G_SOURCE_REMOVE;
}

void
enclave_last_toast_show (EnclaveLastToast *self, AdwToast *toast)
{
  gint64 rest_ms;

  g_return_if_fail (self != NULL && ADW_IS_TOAST (toast));

  g_clear_object (&self->next);
  self->next = toast;
  /* What it offers is no longer what was done last. */
  if (self->shown != NULL)
    adw_toast_set_button_label (self->shown, NULL);
  if (self->timer != 0)
    return;
  if (self->shown == NULL)
    {
      show_next (self);
      return;
    }
  rest_ms = MOVING_MS - (g_get_monotonic_time () - self->shown_at) / 1000;
  if (rest_ms > 0)
    self->timer = g_timeout_add ((guint) rest_ms, appeared_cb, self);
  else
    appeared_cb (self);
}
