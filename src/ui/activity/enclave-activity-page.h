/* enclave-activity-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-gate.h"

G_BEGIN_DECLS

/* What the agent read, wrote, ran and was refused, from the audit log, the newest first; it follows the log. Signal:
 * "closed". */
#define ENCLAVE_TYPE_ACTIVITY_PAGE (enclave_activity_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveActivityPage, enclave_activity_page, ENCLAVE, ACTIVITY_PAGE, GtkWidget)

GtkWidget *enclave_activity_page_new (void);
/* @gate: whose project and conversation are shown first. */
void enclave_activity_page_set_gate (EnclaveActivityPage *self, EnclaveGate *gate);
gboolean enclave_activity_page_focus (EnclaveActivityPage *self);
/* What is shown, oldest first, as JSON lines or as text. (transfer full) */
char *enclave_activity_page_dup_export (EnclaveActivityPage *self, gboolean as_text);

G_END_DECLS
