/* enclave-search-replace.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-search-replace.h"

#include <string.h>

#include "enclave-limits.h"
#include "enclave-tool-scope.h"
#include "enclave-utf8.h"

typedef struct
{
  EnclaveBufferOverlay *overlay;
  EnclaveToolScope *scope;
  EnclaveTextPattern *pattern;
  GPtrArray *paths;
  char *replacement;
  EnclaveReplaceResult *result;
  guint next;
  guint n_in_file;
} State;

void
enclave_replace_result_free (EnclaveReplaceResult *result)
{
  g_ptr_array_unref (result->left);
  g_free (result);
}

static void
state_free (gpointer data)
{
  State *state = data;

  g_object_unref (state->overlay);
  g_object_unref (state->scope);
  enclave_text_pattern_unref (state->pattern);
  g_ptr_array_unref (state->paths);
  g_free (state->replacement);
  g_clear_pointer (&state->result, enclave_replace_result_free);
  g_free (state);
}

static void replace_next (GTask *owned_task);

static const char *
get_path (const State *state)
{
  return g_ptr_array_index (state->paths, state->next);
}

/* @owned_task: (transfer full). */
static void
leave_out (GTask *owned_task)
{
  State *state = g_task_get_task_data (owned_task);

  g_ptr_array_add (state->result->left, enclave_utf8_display_name (get_path (state)));
  state->next++;
  replace_next (owned_task);
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  State *state = g_task_get_task_data (task);
  EnclaveChangeSet *changes = g_task_get_source_object (task);
  const EnclaveChangeOrigin origin = { .tool = "search", .quality = ENCLAVE_MATCH_EXACT };
  g_autoptr (EnclaveProposal) proposal = enclave_tool_scope_prepare_write_finish (state->scope, result, NULL);

  if (proposal == NULL)
    {
      leave_out (g_steal_pointer (&task));
      return;
    }
  enclave_change_set_add_from (changes, proposal, &origin);
  state->result->n_files++;
  state->result->n_replaced += state->n_in_file;
  state->next++;
  replace_next (g_steal_pointer (&task));
}

/* @owned_task: (transfer full). */
static void
replace_in (GTask *owned_task, const char *text)
{
  g_autoptr (GTask) task = owned_task;
  State *state = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *replaced = enclave_text_pattern_replace (state->pattern, text, state->replacement, &state->n_in_file, &error);

  if (replaced == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (state->n_in_file == 0 || strcmp (replaced, text) == 0)
    {
      state->next++;
      replace_next (g_steal_pointer (&task));
      return;
    }
  enclave_tool_scope_prepare_write_async (state->scope, get_path (state), text, replaced, g_task_get_cancellable (task), prepared_cb,
                                          g_object_ref (task));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *text = NULL;
  gsize length = 0;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!g_file_load_contents_finish (G_FILE (source), result, &text, &length, NULL, NULL) || strlen (text) != length
      || length > ENCLAVE_TEXT_REPLACE_MAX_FILE_BYTES || !g_utf8_validate (text, (gssize) length, NULL))
    {
      leave_out (g_steal_pointer (&task));
      return;
    }
  replace_in (g_steal_pointer (&task), text);
}

static void
queried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);

  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR
      || g_file_info_get_size (info) > ENCLAVE_TEXT_REPLACE_MAX_FILE_BYTES)
    {
      leave_out (g_steal_pointer (&task));
      return;
    }
  g_file_load_contents_async (G_FILE (source), g_task_get_cancellable (task), loaded_cb, g_object_ref (task));
}

/* @owned_task: (transfer full). */
static void
replace_next (GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  State *state = g_task_get_task_data (task);
  EnclaveChangeSet *changes = g_task_get_source_object (task);
  g_autofree char *full = NULL;
  g_autofree char *unsaved = NULL;
  g_autoptr (GFile) file = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (state->next >= state->paths->len)
    {
      g_task_return_pointer (task, g_steal_pointer (&state->result), (GDestroyNotify) enclave_replace_result_free);
      return;
    }
  full = g_build_filename (enclave_gate_get_root (enclave_change_set_get_gate (changes)), get_path (state), NULL);
  unsaved = enclave_buffer_overlay_dup_text (state->overlay, full);
  if (unsaved != NULL)
    {
      replace_in (g_steal_pointer (&task), unsaved);
      return;
    }
  file = g_file_new_for_path (full);
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS,
                           G_PRIORITY_DEFAULT, g_task_get_cancellable (task), queried_cb, g_object_ref (task));
}

void
enclave_search_replace_async (EnclaveChangeSet *changes, EnclaveBufferOverlay *overlay, GPtrArray *paths, EnclaveTextPattern *pattern,
                              const char *replacement, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  State *state;

  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (changes));

  task = g_task_new (changes, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_search_replace_async);
  state = g_new0 (State, 1);
  state->overlay = g_object_ref (overlay);
  state->scope = enclave_gate_open_scope (enclave_change_set_get_gate (changes), "user", "search", ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE);
  state->pattern = enclave_text_pattern_ref (pattern);
  state->paths = g_ptr_array_ref (paths);
  state->replacement = g_strdup (replacement);
  state->result = g_new0 (EnclaveReplaceResult, 1);
  state->result->left = g_ptr_array_new_with_free_func (g_free);
  g_task_set_task_data (task, state, state_free);
  replace_next (g_steal_pointer (&task));
}

EnclaveReplaceResult *
enclave_search_replace_finish (EnclaveChangeSet *changes, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, changes), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
