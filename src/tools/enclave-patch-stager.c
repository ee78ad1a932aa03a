/* enclave-patch-stager.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-patch-stager.h"

#include "enclave-line-diff.h"
#include "enclave-tool-private.h"

/* One file while its operations are applied. */
typedef struct
{
  char *path;
  char *base;    /* NULL: there is no file */
  char *working; /* NULL: it is to be deleted */
  EnclaveMatchQuality quality;
} WorkingFile;

typedef struct
{
  EnclaveToolScope *scope;
  EnclavePatch *patch;
  char *fallback_path;
  gboolean some;     /* what fits is taken although something does not */
  GPtrArray *files;  /* (element-type WorkingFile) */
  GPtrArray *staged; /* (element-type EnclaveStagedFile) */
  GPtrArray *failures; /* (element-type Failure) */
  guint next;
} StageState;

/* An operation that does not fit. */
typedef struct
{
  guint index;
  GError *error;
} Failure;

static void read_next (GTask *owned_task);
static void prepare_next (GTask *owned_task);

void
enclave_staged_file_free (EnclaveStagedFile *file)
{
  g_clear_object (&file->proposal);
  g_free (file);
}

static void
working_file_free (gpointer data)
{
  WorkingFile *file = data;

  g_free (file->path);
  g_free (file->base);
  g_free (file->working);
  g_free (file);
}

static void
failure_free (gpointer data)
{
  Failure *failure = data;

  g_clear_error (&failure->error);
  g_free (failure);
}

static void
stage_state_free (gpointer data)
{
  StageState *state = data;

  g_clear_object (&state->scope);
  g_clear_pointer (&state->patch, enclave_patch_free);
  g_free (state->fallback_path);
  g_clear_pointer (&state->files, g_ptr_array_unref);
  g_clear_pointer (&state->staged, g_ptr_array_unref);
  g_clear_pointer (&state->failures, g_ptr_array_unref);
  g_free (state);
}

static const char *
operation_path (StageState *state, guint index)
{
  const EnclavePatchOperation *operation = g_ptr_array_index (state->patch->operations, index);
  const char *path = operation->path != NULL ? operation->path : state->fallback_path;

  while (path != NULL && g_str_has_prefix (path, "./"))
    path += 2;

  return path;
}

static WorkingFile *
find_file (StageState *state, const char *path)
{
  for (guint i = 0; i < state->files->len; i++)
    {
      WorkingFile *file = g_ptr_array_index (state->files, i);

      if (g_strcmp0 (file->path, path) == 0)
        return file;
    }

  return NULL;
}

/* What a part of the patch expects to find. (transfer full) */
static char *
join_old_lines (const EnclavePatchOperation *operation)
{
  GString *text = g_string_new (operation->old_text);

  for (guint i = 0; operation->hunks != NULL && i < operation->hunks->len; i++)
    {
      const EnclaveDiffHunk *hunk = g_ptr_array_index (operation->hunks, i);

      for (guint k = 0; k < hunk->n_lines; k++)
        {
          const EnclaveDiffLine *line = &hunk->lines[k];

          if (line->kind != ENCLAVE_DIFF_ADDED)
            g_string_append_printf (text, "%s\n", line->text);
        }
    }

  return g_string_free (text, FALSE);
}

/* A whole file takes the place of all that is there, so it must come from what is there. */
static gboolean
check_knowledge (EnclaveToolScope *scope, const WorkingFile *file, GError **error)
{
  return file->base == NULL || file->working == NULL || enclave_tool_check_knowledge (scope, file->path, file->base, error);
}

static gboolean
apply_operation (EnclaveToolScope *scope, WorkingFile *file, const EnclavePatchOperation *operation, GError **error)
{
  EnclaveMatchQuality quality = ENCLAVE_MATCH_EXACT;
  g_autofree char *text = NULL;

  if (operation->kind == ENCLAVE_PATCH_DELETE_FILE)
    {
      if (file->working == NULL)
        {
          g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, file->path,
                                                            N_("Deleting %s: there is no such file"), file->path));
          return FALSE;
        }
      text = enclave_patch_apply (file->working, operation, &quality, error);
      if (text == NULL)
        {
          enclave_patch_prefix_error (error, "%s: ", file->path);
          return FALSE;
        }
      g_clear_pointer (&file->working, g_free);
      return TRUE;
    }

  if (operation->kind == ENCLAVE_PATCH_WHOLE_FILE && !check_knowledge (scope, file, error))
    return FALSE;
  text = enclave_patch_apply (file->working != NULL ? file->working : "", operation, &quality, error);
  if (text == NULL && file->working == NULL)
    {
      g_clear_error (error);
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, file->path,
                                                        N_("Changing %s: there is no such file"), file->path));
      return FALSE;
    }
  if (text == NULL)
    {
      g_autofree char *old_lines = join_old_lines (operation);

      enclave_patch_prefix_error (error, "%s: ", file->path);
      enclave_tool_explain_masks (old_lines, error);
      return FALSE;
    }
  g_free (file->working);
  file->working = g_steal_pointer (&text);
  file->quality = MAX (file->quality, quality);

  return TRUE;
}

static void
take_failure (StageState *state, GError *error)
{
  Failure *failure = g_new0 (Failure, 1);
  g_autofree char *searched = join_old_lines (g_ptr_array_index (state->patch->operations, state->next));

  enclave_patch_error_locate (error, operation_path (state, state->next), searched, state->next + 1, state->patch->operations->len);
  failure->index = state->next;
  failure->error = error;
  g_ptr_array_add (state->failures, failure);
}

static gboolean
has_failed (StageState *state, guint index)
{
  for (guint i = 0; i < state->failures->len; i++)
    if (((const Failure *) g_ptr_array_index (state->failures, i))->index == index)
      return TRUE;

  return FALSE;
}

/* What a person is shown of @error. */
static void
add_misses (StageState *state, const GError *error, GError *whole)
{
  GPtrArray *misses = enclave_patch_error_get_misses (error);

  for (guint i = 0; misses != NULL && i < misses->len; i++)
    {
      EnclavePatchMiss *miss = enclave_patch_miss_copy (g_ptr_array_index (misses, i));

      for (guint block = 0; state->some && block < state->patch->operations->len; block++)
        if (!has_failed (state, block))
          {
            guint number = block + 1;

            g_array_append_val (miss->landed, number);
          }
      enclave_patch_error_add_miss (whole, miss);
    }
}

/* What all of them are called by: the first that is about a place. */
static EnclavePatchError
get_code (StageState *state)
{
  for (guint i = 0; i < state->failures->len; i++)
    {
      const GError *error = ((const Failure *) g_ptr_array_index (state->failures, i))->error;

      if (error->domain == ENCLAVE_PATCH_ERROR)
        return (EnclavePatchError) error->code;
    }

  return ENCLAVE_PATCH_ERROR_NO_MATCH;
}

/* All that a model must know to send the rest again, and only that: what was wrong with each block, and which ones are not meant.
 * (transfer full) (nullable) */
static GError *
describe_failures (StageState *state)
{
  guint n = state->patch->operations->len;
  g_autoptr (EnclaveWords) words = enclave_words_new ();
  GError *whole = NULL;

  if (state->failures->len == 0)
    return NULL;
  if (n == 1)
    return g_error_copy (((const Failure *) g_ptr_array_index (state->failures, 0))->error);

  for (guint i = 0; i < state->failures->len; i++)
    {
      const Failure *failure = g_ptr_array_index (state->failures, i);

      enclave_words_add (words, N_ ("Block %u of %u: "), failure->index + 1, n);
      g_string_append_printf (words->plain, "%s\n", enclave_tool_error_get_plain (failure->error));
      g_string_append_printf (words->shown, "%s\n", failure->error->message);
    }
  if (state->failures->len == n)
    enclave_words_add (words, N_ ("No block fits."));
  else if (state->some)
    enclave_words_add (words, N_ ("The other blocks were taken; don’t send them again."));
  else
    enclave_words_add (words, N_ ("The other blocks fit, but nothing was changed."));

  enclave_patch_set_error_words (&whole, get_code (state), words);
  for (guint i = 0; i < state->failures->len; i++)
    add_misses (state, ((const Failure *) g_ptr_array_index (state->failures, i))->error, whole);

  return whole;
}

/* The operation that could not be done is left behind. FALSE: the task has ended by it. */
static gboolean
go_on_without (GTask *task, GError *error)
{
  StageState *state = g_task_get_task_data (task);

  if (error->domain != ENCLAVE_PATCH_ERROR && !state->some)
    {
      g_task_return_error (task, error);
      return FALSE;
    }
  take_failure (state, error);
  state->next++;

  return TRUE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StageState *state = g_task_get_task_data (task);
  const EnclavePatchOperation *operation = g_ptr_array_index (state->patch->operations, state->next);
  gboolean may_be_new = operation->kind == ENCLAVE_PATCH_WHOLE_FILE || operation->kind == ENCLAVE_PATCH_HUNKS;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  WorkingFile *file;

  text = enclave_tool_scope_read_for_edit_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (error != NULL
      && !(may_be_new && g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND)))
    {
      if (go_on_without (task, g_steal_pointer (&error)))
        read_next (g_steal_pointer (&task));
      return;
    }
  g_clear_error (&error);

  file = g_new0 (WorkingFile, 1);
  file->path = g_strdup (operation_path (state, state->next));
  file->base = g_steal_pointer (&text);
  file->working = g_strdup (file->base);
  g_ptr_array_add (state->files, file);

  /* The same operation again, now that its file is known. */
  read_next (g_steal_pointer (&task));
}

static void
read_next (GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  StageState *state = g_task_get_task_data (task);

  while (state->next < state->patch->operations->len)
    {
      const char *path = operation_path (state, state->next);
      g_autoptr (GError) error = NULL;
      WorkingFile *file;

      if (path == NULL || *path == '\0')
        {
          enclave_patch_set_error (&error, ENCLAVE_PATCH_ERROR_SYNTAX, N_ ("Reading the patch: part %u names no file"),
                                   state->next + 1);
          g_task_return_error (task, g_steal_pointer (&error));
          return;
        }

      file = find_file (state, path);
      if (file == NULL)
        {
          enclave_tool_scope_read_for_edit_async (state->scope, path, g_task_get_cancellable (task), read_cb,
                                                  g_object_ref (task));
          return;
        }
      if (apply_operation (state->scope, file, g_ptr_array_index (state->patch->operations, state->next), &error))
        state->next++;
      else if (!go_on_without (task, g_steal_pointer (&error)))
        return;
    }
  if (state->failures->len > 0 && (!state->some || state->failures->len == state->patch->operations->len))
    {
      g_task_return_error (task, describe_failures (state));
      return;
    }

  state->next = 0;
  prepare_next (g_steal_pointer (&task));
}

/* Two names for one file would each leave out the other's edit. */
static gboolean
is_named_twice (StageState *state, EnclaveProposal *proposal)
{
  for (guint i = 0; i < state->staged->len; i++)
    {
      const EnclaveStagedFile *staged = g_ptr_array_index (state->staged, i);

      if (g_strcmp0 (enclave_proposal_get_true_path (staged->proposal),
                     enclave_proposal_get_true_path (proposal)) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  StageState *state = g_task_get_task_data (task);
  const WorkingFile *file = g_ptr_array_index (state->files, state->next);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveProposal) proposal = NULL;
  EnclaveStagedFile *staged;

  proposal = enclave_tool_scope_prepare_write_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (proposal != NULL && is_named_twice (state, proposal))
    enclave_patch_set_error (&error, ENCLAVE_PATCH_ERROR_AMBIGUOUS,
                             N_ ("Reading the patch: %s is another name of a file that it changes too"), file->path);
  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  staged = g_new0 (EnclaveStagedFile, 1);
  staged->proposal = g_steal_pointer (&proposal);
  staged->quality = file->quality;
  g_ptr_array_add (state->staged, staged);
  state->next++;
  prepare_next (g_steal_pointer (&task));
}

static void
prepare_next (GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  StageState *state = g_task_get_task_data (task);

  while (state->next < state->files->len)
    {
      const WorkingFile *file = g_ptr_array_index (state->files, state->next);

      if (g_strcmp0 (file->base, file->working) != 0)
        {
          enclave_tool_scope_prepare_write_async (state->scope, file->path, file->base, file->working,
                                                  g_task_get_cancellable (task), prepared_cb, g_object_ref (task));
          return;
        }
      state->next++;
    }

  if (state->staged->len == 0)
    {
      GError *error = NULL;

      enclave_patch_set_error (&error, ENCLAVE_PATCH_ERROR_EMPTY, N_ ("Reading the patch: the files are that way already"));
      g_task_return_error (task, error);
      return;
    }
  g_task_return_pointer (task, g_steal_pointer (&state->staged), (GDestroyNotify) g_ptr_array_unref);
}

static void
stage (EnclaveToolScope *scope, EnclavePatch *patch, const char *fallback_path, gboolean some, GCancellable *cancellable,
       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  StageState *state;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (scope));
  g_return_if_fail (patch != NULL);

  task = g_task_new (scope, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_patch_stager_stage_async);
  state = g_new0 (StageState, 1);
  state->scope = g_object_ref (scope);
  state->patch = patch;
  state->fallback_path = g_strdup (fallback_path);
  state->some = some;
  state->failures = g_ptr_array_new_with_free_func (failure_free);
  state->files = g_ptr_array_new_with_free_func (working_file_free);
  state->staged = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_staged_file_free);
  g_task_set_task_data (task, state, stage_state_free);

  read_next (g_steal_pointer (&task));
}

void
enclave_patch_stager_stage_async (EnclaveToolScope *scope, EnclavePatch *patch, const char *fallback_path,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  stage (scope, patch, fallback_path, FALSE, cancellable, callback, user_data);
}

void
enclave_patch_stager_stage_some_async (EnclaveToolScope *scope, EnclavePatch *patch, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data)
{
  stage (scope, patch, NULL, TRUE, cancellable, callback, user_data);
}

GPtrArray *
enclave_patch_stager_stage_some_finish (EnclaveToolScope *scope, GAsyncResult *result, GError **failures, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, scope), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_patch_stager_stage_async), NULL);

  *failures = describe_failures (g_task_get_task_data (G_TASK (result)));

  return g_task_propagate_pointer (G_TASK (result), error);
}

GPtrArray *
enclave_patch_stager_stage_finish (EnclaveToolScope *scope, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, scope), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_patch_stager_stage_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
