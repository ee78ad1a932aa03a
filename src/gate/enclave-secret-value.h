/* enclave-secret-value.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

#include "enclave-secret-rules.h"

G_BEGIN_DECLS

/* What the expression of a rule has found is judged here by what it is made of and by what it is called. */

/* Whether what stands in @text from @start to @end is masked. @match_start: where the match of @rule begins, with the
 * name of the value where the rule asks for one. */
gboolean enclave_secret_value_accept (const EnclaveSecretRule *rule, const char *text, gsize match_start, gsize start, gsize end);
/* Whether a value says itself that it stands for another one ("changeme", "<your key>", "AKIA…EXAMPLE"). */
gboolean enclave_secret_value_is_placeholder (const char *value, gsize length);
/* Bits a byte: 0 for one byte repeated, about 3.7 for 16 random letters and digits. */
double enclave_secret_value_measure_entropy (const char *value, gsize length);
/* Letters and digits in no order that a word, a name or a number has. */
gboolean enclave_secret_value_looks_random (const char *value, gsize length);

G_END_DECLS
