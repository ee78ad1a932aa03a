/* enclave-policy-text-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-policy.h"

G_BEGIN_DECLS

/* Changes to the text of a policy file; all else in it stays as it is, comments and order included. Pure. */

/* Whether @text is a policy of the user's. Errors name the line. */
gboolean enclave_policy_text_check (const char *text, GError **error);
/* @line: one rule as it stands in a file. As the last rule that denies, since the last one counts. (transfer full) */
char *enclave_policy_text_add (const char *text, const char *line);
/* All lines that are @line, in sections that deny (or ask, as @verdict says). NULL when there is none. (transfer full) */
char *enclave_policy_text_remove (const char *text, const char *line, EnclaveVerdict verdict);
/* @pattern: as a person typed it. Returns: (transfer full): the line, or NULL with what is wrong with it. */
char *enclave_policy_text_dup_rule_line (const char *pattern, GError **error);
/* The exception for @path and nothing else. (transfer full): NULL with @error for a name that no line can hold. */
char *enclave_policy_text_dup_exception_line (const char *path, GError **error);

G_END_DECLS
