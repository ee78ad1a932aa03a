/* enclave-audit-mask.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the audit log shows of arguments: enough to know what was asked, nothing that is worth stealing. Pure. */

/* @text with `***` in the place of what looks like a key, a token or a password. (transfer full) */
char *enclave_audit_mask_text (const char *text);
/* The arguments of a tool call as the log shows them: texts of files, prompts and long values only by their size, the rest
 * masked. @json: an object as text; anything else is shown by its size. (transfer full) */
char *enclave_audit_mask_arguments (const char *json);

G_END_DECLS
