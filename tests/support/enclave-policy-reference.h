/* enclave-policy-reference.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-policy.h"

G_BEGIN_DECLS

/* The judge as it is described, without anything that makes it quick: each rule is tried on each folder of a path, each name is
 * folded the long way. For comparing. */
typedef struct _EnclaveReferenceSet EnclaveReferenceSet;

EnclaveReferenceSet *enclave_reference_set_new (gboolean fold_case);
void enclave_reference_set_free (EnclaveReferenceSet *self);
void enclave_reference_set_add (EnclaveReferenceSet *self, const char *pattern, guint id);
/* Returns: the id of the pattern that decides, 0 when none matches. @negated: (out) */
guint enclave_reference_set_match (EnclaveReferenceSet *self, const char *path, gboolean is_directory, gboolean *negated);

typedef struct _EnclaveReferencePolicy EnclaveReferencePolicy;

/* The rules of @policy, which must outlive it. */
EnclaveReferencePolicy *enclave_reference_policy_new (EnclavePolicy *policy);
void enclave_reference_policy_free (EnclaveReferencePolicy *self);
EnclaveDecision enclave_reference_policy_decide (EnclaveReferencePolicy *self, EnclaveEffects effects, const char *root,
                                                 const char *path, gboolean is_directory);
/* enclave_utf8_fold_name() the long way. (transfer full) */
char *enclave_reference_fold (const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveReferenceSet, enclave_reference_set_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveReferencePolicy, enclave_reference_policy_free)

G_END_DECLS
