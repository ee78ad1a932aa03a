/* enclave-mcp-line-changes-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Two texts as one with "- ", "+ " or "  " before each line; those that are the same are shown. (transfer full) */
char *enclave_mcp_line_changes (const char *before, const char *after);

G_END_DECLS
