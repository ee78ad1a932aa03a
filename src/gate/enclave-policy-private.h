/* enclave-policy-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-policy.h"

G_BEGIN_DECLS

#define ENCLAVE_POLICY_SYSTEM_FILE "/etc/enclave/policy"

typedef enum
{
  ENCLAVE_POLICY_SOURCE_BUILTIN,
  ENCLAVE_POLICY_SOURCE_SYSTEM,
  ENCLAVE_POLICY_SOURCE_USER,
  ENCLAVE_POLICY_SOURCE_PROJECT,
} EnclavePolicySource;

/* Verdict ALLOW is an exception from the rules that stand before it. */
typedef struct
{
  const char *id;
  const char *pattern;
  EnclaveVerdict verdict;
} EnclaveBuiltinRule;

const EnclaveBuiltinRule *enclave_policy_get_builtin_rules (gsize *n_rules);
/* By the names in @path alone, wherever it lies: DENY or ALLOW. @root: (nullable). */
EnclaveDecision enclave_policy_decide_name (EnclavePolicy *self, const char *root, const char *path,
                                            gboolean is_directory);
/* NULL-terminated absolute folders that may be read from any project. */
const char *const *enclave_policy_get_read_only_places (void);
/* NULL-terminated paths below the home folder that hold denied files, for the search of hard links. */
const char *const *enclave_policy_get_home_places (void);
const char *const *enclave_policy_get_system_places (void);

/* Rules that must be there in every policy are added by the loader; this one is empty. */
EnclavePolicy *enclave_policy_new (void);
/* @pattern: as in the file it comes from. A project's pattern is anchored at the project's folder as in
 * gitignore; in all other sources a leading `/` is the root of the file system and a pattern without one may
 * match anywhere. */
gboolean enclave_policy_add_rule (EnclavePolicy *self, EnclavePolicySource source, const char *id,
                                  const char *pattern, EnclaveVerdict verdict, GError **error);
/* From now on no user exception lifts the built-in rule @id. FALSE when there is no such rule. */
gboolean enclave_policy_lock_rule (EnclavePolicy *self, const char *id);
/* A policy with the same rules, to be added to: for trying one out. (transfer full) */
EnclavePolicy *enclave_policy_copy (EnclavePolicy *self);
void enclave_policy_add_note (EnclavePolicy *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The text of one policy file: a pattern a line, `#` comments; the lines `[deny]`, `[ask]` and `[lock]` begin a section,
 * the first is `[deny]`. `[lock]` names built-in rules, one a line, in the system's file only. @name: for messages. */
gboolean enclave_policy_add_text (EnclavePolicy *self, EnclavePolicySource source, const char *text, gsize length,
                                  const char *name, GError **error);
/* enclave_policy_load() with the files named. All (nullable): a source that is not there. */
EnclavePolicy *enclave_policy_load_files (const char *system_file, const char *user_file, const char *root,
                                          GError **error);

G_END_DECLS
