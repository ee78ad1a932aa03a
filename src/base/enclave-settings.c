/* enclave-settings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-install-paths.h"
#include "enclave-pins-private.h"
#include "enclave-settings.h"

/* The schemas of a prefix that is not among the system's data folders (/opt and the like). */
#define PREFIX_SCHEMA_DIR ENCLAVE_DATA_DIR "/../glib-2.0/schemas"

static GSettingsSchema *
look_up_in (const char *folder, const char *schema_id)
{
  g_autoptr (GSettingsSchemaSource) source = NULL;

  source = g_settings_schema_source_new_from_directory (folder, g_settings_schema_source_get_default (), FALSE, NULL);
  return source != NULL ? g_settings_schema_source_lookup (source, schema_id, TRUE) : NULL;
}

GSettingsSchema *
enclave_settings_look_up (const char *schema_id)
{
  const char *folder = enclave_install_paths_schema_dir ();
  GSettingsSchemaSource *standard;
  GSettingsSchema *schema = NULL;

  if (folder != NULL)
    return look_up_in (folder, schema_id);

  standard = g_settings_schema_source_get_default ();
  if (standard != NULL)
    schema = g_settings_schema_source_lookup (standard, schema_id, TRUE);
  return schema != NULL ? schema : look_up_in (PREFIX_SCHEMA_DIR, schema_id);
}

/* (nullable): the usual store is enough. Borrowed. */
static GSettingsBackend *
find_backend (GSettingsSchema *schema)
{
  static GSettingsBackend *pinned;
  const EnclavePins *pins = enclave_pins_get ();

  if (pins->settings->len == 0 || strcmp (g_settings_schema_get_id (schema), ENCLAVE_APPLICATION_ID) != 0)
    return NULL;
  if (g_once_init_enter (&pinned))
    g_once_init_leave (&pinned, enclave_pinned_backend_new (pins, schema));
  return pinned;
}

GSettings *
enclave_settings_new (const char *schema_id, const char *path, GError **error)
{
  g_autoptr (GSettingsSchema) schema = NULL;
  const char *own_path;

  g_return_val_if_fail (schema_id != NULL, NULL);

  schema = enclave_settings_look_up (schema_id);
  if (schema == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("Could not read the settings: the schema “%s” is missing; "
                     "install Enclave again or run “meson compile”"),
                   schema_id);
      return NULL;
    }

  own_path = g_settings_schema_get_path (schema);
  if ((own_path == NULL) != (path != NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("Could not read the settings: the schema “%s” needs another path"), schema_id);
      return NULL;
    }
  return g_settings_new_full (schema, find_backend (schema), path);
}
