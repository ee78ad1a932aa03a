/* enclave-mcp-server-people.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server tells people and asks of them: its log, and questions within a call.
 */

#include "config.h"

#include "enclave-mcp-server-private.h"

#include <glib/gi18n.h>

#include "enclave-mcp-clean-text.h"

#define LOG_LINES 200
#define LOG_LINE_BYTES 500
#define MESSAGE_BYTES 200

typedef struct
{
  EnclaveMcpLogLevel level;
  char *text;
} LogEntry;

static void
log_entry_free (gpointer data)
{
  LogEntry *entry = data;

  g_free (entry->text);
  g_free (entry);
}

void
_enclave_mcp_server_add_log (EnclaveMcpServer *self, EnclaveMcpLogLevel level, const char *text)
{
  LogEntry *entry = g_new0 (LogEntry, 1);

  entry->level = level;
  entry->text = enclave_mcp_clean_line (text, LOG_LINE_BYTES);
  g_queue_push_tail (&self->log, entry);
  if (g_queue_get_length (&self->log) > LOG_LINES)
    log_entry_free (g_queue_pop_head (&self->log));
}

void
_enclave_mcp_server_clear_log (EnclaveMcpServer *self)
{
  g_queue_clear_full (&self->log, log_entry_free);
}

char *
enclave_mcp_server_dup_log (EnclaveMcpServer *self)
{
  return enclave_mcp_server_dup_log_from (self, ENCLAVE_MCP_LOG_DEBUG);
}

char *
enclave_mcp_server_dup_log_from (EnclaveMcpServer *self, EnclaveMcpLogLevel least)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER (self), NULL);

  for (GList *at = self->log.head; at != NULL; at = at->next)
    {
      LogEntry *entry = at->data;

      if (entry->level >= least)
        g_string_append_printf (text, "%s: %s\n", enclave_mcp_log_level_to_word (entry->level), entry->text);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
enclave_mcp_server_set_log_level (EnclaveMcpServer *self, const EnclaveMcpLogLevel *level)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER (self));

  self->log_level = level != NULL ? (gint) *level : -1;
  if (self->client != NULL)
    enclave_mcp_client_set_log_level (self->client, level);
}

gint
enclave_mcp_server_get_log_level (EnclaveMcpServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER (self), -1);

  return self->log_level;
}

void
enclave_mcp_server_set_ask (EnclaveMcpServer *self, EnclaveMcpAsk ask, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER (self));

  self->ask = ask;
  self->ask_data = user_data;
}

void
enclave_mcp_server_set_guard (EnclaveMcpServer *self, EnclaveMcpServerVerify verify, EnclaveMcpServerJudge judge, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER (self));

  self->verify = verify;
  self->judge = judge;
  self->guard_data = user_data;
}

static void
on_log (EnclaveMcpClient *client, const char *line, EnclaveMcpServer *self)
{
  _enclave_mcp_server_add_log (self, ENCLAVE_MCP_LOG_NOTICE, line);
}

static void
on_message (EnclaveMcpClient *client, guint level, const char *text, EnclaveMcpServer *self)
{
  _enclave_mcp_server_add_log (self, (EnclaveMcpLogLevel) level, text);
}

static void
on_progress (EnclaveMcpClient *client, const char *tool, double progress, double total, const char *message, EnclaveMcpServer *self)
{
  g_autofree char *clean = enclave_mcp_clean_line (message, MESSAGE_BYTES);

  g_signal_emit_by_name (self, "progress", tool, progress, total, clean);
}

static void
on_elicit (EnclaveMcpClient *client, JsonObject *params, GTask *answer, gpointer user_data)
{
  EnclaveMcpServer *self = user_data;
  GError *error = NULL;
  g_autoptr (EnclaveMcpForm) form = enclave_mcp_form_parse (params, &error);
  const char *call = enclave_mcp_client_get_calling (client);

  if (form != NULL && self->ask != NULL)
    {
      self->ask (enclave_mcp_question_new (self->entry->name, call, form, answer), self->ask_data);
      return;
    }
  if (error == NULL)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Nobody is there to be asked"));
  _enclave_mcp_server_add_log (self, ENCLAVE_MCP_LOG_WARNING, error->message);
  g_task_return_error (answer, error);
  g_object_unref (answer);
}

void
_enclave_mcp_server_watch_client (EnclaveMcpServer *self)
{
  EnclaveMcpLogLevel level = (EnclaveMcpLogLevel) MAX (self->log_level, 0);
  gboolean sees_folder = self->entry->kind != ENCLAVE_MCP_SERVER_STDIO || self->entry->workspace != ENCLAVE_MCP_WORKSPACE_NONE;

  g_signal_connect (self->client, "log", G_CALLBACK (on_log), self);
  g_signal_connect (self->client, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->client, "progress", G_CALLBACK (on_progress), self);
  if (self->ask != NULL)
    enclave_mcp_client_set_elicit (self->client, on_elicit, self);
  if (self->log_level >= 0)
    enclave_mcp_client_set_log_level (self->client, &level);
  if (self->entry->offers_roots && sees_folder)
    enclave_mcp_client_set_root (self->client, enclave_gate_get_root (self->gate));
}
