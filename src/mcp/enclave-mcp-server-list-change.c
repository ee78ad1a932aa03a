/* enclave-mcp-server-list-change.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changes of our own mcp.json: read, changed in place, and put there again only when nobody else has changed it meanwhile.
 */

#include "config.h"

#include "enclave-mcp-server-list.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-gate-error.h"
#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-config-edit.h"
#include "enclave-mcp-import.h"
#include "enclave-settings-file.h"

#define OWN_NAME "mcp.json"

/* One change of our file. */
typedef enum
{
  CHANGE_SET,
  CHANGE_UPDATE,
  CHANGE_REMOVE,
  CHANGE_DISABLE,
  CHANGE_ENABLE,
  CHANGE_IMPORT,
} ChangeKind;

typedef struct
{
  ChangeKind kind;
  char *name;        /* of the entry; of IMPORT: the path */
  char *new_name;    /* (nullable): of UPDATE */
  JsonObject *entry; /* (nullable); of UPDATE: members of it */
  GBytes *other;     /* (nullable): what is to be imported */
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->name);
  g_free (change->new_name);
  g_clear_pointer (&change->entry, json_object_unref);
  g_clear_pointer (&change->other, g_bytes_unref);
  g_free (change);
}

static char *
apply_update (const Change *change, const char *text, GError **error)
{
  g_autofree char *updated = enclave_mcp_config_edit_update (text != NULL ? text : "{}", change->name, change->entry, error);

  if (updated == NULL || change->new_name == NULL || strcmp (change->new_name, change->name) == 0)
    return g_steal_pointer (&updated);
  return enclave_mcp_config_edit_rename (updated, change->name, change->new_name, error);
}

static char *
apply (const Change *change, const char *text, GError **error)
{
  guint n_added = 0;

  switch (change->kind)
    {
    case CHANGE_SET:
      return enclave_mcp_config_edit_set (text, change->name, change->entry, error);
    case CHANGE_UPDATE:
      return apply_update (change, text, error);
    case CHANGE_REMOVE:
      return enclave_mcp_config_edit_remove (text, change->name, error);
    case CHANGE_DISABLE:
    case CHANGE_ENABLE:
      return enclave_mcp_config_edit_set_disabled (text, change->name, change->kind == CHANGE_DISABLE, error);
    case CHANGE_IMPORT:
      {
        g_autofree char *other = g_strndup (g_bytes_get_data (change->other, NULL), g_bytes_get_size (change->other));

        g_autofree char *imported = enclave_mcp_import (text, enclave_mcp_server_list_guess_source (change->name), other, &n_added, error);

        if (imported == NULL || n_added > 0)
          return g_steal_pointer (&imported);
        g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, NULL,
                                                          /* Translators: the path of a file */
                                                          _ ("%s names no server that isn’t here already"), change->name));
        return NULL;
      }
    default:
      g_return_val_if_reached (NULL);
    }
}

static void
reloaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (enclave_mcp_server_list_reload_finish (ENCLAVE_MCP_SERVER_LIST (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveMcpServerList *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!enclave_settings_file_save_finish (result, &error))
    g_task_return_error (task, error);
  else
    enclave_mcp_server_list_reload_async (self, g_task_get_cancellable (task), reloaded_cb, g_object_ref (task));
}

static void
own_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) before = enclave_settings_file_read_finish (result, &error);
  g_autofree char *text = before != NULL ? g_strndup (g_bytes_get_data (before, NULL), g_bytes_get_size (before)) : NULL;
  g_autoptr (GBytes) after = NULL;
  char *changed = error == NULL ? apply (g_task_get_task_data (task), text, &error) : NULL;

  if (changed == NULL && error->domain == ENCLAVE_JSON_ERROR)
    {
      /* Translators: what is wrong with the file */
      g_autofree char *message = g_strdup_printf (_("Nothing was changed, since mcp.json is not what it should be; change it by hand. %s"), error->message);

      g_free (error->message);
      error->message = g_steal_pointer (&message);
    }
  if (changed == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  after = g_bytes_new_take (changed, strlen (changed));
  enclave_settings_file_save_async (OWN_NAME, before, after, g_task_get_cancellable (task), saved_cb, g_object_ref (task));
}

static void
read_own (GTask *task)
{
  g_autofree char *path = enclave_mcp_server_list_dup_own_path ();

  enclave_settings_file_read_async (NULL, path, ENCLAVE_MCP_CONFIG_MAX_BYTES, g_task_get_cancellable (task), own_read_cb, task);
}

static void
other_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Change *change = g_task_get_task_data (task);
  GError *error = NULL;

  change->other = enclave_settings_file_read_finish (result, &error);
  if (change->other == NULL && error == NULL)
    error = enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, NULL, _ ("There is no file %s"), change->name);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    read_own (g_steal_pointer (&task));
}

static GTask *
new_change (EnclaveMcpServerList *self, ChangeKind kind, const char *name, JsonObject *entry, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Change *change = g_new0 (Change, 1);

  change->kind = kind;
  change->name = g_strdup (name);
  change->entry = entry != NULL ? json_object_ref (entry) : NULL;
  g_task_set_source_tag (task, new_change);
  g_task_set_task_data (task, change, change_free);

  return task;
}

void
enclave_mcp_server_list_set_async (EnclaveMcpServerList *self, const char *name, JsonObject *entry, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));
  g_return_if_fail (name != NULL && entry != NULL);

  read_own (new_change (self, CHANGE_SET, name, entry, cancellable, callback, user_data));
}

void
enclave_mcp_server_list_update_async (EnclaveMcpServerList *self, const char *name, const char *new_name, JsonObject *members,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Change *change;

  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));
  g_return_if_fail (name != NULL && members != NULL);

  task = new_change (self, CHANGE_UPDATE, name, members, cancellable, callback, user_data);
  change = g_task_get_task_data (task);
  change->new_name = g_strdup (new_name);
  read_own (task);
}

void
enclave_mcp_server_list_remove_async (EnclaveMcpServerList *self, const char *name, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));
  g_return_if_fail (name != NULL);

  read_own (new_change (self, CHANGE_REMOVE, name, NULL, cancellable, callback, user_data));
}

void
enclave_mcp_server_list_set_disabled_async (EnclaveMcpServerList *self, const char *name, gboolean is_disabled,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));
  g_return_if_fail (name != NULL);

  read_own (new_change (self, is_disabled ? CHANGE_DISABLE : CHANGE_ENABLE, name, NULL, cancellable, callback, user_data));
}

void
enclave_mcp_server_list_import_async (EnclaveMcpServerList *self, const char *path, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));
  g_return_if_fail (path != NULL && g_path_is_absolute (path));

  enclave_settings_file_read_async (NULL, path, ENCLAVE_MCP_CONFIG_MAX_BYTES, cancellable, other_read_cb,
                                    new_change (self, CHANGE_IMPORT, path, NULL, cancellable, callback, user_data));
}

gboolean
enclave_mcp_server_list_change_finish (EnclaveMcpServerList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
looked_at_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) bytes = enclave_settings_file_read_finish (result, &error);
  g_autofree char *text = bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : g_strdup ("{}");
  JsonObject *entry = error == NULL ? enclave_mcp_config_edit_find (text, g_task_get_task_data (task), &error) : NULL;

  if (entry != NULL)
    g_task_return_pointer (task, entry, (GDestroyNotify) json_object_unref);
  else
    g_task_return_error (task, error);
}

void
enclave_mcp_server_list_look_at_async (EnclaveMcpServerList *self, const char *name, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *path = enclave_mcp_server_list_dup_own_path ();
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));
  g_return_if_fail (name != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mcp_server_list_look_at_async);
  g_task_set_task_data (task, g_strdup (name), g_free);
  enclave_settings_file_read_async (NULL, path, ENCLAVE_MCP_CONFIG_MAX_BYTES, cancellable, looked_at_cb, task);
}

JsonObject *
enclave_mcp_server_list_look_at_finish (EnclaveMcpServerList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
