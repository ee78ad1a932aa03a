/* enclave-welcome-servers.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-model-choice.h"
#include "enclave-server-list.h"

G_BEGIN_DECLS

/* Fills @list with a row for each server that says something, and for its models. @choice: (nullable): what the model
 * rows choose. Returns: how many of them are ready or loading. */
guint enclave_welcome_servers_fill (GtkListBox *list, EnclaveServerList *servers, EnclaveModelChoice *choice);
/* Marks the chosen model, without making the rows anew: the keyboard may be in one of them. */
void enclave_welcome_servers_mark (GtkListBox *list, EnclaveModelChoice *choice);

G_END_DECLS
