/* enclave-agent-approver.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-agent-approver.h"

struct _EnclaveAgentApprover
{
  GObject parent_instance;

  EnclaveApprover *target; /* weak */
  EnclaveWaitingFunc notify;
  gpointer user_data;
  guint n_open;
};

static void
set_open (EnclaveAgentApprover *self, int step)
{
  gboolean was_open = self->n_open > 0;

  self->n_open += (guint) step;
  if (self->notify != NULL && was_open != (self->n_open > 0))
    self->notify (self->n_open > 0, self->user_data);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveAgentApprover *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  EnclaveApprovalAnswer answer;

  answer = enclave_approver_ask_finish (ENCLAVE_APPROVER (source), result, &error);
  set_open (self, -1);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_int (task, answer);
}

static void
enclave_agent_approver_ask_async (EnclaveApprover *approver, EnclaveApprovalRequest *request,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveAgentApprover *self = ENCLAVE_AGENT_APPROVER (approver);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, enclave_agent_approver_ask_async);
  if (self->target == NULL)
    {
      g_task_return_int (task, ENCLAVE_APPROVAL_NOBODY_THERE);
      return;
    }

  set_open (self, 1);
  enclave_approver_ask_async (self->target, request, cancellable, asked_cb, g_steal_pointer (&task));
}

static EnclaveApprovalAnswer
enclave_agent_approver_ask_finish (EnclaveApprover *approver, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) task_error = NULL;
  gssize answer;

  g_return_val_if_fail (g_task_is_valid (result, approver), ENCLAVE_APPROVAL_DENIED);

  answer = g_task_propagate_int (G_TASK (result), &task_error);
  if (task_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&task_error));
      return ENCLAVE_APPROVAL_DENIED;
    }

  return (EnclaveApprovalAnswer) answer;
}

static const char *
enclave_agent_approver_get_name (EnclaveApprover *approver)
{
  EnclaveApprover *target = ENCLAVE_AGENT_APPROVER (approver)->target;

  return target != NULL ? enclave_approver_get_name (target) : "nobody";
}

static void
approver_iface_init (EnclaveApproverInterface *iface)
{
  iface->get_name = enclave_agent_approver_get_name;
  iface->ask_async = enclave_agent_approver_ask_async;
  iface->ask_finish = enclave_agent_approver_ask_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveAgentApprover, enclave_agent_approver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_APPROVER, approver_iface_init))

static void
enclave_agent_approver_dispose (GObject *object)
{
  g_clear_weak_pointer (&ENCLAVE_AGENT_APPROVER (object)->target);

  G_OBJECT_CLASS (enclave_agent_approver_parent_class)->dispose (object);
}

static void
enclave_agent_approver_class_init (EnclaveAgentApproverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_agent_approver_dispose;
}

static void
enclave_agent_approver_init (EnclaveAgentApprover *self)
{
}

EnclaveAgentApprover *
enclave_agent_approver_new (EnclaveWaitingFunc notify, gpointer user_data)
{
  EnclaveAgentApprover *self = g_object_new (ENCLAVE_TYPE_AGENT_APPROVER, NULL);

  self->notify = notify;
  self->user_data = user_data;

  return self;
}

void
enclave_agent_approver_set_target (EnclaveAgentApprover *self, EnclaveApprover *target)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_APPROVER (self));

  g_set_weak_pointer (&self->target, target);
}

void
enclave_agent_approver_detach (EnclaveAgentApprover *self)
{
  g_return_if_fail (ENCLAVE_IS_AGENT_APPROVER (self));

  self->notify = NULL;
}
