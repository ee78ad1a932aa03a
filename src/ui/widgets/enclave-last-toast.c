/* enclave-last-toast.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-last-toast.h"

/* libadwaita 1.2 (mended later) uses what it has freed when a toast has hidden before it has wholly
 * appeared. One that comes while another one hides takes longer to appear than to hide, and on a
 * busy machine one that is dismissed soon may not have had a frame. So a toast that is there is
 * changed, not replaced; and when one is going, the next one comes after it has been freed. */
struct _EnclaveLastToast
{
  GtkWidget *widget;
  EnclaveLastToastFunc clicked;
  gpointer user_data;
  AdwToast *shown;   /* (weak) (nullable) */
  gboolean is_going; /* @shown is hiding, or will in a moment */
  char *title;       /* (nullable): of the next one; waits until that has gone */
  char *button;      /* (nullable) */
  guint idle;
};

static void on_gone (gpointer user_data, GObject *toast);
static void on_clicked (EnclaveLastToast *self);
static void on_dismissed (EnclaveLastToast *self);

EnclaveLastToast *
enclave_last_toast_new (GtkWidget *widget, EnclaveLastToastFunc clicked, gpointer user_data)
{
  EnclaveLastToast *self;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), NULL);

  self = g_new0 (EnclaveLastToast, 1);
  self->widget = widget;
  self->clicked = clicked;
  self->user_data = user_data;
  return self;
}

void
enclave_last_toast_free (EnclaveLastToast *self)
{
  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->shown != NULL)
    {
      g_object_weak_unref (G_OBJECT (self->shown), on_gone, self);
      g_signal_handlers_disconnect_by_data (self->shown, self);
    }
  g_free (self->title);
  g_free (self->button);
  g_free (self);
}

static void
show_next (EnclaveLastToast *self)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (self->widget, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *title = g_steal_pointer (&self->title);
  g_autofree char *button = g_steal_pointer (&self->button);

  if (overlay == NULL)
    return;
  if (self->shown == NULL)
    {
      self->shown = adw_toast_new ("");
      self->is_going = FALSE;
      g_object_weak_ref (G_OBJECT (self->shown), on_gone, self);
      g_signal_connect_swapped (self->shown, "button-clicked", G_CALLBACK (on_clicked), self);
      g_signal_connect_swapped (self->shown, "dismissed", G_CALLBACK (on_dismissed), self);
    }
  else
    /* Added again, it stays for the whole of its time. */
    g_object_ref (self->shown);
  adw_toast_set_title (self->shown, title);
  adw_toast_set_button_label (self->shown, button);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), self->shown);
}

static gboolean
on_idle (gpointer user_data)
{
  EnclaveLastToast *self = user_data;

  self->idle = 0;
  show_next (self);
  return G_SOURCE_REMOVE;
}

/* Called while the overlay takes it apart: the next one comes a moment later. */
static void
on_gone (gpointer user_data, GObject *toast)
{
  EnclaveLastToast *self = user_data;

  self->shown = NULL;
  if (self->title != NULL)
    self->idle = g_idle_add (on_idle, self);
}

static void
on_clicked (EnclaveLastToast *self)
{
  self->is_going = TRUE;
  if (self->clicked != NULL)
    self->clicked (self->user_data);
}

static void
on_dismissed (EnclaveLastToast *self)
{
  self->is_going = TRUE;
}

void
enclave_last_toast_show (EnclaveLastToast *self, const char *title, const char *button)
{
  g_return_if_fail (self != NULL && title != NULL);

  g_free (self->title);
  g_free (self->button);
  self->title = g_markup_escape_text (title, -1);
  self->button = g_strdup (button);
  /* What it offers is no longer what was done last. */
  if (self->shown != NULL && self->is_going)
    adw_toast_set_button_label (self->shown, NULL);
  else if (self->idle == 0)
    show_next (self);
}
