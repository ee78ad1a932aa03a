/* enclave-chat-approver.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-chat-approver.h"

struct _EnclaveChatQuestion
{
  GObject parent_instance;

  EnclaveApprovalRequest *request;
  EnclaveChatApprover *approver; /* NULL once it is over */
  GTask *task;
  gulong cancelled_handler;
};

struct _EnclaveChatApprover
{
  GObject parent_instance;

  GPtrArray *questions; /* (element-type EnclaveChatQuestion): the first is asked */
};

enum
{
  PROP_0,
  PROP_CURRENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveChatQuestion, enclave_chat_question, G_TYPE_OBJECT)

static GType
enclave_chat_approver_get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_CHAT_QUESTION;
}

static guint
enclave_chat_approver_get_n_items (GListModel *model)
{
  return MIN (ENCLAVE_CHAT_APPROVER (model)->questions->len, 1);
}

static gpointer
enclave_chat_approver_get_item (GListModel *model, guint position)
{
  EnclaveChatApprover *self = ENCLAVE_CHAT_APPROVER (model);

  return position == 0 && self->questions->len > 0 ? g_object_ref (g_ptr_array_index (self->questions, 0)) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = enclave_chat_approver_get_item_type;
  iface->get_n_items = enclave_chat_approver_get_n_items;
  iface->get_item = enclave_chat_approver_get_item;
}

static void
remove_question (EnclaveChatApprover *self, EnclaveChatQuestion *question)
{
  g_autoptr (EnclaveChatQuestion) alive = g_object_ref (question);
  guint index;

  if (!g_ptr_array_find (self->questions, question, &index))
    return;

  g_ptr_array_remove_index (self->questions, index);
  if (index > 0)
    return;

  g_list_model_items_changed (G_LIST_MODEL (self), 0, 1, MIN (self->questions->len, 1));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURRENT]);
}

static void
finish_question (EnclaveChatQuestion *self, EnclaveApprovalAnswer answer)
{
  g_autoptr (EnclaveChatQuestion) alive = g_object_ref (self);
  g_autoptr (EnclaveChatApprover) approver = NULL;
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task == NULL)
    return;

  /* Not g_cancellable_disconnect(): within the cancellation itself it would wait for its own end. */
  if (self->cancelled_handler != 0)
    g_signal_handler_disconnect (g_task_get_cancellable (task), self->cancelled_handler);
  self->cancelled_handler = 0;
  approver = g_object_ref (self->approver);
  self->approver = NULL;

  remove_question (approver, self);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_int (task, answer);
}

static void
cancelled_cb (GCancellable *cancellable, EnclaveChatQuestion *self)
{
  finish_question (self, ENCLAVE_APPROVAL_DENIED);
}

static void
enclave_chat_approver_ask_async (EnclaveApprover *approver, EnclaveApprovalRequest *request, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveChatApprover *self = ENCLAVE_CHAT_APPROVER (approver);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (EnclaveChatQuestion) question = NULL;

  g_task_set_source_tag (task, enclave_chat_approver_ask_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  question = g_object_new (ENCLAVE_TYPE_CHAT_QUESTION, NULL);
  question->request = g_object_ref (request);
  question->approver = self;
  question->task = g_steal_pointer (&task);
  if (cancellable != NULL)
    question->cancelled_handler = g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled_cb),
                                                           question, 0);

  g_ptr_array_add (self->questions, g_object_ref (question));
  if (self->questions->len > 1)
    return;

  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURRENT]);
}

static EnclaveApprovalAnswer
enclave_chat_approver_ask_finish (EnclaveApprover *approver, GAsyncResult *result, GError **error)
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

static void
approver_iface_init (EnclaveApproverInterface *iface)
{
  iface->ask_async = enclave_chat_approver_ask_async;
  iface->ask_finish = enclave_chat_approver_ask_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveChatApprover, enclave_chat_approver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init)
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_APPROVER, approver_iface_init))

static void
enclave_chat_question_dispose (GObject *object)
{
  EnclaveChatQuestion *self = ENCLAVE_CHAT_QUESTION (object);

  g_clear_object (&self->request);
  g_clear_object (&self->task);

  G_OBJECT_CLASS (enclave_chat_question_parent_class)->dispose (object);
}

static void
enclave_chat_question_class_init (EnclaveChatQuestionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_chat_question_dispose;
}

static void
enclave_chat_question_init (EnclaveChatQuestion *self)
{
}

EnclaveApprovalRequest *
enclave_chat_question_get_request (EnclaveChatQuestion *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_QUESTION (self), NULL);

  return self->request;
}

void
enclave_chat_question_answer (EnclaveChatQuestion *self, EnclaveApprovalAnswer answer)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_QUESTION (self));

  finish_question (self, answer);
}

const char *
enclave_chat_question_get_heading (EnclaveChatQuestion *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_QUESTION (self), NULL);

  switch (enclave_approval_request_get_kind (self->request))
    {
    case ENCLAVE_APPROVAL_WRITE:
      return _("Write this file?");
    case ENCLAVE_APPROVAL_PROTECTED_WRITE:
      return _("Change a protected file?");
    case ENCLAVE_APPROVAL_NETWORK:
      return _("Use the network for this command?");
    case ENCLAVE_APPROVAL_EXTERNAL:
      return _("Call this tool of a server?");
    case ENCLAVE_APPROVAL_COMMAND:
    default:
      return _("Run this command?");
    }
}

/* The path a change names in its head, else nothing. */
static char *
find_path (const char *diff)
{
  const char *head = g_str_has_prefix (diff, "+++ ") ? diff : strstr (diff, "\n+++ ");
  const char *path;

  if (head == NULL)
    return NULL;

  path = strchr (head, ' ') + 1;
  if (g_str_has_prefix (path, "b/"))
    path += 2;

  return g_strndup (path, strcspn (path, "\r\n\t"));
}

char *
enclave_chat_question_dup_summary (EnclaveChatQuestion *self)
{
  const char *subject;
  g_autofree char *line = NULL;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_QUESTION (self), NULL);

  subject = enclave_approval_request_get_subject (self->request);
  switch (enclave_approval_request_get_kind (self->request))
    {
    case ENCLAVE_APPROVAL_WRITE:
    case ENCLAVE_APPROVAL_PROTECTED_WRITE:
      line = find_path (subject);
      return line != NULL ? g_strdup_printf (_("change %s"), line) : g_strdup (_("change a file"));
    case ENCLAVE_APPROVAL_EXTERNAL:
      line = g_strndup (subject, strcspn (subject, "\r\n"));
      return g_strdup_printf (_("call %s"), line);
    case ENCLAVE_APPROVAL_NETWORK:
    case ENCLAVE_APPROVAL_COMMAND:
    default:
      line = g_strndup (subject, strcspn (subject, "\r\n"));
      return g_strdup_printf (_("run %s"), line);
    }
}

static void
enclave_chat_approver_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveChatApprover *self = ENCLAVE_CHAT_APPROVER (object);

  switch (prop_id)
    {
    case PROP_CURRENT:
      g_value_set_object (value, enclave_chat_approver_get_current (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_chat_approver_finalize (GObject *object)
{
  g_ptr_array_unref (ENCLAVE_CHAT_APPROVER (object)->questions);

  G_OBJECT_CLASS (enclave_chat_approver_parent_class)->finalize (object);
}

static void
enclave_chat_approver_class_init (EnclaveChatApproverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = enclave_chat_approver_finalize;
  object_class->get_property = enclave_chat_approver_get_property;

  properties[PROP_CURRENT] =
    g_param_spec_object ("current", NULL, NULL, ENCLAVE_TYPE_CHAT_QUESTION,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_chat_approver_init (EnclaveChatApprover *self)
{
  self->questions = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * enclave_chat_approver_new:
 *
 * Returns: (transfer full): an approver without a question
 */
EnclaveChatApprover *
enclave_chat_approver_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_APPROVER, NULL);
}

EnclaveChatQuestion *
enclave_chat_approver_get_current (EnclaveChatApprover *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_APPROVER (self), NULL);

  return self->questions->len > 0 ? g_ptr_array_index (self->questions, 0) : NULL;
}

void
enclave_chat_approver_deny_all (EnclaveChatApprover *self)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_APPROVER (self));

  while (self->questions->len > 0)
    enclave_chat_question_answer (g_ptr_array_index (self->questions, self->questions->len - 1),
                                  ENCLAVE_APPROVAL_DENIED);
}
