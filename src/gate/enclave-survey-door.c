/* enclave-survey-door.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "enclave-survey-door.h"

#include "enclave-file-door.h"
#include "enclave-limits.h"
#include "enclave-project-survey-private.h"
#include "enclave-workspace-walk.h"

typedef struct
{
  EnclaveProjectSurvey *previous; /* (nullable) */
  EnclaveSandboxLevel level;
  EnclaveTextAdmission *admission; /* (nullable) */
} Request;

typedef struct
{
  EnclavePathResolver *resolver;
  GCancellable *cancellable;
  GHashTable *known;       /* (element-type utf8 EnclaveSurveyFile) borrowed from the survey before */
  EnclaveProjectSurvey *survey;
  EnclaveSurveyTags *tags; /* (nullable): no definitions are looked for */
} Look;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_pointer (&request->previous, enclave_project_survey_unref);
  g_clear_object (&request->admission);
  g_free (request);
}

/* Data and prose mention names without using them, and there is much of it. */
static gboolean
is_prose (const char *path)
{
  static const char *const ends[] = { ".md", ".txt", ".json", ".xml", ".svg", ".html", ".htm", ".css", ".po", ".pot", ".csv", ".tsv",
                                      ".lock", ".rst", ".log", ".yaml", ".yml", ".toml", ".ini", ".sum", ".map", ".ui", ".svgz" };
  const char *end = strrchr (path, '.');

  for (guint i = 0; end != NULL && i < G_N_ELEMENTS (ends); i++)
    if (g_ascii_strcasecmp (end, ends[i]) == 0)
      return TRUE;

  return g_str_has_suffix (path, ".min.js");
}

static void
set_problem (Look *look, const char *message)
{
  if (look->survey->problem == NULL)
    look->survey->problem = g_strdup (message);
}

static void
run_tags (Look *look)
{
  g_autoptr (GError) error = NULL;

  if (look->tags == NULL || enclave_survey_tags_run (look->tags, look->cancellable, &error))
    return;
  set_problem (look, error->message);
  g_clear_pointer (&look->tags, enclave_survey_tags_free);
}

static void
read_file (Look *look, EnclaveSurveyFile *file, const EnclaveResolvedPath *resolved)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  int fd;

  if (resolved->st.st_size == 0 || resolved->st.st_size > ENCLAVE_MAP_FILE_MAX_BYTES || is_prose (file->path))
    return;
  fd = enclave_path_resolver_reopen (look->resolver, resolved, NULL);
  if (fd < 0)
    return;
  text = enclave_file_door_slurp (fd, ENCLAVE_MAP_FILE_MAX_BYTES, &length);
  close (fd);
  look->survey->n_read++;
  if (text == NULL || length == 0 || memchr (text, '\0', length) != NULL)
    return;

  file->mentions = enclave_symbol_list_mentions (text, length);
  if (look->tags == NULL)
    return;
  enclave_survey_tags_add (look->tags, file, text, length);
  if (enclave_survey_tags_get_size (look->tags) >= ENCLAVE_MAP_BATCH_BYTES)
    run_tags (look);
}

static gboolean
look_at_entry_cb (const EnclaveWalkEntry *entry, gpointer user_data)
{
  Look *look = user_data;
  g_auto (EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
  g_autoptr (GError) error = NULL;
  const EnclaveSurveyFile *known;
  EnclaveSurveyFile *file;
  int fd;

  if (entry->is_folder && entry->rule == NULL)
    return TRUE;
  if (look->survey->files->len >= ENCLAVE_MAP_MAX_FILES)
    {
      look->survey->is_partial = TRUE;
      return FALSE;
    }
  if (entry->rule != NULL)
    {
      g_autofree char *path = entry->is_folder ? g_strconcat (entry->path, "/", NULL) : g_strdup (entry->path);

      g_ptr_array_add (look->survey->files, enclave_survey_file_new (path, entry->rule));
      return TRUE;
    }

  fd = openat (entry->folder_fd, entry->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return TRUE;
  if (!enclave_path_resolver_judge (look->resolver, ENCLAVE_EFFECT_READ, fd, entry->path, ENCLAVE_RESOLVE_REGULAR,
                                    G_USEC_PER_SEC, &resolved, &error))
    {
      const char *rule = enclave_gate_error_get_rule (error);

      if (rule != NULL)
        g_ptr_array_add (look->survey->files, enclave_survey_file_new (entry->path, g_intern_string (rule)));
      return TRUE;
    }

  known = look->known != NULL ? g_hash_table_lookup (look->known, entry->path) : NULL;
  if (known != NULL && known->rule == NULL && enclave_survey_file_has_stamp (known, &resolved.st))
    {
      g_ptr_array_add (look->survey->files, enclave_survey_file_ref ((EnclaveSurveyFile *) known));
      return TRUE;
    }
  file = enclave_survey_file_new (entry->path, NULL);
  enclave_survey_file_set_stamp (file, &resolved.st);
  g_ptr_array_add (look->survey->files, file);
  read_file (look, file, &resolved);

  return TRUE;
}

/* Returns: (transfer full) (nullable): a ctags of the system, by its own path: the box shows no other place. */
static char *
find_ctags (void)
{
  static const char *const names[] = { "ctags-universal", "ctags" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_find_program_in_path (names[i]);
      g_autofree char *true_path = path != NULL ? realpath (path, NULL) : NULL;

      if (true_path != NULL && g_str_has_prefix (true_path, "/usr/"))
        return g_strdup (true_path);
    }

  return NULL;
}

static void
prepare_tags (Look *look, EnclaveSandboxLevel level)
{
  g_autofree char *program = NULL;

  if (level <= ENCLAVE_SANDBOX_TOOLS_ONLY)
    {
      set_problem (look, _("Programs can’t be confined here, so none looks for definitions"));
      return;
    }
  program = find_ctags ();
  if (program == NULL)
    set_problem (look, _("universal-ctags is not installed, so the map has names of files only"));
  else
    look->tags = enclave_survey_tags_new (program, level == ENCLAVE_SANDBOX_REDUCED);
}

static EnclaveProjectSurvey *
survey_new (void)
{
  EnclaveProjectSurvey *survey = g_new0 (EnclaveProjectSurvey, 1);

  g_atomic_ref_count_init (&survey->references);
  survey->files = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_survey_file_unref);
  survey->ranked = g_array_new (FALSE, FALSE, sizeof (EnclaveSurveyPlace));

  return survey;
}

static void
look_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Request *request = task_data;
  g_auto (EnclaveResolvedPath) start = ENCLAVE_RESOLVED_PATH_INIT;
  g_autoptr (EnclaveProjectSurvey) survey = survey_new ();
  g_autoptr (GHashTable) known = NULL;
  GError *error = NULL;
  gint64 begun_us = g_get_monotonic_time ();
  Look look = { .resolver = source, .cancellable = cancellable, .survey = survey };

  /* What could not be found out then may be now. */
  if (request->previous != NULL && request->previous->problem == NULL)
    {
      look.known = known = g_hash_table_new (g_str_hash, g_str_equal);
      for (guint i = 0; i < request->previous->files->len; i++)
        {
          EnclaveSurveyFile *file = g_ptr_array_index (request->previous->files, i);

          g_hash_table_insert (known, file->path, file);
        }
    }
  prepare_tags (&look, request->level);

  if (enclave_path_resolver_open (source, ENCLAVE_EFFECT_READ, ".", ENCLAVE_RESOLVE_DIRECTORY, &start, &error))
    enclave_workspace_walk (source, &start, ENCLAVE_WALK_DEFAULT, cancellable, look_at_entry_cb, &look, &error);
  run_tags (&look);
  g_clear_pointer (&look.tags, enclave_survey_tags_free);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  enclave_project_survey_rank (survey);
  /* It waits until the values of denied files are known. */
  if (request->admission != NULL)
    enclave_masked_text_free (enclave_text_admission_mask_on_worker (request->admission, "", ENCLAVE_ADMISSION_NONE));
  survey->took_us = g_get_monotonic_time () - begun_us;
  g_task_return_pointer (task, g_steal_pointer (&survey), (GDestroyNotify) enclave_project_survey_unref);
}

void
enclave_survey_door_look_async (EnclavePathResolver *resolver, EnclaveProjectSurvey *previous, EnclaveSandboxLevel level,
                                EnclaveTextAdmission *admission, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->previous = previous != NULL ? enclave_project_survey_ref (previous) : NULL;
  request->level = level;
  g_set_object (&request->admission, admission);
  g_task_set_source_tag (task, enclave_survey_door_look_async);
  g_task_set_task_data (task, request, request_free);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, look_worker);
}

EnclaveProjectSurvey *
enclave_survey_door_look_finish (EnclavePathResolver *resolver, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, resolver), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
