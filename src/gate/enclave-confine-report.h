/* enclave-confine-report.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What enclave-confine says of a command on its descriptor, as one text of lines: `ready`, `status N`, `failed SENTENCE`,
 * `limit KIND N`, `refused RULE PATH`, `view ended`. Pure. */

/* Returns: (nullable): what follows @word at the beginning of a line, within @report. */
const char *enclave_confine_report_find (const char *report, const char *word);
/* @was_ended: by us, perhaps before it was ready. Returns: (transfer full) (nullable): ENCLAVE_GATE_ERROR_NOT_CONFINED when
 * nothing was run. */
GError *enclave_confine_report_dup_failure (const char *report, gboolean was_ended);
/* As of waitpid(); that of SIGKILL when none was said. */
int enclave_confine_report_get_status (const char *report);
/* Returns: (transfer full) (nullable): which limit has ended the command, for the user. */
char *enclave_confine_report_describe_limit (const char *report);
/* Appends one line for each file that was kept from the command. @only_outside: only of those outside the project. */
void enclave_confine_report_describe_refusals (const char *report, gboolean only_outside, GString *text);

G_END_DECLS
