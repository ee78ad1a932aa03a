/* enclave-text-draft-worker.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One thread for all drafts, there while there is work.
 */

#include "config.h"

#include "enclave-text-draft-private.h"

typedef struct
{
  void (*run) (gpointer data);
  gpointer data;
  GDestroyNotify destroy;
} Job;

static GMutex lock;
static GCond idle;
static GQueue jobs = G_QUEUE_INIT;
static gboolean running;

static gpointer
work (gpointer unused)
{
  g_mutex_lock (&lock);
  for (;;)
    {
      Job *job = g_queue_pop_head (&jobs);

      if (job == NULL)
        break;
      g_mutex_unlock (&lock);
      job->run (job->data);
      if (job->destroy != NULL)
        job->destroy (job->data);
      g_free (job);
      g_mutex_lock (&lock);
    }
  running = FALSE;
  g_cond_broadcast (&idle);
  g_mutex_unlock (&lock);
  return NULL;
}

void
_enclave_text_draft_push (void (*run) (gpointer data), gpointer data, GDestroyNotify destroy)
{
  Job *job = g_new0 (Job, 1);

  job->run = run;
  job->data = data;
  job->destroy = destroy;
  g_mutex_lock (&lock);
  g_queue_push_tail (&jobs, job);
  if (!running)
    {
      running = TRUE;
      g_thread_unref (g_thread_new ("drafts", work, NULL));
    }
  g_mutex_unlock (&lock);
}

void
_enclave_text_draft_wait (guint milliseconds)
{
  gint64 until = g_get_monotonic_time () + (gint64) milliseconds * G_TIME_SPAN_MILLISECOND;

  g_mutex_lock (&lock);
  while (running && g_cond_wait_until (&idle, &lock, until))
    ;
  g_mutex_unlock (&lock);
}
