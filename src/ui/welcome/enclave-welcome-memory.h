/* enclave-welcome-memory.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Bytes of memory this machine has; 0 when the system does not say. */
guint64 enclave_welcome_memory_get_total (void);
/* A row that says how much memory there is and what that means for models, without promises about speed. */
GtkWidget *enclave_welcome_memory_row_new (void);

G_END_DECLS
