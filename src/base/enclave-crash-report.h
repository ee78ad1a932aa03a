/* enclave-crash-report.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a crash leaves for whoever looks for its cause: the version, the signal and the functions that were running, in a file of the
 * state folder (0600). Nothing of any text is in it, it stays on this machine, and nothing sends it. */

/* Once, early in main(): from then on a fault of the program writes such a file, and ends the program as it would have ended. */
void enclave_crash_report_begin (void);
/* The file of a run before that nobody was told of yet, the newest; it is told now. Blocks: for workers. (transfer full) (nullable) */
char *enclave_crash_report_take (void);

G_END_DECLS
