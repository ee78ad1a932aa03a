/* enclave-secret-rules.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_SECRET_RULE_NONE = 0,
  /* The value has to look random, too: the rule knows the context and not the form. */
  ENCLAVE_SECRET_RULE_GENERIC = 1 << 0,
  /* As it is written: no placeholder is looked for (blocks of many lines). */
  ENCLAVE_SECRET_RULE_VERBATIM = 1 << 1,
  /* What is masked is a password that a person may have chosen: a word that is no placeholder is one. */
  ENCLAVE_SECRET_RULE_PASSWORD = 1 << 2,
  /* The value has to look random, and its context is sure. */
  ENCLAVE_SECRET_RULE_RANDOM = 1 << 3,
  /* The form is a length and an alphabet, which a path of words may have as well. */
  ENCLAVE_SECRET_RULE_NO_WORDS = 1 << 4,
  /* Names and values in base64, of which some may be public. */
  ENCLAVE_SECRET_RULE_MANIFEST = 1 << 5,
} EnclaveSecretRuleFlags;

/* One kind of secret. The expression is of PCRE, over bytes; its first group, where it has one, is the secret. */
typedef struct
{
  const char *id;
  const char *keywords[5]; /* lower case; at least one stands in each match */
  const char *expression;
  double min_entropy;      /* bits a byte of the secret; 0: any */
  guint before;            /* bytes of a match that may stand before its keyword */
  guint after;             /* and behind */
  EnclaveSecretRuleFlags flags;
} EnclaveSecretRule;

/* In the order in which they win over each other where two match the same text. */
const EnclaveSecretRule *enclave_secret_rules_get (guint *n_rules);

/* Words that make a value a placeholder wherever they stand in it; lower case, NULL-terminated. */
const char *const *enclave_secret_rules_get_stop_words (void);

G_END_DECLS
