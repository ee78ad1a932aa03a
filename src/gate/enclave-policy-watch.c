/* enclave-policy-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-file-watch.h"
#include "enclave-policy-watch-private.h"

#include "enclave-limits.h"
#include "enclave-policy-private.h"
#include "enclave-state-dir.h"

#define N_FILES 3

struct _EnclavePolicyWatch
{
  GFileMonitor *monitors[N_FILES];
  void (*changed) (gpointer user_data);
  gpointer user_data;
  GSource *timer; /* (nullable) */
};

static gboolean
timer_cb (gpointer user_data)
{
  EnclavePolicyWatch *self = user_data;

  g_clear_pointer (&self->timer, g_source_unref);
  self->changed (self->user_data);

  return G_SOURCE_REMOVE;
}

static void
monitor_cb (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer user_data)
{
  EnclavePolicyWatch *self = user_data;

  /* Not begun again: a file that is written all the time would never be read. */
  if (self->timer != NULL)
    return;
  self->timer = g_timeout_source_new (ENCLAVE_POLICY_RELOAD_DELAY_MS);
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

EnclavePolicyWatch *
enclave_policy_watch_new (const char *root, void (*changed) (gpointer user_data), gpointer user_data)
{
  EnclavePolicyWatch *self = g_new0 (EnclavePolicyWatch, 1);
  g_autofree char *user_file = enclave_config_dir_path ("policy");
  g_autofree char *project_file = g_build_filename (root, ".enclave", "policy", NULL);
  const char *const files[N_FILES] = { ENCLAVE_POLICY_SYSTEM_FILE, user_file, project_file };

  self->changed = changed;
  self->user_data = user_data;
  for (guint i = 0; i < N_FILES; i++)
    {
      g_autoptr(GFile) file = g_file_new_for_path (files[i]);

      self->monitors[i] = enclave_file_watch_new (file);
      g_signal_connect (self->monitors[i], "changed", G_CALLBACK (monitor_cb), self);
    }

  return self;
}

void
enclave_policy_watch_free (EnclavePolicyWatch *self)
{
  if (self->timer != NULL)
    {
      g_source_destroy (self->timer);
      g_source_unref (self->timer);
    }
  for (guint i = 0; i < N_FILES; i++)
    {
      g_signal_handlers_disconnect_by_data (self->monitors[i], self);
      g_file_monitor_cancel (self->monitors[i]);
      g_object_unref (self->monitors[i]);
    }
  g_free (self);
}
