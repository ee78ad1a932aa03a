/* enclave-test-approver.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-test-approver.h"

struct _EnclaveTestApprover
{
  GObject parent_instance;

  GPtrArray *requests;
  GArray *answers;
  EnclaveApprovalAnswer fallback;
  gboolean silent;
};

static void enclave_test_approver_iface_init (EnclaveApproverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveTestApprover, enclave_test_approver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_APPROVER, enclave_test_approver_iface_init))

static void
enclave_test_approver_finalize (GObject *object)
{
  EnclaveTestApprover *self = ENCLAVE_TEST_APPROVER (object);

  g_clear_pointer (&self->requests, g_ptr_array_unref);
  g_clear_pointer (&self->answers, g_array_unref);

  G_OBJECT_CLASS (enclave_test_approver_parent_class)->finalize (object);
}

static void
enclave_test_approver_class_init (EnclaveTestApproverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_test_approver_finalize;
}

static void
enclave_test_approver_init (EnclaveTestApprover *self)
{
  self->requests = g_ptr_array_new_with_free_func (g_object_unref);
  self->answers = g_array_new (FALSE, FALSE, sizeof (EnclaveApprovalAnswer));
}

/* The open question keeps its request alive and the other way round, until here. */
static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr(GTask) task = g_object_ref (user_data);

  g_task_return_error_if_cancelled (task);
  g_object_set_data (g_task_get_task_data (task), "open-question", NULL);
}

static void
enclave_test_approver_ask_async (EnclaveApprover *approver, EnclaveApprovalRequest *request,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveTestApprover *self = ENCLAVE_TEST_APPROVER (approver);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  EnclaveApprovalAnswer answer = self->fallback;

  g_ptr_array_add (self->requests, g_object_ref (request));
  if (self->silent)
    {
      g_task_set_task_data (task, request, NULL);
      if (cancellable != NULL)
        g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (on_cancelled), task, G_CONNECT_DEFAULT);
      g_object_set_data_full (G_OBJECT (request), "open-question", g_object_ref (task), g_object_unref);
      return;
    }

  if (self->answers->len > 0)
    {
      answer = g_array_index (self->answers, EnclaveApprovalAnswer, 0);
      g_array_remove_index (self->answers, 0);
    }
  g_task_return_int (task, answer);
}

static EnclaveApprovalAnswer
enclave_test_approver_ask_finish (EnclaveApprover *approver, GAsyncResult *result, GError **error)
{
  gssize answer = g_task_propagate_int (G_TASK (result), error);

  return answer < 0 ? ENCLAVE_APPROVAL_DENIED : (EnclaveApprovalAnswer) answer;
}

static void
enclave_test_approver_iface_init (EnclaveApproverInterface *iface)
{
  iface->ask_async = enclave_test_approver_ask_async;
  iface->ask_finish = enclave_test_approver_ask_finish;
}

EnclaveTestApprover *
enclave_test_approver_new (EnclaveApprovalAnswer fallback)
{
  EnclaveTestApprover *self = g_object_new (ENCLAVE_TYPE_TEST_APPROVER, NULL);

  self->fallback = fallback;

  return self;
}

void
enclave_test_approver_add_answer (EnclaveTestApprover *self, EnclaveApprovalAnswer answer)
{
  g_array_append_val (self->answers, answer);
}

void
enclave_test_approver_set_silent (EnclaveTestApprover *self, gboolean silent)
{
  self->silent = silent;
}

guint
enclave_test_approver_get_n_requests (EnclaveTestApprover *self)
{
  return self->requests->len;
}

EnclaveApprovalRequest *
enclave_test_approver_get_request (EnclaveTestApprover *self, guint index)
{
  g_assert_cmpuint (index, <, self->requests->len);

  return g_ptr_array_index (self->requests, index);
}
