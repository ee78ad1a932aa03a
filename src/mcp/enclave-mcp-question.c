/* enclave-mcp-question.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-question.h"

#include "enclave-mcp-clean-text.h"

#define NAME_BYTES 120

struct _EnclaveMcpQuestion
{
  GObject parent_instance;

  char *server;
  char *call; /* (nullable) */
  EnclaveMcpForm *form;
  GTask *answer; /* NULL once it is over */
  gulong cancelled_handler;
};

static guint over;

G_DEFINE_FINAL_TYPE (EnclaveMcpQuestion, enclave_mcp_question, G_TYPE_OBJECT)

/* @answer: (transfer full) (nullable): NULL: nobody wants it. */
static void
finish (EnclaveMcpQuestion *self, JsonObject *answer)
{
  g_autoptr (EnclaveMcpQuestion) held = g_object_ref (self);
  g_autoptr (JsonObject) owned = answer;
  g_autoptr (GTask) task = g_steal_pointer (&self->answer);

  if (task == NULL)
    return;
  /* Not g_cancellable_disconnect(): within the cancellation itself it would wait for its own end. */
  if (self->cancelled_handler != 0)
    g_signal_handler_disconnect (g_task_get_cancellable (task), self->cancelled_handler);
  self->cancelled_handler = 0;
  g_signal_emit (self, over, 0);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_steal_pointer (&owned), (GDestroyNotify) json_object_unref);
}

static void
say (EnclaveMcpQuestion *self, const char *action, JsonObject *content)
{
  JsonObject *answer = json_object_new ();

  json_object_set_string_member (answer, "action", action);
  if (content != NULL)
    json_object_set_object_member (answer, "content", json_object_ref (content));
  finish (self, answer);
}

static void
on_cancelled (GCancellable *cancellable, EnclaveMcpQuestion *self)
{
  enclave_mcp_question_cancel (self);
}

static void
enclave_mcp_question_dispose (GObject *object)
{
  EnclaveMcpQuestion *self = ENCLAVE_MCP_QUESTION (object);

  if (self->answer != NULL)
    say (self, "cancel", NULL);
  G_OBJECT_CLASS (enclave_mcp_question_parent_class)->dispose (object);
}

static void
enclave_mcp_question_finalize (GObject *object)
{
  EnclaveMcpQuestion *self = ENCLAVE_MCP_QUESTION (object);

  g_free (self->server);
  g_free (self->call);
  g_clear_pointer (&self->form, enclave_mcp_form_unref);
  G_OBJECT_CLASS (enclave_mcp_question_parent_class)->finalize (object);
}

static void
enclave_mcp_question_class_init (EnclaveMcpQuestionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_mcp_question_dispose;
  object_class->finalize = enclave_mcp_question_finalize;
  over = g_signal_new ("over", ENCLAVE_TYPE_MCP_QUESTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_mcp_question_init (EnclaveMcpQuestion *self)
{
}

EnclaveMcpQuestion *
enclave_mcp_question_new (const char *server, const char *call, EnclaveMcpForm *form, GTask *answer)
{
  EnclaveMcpQuestion *self;
  GCancellable *cancellable;

  g_return_val_if_fail (server != NULL && form != NULL && G_IS_TASK (answer), NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_QUESTION, NULL);
  self->server = enclave_mcp_clean_line (server, NAME_BYTES);
  self->call = call != NULL ? enclave_mcp_clean_line (call, NAME_BYTES) : NULL;
  self->form = enclave_mcp_form_ref (form);
  self->answer = answer;
  cancellable = g_task_get_cancellable (answer);
  if (cancellable != NULL)
    self->cancelled_handler = g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (on_cancelled), self, 0);
  return self;
}

const char *
enclave_mcp_question_get_server (EnclaveMcpQuestion *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_QUESTION (self), NULL);

  return self->server;
}

const char *
enclave_mcp_question_get_call (EnclaveMcpQuestion *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_QUESTION (self), NULL);

  return self->call;
}

EnclaveMcpForm *
enclave_mcp_question_get_form (EnclaveMcpQuestion *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_QUESTION (self), NULL);

  return self->form;
}

gboolean
enclave_mcp_question_is_over (EnclaveMcpQuestion *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_QUESTION (self), TRUE);

  return self->answer == NULL;
}

void
enclave_mcp_question_accept (EnclaveMcpQuestion *self, JsonObject *content)
{
  g_return_if_fail (ENCLAVE_IS_MCP_QUESTION (self) && content != NULL);

  say (self, "accept", content);
}

void
enclave_mcp_question_decline (EnclaveMcpQuestion *self)
{
  g_return_if_fail (ENCLAVE_IS_MCP_QUESTION (self));

  say (self, "decline", NULL);
}

void
enclave_mcp_question_cancel (EnclaveMcpQuestion *self)
{
  g_return_if_fail (ENCLAVE_IS_MCP_QUESTION (self));

  say (self, "cancel", NULL);
}
