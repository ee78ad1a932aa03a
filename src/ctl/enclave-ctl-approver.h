/* enclave-ctl-approver.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-approver.h"

G_BEGIN_DECLS

/* What --approve gave. */
typedef enum
{
  ENCLAVE_CTL_APPROVE_NONE = 0,
  ENCLAVE_CTL_APPROVE_EDITS = 1 << 0,
  ENCLAVE_CTL_APPROVE_COMMANDS = 1 << 1,
  ENCLAVE_CTL_APPROVE_PROTECTED = 1 << 2, /* files that ask by name: with `all` only */
} EnclaveCtlApprovals;

/* @word: (nullable): NULL is "none". FALSE for an unknown one. */
gboolean enclave_ctl_approvals_from_word (const char *word, EnclaveCtlApprovals *approvals);

/* Answers from the command line alone: what it gave is allowed once, for the rest nobody is there. */
#define ENCLAVE_TYPE_CTL_APPROVER (enclave_ctl_approver_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveCtlApprover, enclave_ctl_approver, ENCLAVE, CTL_APPROVER, GObject)

EnclaveCtlApprover *enclave_ctl_approver_new (EnclaveCtlApprovals approvals);
/* How many questions stayed without an answer. */
guint enclave_ctl_approver_get_n_unanswered (EnclaveCtlApprover *self);

G_END_DECLS
