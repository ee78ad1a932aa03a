/* enclave-tool-call-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-tool-call-parser.h"

G_BEGIN_DECLS

/* Reads @text, what stands between the marks of a call, as one or more calls: JSON objects or arrays of them, or
 * `<function=NAME>` markup. Nothing else may stand beside them.
 * @calls: (element-type EnclaveParsedCall): they are appended; left as it was when the result is FALSE. */
gboolean enclave_tool_call_text_read (const char *text, EnclaveToolNameFunc is_known, gpointer user_data,
                                      GPtrArray *calls);

G_END_DECLS
