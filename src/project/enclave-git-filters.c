/* enclave-git-filters.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-filters.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-git-command.h"
#include "enclave-git-text.h"

/* Git can tell the attributes that another commit gives only by an index of it, which is made in the box and goes with it. */
#define ALIAS "alias.enclave-filters=!f() { " \
              "set -e; " \
              "folder=$(mktemp -d); " \
              "cat > \"$folder/paths\"; " \
              "git check-attr -z --stdin filter < \"$folder/paths\"; " \
              "export GIT_INDEX_FILE=\"$folder/index\"; " \
              "git read-tree \"$1\"; " \
              "git check-attr -z --cached --stdin filter < \"$folder/paths\"; " \
              "rm -rf \"$folder\"; " \
              "}; f"

GPtrArray *
enclave_git_filters_parse (const char *bytes, gsize length, guint *n)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  EnclaveGitFields fields = { bytes, bytes + length };
  gsize path_length = 0;
  const char *path;

  *n = 0;
  while ((path = enclave_git_fields_next (&fields, &path_length)) != NULL)
    {
      gsize name_length = 0;
      gsize value_length = 0;
      const char *name = enclave_git_fields_next (&fields, &name_length);
      const char *value = enclave_git_fields_next (&fields, &value_length);

      if (path_length == 0 || value == NULL || strcmp (name, "filter") != 0)
        return NULL;
      ++*n;
      if (strcmp (value, "unspecified") != 0 && strcmp (value, "unset") != 0 && !g_hash_table_contains (known, path))
        {
          g_ptr_array_add (found, g_strdup (path));
          g_hash_table_add (known, g_ptr_array_index (found, found->len - 1));
        }
    }
  if (fields.at != fields.end)
    return NULL;

  return g_steal_pointer (&found);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) output = enclave_git_command_finish_for (task, result);
  g_autoptr (GPtrArray) found = NULL;
  gsize length = 0;
  const char *bytes;
  guint n = 0;

  if (output == NULL)
    return;
  bytes = g_bytes_get_data (output, &length);
  found = enclave_git_filters_parse (bytes, length, &n);
  /* each of them twice: one that was left out may be one that has a filter */
  if (found == NULL || n != 2 * GPOINTER_TO_UINT (g_task_get_task_data (task)))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, _("What git says of the branch can’t be read; nothing was changed"));
  else
    g_task_return_pointer (task, g_steal_pointer (&found), (GDestroyNotify) g_ptr_array_unref);
}

void
enclave_git_filters_find_async (EnclaveGate *gate, const char *commit, GPtrArray *paths, GAsyncReadyCallback callback, gpointer user_data)
{
  const char *arguments[] = { "-c", ALIAS, "enclave-filters", commit, NULL };
  g_autoptr (GByteArray) names = g_byte_array_new ();
  g_autoptr (GBytes) input = NULL;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));
  g_return_if_fail (commit != NULL && *commit != '\0' && *commit != '-');
  g_return_if_fail (paths != NULL && paths->len > 0);

  task = g_task_new (gate, NULL, callback, user_data);
  g_task_set_source_tag (task, enclave_git_filters_find_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (paths->len), NULL);
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);

      g_byte_array_append (names, (const guint8 *) path, (guint) strlen (path) + 1);
    }
  input = g_byte_array_free_to_bytes (g_steal_pointer (&names));
  enclave_git_command_async (gate, arguments, input, FALSE, NULL, asked_cb, task);
}

GPtrArray *
enclave_git_filters_find_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
