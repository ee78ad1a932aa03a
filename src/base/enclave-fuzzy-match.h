/* enclave-fuzzy-match.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENCLAVE_FUZZY_NO_MATCH G_MININT

/* How well @pattern, what a person has typed so far, means @text, a name or a path: its bytes must be in @text in their order, without
 * regard to the case of ASCII letters. More is better: at the beginning of a word, one after the other, in the last part of a path, of
 * a short text. ENCLAVE_FUZZY_NO_MATCH: not at all. An empty pattern is 0 for each text. Of a long text the end counts
 * (512 bytes), and no pattern of more than 64 bytes means anything. Pure. */
int enclave_fuzzy_match (const char *pattern, const char *text);

G_END_DECLS
