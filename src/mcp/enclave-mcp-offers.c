/* enclave-mcp-offers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-offers.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-error.h"

#define TITLE_BYTES 120
#define DESCRIPTION_BYTES 300

static void
resource_clear (gpointer data)
{
  EnclaveMcpResource *self = data;

  g_object_unref (self->server);
  g_free (self->uri);
  g_free (self->title);
  g_free (self->description);
}

EnclaveMcpResource *
enclave_mcp_resource_ref (EnclaveMcpResource *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
enclave_mcp_resource_unref (EnclaveMcpResource *self)
{
  g_atomic_rc_box_release_full (self, resource_clear);
}

/* The first of the three that says anything. (transfer full) */
static char *
dup_title (JsonObject *item, const char *own)
{
  const char *const candidates[] = { enclave_json_peek_string (item, "title"), enclave_json_peek_string (item, "name"), own };

  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      g_autofree char *title = enclave_mcp_clean_line (candidates[i], TITLE_BYTES);

      if (*title != '\0')
        return g_steal_pointer (&title);
    }
  return g_strdup ("?");
}

/* What a person can't read, or a line can't hold, is not offered. */
static gboolean
can_be_named (const char *text)
{
  if (text == NULL || *text == '\0' || strlen (text) > ENCLAVE_MCP_URI_MAX_BYTES || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isgraph (g_utf8_get_char (p)) && *p != ' ')
      return FALSE;
  return TRUE;
}

void
enclave_mcp_resource_add_all (GPtrArray *resources, EnclaveMcpServer *server, JsonArray *items, gboolean are_templates)
{
  for (guint i = 0; items != NULL && i < json_array_get_length (items) && resources->len < ENCLAVE_MCP_MAX_RESOURCES; i++)
    {
      JsonObject *item = enclave_json_array_peek_object (items, i);
      const char *uri = enclave_json_peek_string (item, are_templates ? "uriTemplate" : "uri");
      g_autofree char *scheme = uri != NULL ? g_uri_parse_scheme (uri) : NULL;
      EnclaveMcpResource *self;

      if (scheme == NULL || !can_be_named (uri))
        continue;
      self = g_atomic_rc_box_new0 (EnclaveMcpResource);
      self->server = g_object_ref (server);
      self->uri = g_strdup (uri);
      self->title = dup_title (item, uri);
      self->description = enclave_mcp_clean_line (enclave_json_peek_string (item, "description"), DESCRIPTION_BYTES);
      self->is_template = are_templates;
      g_ptr_array_add (resources, self);
    }
}

char *
enclave_mcp_resource_dup_target (EnclaveMcpResource *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_strconcat (enclave_mcp_server_get_name (self->server), ":", self->uri, NULL);
}

char *
enclave_mcp_resource_expand (EnclaveMcpResource *self, JsonObject *values)
{
  g_autoptr (GString) uri = g_string_new (NULL);
  const char *at;

  g_return_val_if_fail (self != NULL && values != NULL, NULL);

  at = self->uri;
  for (const char *open; (open = strchr (at, '{')) != NULL && strchr (open, '}') != NULL;)
    {
      const char *close = strchr (open, '}');
      g_autofree char *name = g_strndup (open + 1, (gsize) (close - open - 1));
      const char *value = enclave_json_peek_string (values, name);

      g_string_append_len (uri, at, open - at);
      /* RFC 6570, first level: all but the unreserved characters. */
      g_string_append_uri_escaped (uri, value != NULL ? value : "", NULL, FALSE);
      at = close + 1;
    }
  g_string_append (uri, at);
  return g_string_free (g_steal_pointer (&uri), FALSE);
}

static void
prompt_clear (gpointer data)
{
  EnclaveMcpPrompt *self = data;

  g_object_unref (self->server);
  g_free (self->name);
  g_free (self->title);
  g_free (self->description);
  g_clear_pointer (&self->arguments, json_array_unref);
}

EnclaveMcpPrompt *
enclave_mcp_prompt_ref (EnclaveMcpPrompt *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
enclave_mcp_prompt_unref (EnclaveMcpPrompt *self)
{
  g_atomic_rc_box_release_full (self, prompt_clear);
}

void
enclave_mcp_prompt_add_all (GPtrArray *prompts, EnclaveMcpServer *server, JsonArray *items)
{
  for (guint i = 0; items != NULL && i < json_array_get_length (items) && prompts->len < ENCLAVE_MCP_MAX_RESOURCES; i++)
    {
      JsonObject *item = enclave_json_array_peek_object (items, i);
      const char *name = enclave_json_peek_string (item, "name");
      JsonArray *arguments = enclave_json_peek_array (item, "arguments");
      EnclaveMcpPrompt *self;

      if (!can_be_named (name))
        continue;
      self = g_atomic_rc_box_new0 (EnclaveMcpPrompt);
      self->server = g_object_ref (server);
      self->name = g_strdup (name);
      self->title = dup_title (item, name);
      self->description = enclave_mcp_clean_line (enclave_json_peek_string (item, "description"), DESCRIPTION_BYTES);
      self->arguments = arguments != NULL ? json_array_ref (arguments) : NULL;
      g_ptr_array_add (prompts, self);
    }
}

char *
enclave_mcp_prompt_dup_command (EnclaveMcpPrompt *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_strconcat (enclave_mcp_server_get_name (self->server), ":", self->name, NULL);
}

static void
on_used (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  gboolean is_prompt = g_task_get_source_tag (task) == enclave_mcp_server_get_prompt_async;
  GError *error = NULL;
  g_autoptr (JsonObject) object = enclave_mcp_client_use_finish (ENCLAVE_MCP_CLIENT (source), result, &error);

  if (object == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, is_prompt ? enclave_mcp_result_parse_prompt (object) : enclave_mcp_result_parse_resource (object),
                           (GDestroyNotify) enclave_mcp_result_unref);
}

/* @params: (transfer full). @task: (transfer full). */
static void
use (GTask *task, const char *method, JsonObject *params, const char *what)
{
  EnclaveMcpClient *client = enclave_mcp_server_get_client (g_task_get_source_object (task));

  if (client != NULL)
    {
      enclave_mcp_client_use_async (client, method, params, what, g_task_get_cancellable (task), on_used, task);
      return;
    }
  json_object_unref (params);
  g_task_return_new_error (task, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, _ ("The server is not connected"));
  g_object_unref (task);
}

void
enclave_mcp_server_read_resource_async (EnclaveMcpServer *self, const char *uri, GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  GTask *task;
  JsonObject *params;

  g_return_if_fail (ENCLAVE_IS_MCP_SERVER (self) && uri != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mcp_server_read_resource_async);
  params = json_object_new ();
  json_object_set_string_member (params, "uri", uri);
  use (task, "resources/read", params, uri);
}

void
enclave_mcp_server_get_prompt_async (EnclaveMcpServer *self, const char *name, JsonObject *arguments, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  JsonObject *params;

  g_return_if_fail (ENCLAVE_IS_MCP_SERVER (self) && name != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mcp_server_get_prompt_async);
  params = json_object_new ();
  json_object_set_string_member (params, "name", name);
  if (arguments != NULL)
    json_object_set_object_member (params, "arguments", json_object_ref (arguments));
  use (task, "prompts/get", params, name);
}

EnclaveMcpResult *
enclave_mcp_server_offer_finish (EnclaveMcpServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
