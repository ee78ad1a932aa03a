/* enclave-language-server-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a language server hears of files that are not open in the editor. It can't watch them by itself: some rely on being told, and none
 * may be told of a denied one.
 */

#include "config.h"

#include "enclave-language-server-private.h"

#include <glib/gi18n.h>

#include "enclave-limits.h"

void
_enclave_language_server_watch (EnclaveLanguageServer *self, JsonObject *params, gboolean unregister)
{
  if (self->root == NULL)
    return;
  if (self->watch == NULL)
    self->watch = enclave_language_watch_new (self->root);
  if (unregister)
    enclave_language_watch_unregister (self->watch, params);
  else
    enclave_language_watch_register (self->watch, params);
}

static gboolean
configures (EnclaveLanguageServer *self, const char *path)
{
  g_auto (GStrv) names = self->kind->configuration != NULL ? g_strsplit (self->kind->configuration, " ", -1) : NULL;

  return names != NULL && g_strv_contains ((const char *const *) names, path);
}

static void
begin_anew (EnclaveLanguageServer *self, const char *why)
{
  _enclave_language_server_log (self, why);
  enclave_language_server_restart (self);
}

void
enclave_language_server_files_changed (EnclaveLanguageServer *self, GPtrArray *changes)
{
  /* One whose program alone is looked for is off, and stays so. */
  EnclaveLanguageServerState state = enclave_language_server_get_state (self);
  g_autoptr (JsonArray) told = NULL;
  JsonObject *params;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self) && changes != NULL);

  if (state != ENCLAVE_LANGUAGE_SERVER_READY && state != ENCLAVE_LANGUAGE_SERVER_STARTING)
    return;
  if (changes->len > ENCLAVE_LANGUAGE_MAX_CHANGES && (self->watch != NULL || self->kind->configuration != NULL))
    {
      begin_anew (self, _ ("A great many files are others than before: the server is started again"));
      return;
    }
  told = json_array_new ();
  for (guint i = 0; i < changes->len; i++)
    {
      const EnclaveFileChange *change = g_ptr_array_index (changes, i);
      gboolean is_configuration = configures (self, change->path);
      g_autofree char *uri = NULL;
      JsonObject *one;

      if (!is_configuration && (self->watch == NULL || !enclave_language_watch_wants (self->watch, change)))
        continue;
      if (!_enclave_language_server_may_tell (self, change->path))
        continue;
      if (is_configuration)
        {
          /* Translators: the name of a file, such as compile_commands.json */
          g_autofree char *why = g_strdup_printf (_ ("%s is another than before: the server is started again"), change->path);

          begin_anew (self, why);
          return;
        }
      uri = _enclave_language_server_dup_uri (self, change->path);
      one = json_object_new ();
      json_object_set_string_member (one, "uri", uri);
      json_object_set_int_member (one, "type", change->kind);
      json_array_add_object_element (told, one);
    }
  if (state != ENCLAVE_LANGUAGE_SERVER_READY || json_array_get_length (told) == 0)
    return;
  params = json_object_new ();
  json_object_set_array_member (params, "changes", g_steal_pointer (&told));
  _enclave_language_server_notify (self, "workspace/didChangeWatchedFiles", params);
}
