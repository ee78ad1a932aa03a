/* enclave-work-button.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The work that takes its time, in the header while there is some: what it is, how far, and a button that ends it. What is done within
 * half a second is not shown. */
#define ENCLAVE_TYPE_WORK_BUTTON (enclave_work_button_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveWorkButton, enclave_work_button, ENCLAVE, WORK_BUTTON, GtkWidget)

GtkWidget *enclave_work_button_new (void);
/* The work @id goes on. @title: plain text. @action: (nullable): a detailed action that ends it. */
void enclave_work_button_set (EnclaveWorkButton *self, const char *id, const char *title, const char *action);
/* It is over; nothing happens when it is not known. */
void enclave_work_button_unset (EnclaveWorkButton *self, const char *id);

G_END_DECLS
