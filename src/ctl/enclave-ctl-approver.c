/* enclave-ctl-approver.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ctl-approver.h"

#include <string.h>

struct _EnclaveCtlApprover
{
  GObject parent_instance;

  EnclaveCtlApprovals approvals;
  guint n_unanswered;
};

static void enclave_ctl_approver_iface_init (EnclaveApproverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveCtlApprover, enclave_ctl_approver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_APPROVER, enclave_ctl_approver_iface_init))

static void
enclave_ctl_approver_class_init (EnclaveCtlApproverClass *klass)
{
}

static void
enclave_ctl_approver_init (EnclaveCtlApprover *self)
{
}

static EnclaveCtlApprovals
approval_for (EnclaveApprovalKind kind)
{
  switch (kind)
    {
    case ENCLAVE_APPROVAL_COMMAND:
      return ENCLAVE_CTL_APPROVE_COMMANDS;
    case ENCLAVE_APPROVAL_WRITE:
      return ENCLAVE_CTL_APPROVE_EDITS;
    case ENCLAVE_APPROVAL_PROTECTED_WRITE:
    case ENCLAVE_APPROVAL_EXTERNAL:
      return ENCLAVE_CTL_APPROVE_PROTECTED;
    case ENCLAVE_APPROVAL_NETWORK:
    default:
      return ENCLAVE_CTL_APPROVE_NONE;
    }
}

static void
enclave_ctl_approver_ask_async (EnclaveApprover *approver, EnclaveApprovalRequest *request, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveCtlApprover *self = ENCLAVE_CTL_APPROVER (approver);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  gboolean given = (self->approvals & approval_for (enclave_approval_request_get_kind (request))) != 0;

  self->n_unanswered += given ? 0 : 1;
  g_task_return_int (task, given ? ENCLAVE_APPROVAL_ALLOWED_ONCE : ENCLAVE_APPROVAL_NOBODY_THERE);
}

static EnclaveApprovalAnswer
enclave_ctl_approver_ask_finish (EnclaveApprover *approver, GAsyncResult *result, GError **error)
{
  gssize answer = g_task_propagate_int (G_TASK (result), error);

  return answer < 0 ? ENCLAVE_APPROVAL_DENIED : (EnclaveApprovalAnswer) answer;
}

static const char *
enclave_ctl_approver_get_name (EnclaveApprover *approver)
{
  return "command-line";
}

static void
enclave_ctl_approver_iface_init (EnclaveApproverInterface *iface)
{
  iface->get_name = enclave_ctl_approver_get_name;
  iface->ask_async = enclave_ctl_approver_ask_async;
  iface->ask_finish = enclave_ctl_approver_ask_finish;
}

EnclaveCtlApprover *
enclave_ctl_approver_new (EnclaveCtlApprovals approvals)
{
  EnclaveCtlApprover *self = g_object_new (ENCLAVE_TYPE_CTL_APPROVER, NULL);

  self->approvals = approvals;
  return self;
}

guint
enclave_ctl_approver_get_n_unanswered (EnclaveCtlApprover *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CTL_APPROVER (self), 0);
  return self->n_unanswered;
}

gboolean
enclave_ctl_approvals_from_word (const char *word, EnclaveCtlApprovals *approvals)
{
  static const struct
  {
    const char *word;
    EnclaveCtlApprovals approvals;
  } words[] = {
    { "none", ENCLAVE_CTL_APPROVE_NONE },
    { "edits", ENCLAVE_CTL_APPROVE_EDITS },
    { "commands", ENCLAVE_CTL_APPROVE_COMMANDS },
    { "all", ENCLAVE_CTL_APPROVE_EDITS | ENCLAVE_CTL_APPROVE_COMMANDS | ENCLAVE_CTL_APPROVE_PROTECTED },
  };

  g_return_val_if_fail (approvals != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (word != NULL ? word : "none", words[i].word) == 0)
      {
        *approvals = words[i].approvals;
        return TRUE;
      }
  return FALSE;
}
