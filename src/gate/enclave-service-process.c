/* enclave-service-process.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-service-process.h"

#include <signal.h>
#include <unistd.h>

#include "enclave-confined-spawn.h"

struct _EnclaveServiceProcess
{
  GObject parent_instance;

  GPid pid;
  guint watch;
  int report_fd;
};

enum
{
  EXITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveServiceProcess, enclave_service_process, G_TYPE_OBJECT)

static void
on_forgotten_child_exited (GPid pid, int wait_status, gpointer user_data)
{
  g_spawn_close_pid (pid);
}

static void
enclave_service_process_dispose (GObject *object)
{
  EnclaveServiceProcess *self = ENCLAVE_SERVICE_PROCESS (object);

  if (self->watch != 0)
    {
      enclave_service_process_stop (self);
      g_clear_handle_id (&self->watch, g_source_remove);
      /* Somebody has to reap it after this object has gone. */
      g_child_watch_add (self->pid, on_forgotten_child_exited, NULL);
    }
  if (self->report_fd >= 0)
    close (g_steal_fd (&self->report_fd));
  G_OBJECT_CLASS (enclave_service_process_parent_class)->dispose (object);
}

static void
enclave_service_process_class_init (EnclaveServiceProcessClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_service_process_dispose;

  signals[EXITED] = g_signal_new ("exited", ENCLAVE_TYPE_SERVICE_PROCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
enclave_service_process_init (EnclaveServiceProcess *self)
{
  self->report_fd = -1;
}

static void
on_exited (GPid pid, int wait_status, gpointer user_data)
{
  EnclaveServiceProcess *self = user_data;

  self->watch = 0;
  g_signal_emit (self, signals[EXITED], 0, wait_status);
}

EnclaveServiceProcess *
enclave_service_process_start (const char *const *argv, const char *socket_dir, GError **error)
{
  g_autoptr (EnclaveServiceProcess) self = g_object_new (ENCLAVE_TYPE_SERVICE_PROCESS, NULL);
  g_autoptr (EnclaveConfinedPlan) plan = enclave_confined_plan_new ();
  g_autofree char *program_dir = NULL;

  g_return_val_if_fail (argv != NULL && argv[0] != NULL && g_path_is_absolute (argv[0]), NULL);
  g_return_val_if_fail (socket_dir != NULL, NULL);

  program_dir = g_path_get_dirname (argv[0]);
  if (!g_str_has_prefix (program_dir, "/usr/"))
    enclave_confined_plan_add (plan, "see", program_dir);
  enclave_confined_plan_add (plan, "socket-folder", socket_dir);
  enclave_confined_plan_add_environment (plan, NULL);
  enclave_confined_plan_add_argv (plan, argv);
  if (!enclave_confined_plan_spawn (plan, -1, &self->pid, &self->report_fd, error))
    return NULL;
  self->watch = g_child_watch_add (self->pid, on_exited, self);
  return g_steal_pointer (&self);
}

void
enclave_service_process_stop (EnclaveServiceProcess *self)
{
  g_return_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self));

  if (self->watch != 0)
    kill (self->pid, SIGKILL);
}
