/* enclave-secret-scanner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Looks for what has the form of a key, a token or a password. Pure: text in, places out. One pass looks for the
 * keywords of the rules, and only around them is an expression tried, with a bound on its steps: the time is linear in
 * the length, whatever the text is. May be used from any thread. */

typedef struct
{
  gsize start;      /* of the secret itself, in bytes; never inside of a character of valid UTF-8 */
  gsize end;
  const char *rule; /* "github-token"; static */
} EnclaveSecretSpan;

/* @text: any bytes. Returns: (transfer full) (element-type EnclaveSecretSpan): in order, without overlaps. */
GArray *enclave_secret_scanner_scan (const char *text, gsize length);

guint enclave_secret_scanner_get_n_rules (void);
/* Static. */
const char *enclave_secret_scanner_get_rule (guint index);

G_END_DECLS
