/* enclave-deadline.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-deadline-private.h"

struct _EnclaveDeadline
{
  GCancellable *cancellable;
  GCancellable *outer;
  gulong chain;
  guint timer;
  gboolean is_over;
};

static gboolean
on_late (gpointer user_data)
{
  EnclaveDeadline *self = user_data;

  self->timer = 0;
  self->is_over = TRUE;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_outer_cancelled (GCancellable *outer, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

EnclaveDeadline *
enclave_deadline_new (GCancellable *outer, guint timeout_ms)
{
  EnclaveDeadline *self = g_new0 (EnclaveDeadline, 1);

  self->cancellable = g_cancellable_new ();
  if (timeout_ms > 0)
    self->timer = g_timeout_add (timeout_ms, on_late, self);
  if (outer != NULL)
    {
      self->outer = g_object_ref (outer);
      self->chain = g_cancellable_connect (outer, G_CALLBACK (on_outer_cancelled), g_object_ref (self->cancellable),
                                           g_object_unref);
    }
  return self;
}

void
enclave_deadline_free (EnclaveDeadline *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->chain != 0)
    g_cancellable_disconnect (self->outer, self->chain);
  g_clear_object (&self->outer);
  g_clear_object (&self->cancellable);
  g_free (self);
}

GCancellable *
enclave_deadline_get_cancellable (EnclaveDeadline *self)
{
  return self->cancellable;
}

gboolean
enclave_deadline_is_over (EnclaveDeadline *self)
{
  return self->is_over;
}
