/* enclave-server-settings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-server-settings.h"

#include <glib/gi18n.h>

#include "enclave-pins.h"
#include "enclave-root-file.h"

#define GROUP "Servers"
#define MAX_BYTES (64 * 1024)

void
enclave_server_settings_free (EnclaveServerSettings *self)
{
  g_strfreev (self->addresses);
  g_strfreev (self->networks);
  g_strfreev (self->permitted);
  g_free (self->problem);
  g_free (self);
}

/* A member that is not there is as good as one that is empty; a wrong one is not. */
static gboolean
is_missing (GError **error)
{
  if (!g_error_matches (*error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND))
    return FALSE;
  g_clear_error (error);
  return TRUE;
}

static gboolean
parse (EnclaveServerSettings *self, const char *text, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;
  static const char *const known[] = { "Addresses", "Networks", "Discover", NULL };
  g_auto (GStrv) keys = NULL;

  if (!g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE, error))
    return FALSE;
  keys = g_key_file_get_keys (file, GROUP, NULL, error);
  if (keys == NULL)
    return FALSE;
  /* A misspelt member would be an empty one. */
  for (guint i = 0; keys[i] != NULL; i++)
    if (!g_strv_contains (known, keys[i]))
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("“%s” is not known"), keys[i]);
        return FALSE;
      }
  self->addresses = g_key_file_get_string_list (file, GROUP, "Addresses", NULL, &local_error);
  if (local_error == NULL || is_missing (&local_error))
    self->networks = g_key_file_get_string_list (file, GROUP, "Networks", NULL, &local_error);
  if (local_error == NULL || is_missing (&local_error))
    self->discover = g_key_file_get_boolean (file, GROUP, "Discover", &local_error);
  if (local_error == NULL || is_missing (&local_error))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
allow_nothing (EnclaveServerSettings *self)
{
  g_clear_pointer (&self->addresses, g_strfreev);
  g_clear_pointer (&self->networks, g_strfreev);
  self->discover = FALSE;
}

/* What the policy has pinned is in @settings already; that it is pinned counts for an address of the command line, too. */
static void
read_settings (EnclaveServerSettings *self, GSettings *settings)
{
  const EnclavePins *pins = enclave_pins_get ();
  const EnclavePin *pin = enclave_pins_find (pins, "servers");

  self->addresses = settings != NULL ? g_settings_get_strv (settings, "servers") : NULL;
  self->networks = settings != NULL ? g_settings_get_strv (settings, "allowed-networks") : NULL;
  self->discover = settings == NULL || g_settings_get_boolean (settings, "discover-servers");
  if (pin == NULL)
    return;
  self->permitted = g_variant_dup_strv (pin->value, NULL);
  self->fixed = !pin->is_limit;
  self->problem = g_strdup (pins->problem);
}

EnclaveServerSettings *
enclave_server_settings_read_file (GSettings *settings, const char *path, guint32 owner)
{
  EnclaveServerSettings *self = g_new0 (EnclaveServerSettings, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = enclave_root_file_read (path, owner, MAX_BYTES, &error);

  self->fixed = text != NULL || error != NULL;
  if (text != NULL)
    parse (self, text, &error);
  if (error != NULL)
    {
      self->problem = g_strdup_printf (_ ("The administrator’s list of servers %s can’t be used, so there are none: %s"),
                                       path, error->message);
      allow_nothing (self);
    }
  if (!self->fixed)
    read_settings (self, settings);
  else
    self->permitted = g_strdupv (self->addresses);
  if (self->addresses == NULL)
    self->addresses = g_new0 (char *, 1);
  if (self->networks == NULL)
    self->networks = g_new0 (char *, 1);
  if (self->fixed && self->permitted == NULL)
    self->permitted = g_new0 (char *, 1);
  return self;
}

EnclaveServerSettings *
enclave_server_settings_read (GSettings *settings)
{
  return enclave_server_settings_read_file (settings, ENCLAVE_SERVER_SETTINGS_FILE, 0);
}
