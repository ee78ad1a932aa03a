/* enclave-diff-job.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gio/gio.h>

#include "enclave-diff-job.h"

struct _EnclaveDiffJob
{
  gatomicrefcount n_references;
  EnclaveDiffFunc function;
  gpointer input;
  GDestroyNotify free_input;
  GDestroyNotify free_result;
  EnclaveDiffDone done; /* NULL: nobody waits any more */
  gpointer user_data;

  GMutex mutex;
  GCond cond;
  gboolean finished; /* by the mutex */
  gpointer result;   /* by the mutex */
};

static void
job_unref (gpointer data)
{
  EnclaveDiffJob *job = data;

  if (!g_atomic_ref_count_dec (&job->n_references))
    return;
  if (job->result != NULL && job->free_result != NULL)
    job->free_result (job->result);
  if (job->free_input != NULL)
    job->free_input (job->input);
  g_mutex_clear (&job->mutex);
  g_cond_clear (&job->cond);
  g_free (job);
}

static void
run_cb (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  EnclaveDiffJob *job = task_data;
  gpointer result = job->function (job->input);

  g_mutex_lock (&job->mutex);
  job->result = result;
  job->finished = TRUE;
  g_cond_signal (&job->cond);
  g_mutex_unlock (&job->mutex);
  g_task_return_boolean (task, TRUE);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EnclaveDiffJob *job = g_task_get_task_data (G_TASK (result));
  EnclaveDiffDone done = g_steal_pointer (&job->done);

  if (done != NULL)
    done (job, job->user_data);
}

EnclaveDiffJob *
enclave_diff_job_start (EnclaveDiffFunc function, gpointer input, GDestroyNotify free_input, GDestroyNotify free_result,
                        EnclaveDiffDone done, gpointer user_data)
{
  EnclaveDiffJob *job;
  g_autoptr (GTask) task = NULL;

  g_return_val_if_fail (function != NULL, NULL);

  job = g_new0 (EnclaveDiffJob, 1);
  g_atomic_ref_count_init (&job->n_references);
  g_atomic_ref_count_inc (&job->n_references);
  job->function = function;
  job->input = input;
  job->free_input = free_input;
  job->free_result = free_result;
  job->done = done;
  job->user_data = user_data;
  g_mutex_init (&job->mutex);
  g_cond_init (&job->cond);

  task = g_task_new (NULL, NULL, done_cb, NULL);
  g_task_set_source_tag (task, enclave_diff_job_start);
  g_task_set_task_data (task, job, job_unref);
  g_task_run_in_thread (task, run_cb);

  return job;
}

gpointer
enclave_diff_job_take (EnclaveDiffJob *job)
{
  gpointer result;

  g_return_val_if_fail (job != NULL, NULL);

  job->done = NULL;
  g_mutex_lock (&job->mutex);
  while (!job->finished)
    g_cond_wait (&job->cond, &job->mutex);
  result = g_steal_pointer (&job->result);
  g_mutex_unlock (&job->mutex);

  return result;
}

void
enclave_diff_job_drop (EnclaveDiffJob *job)
{
  g_return_if_fail (job != NULL);

  job->done = NULL;
  job_unref (job);
}
