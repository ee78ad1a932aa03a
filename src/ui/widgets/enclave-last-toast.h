/* enclave-last-toast.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The toast of the last of several changes, of which only the last can be undone: a new one takes the place of the one before. */
typedef struct _EnclaveLastToast EnclaveLastToast;

/* @widget: below the AdwToastOverlay that shows the toasts. Borrowed: outlives the result. */
EnclaveLastToast *enclave_last_toast_new (GtkWidget *widget);
void enclave_last_toast_free (EnclaveLastToast *self);
/* @toast: (transfer full). Appears at once, or when the one before has gone; without an overlay never. */
void enclave_last_toast_show (EnclaveLastToast *self, AdwToast *toast);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveLastToast, enclave_last_toast_free)

G_END_DECLS
