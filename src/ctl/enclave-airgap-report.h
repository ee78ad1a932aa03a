/* enclave-airgap-report.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-airgap-room.h"

G_BEGIN_DECLS

/* What a self-check has found, for a stranger to read. */

/* @what: what ran; @model: what answered. (transfer full) */
JsonObject *enclave_airgap_report_new (const char *what, const char *model, const EnclaveAirgapCounts *counts,
                                       const EnclaveAirgapCounts *control, gboolean expects_success);
/* TRUE when nothing left, no name was asked for, and the count can be relied on. */
gboolean enclave_airgap_report_is_good (JsonObject *report);
/* For people, some lines. (transfer full) */
char *enclave_airgap_report_to_text (JsonObject *report);
/* Saves it below the state folder, 0600, signs it with the user's key where there is one that asks for no password, and puts its
 * hash into the audit log. What came of that is added to @report, but not to the file. Returns: (transfer full): its path. */
char *enclave_airgap_report_save (JsonObject *report, gboolean sign, GError **error);

G_END_DECLS
