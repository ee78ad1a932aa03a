/* enclave-ctl-pins.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ctl-pins.h"

#include <glib/gi18n.h>

#include "enclave-ctl-output.h"
#include "enclave-pins.h"

static JsonArray *
strings_to_json (const char *const *strings)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; strings[i] != NULL; i++)
    json_array_add_string_element (array, strings[i]);
  return array;
}

JsonObject *
enclave_ctl_pins_to_json (void)
{
  const EnclavePins *pins = enclave_pins_get ();
  JsonObject *object = json_object_new ();
  JsonArray *settings = json_array_new ();

  json_object_set_string_member (object, "file", pins->file);
  if (pins->problem != NULL)
    json_object_set_string_member (object, "problem", pins->problem);
  for (guint i = 0; i < pins->settings->len; i++)
    {
      const EnclavePin *pin = g_ptr_array_index (pins->settings, i);
      g_autofree char *value = g_variant_print (pin->value, FALSE);
      JsonObject *item = json_object_new ();

      json_object_set_string_member (item, "name", pin->key);
      json_object_set_string_member (item, "value", value);
      json_object_set_boolean_member (item, "limit", pin->is_limit);
      json_object_set_int_member (item, "line", pin->line);
      json_array_add_object_element (settings, item);
    }
  json_object_set_array_member (object, "settings", settings);
  if (pins->models != NULL)
    json_object_set_array_member (object, "models", strings_to_json ((const char *const *) pins->models));
  if (pins->mcp != NULL)
    json_object_set_array_member (object, "mcp", strings_to_json ((const char *const *) pins->mcp));
  return object;
}

static void
print_list (const char *title, const char *const *strings)
{
  if (strings == NULL)
    return;
  if (strings[0] == NULL)
    enclave_ctl_print ("  %s: %s\n", title, _ ("none"));
  for (guint i = 0; strings[i] != NULL; i++)
    enclave_ctl_print ("  %s: %s\n", title, strings[i]);
}

void
enclave_ctl_print_pins (gboolean quiet)
{
  const EnclavePins *pins = enclave_pins_get ();
  gboolean any = pins->settings->len > 0 || pins->models != NULL || pins->mcp != NULL || pins->problem != NULL;

  if (!any)
    {
      if (!quiet)
        enclave_ctl_print (_ ("Nothing is pinned by %s\n"), pins->file);
      return;
    }
  if (pins->problem != NULL)
    enclave_ctl_print ("%s\n", pins->problem);
  else
    enclave_ctl_print (_ ("Pinned by %s:\n"), pins->file);
  for (guint i = 0; i < pins->settings->len; i++)
    {
      const EnclavePin *pin = g_ptr_array_index (pins->settings, i);
      g_autofree char *value = g_variant_print (pin->value, FALSE);

      enclave_ctl_print ("  %s %s %s\n", pin->key, pin->is_limit ? "<=" : "=", value);
    }
  print_list (_ ("model"), (const char *const *) pins->models);
  print_list (_ ("MCP server"), (const char *const *) pins->mcp);
}
