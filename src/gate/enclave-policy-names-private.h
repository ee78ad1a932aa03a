/* enclave-policy-names-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Pure questions about the text of patterns and paths. */

/* Makes `a/b` match anywhere, as a pattern without a slash does, and leaves `/a` at the root. (transfer full) */
char *enclave_policy_float_pattern (const char *pattern);
/* (transfer full) (nullable): the path that @pattern stands for, when it is one whole path and nothing else. */
char *enclave_policy_dup_exact_path (const char *pattern);
/* Returns: the path behind @root without a leading slash, "" for @root itself, NULL outside. */
const char *enclave_policy_relative_to (const char *root, const char *path);
/* Whether @name is that of a copy. */
gboolean enclave_policy_has_affix (const char *name, gsize length);
/* (transfer full) (nullable): @path with the affixes of copies taken off every name, NULL when none has one. @dotted: drop
 * the dot that a swap file has in front as well. */
char *enclave_policy_dup_original (const char *path, gboolean dotted);

G_END_DECLS
