/* enclave-welcome-servers.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-server-list.h"

G_BEGIN_DECLS

/* Fills @list with a row for each server that says something, and for its models.
 * Returns: how many of them are ready or loading. */
guint enclave_welcome_servers_fill (GtkListBox *list, EnclaveServerList *servers);

G_END_DECLS
