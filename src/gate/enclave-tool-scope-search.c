/* enclave-tool-scope-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-tool-scope-private.h"

#include "enclave-context-item-private.h"
#include "enclave-gate-private.h"
#include "enclave-search-door.h"
#include "enclave-utf8.h"

/* Overlays live on the main loop, the search on a worker: it gets a copy of what they hold now. (transfer full) */
static GHashTable *
copy_overlays (EnclaveToolScope *self)
{
  EnclaveGate *gate = enclave_tool_scope_get_gate (self);
  EnclaveBufferOverlay *const overlays[] = { enclave_gate_get_pending_overlay (gate),
                                             enclave_gate_get_buffer_overlay (gate) };
  GHashTable *texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < G_N_ELEMENTS (overlays); i++)
    {
      g_auto (GStrv) paths = overlays[i] != NULL ? enclave_buffer_overlay_dup_paths (overlays[i]) : NULL;

      for (guint k = 0; paths != NULL && paths[k] != NULL; k++)
        {
          char *text = g_hash_table_contains (texts, paths[k]) ? NULL
                                                               : enclave_buffer_overlay_dup_text (overlays[i], paths[k]);

          if (text != NULL)
            g_hash_table_insert (texts, g_strdup (paths[k]), text);
        }
    }

  return texts;
}

static gboolean
check_pattern (EnclaveToolScope *self, GTask *task, const char *pattern)
{
  if (*pattern != '\0' && g_utf8_validate (pattern, -1, NULL))
    return TRUE;
  enclave_tool_scope_fail (self, task, NULL,
                           enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL,
                                                   _("Searching: the pattern is empty or not UTF-8")));
  return FALSE;
}

static void
on_searched (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *self = g_task_get_source_object (task);
  const char *path = g_task_get_task_data (task);
  g_autoptr (EnclaveSearchResult) found = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *matches = NULL;
  g_autofree char *summary = NULL;
  EnclaveAuditRecord record = { 0 };

  found = enclave_search_door_finish (ENCLAVE_PATH_RESOLVER (object), result, &error);
  if (found == NULL)
    {
      enclave_tool_scope_fail (self, g_steal_pointer (&task), path, g_steal_pointer (&error));
      return;
    }

  record.path = found->path;
  if (!enclave_tool_scope_record (self, task, &record, found->text))
    return;
  shown = enclave_utf8_display_name (found->path);
  matches = g_strdup_printf (ngettext ("%u match", "%u matches", found->n_matches), found->n_matches);
  summary = found->n_files == 0 ? g_strdup (matches)
                                : g_strdup_printf (ngettext ("%s in %u file", "%s in %u files", found->n_files),
                                                   matches, found->n_files);
  g_task_return_pointer (task, enclave_context_item_new (found->text, shown, summary, found->truncated),
                         g_object_unref);
}

/**
 * enclave_tool_scope_search_async:
 * @pattern: literal text, or an expression of PCRE when @is_regex
 * @path: (nullable): a file or a folder; %NULL or "" is the project
 *
 * Searches texts line by line; not applied and not saved ones count instead of the disk. Errors: those of the path's
 * decision; %ENCLAVE_GATE_ERROR_FAILED for a pattern that is none.
 */
void
enclave_tool_scope_search_async (EnclaveToolScope *self, const char *pattern, const char *path, gboolean is_regex,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (pattern != NULL);

  if (path == NULL || *path == '\0')
    path = ".";
  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_READ, path, enclave_tool_scope_search_async, cancellable,
                                   callback, user_data);
  if (task == NULL || !check_pattern (self, task, pattern))
    return;

  g_task_set_task_data (task, g_strdup (path), g_free);
  enclave_search_door_search_async (enclave_tool_scope_get_resolver (self), pattern, path, is_regex,
                                    copy_overlays (self), cancellable, on_searched, task);
}

/**
 * enclave_tool_scope_search_finish:
 *
 * Returns: (transfer full): the matches, or %NULL with @error
 */
EnclaveContextItem *
enclave_tool_scope_search_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_found (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *self = g_task_get_source_object (task);
  g_autoptr (EnclaveSearchResult) found = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *summary = NULL;
  EnclaveAuditRecord record = { 0 };

  found = enclave_search_door_finish (ENCLAVE_PATH_RESOLVER (object), result, &error);
  if (found == NULL)
    {
      enclave_tool_scope_fail (self, g_steal_pointer (&task), ".", g_steal_pointer (&error));
      return;
    }

  record.path = found->path;
  if (!enclave_tool_scope_record (self, task, &record, found->text))
    return;
  summary = g_strdup_printf (ngettext ("%u file", "%u files", found->n_matches), found->n_matches);
  g_task_return_pointer (task, enclave_context_item_new (found->text, found->path, summary, found->truncated),
                         g_object_unref);
}

/**
 * enclave_tool_scope_find_async:
 * @pattern: a glob as in gitignore(5), or a part of a name
 *
 * Finds files by name. Denied ones are listed and marked.
 */
void
enclave_tool_scope_find_async (EnclaveToolScope *self, const char *pattern, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (pattern != NULL);

  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_READ, NULL, enclave_tool_scope_find_async, cancellable,
                                   callback, user_data);
  if (task == NULL || !check_pattern (self, task, pattern))
    return;

  enclave_search_door_find_async (enclave_tool_scope_get_resolver (self), pattern, cancellable, on_found, task);
}

/**
 * enclave_tool_scope_find_finish:
 *
 * Returns: (transfer full): the paths, or %NULL with @error
 */
EnclaveContextItem *
enclave_tool_scope_find_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
