/* enclave-model-report.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-model-record.h"

G_BEGIN_DECLS

/* What a check has shown, in words for the person: the same in the window and in enclavectl. All translated. */

/* "Calls tools"; ENCLAVE_CHECK_N_ITEMS: "Context window". */
const char *enclave_model_report_get_title (EnclaveCheckItem item);
/* What the check will find out of it. */
const char *enclave_model_report_get_question (EnclaveCheckItem item);
/* "Yes", "No", "Not known". */
const char *enclave_model_report_get_verdict (EnclaveCheckVerdict verdict);
/* What it means for whoever uses the model, in one sentence. (transfer full) */
char *enclave_model_report_dup_item (const EnclaveModelRecord *record, EnclaveCheckItem item);
/* The same of the window. @context_max: what the model was trained for; 0: not told. (transfer full) */
char *enclave_model_report_dup_window (const EnclaveModelRecord *record, guint context_max);
/* TRUE when the server holds less than it says, or leaves text out and says nothing. */
gboolean enclave_model_report_window_is_bad (const EnclaveModelRecord *record);
/* "Ready to edit and run commands". */
const char *enclave_model_report_get_headline (const EnclaveModelRecord *record);
/* How the agent will speak to the model. */
const char *enclave_model_report_get_manner (const EnclaveModelRecord *record);
/* "checked on 12 September 2026 at 14:03 in 21 s". (transfer full) */
char *enclave_model_report_dup_when (const EnclaveModelRecord *record);

G_END_DECLS
