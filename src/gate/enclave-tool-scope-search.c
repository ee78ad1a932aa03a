/* enclave-tool-scope-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-tool-scope-private.h"

#include "enclave-context-item-private.h"
#include "enclave-gate-private.h"
#include "enclave-limits.h"
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
                                                   N_("Searching: the pattern is empty or not UTF-8")));
  return FALSE;
}

typedef struct
{
  char *path;
  EnclaveSearchResult *found;
  char *shown;
  char *summary;
} SearchCall;

static void
search_call_free (gpointer data)
{
  SearchCall *call = data;

  g_free (call->path);
  g_clear_pointer (&call->found, enclave_search_result_free);
  g_free (call->shown);
  g_free (call->summary);
  g_free (call);
}

static void
set_search_call (GTask *task, const char *path)
{
  SearchCall *call = g_new0 (SearchCall, 1);

  call->path = g_strdup (path);
  g_task_set_task_data (task, call, search_call_free);
}

static void
on_result_masked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *self = ENCLAVE_TOOL_SCOPE (object);
  SearchCall *call = g_task_get_task_data (task);
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = enclave_tool_scope_mask_finish (self, result, &error);
  EnclaveAuditRecord record = { .path = call->found->path };

  if (text == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  item = enclave_context_item_new (text, call->shown, call->summary, call->found->truncated);
  if (enclave_tool_scope_record (self, task, &record, enclave_context_item_get_text (item)))
    g_task_return_pointer (task, g_steal_pointer (&item), g_object_unref);
}

static void
on_searched (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *self = g_task_get_source_object (task);
  SearchCall *call = g_task_get_task_data (task);
  EnclaveSearchResult *found;
  g_autoptr (GError) error = NULL;
  g_autofree char *matches = NULL;

  found = call->found = enclave_search_door_finish (ENCLAVE_PATH_RESOLVER (object), result, &error);
  if (found == NULL)
    {
      enclave_tool_scope_fail (self, g_steal_pointer (&task), call->path, g_steal_pointer (&error));
      return;
    }

  if (!enclave_tool_scope_record_masks (self, found->path, &(EnclaveMaskedText) { NULL, found->values, found->secrets },
                                        &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  call->shown = enclave_utf8_display_name (found->path);
  matches = g_strdup_printf (ngettext ("%u match", "%u matches", found->n_matches), found->n_matches);
  call->summary = found->n_files == 0 ? g_strdup (matches)
                                      : g_strdup_printf (ngettext ("%s in %u file", "%s in %u files", found->n_files),
                                                         matches, found->n_files);
  enclave_tool_scope_mask_async (self, g_steal_pointer (&found->text), found->path, ENCLAVE_ADMISSION_NONE,
                                 g_task_get_cancellable (task), on_result_masked, g_object_ref (task));
}

static void
search (EnclaveToolScope *self, const char *pattern, const char *path, gboolean is_regex, EnclaveSearchPage page,
        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  if (path == NULL || *path == '\0')
    path = ".";
  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_READ, path, enclave_tool_scope_search_async, cancellable,
                                   callback, user_data);
  if (task == NULL || !check_pattern (self, task, pattern))
    return;

  set_search_call (task, path);
  enclave_search_door_search_async (enclave_tool_scope_get_resolver (self), pattern, path, is_regex, page,
                                    copy_overlays (self),
                                    enclave_gate_get_admission (enclave_tool_scope_get_gate (self)), cancellable, on_searched, task);
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
  const EnclaveSearchPage page = ENCLAVE_SEARCH_PAGE_ALL (ENCLAVE_SEARCH_MAX_MATCHES);

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (pattern != NULL);

  search (self, pattern, path, is_regex, page, cancellable, callback, user_data);
}

/**
 * enclave_tool_scope_search_page_async:
 * @first: the match that the page begins with; 0 and 1: the first one
 *
 * As enclave_tool_scope_search_async(), at most %ENCLAVE_SEARCH_PAGE_MATCHES of %ENCLAVE_SEARCH_PAGE_BYTES, with how many there are
 * in all and where the next page begins.
 */
void
enclave_tool_scope_search_page_async (EnclaveToolScope *self, const char *pattern, const char *path, gboolean is_regex,
                                      guint first, GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  const EnclaveSearchPage page = { MAX (first, 1), ENCLAVE_SEARCH_PAGE_MATCHES, ENCLAVE_SEARCH_PAGE_BYTES };

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (pattern != NULL);

  search (self, pattern, path, is_regex, page, cancellable, callback, user_data);
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
  SearchCall *call = g_task_get_task_data (task);
  EnclaveSearchResult *found;
  g_autoptr (GError) error = NULL;

  found = call->found = enclave_search_door_finish (ENCLAVE_PATH_RESOLVER (object), result, &error);
  if (found == NULL)
    {
      enclave_tool_scope_fail (self, g_steal_pointer (&task), ".", g_steal_pointer (&error));
      return;
    }

  call->shown = g_strdup (found->path);
  call->summary = g_strdup_printf (ngettext ("%u file", "%u files", found->n_matches), found->n_matches);
  enclave_tool_scope_mask_async (self, g_steal_pointer (&found->text), found->path, ENCLAVE_ADMISSION_NONE,
                                 g_task_get_cancellable (task), on_result_masked, g_object_ref (task));
}

static void
find (EnclaveToolScope *self, const char *pattern, EnclaveSearchPage page, GCancellable *cancellable,
      GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_READ, NULL, enclave_tool_scope_find_async, cancellable,
                                   callback, user_data);
  if (task == NULL || !check_pattern (self, task, pattern))
    return;

  set_search_call (task, ".");
  enclave_search_door_find_async (enclave_tool_scope_get_resolver (self), pattern, page, cancellable, on_found, task);
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
  const EnclaveSearchPage page = ENCLAVE_SEARCH_PAGE_ALL (ENCLAVE_LIST_MAX_ENTRIES);

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (pattern != NULL);

  find (self, pattern, page, cancellable, callback, user_data);
}

/**
 * enclave_tool_scope_find_page_async:
 * @first: the name that the page begins with; 0 and 1: the first one
 *
 * As enclave_tool_scope_find_async(), at most %ENCLAVE_SEARCH_PAGE_NAMES of %ENCLAVE_SEARCH_PAGE_BYTES, with how many there are in
 * all and where the next page begins.
 */
void
enclave_tool_scope_find_page_async (EnclaveToolScope *self, const char *pattern, guint first, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  const EnclaveSearchPage page = { MAX (first, 1), ENCLAVE_SEARCH_PAGE_NAMES, ENCLAVE_SEARCH_PAGE_BYTES };

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (pattern != NULL);

  find (self, pattern, page, cancellable, callback, user_data);
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
