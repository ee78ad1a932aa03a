/* enclave-approver.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-approver.h"

struct _EnclaveApprovalRequest
{
  GObject parent_instance;

  EnclaveApprovalKind kind;
  char *subject;
  gboolean can_remember;
  GPtrArray *labels;
  GPtrArray *values;
};

G_DEFINE_FINAL_TYPE (EnclaveApprovalRequest, enclave_approval_request, G_TYPE_OBJECT)

static void
enclave_approval_request_finalize (GObject *object)
{
  EnclaveApprovalRequest *self = ENCLAVE_APPROVAL_REQUEST (object);

  g_clear_pointer (&self->subject, g_free);
  g_clear_pointer (&self->labels, g_ptr_array_unref);
  g_clear_pointer (&self->values, g_ptr_array_unref);

  G_OBJECT_CLASS (enclave_approval_request_parent_class)->finalize (object);
}

static void
enclave_approval_request_class_init (EnclaveApprovalRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_approval_request_finalize;
}

static void
enclave_approval_request_init (EnclaveApprovalRequest *self)
{
  self->labels = g_ptr_array_new_with_free_func (g_free);
  self->values = g_ptr_array_new_with_free_func (g_free);
}

/**
 * enclave_approval_request_new:
 * @kind: what is asked for
 * @subject: the literal command or the text of the change
 * @can_remember: whether the answer may hold for the conversation
 *
 * Returns: (transfer full): a new request
 */
EnclaveApprovalRequest *
enclave_approval_request_new (EnclaveApprovalKind kind, const char *subject, gboolean can_remember)
{
  EnclaveApprovalRequest *self;

  g_return_val_if_fail (subject != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_APPROVAL_REQUEST, NULL);
  self->kind = kind;
  self->subject = g_strdup (subject);
  self->can_remember = can_remember;

  return self;
}

/**
 * enclave_approval_request_add_fact:
 * @label: what the fact is about ("Runs in")
 * @value: the fact
 *
 * Adds one line to what the person who answers is shown.
 */
void
enclave_approval_request_add_fact (EnclaveApprovalRequest *self, const char *label, const char *value)
{
  g_return_if_fail (ENCLAVE_IS_APPROVAL_REQUEST (self));
  g_return_if_fail (label != NULL && value != NULL);

  g_ptr_array_add (self->labels, g_strdup (label));
  g_ptr_array_add (self->values, g_strdup (value));
}

/**
 * enclave_approval_request_get_kind:
 *
 * Returns: what is asked for
 */
EnclaveApprovalKind
enclave_approval_request_get_kind (EnclaveApprovalRequest *self)
{
  g_return_val_if_fail (ENCLAVE_IS_APPROVAL_REQUEST (self), ENCLAVE_APPROVAL_COMMAND);

  return self->kind;
}

/**
 * enclave_approval_request_get_subject:
 *
 * Returns: the exact bytes that the answer is about; borrowed
 */
const char *
enclave_approval_request_get_subject (EnclaveApprovalRequest *self)
{
  g_return_val_if_fail (ENCLAVE_IS_APPROVAL_REQUEST (self), NULL);

  return self->subject;
}

/**
 * enclave_approval_request_get_can_remember:
 *
 * Returns: %TRUE when %ENCLAVE_APPROVAL_ALLOWED_IN_CONVERSATION is a possible answer
 */
gboolean
enclave_approval_request_get_can_remember (EnclaveApprovalRequest *self)
{
  g_return_val_if_fail (ENCLAVE_IS_APPROVAL_REQUEST (self), FALSE);

  return self->can_remember;
}

/**
 * enclave_approval_request_get_n_facts:
 *
 * Returns: how many facts there are
 */
guint
enclave_approval_request_get_n_facts (EnclaveApprovalRequest *self)
{
  g_return_val_if_fail (ENCLAVE_IS_APPROVAL_REQUEST (self), 0);

  return self->values->len;
}

/**
 * enclave_approval_request_get_fact:
 * @index: from 0, in the order added
 * @label: (out) (optional) (transfer none): the fact's label
 *
 * Returns: (nullable): the fact, borrowed; %NULL when there is no such index
 */
const char *
enclave_approval_request_get_fact (EnclaveApprovalRequest *self, guint index, const char **label)
{
  g_return_val_if_fail (ENCLAVE_IS_APPROVAL_REQUEST (self), NULL);

  if (label != NULL)
    *label = index < self->labels->len ? g_ptr_array_index (self->labels, index) : NULL;

  return index < self->values->len ? g_ptr_array_index (self->values, index) : NULL;
}

G_DEFINE_INTERFACE (EnclaveApprover, enclave_approver, G_TYPE_OBJECT)

static void
enclave_approver_default_init (EnclaveApproverInterface *iface)
{
}

/**
 * enclave_approver_ask_async:
 * @request: the question
 * @callback: called with the answer
 *
 * Asks. The question stays open until it is answered or @cancellable is cancelled.
 */
void
enclave_approver_ask_async (EnclaveApprover *self, EnclaveApprovalRequest *request, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_APPROVER (self));
  g_return_if_fail (ENCLAVE_IS_APPROVAL_REQUEST (request));

  ENCLAVE_APPROVER_GET_IFACE (self)->ask_async (self, request, cancellable, callback, user_data);
}

/**
 * enclave_approver_ask_finish:
 *
 * Returns: the answer; %ENCLAVE_APPROVAL_DENIED with @error set when the question was cancelled
 */
EnclaveApprovalAnswer
enclave_approver_ask_finish (EnclaveApprover *self, GAsyncResult *result, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  EnclaveApprovalAnswer answer;

  g_return_val_if_fail (ENCLAVE_IS_APPROVER (self), ENCLAVE_APPROVAL_DENIED);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), ENCLAVE_APPROVAL_DENIED);

  answer = ENCLAVE_APPROVER_GET_IFACE (self)->ask_finish (self, result, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return ENCLAVE_APPROVAL_DENIED;
    }

  return answer;
}

/**
 * enclave_approver_get_name:
 *
 * Returns: who answers, one word for the audit; borrowed
 */
const char *
enclave_approver_get_name (EnclaveApprover *self)
{
  EnclaveApproverInterface *iface;

  g_return_val_if_fail (ENCLAVE_IS_APPROVER (self), NULL);

  iface = ENCLAVE_APPROVER_GET_IFACE (self);

  return iface->get_name != NULL ? iface->get_name (self) : "user";
}
