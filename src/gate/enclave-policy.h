/* enclave-policy.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_EFFECT_READ = 1 << 0,
  ENCLAVE_EFFECT_WRITE = 1 << 1,
  ENCLAVE_EFFECT_RUN = 1 << 2,
  ENCLAVE_EFFECT_EXTERNAL = 1 << 3,
} EnclaveEffects;

typedef enum
{
  ENCLAVE_VERDICT_ALLOW,
  ENCLAVE_VERDICT_ASK,
  ENCLAVE_VERDICT_DENY,
} EnclaveVerdict;

/* Both strings borrowed from the policy; NULL when no rule decided. @source: one of `builtin`, `system`,
 * `user`, `project`. */
typedef struct
{
  EnclaveVerdict verdict;
  const char *rule;   /* "builtin:dotenv" */
  const char *source;
} EnclaveDecision;

typedef struct
{
  const char *id;
  const char *source;
  const char *pattern;
  EnclaveVerdict verdict; /* ALLOW: an exception */
} EnclavePolicyRule;

#define ENCLAVE_TYPE_POLICY (enclave_policy_get_type ())
G_DECLARE_FINAL_TYPE (EnclavePolicy, enclave_policy, ENCLAVE, POLICY, GObject)

/* Immutable rules; no I/O.
 * @root: (nullable): absolute path of the project's folder.
 * @path: absolute, as the kernel names the opened descriptor.
 * The rule: every component of @path is matched against all patterns; DENY is final unless an exception
 * of the same or a stricter source's owner stands after it; outside @root only the built-in read-only
 * places are allowed (ENCLAVE_EFFECT_READ), all else is denied by rule "builtin:outside-project". */
EnclaveDecision enclave_policy_decide (EnclavePolicy *self, EnclaveEffects effects, const char *root,
                                       const char *path, gboolean is_directory);
guint enclave_policy_get_n_rules (EnclavePolicy *self);
void enclave_policy_get_rule (EnclavePolicy *self, guint index, EnclavePolicyRule *rule);
/* Whether both decide the same of every path: their rules are the same in the same order. */
gboolean enclave_policy_has_same_rules (EnclavePolicy *self, EnclavePolicy *other);

/* Whether no exception of the user lifts rule @id: one of the system's, one that it has locked, or one about the policy's own
 * files. @id: (nullable). */
gboolean enclave_policy_is_locked (EnclavePolicy *self, const char *id);

/* What can happen when a file of the built-in rule @id that asks is changed; NULL for other rules. @id: (nullable). */
const char *enclave_policy_explain (const char *id);

/* Lines of the policy files that were left out, one sentence each: an exception in a file that may only add, an
 * unknown name to lock. Borrowed. */
guint enclave_policy_get_n_notes (EnclavePolicy *self);
const char *enclave_policy_get_note (EnclavePolicy *self, guint index);

/* The policy of a project: built-in (a table of gate/), system (/etc/enclave/policy), user
 * (config folder, `policy`), project (`.enclave/policy`, may only add).
 * @root: (nullable). Returns: (transfer full): NULL with an error when a file is there but can't be read or
 * parsed: no policy, no gate. */
EnclavePolicy *enclave_policy_load (const char *root, GError **error);

G_END_DECLS
