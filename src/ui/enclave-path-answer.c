/* enclave-path-answer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-path-answer.h"

struct _EnclavePathAnswer
{
  EnclavePathTest test;
  void (*changed) (gpointer user_data); /* (nullable): nobody wants to know any more */
  gpointer user_data;
  char *known; /* (nullable): the path that was looked at last */
  gboolean is_right;
  char *asked; /* (nullable): the path that is being looked at */
};

EnclavePathAnswer *
enclave_path_answer_new (EnclavePathTest test, void (*changed) (gpointer user_data), gpointer user_data)
{
  EnclavePathAnswer *self;

  g_return_val_if_fail (test != NULL, NULL);
  g_return_val_if_fail (changed != NULL, NULL);

  self = g_rc_box_new0 (EnclavePathAnswer);
  self->test = test;
  self->changed = changed;
  self->user_data = user_data;
  return self;
}

static void
clear (gpointer data)
{
  EnclavePathAnswer *self = data;

  g_free (self->known);
  g_free (self->asked);
}

void
enclave_path_answer_free (EnclavePathAnswer *self)
{
  g_return_if_fail (self != NULL);

  self->changed = NULL;
  g_rc_box_release_full (self, clear);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EnclavePathAnswer *self = user_data;
  g_autofree char *found = enclave_path_look_finish (result);

  g_free (self->known);
  self->known = g_steal_pointer (&self->asked);
  self->is_right = found != NULL;
  if (self->changed != NULL)
    self->changed (self->user_data);
  g_rc_box_release_full (self, clear);
}

EnclavePathVerdict
enclave_path_answer_ask (EnclavePathAnswer *self, const char *path)
{
  g_return_val_if_fail (self != NULL, ENCLAVE_PATH_UNKNOWN);
  g_return_val_if_fail (path != NULL, ENCLAVE_PATH_UNKNOWN);

  if (g_strcmp0 (path, self->known) == 0)
    return self->is_right ? ENCLAVE_PATH_RIGHT : ENCLAVE_PATH_WRONG;
  if (self->asked == NULL)
    {
      self->asked = g_strdup (path);
      enclave_path_look_async ((const char *const[]){ path, NULL }, self->test, 0, looked_cb, g_rc_box_acquire (self));
    }
  return ENCLAVE_PATH_UNKNOWN;
}

void
enclave_path_answer_forget (EnclavePathAnswer *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->known, g_free);
}
