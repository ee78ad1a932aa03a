/* enclave-egress-rows.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-egress.h"

G_BEGIN_DECLS

void enclave_egress_rows_show_connections (GtkListBox *list, const EnclaveEgressReport *report);
void enclave_egress_rows_show_refusals (GtkListBox *list, const EnclaveEgressReport *report);
/* The same as lines of columns. (transfer full) */
char *enclave_egress_rows_to_text (const EnclaveEgressReport *report);

G_END_DECLS
