/* enclave-audit-sync.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include "enclave-audit-log-private.h"

struct _EnclaveAuditSync
{
  gatomicrefcount references;
  int fd;
  int wanted; /* requests that no sync has begun after */
};

static void
release (EnclaveAuditSync *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  close (self->fd);
  g_free (self);
}

EnclaveAuditSync *
enclave_audit_sync_new (int fd)
{
  int copy = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  EnclaveAuditSync *self;

  if (copy < 0)
    return NULL;
  self = g_new0 (EnclaveAuditSync, 1);
  self->fd = copy;
  g_atomic_ref_count_init (&self->references);

  return self;
}

static gpointer
sync_thread (gpointer data)
{
  EnclaveAuditSync *self = data;
  int seen;

  do
    {
      seen = g_atomic_int_get (&self->wanted);
      /* A disk that fails here tells the next write. */
      fdatasync (self->fd);
    }
  while (!g_atomic_int_compare_and_exchange (&self->wanted, seen, 0));
  release (self);

  return NULL;
}

void
enclave_audit_sync_request (EnclaveAuditSync *self)
{
  GThread *thread;

  /* A worker that runs looks again. */
  if (g_atomic_int_add (&self->wanted, 1) > 0)
    return;
  g_atomic_ref_count_inc (&self->references);
  thread = g_thread_try_new ("audit-sync", sync_thread, self, NULL);
  if (thread != NULL)
    {
      g_thread_unref (thread);
      return;
    }
  fdatasync (self->fd);
  g_atomic_int_set (&self->wanted, 0);
  release (self);
}

void
enclave_audit_sync_end (EnclaveAuditSync *self)
{
  if (g_atomic_int_get (&self->wanted) > 0)
    fdatasync (self->fd);
  release (self);
}
