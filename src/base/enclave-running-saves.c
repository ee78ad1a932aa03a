/* enclave-running-saves.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-running-saves.h"

static GMutex lock;
static GCond ended;
static guint running;
static gboolean closed;

void
enclave_running_saves_begin (void)
{
  g_mutex_lock (&lock);
  while (closed)
    g_cond_wait (&ended, &lock);
  running++;
  g_mutex_unlock (&lock);
}

void
enclave_running_saves_end (void)
{
  g_mutex_lock (&lock);
  running--;
  g_cond_broadcast (&ended);
  g_mutex_unlock (&lock);
}

gboolean
enclave_running_saves_close (guint milliseconds)
{
  gint64 until = g_get_monotonic_time () + (gint64) milliseconds * G_TIME_SPAN_MILLISECOND;
  gboolean none;

  g_mutex_lock (&lock);
  closed = TRUE;
  while (running > 0 && g_cond_wait_until (&ended, &lock, until))
    ;
  none = running == 0;
  g_mutex_unlock (&lock);
  return none;
}
