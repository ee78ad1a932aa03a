/* enclave-welcome-memory.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A row that says how much memory there is and which models run on it, for what, and how fast. */
GtkWidget *enclave_welcome_memory_row_new (void);

G_END_DECLS
