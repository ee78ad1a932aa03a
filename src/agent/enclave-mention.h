/* enclave-mention.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Paths that a message names as `@path` or `@"path with blanks"`: at the start of a word, without the punctuation that
 * ends a sentence; each once, at most 32. Returns: (transfer full) (element-type utf8). */
GPtrArray *enclave_mention_list (const char *text);

G_END_DECLS
