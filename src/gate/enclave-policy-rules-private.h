/* enclave-policy-rules-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-glob-set.h"
#include "enclave-policy-private.h"

G_BEGIN_DECLS

/* What is in a policy: for the files that fill it and that judge by it. */

/* The sets, as numbers of bits in EnclavePolicyTraits. */
enum
{
  ENCLAVE_POLICY_SET_STRICT,
  ENCLAVE_POLICY_SET_LOCKED,
  ENCLAVE_POLICY_SET_GENERAL,
  ENCLAVE_POLICY_SET_PROJECT,
  ENCLAVE_POLICY_SET_ASK,
  ENCLAVE_POLICY_SET_ASK_PROJECT,
  ENCLAVE_POLICY_SET_ASK_BROAD,
};

typedef struct
{
  char *id;
  char *pattern;
  EnclavePolicySource source;
  EnclaveVerdict verdict;
  guint index;
} EnclavePolicyEntry;

struct _EnclavePolicy
{
  GObject parent_instance;

  GPtrArray *rules;
  GPtrArray *notes;
  /* What the names of a path have to be for any set to say something. */
  EnclaveGlobIndex *prefilter;
  guint64 serial; /* of the rules, anew with each change */
  /* Rules that nothing lifts: the system's, and those about the policy's own files. */
  EnclaveGlobSet *strict;
  /* The built-in rules that the system has locked, with the built-in exceptions: in a set of their own, so that those
   * exceptions soften no rule of the system's. */
  EnclaveGlobSet *locked;
  GHashTable *locked_ids;
  /* Built-in rules with their exceptions, then the user's. */
  EnclaveGlobSet *general;
  /* The user's exceptions for one whole path: byte for byte, also below a denied folder. Path to rule. */
  GHashTable *exact;
  EnclaveGlobSet *project;
  EnclaveGlobSet *ask;
  EnclaveGlobSet *ask_project;
  /* Asked last: whole folders, of which parts have a rule with a better reason. */
  EnclaveGlobSet *ask_broad;
};

/* Of each EnclavePolicySource. */
const char *enclave_policy_get_source_word (EnclavePolicySource source);

G_END_DECLS
