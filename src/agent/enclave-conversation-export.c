/* enclave-conversation-export.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-conversation-export.h"


/* In a line of a file that is opened elsewhere, no call and no title ends it or begins another structure. */
static void
append_inline (GString *text, const char *words)
{
  for (const char *p = words; *p != '\0'; p++)
    if (*p == '\n' || *p == '\r' || *p == '`')
      g_string_append_c (text, *p == '`' ? '\'' : ' ');
    else
      g_string_append_c (text, *p);
}

static const char *
peek_outcome (EnclaveToolCall *call)
{
  switch (enclave_tool_call_get_state (call))
    {
    case ENCLAVE_TOOL_CALL_REFUSED:
      return _("refused");
    case ENCLAVE_TOOL_CALL_DENIED:
      return _("denied");
    case ENCLAVE_TOOL_CALL_FAILED:
      return _("failed");
    case ENCLAVE_TOOL_CALL_STOPPED:
      return _("stopped");
    case ENCLAVE_TOOL_CALL_PROPOSED:
    case ENCLAVE_TOOL_CALL_AWAITING_APPROVAL:
    case ENCLAVE_TOOL_CALL_RUNNING:
    case ENCLAVE_TOOL_CALL_DONE:
    default:
      return NULL;
    }
}

static void
append_call (GString *text, EnclaveToolCall *call)
{
  const char *outcome = peek_outcome (call);
  const char *summary = enclave_tool_call_get_summary (call);

  g_string_append (text, "- `");
  append_inline (text, enclave_tool_call_get_name (call));
  if (*enclave_tool_call_get_subject (call) != '\0')
    {
      g_string_append_c (text, ' ');
      append_inline (text, enclave_tool_call_get_subject (call));
    }
  g_string_append_c (text, '`');
  if (outcome != NULL)
    g_string_append_printf (text, ": %s", outcome);
  if (*summary != '\0' && g_strcmp0 (summary, outcome) != 0)
    {
      g_string_append (text, outcome != NULL ? ", " : ": ");
      append_inline (text, summary);
    }
  g_string_append_c (text, '\n');
}

static void
append_notice (GString *text, EnclaveMessageBlock *block)
{
  g_string_append (text, "> ");
  append_inline (text, enclave_message_block_get_title (block));
  g_string_append (text, ": ");
  append_inline (text, enclave_message_block_get_text (block));
  g_string_append_c (text, '\n');
}

static void
append_block (GString *text, EnclaveMessageBlock *block, gboolean *in_calls)
{
  EnclaveBlockKind kind = enclave_message_block_get_kind (block);
  g_autofree char *code = NULL;

  if (kind == ENCLAVE_BLOCK_REASONING)
    return;
  /* Calls that follow each other are one list. */
  if (kind != ENCLAVE_BLOCK_TOOL_CALL || !*in_calls)
    g_string_append_c (text, '\n');
  *in_calls = kind == ENCLAVE_BLOCK_TOOL_CALL;
  switch (kind)
    {
    case ENCLAVE_BLOCK_TOOL_CALL:
      append_call (text, enclave_message_block_get_tool_call (block));
      break;
    case ENCLAVE_BLOCK_NOTICE:
      append_notice (text, block);
      break;
    case ENCLAVE_BLOCK_CODE:
      code = enclave_message_block_dup_fenced (block);
      g_string_append_printf (text, "%s\n", code);
      break;
    case ENCLAVE_BLOCK_PARAGRAPH:
    case ENCLAVE_BLOCK_REASONING:
    default:
      g_string_append_printf (text, "%s\n", enclave_message_block_get_text (block));
      break;
    }
}

static char *
dup_admitted (EnclaveGate *gate, const char *text, guint *n_masked)
{
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GError) error = NULL;

  item = enclave_gate_admit_text (gate, text, NULL, "export", &error);
  if (item == NULL)
    return g_strdup_printf ("\n> %s\n", error->message);
  if (strcmp (enclave_context_item_get_text (item), text) != 0)
    (*n_masked)++;

  return g_strdup (enclave_context_item_get_text (item));
}

static void
append_message (GString *all, EnclaveMessage *message, EnclaveGate *gate, guint *n_masked)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (enclave_message_get_time (message));
  g_autofree char *when = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *admitted = NULL;
  gboolean in_calls = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (message)); i++)
    {
      g_autoptr (EnclaveMessageBlock) block = g_list_model_get_item (G_LIST_MODEL (message), i);

      append_block (text, block, &in_calls);
    }
  admitted = dup_admitted (gate, text->str, n_masked);
  g_string_append_printf (all, "\n## %s", enclave_message_get_role (message) == ENCLAVE_ROLE_USER ? _("You") : _("Agent"));
  if (when != NULL)
    g_string_append_printf (all, ", %s", when);
  g_string_append_printf (all, "\n%s", admitted);
}

static char *
export (EnclaveConversation *self, EnclaveGate *gate, guint *n_masked)
{
  g_autoptr (GString) all = g_string_new ("# ");
  g_autofree char *title = dup_admitted (gate, enclave_conversation_get_title (self), n_masked);

  append_inline (all, *title != '\0' ? title : _("Conversation"));
  g_string_append_c (all, '\n');
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (EnclaveMessage) message = g_list_model_get_item (G_LIST_MODEL (self), i);

      append_message (all, message, gate, n_masked);
    }

  return g_string_free (g_steal_pointer (&all), FALSE);
}

static void
learnt_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  guint *n_masked = g_task_get_task_data (task);
  GError *error = NULL;

  if (enclave_gate_learn_values_finish (ENCLAVE_GATE (source), result, &error))
    g_task_return_pointer (task, export (g_task_get_source_object (task), ENCLAVE_GATE (source), n_masked), g_free);
  else
    g_task_return_error (task, error);
}

void
enclave_conversation_export_async (EnclaveConversation *self, EnclaveGate *gate, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_CONVERSATION (self));
  g_return_if_fail (ENCLAVE_IS_GATE (gate));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_conversation_export_async);
  g_task_set_task_data (task, g_new0 (guint, 1), g_free);
  enclave_gate_learn_values_async (gate, cancellable, learnt_cb, task);
}

char *
enclave_conversation_export_finish (EnclaveConversation *self, GAsyncResult *result, guint *n_masked, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (n_masked != NULL)
    *n_masked = *(guint *) g_task_get_task_data (G_TASK (result));

  return g_task_propagate_pointer (G_TASK (result), error);
}
