/* enclave-path-look.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-path-look.h"

typedef struct
{
  GStrv paths;
  guint next;
  EnclavePathTest test;
  guint limit_ms;
  guint source;
  GCancellable *cancellable; /* of the look that goes on */
} Look;

typedef struct
{
  char *path;
  EnclavePathTest test;
} Question;

gboolean
enclave_path_is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
enclave_path_is_file (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

gboolean
enclave_path_is_folder (const char *path)
{
  return g_path_is_absolute (path) && g_file_test (path, G_FILE_TEST_IS_DIR);
}

gboolean
enclave_path_is_program (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_REGULAR)
         && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE);
}

static void
look_free (gpointer data)
{
  Look *look = data;

  g_strfreev (look->paths);
  g_clear_handle_id (&look->source, g_source_remove);
  g_clear_object (&look->cancellable);
  g_free (look);
}

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->path);
  g_free (question);
}

/* What the disk is asked belongs to the thread, which may have to wait after nobody else does. */
static void
worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Question *question = task_data;

  g_task_return_boolean (task, question->test (question->path));
}

static gboolean
too_late_cb (gpointer user_data)
{
  Look *look = user_data;

  look->source = 0;
  g_cancellable_cancel (look->cancellable);

  return G_SOURCE_REMOVE;
}

static void look_at_next (GTask *task);

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Look *look = g_task_get_task_data (task);

  g_clear_handle_id (&look->source, g_source_remove);
  g_clear_object (&look->cancellable);
  if (g_task_propagate_boolean (G_TASK (result), NULL))
    g_task_return_pointer (task, g_strdup (look->paths[look->next]), g_free);
  else
    {
      look->next++;
      look_at_next (g_steal_pointer (&task));
    }
}

/* @task: (transfer full) */
static void
look_at_next (GTask *task)
{
  g_autoptr (GTask) given = task;
  g_autoptr (GTask) asked = NULL;
  Look *look = g_task_get_task_data (task);
  Question *question;

  if (look->paths[look->next] == NULL)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  question = g_new0 (Question, 1);
  question->path = g_strdup (look->paths[look->next]);
  question->test = look->test;
  look->cancellable = g_cancellable_new ();
  if (look->limit_ms > 0)
    look->source = g_timeout_add (look->limit_ms, too_late_cb, look);
  asked = g_task_new (NULL, look->cancellable, looked_cb, g_steal_pointer (&given));
  g_task_set_source_tag (asked, look_at_next);
  g_task_set_task_data (asked, question, question_free);
  g_task_set_return_on_cancel (asked, TRUE);
  g_task_run_in_thread (asked, worker);
}

void
enclave_path_look_async (const char *const *paths,
                         EnclavePathTest test,
                         guint limit_ms,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Look *look;

  g_return_if_fail (paths != NULL);
  g_return_if_fail (test != NULL);

  look = g_new0 (Look, 1);
  look->paths = g_strdupv ((GStrv)paths);
  look->test = test;
  look->limit_ms = limit_ms;
  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (task, enclave_path_look_async);
  g_task_set_task_data (task, look, look_free);
  look_at_next (g_steal_pointer (&task));
}

char *
enclave_path_look_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}
