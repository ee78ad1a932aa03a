/* enclave-mcp-clean-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text of a server, as a model may get it and a label show it: without escape sequences of terminals, control characters, and
 * all that is drawn as nothing or changes the order of what is drawn; odd spaces as spaces, odd line ends as line ends.
 * @length: bytes, or -1; any bytes. @n_hidden: (out) (optional): characters that could not be seen and were left out; those of
 * escape sequences and lone control characters are not counted.
 * Returns: (transfer full): valid UTF-8. */
char *enclave_mcp_clean_text (const char *text, gssize length, guint *n_hidden);
/* The same in one line of at most @max_bytes: cut behind a sentence, else with `…`. @text: (nullable). (transfer full) */
char *enclave_mcp_clean_line (const char *text, gsize max_bytes);

G_END_DECLS
