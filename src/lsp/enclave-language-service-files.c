/* enclave-language-service-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the servers are told of files that are not open in the editor.
 */

#include "config.h"

#include "enclave-language-service-private.h"

#include "enclave-limits.h"

static gboolean
tell_cb (gpointer user_data)
{
  EnclaveLanguageService *self = user_data;
  g_autoptr (GPtrArray) changes = g_steal_pointer (&self->changes);

  self->tell_changes = 0;
  for (guint i = 0; i < self->servers->len; i++)
    enclave_language_server_files_changed (g_ptr_array_index (self->servers, i), changes);
  return G_SOURCE_REMOVE;
}

void
enclave_language_service_files_changed (EnclaveLanguageService *self, GPtrArray *changes)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self));
  g_return_if_fail (changes != NULL);

  if (self->changes == NULL)
    self->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_file_change_free);
  /* More than are told of are not counted. */
  for (guint i = 0; i < changes->len && self->changes->len <= ENCLAVE_LANGUAGE_MAX_CHANGES; i++)
    {
      const EnclaveFileChange *change = g_ptr_array_index (changes, i);

      g_ptr_array_add (self->changes, enclave_file_change_new (change->path, change->kind));
    }
  if (self->tell_changes == 0)
    self->tell_changes = g_timeout_add (ENCLAVE_LANGUAGE_TELL_FILES_MS, tell_cb, self);
}

GStrv
enclave_language_service_dup_configuration (EnclaveLanguageService *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self), NULL);

  for (guint i = 0; i < self->servers->len; i++)
    {
      const EnclaveLanguageKind *kind = enclave_language_server_get_kind (g_ptr_array_index (self->servers, i));
      g_auto (GStrv) names = kind->configuration != NULL ? g_strsplit (kind->configuration, " ", -1) : NULL;

      if (names != NULL)
        g_strv_builder_addv (builder, (const char **) names);
    }
  return g_strv_builder_end (builder);
}
