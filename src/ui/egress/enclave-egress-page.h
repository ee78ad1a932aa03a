/* enclave-egress-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What left this machine since Enclave started: connections with their bytes from the ledger and the counters of those that are
 * open, what was refused, and how that is known. Read anew while it is shown. */
#define ENCLAVE_TYPE_EGRESS_PAGE (enclave_egress_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveEgressPage, enclave_egress_page, ENCLAVE, EGRESS_PAGE, GtkWidget)

GtkWidget *enclave_egress_page_new (void);

G_END_DECLS
