/* enclave-token-estimate.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tokens that the usual tokenizers (Qwen, Llama 3, DeepSeek) make of @text, from its words, digits, marks and lines: within 5 % for
 * half of all passages of code, diffs and prose of 3 KB, within 13 % for nine of ten, nearer for longer ones. Pure, one pass.
 * Source: fitted to the counts of those three tokenizers. */
double enclave_token_estimate (const char *text);

G_END_DECLS
