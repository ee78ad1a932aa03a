/* enclave-last-toast.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The toast of the last of several changes, of which only the last can be undone: a new one takes
 * the place of the one before. */
typedef struct _EnclaveLastToast EnclaveLastToast;
/* The button was clicked; the toast goes. */
typedef void (*EnclaveLastToastFunc) (gpointer user_data);

/* @widget: below the AdwToastOverlay that shows the toasts. Borrowed: outlives the result.
 * @clicked: (nullable), @user_data: what the button of a toast does; not called after the result
 * was freed. */
EnclaveLastToast *
enclave_last_toast_new (GtkWidget *widget, EnclaveLastToastFunc clicked, gpointer user_data);
void enclave_last_toast_free (EnclaveLastToast *self);
/* @title: plain text. @button: (nullable): its label; without one there is no button.
 * Appears at once, or when one that is going has gone; without an overlay never. */
void enclave_last_toast_show (EnclaveLastToast *self, const char *title, const char *button);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveLastToast, enclave_last_toast_free)

G_END_DECLS
