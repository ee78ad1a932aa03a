/* enclave-expression-bytes.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-byte-window.h"

G_BEGIN_DECLS

/* Which bytes stand next to each other in each match of @expression (PCRE2, valid UTF-8) that is within a line, in UTF-8 and in any
 * other bytes: of all that are known those that are cheapest to look for. @crosses_lines: (out): over several lines a match could go on
 * from one to the next. FALSE: nothing is known. Pure. */
gboolean enclave_expression_bytes_find (const char *expression, gboolean any_case, EnclaveByteRun *run, gboolean *crosses_lines);

G_END_DECLS
