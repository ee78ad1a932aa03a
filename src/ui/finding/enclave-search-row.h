/* enclave-search-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-gate.h"

G_BEGIN_DECLS

/* Makes the rows of a search's results: rows of a GtkTreeListModel of EnclaveSearchItem. @gate: for the locks. (transfer full) */
GtkListItemFactory *enclave_search_row_factory_new (EnclaveGate *gate);

G_END_DECLS
