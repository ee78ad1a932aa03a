/* enclave-chat-server-questions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-chat-server-questions.h"

struct _EnclaveChatServerQuestions
{
  GObject parent_instance;

  GPtrArray *questions; /* (element-type EnclaveMcpQuestion): the first is asked */
};

static GType
get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_MCP_QUESTION;
}

static guint
get_n_items (GListModel *model)
{
  return MIN (ENCLAVE_CHAT_SERVER_QUESTIONS (model)->questions->len, 1);
}

static gpointer
get_item (GListModel *model, guint position)
{
  EnclaveMcpQuestion *current = enclave_chat_server_questions_get_current (ENCLAVE_CHAT_SERVER_QUESTIONS (model));

  return position == 0 && current != NULL ? g_object_ref (current) : NULL;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveChatServerQuestions, enclave_chat_server_questions, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
enclave_chat_server_questions_finalize (GObject *object)
{
  g_ptr_array_unref (ENCLAVE_CHAT_SERVER_QUESTIONS (object)->questions);
  G_OBJECT_CLASS (enclave_chat_server_questions_parent_class)->finalize (object);
}

static void
enclave_chat_server_questions_class_init (EnclaveChatServerQuestionsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_chat_server_questions_finalize;
}

static void
enclave_chat_server_questions_init (EnclaveChatServerQuestions *self)
{
  self->questions = g_ptr_array_new_with_free_func (g_object_unref);
}

EnclaveChatServerQuestions *
enclave_chat_server_questions_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_SERVER_QUESTIONS, NULL);
}

EnclaveMcpQuestion *
enclave_chat_server_questions_get_current (EnclaveChatServerQuestions *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_SERVER_QUESTIONS (self), NULL);

  return self->questions->len > 0 ? g_ptr_array_index (self->questions, 0) : NULL;
}

static void
over_cb (EnclaveChatServerQuestions *self, EnclaveMcpQuestion *question)
{
  g_autoptr (EnclaveMcpQuestion) held = g_object_ref (question);
  guint index;

  if (!g_ptr_array_find (self->questions, question, &index))
    return;
  g_ptr_array_remove_index (self->questions, index);
  if (index == 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 1, MIN (self->questions->len, 1));
}

void
enclave_chat_server_questions_add (EnclaveChatServerQuestions *self, EnclaveMcpQuestion *question)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_SERVER_QUESTIONS (self) && ENCLAVE_IS_MCP_QUESTION (question));

  if (self->questions->len >= ENCLAVE_CHAT_SERVER_QUESTIONS_MAX || enclave_mcp_question_is_over (question))
    {
      enclave_mcp_question_cancel (question);
      g_object_unref (question);
      return;
    }
  g_ptr_array_add (self->questions, question);
  g_signal_connect_object (question, "over", G_CALLBACK (over_cb), self, G_CONNECT_SWAPPED);
  if (self->questions->len == 1)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
}

void
enclave_chat_server_questions_cancel_all (EnclaveChatServerQuestions *self)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_SERVER_QUESTIONS (self));

  while (self->questions->len > 0)
    {
      g_autoptr (EnclaveMcpQuestion) question = g_object_ref (g_ptr_array_index (self->questions, self->questions->len - 1));

      enclave_mcp_question_cancel (question);
    }
}
