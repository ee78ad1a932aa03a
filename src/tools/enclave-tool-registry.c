/* enclave-tool-registry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-private.h"

struct _EnclaveToolRegistry
{
  GObject parent_instance;

  GPtrArray *tools;
};

G_DEFINE_FINAL_TYPE (EnclaveToolRegistry, enclave_tool_registry, G_TYPE_OBJECT)

G_DEFINE_QUARK (enclave-tool-error-quark, enclave_tool_error)

static void
enclave_tool_registry_finalize (GObject *object)
{
  EnclaveToolRegistry *self = ENCLAVE_TOOL_REGISTRY (object);

  g_ptr_array_unref (self->tools);

  G_OBJECT_CLASS (enclave_tool_registry_parent_class)->finalize (object);
}

static void
enclave_tool_registry_class_init (EnclaveToolRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_tool_registry_finalize;
}

static void
enclave_tool_registry_init (EnclaveToolRegistry *self)
{
  self->tools = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * enclave_tool_registry_new:
 *
 * Returns: (transfer full): a registry with all tools of Enclave
 */
EnclaveToolRegistry *
enclave_tool_registry_new (void)
{
  static EnclaveTool *(*const constructors[]) (void) = {
    enclave_read_file_tool_new,   enclave_list_directory_tool_new, enclave_find_files_tool_new,
    enclave_search_text_tool_new, enclave_edit_file_tool_new,      enclave_write_file_tool_new,
    enclave_apply_patch_tool_new, enclave_run_command_tool_new,    enclave_git_status_tool_new,
    enclave_git_diff_tool_new,    enclave_git_log_tool_new,        enclave_git_commit_tool_new,
    enclave_save_memory_tool_new,
  };
  EnclaveToolRegistry *self = g_object_new (ENCLAVE_TYPE_TOOL_REGISTRY, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (constructors); i++)
    {
      g_autoptr (EnclaveTool) tool = constructors[i]();
      g_autoptr (GError) error = NULL;

      if (!enclave_tool_registry_register (self, tool, &error))
        g_critical ("%s", error->message);
    }

  return self;
}

static gboolean
is_name (const char *name)
{
  if (name == NULL || *name == '\0')
    return FALSE;
  for (; *name != '\0'; name++)
    if (!g_ascii_isalnum (*name) && *name != '_' && *name != '-')
      return FALSE;

  return TRUE;
}

/**
 * enclave_tool_registry_register:
 * @self: a registry
 * @tool: (transfer none): a tool
 * @error: return location
 *
 * Returns: %FALSE with ENCLAVE_TOOL_ERROR_SPEC when the tool does not say what it does or what its parameters are
 */
gboolean
enclave_tool_registry_register (EnclaveToolRegistry *self, EnclaveTool *tool, GError **error)
{
  const EnclaveToolSpec *spec;

  g_return_val_if_fail (ENCLAVE_IS_TOOL_REGISTRY (self), FALSE);
  g_return_val_if_fail (ENCLAVE_IS_TOOL (tool), FALSE);

  spec = enclave_tool_get_spec (tool);
  if (spec == NULL || !is_name (spec->name))
    {
      g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_SPEC, "Registering a tool: it has no valid name");
      return FALSE;
    }
  if (spec->description == NULL)
    {
      g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_SPEC, "Registering %s: it has no description",
                   spec->name);
      return FALSE;
    }
  if (spec->effects == 0)
    {
      g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_SPEC,
                   "Registering %s: it does not declare its effects", spec->name);
      return FALSE;
    }
  for (guint i = 0; i < spec->n_parameters; i++)
    {
      const EnclaveToolParameter *parameter = &spec->parameters[i];

      if (!is_name (parameter->name) || parameter->kind == ENCLAVE_PARAMETER_UNSET
          || (parameter->kind == ENCLAVE_PARAMETER_ENUM && parameter->choices == NULL))
        {
          g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_SPEC,
                       "Registering %s: parameter %u has no name or no kind", spec->name, i + 1);
          return FALSE;
        }
      for (guint j = 0; j < i; j++)
        if (strcmp (parameter->name, spec->parameters[j].name) == 0)
          {
            g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_SPEC, "Registering %s: two parameters are %s",
                         spec->name, parameter->name);
            return FALSE;
          }
    }
  if (enclave_tool_registry_find (self, spec->name, NULL) != NULL)
    {
      g_set_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_SPEC, "Registering %s: the name is taken", spec->name);
      return FALSE;
    }

  g_ptr_array_add (self->tools, g_object_ref (tool));

  return TRUE;
}

void
enclave_tool_registry_remove (EnclaveToolRegistry *self, const char *name)
{
  g_return_if_fail (ENCLAVE_IS_TOOL_REGISTRY (self) && name != NULL);

  for (guint i = 0; i < self->tools->len; i++)
    if (strcmp (enclave_tool_get_spec (g_ptr_array_index (self->tools, i))->name, name) == 0)
      {
        g_ptr_array_remove_index (self->tools, i);
        return;
      }
}

guint
enclave_tool_registry_get_n_tools (EnclaveToolRegistry *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_REGISTRY (self), 0);

  return self->tools->len;
}

EnclaveTool *
enclave_tool_registry_get_tool (EnclaveToolRegistry *self, guint index)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_REGISTRY (self), NULL);
  g_return_val_if_fail (index < self->tools->len, NULL);

  return g_ptr_array_index (self->tools, index);
}

const char *
enclave_tool_parameter_get_type (EnclaveParameterKind kind)
{
  switch (kind)
    {
    case ENCLAVE_PARAMETER_INTEGER:
      return "integer";
    case ENCLAVE_PARAMETER_BOOLEAN:
      return "boolean";
    case ENCLAVE_PARAMETER_PATH_LIST:
    case ENCLAVE_PARAMETER_TEXT_LIST:
      return "array";
    case ENCLAVE_PARAMETER_UNSET:
    case ENCLAVE_PARAMETER_PATH:
    case ENCLAVE_PARAMETER_TEXT:
    case ENCLAVE_PARAMETER_ENUM:
    default:
      return "string";
    }
}

static JsonObject *
parameter_to_schema (const EnclaveToolParameter *parameter)
{
  JsonObject *schema = json_object_new ();

  json_object_set_string_member (schema, "type", enclave_tool_parameter_get_type (parameter->kind));
  if (parameter->kind == ENCLAVE_PARAMETER_PATH_LIST || parameter->kind == ENCLAVE_PARAMETER_TEXT_LIST)
    {
      JsonObject *items = json_object_new ();

      json_object_set_string_member (items, "type", "string");
      json_object_set_object_member (schema, "items", items);
    }
  if (parameter->kind == ENCLAVE_PARAMETER_ENUM)
    {
      JsonArray *choices = json_array_new ();

      for (guint i = 0; parameter->choices[i] != NULL; i++)
        json_array_add_string_element (choices, parameter->choices[i]);
      json_object_set_array_member (schema, "enum", choices);
    }
  if (parameter->description != NULL && *parameter->description != '\0')
    json_object_set_string_member (schema, "description", parameter->description);

  return schema;
}

static JsonObject *
tool_to_schema (const EnclaveToolSpec *spec)
{
  JsonObject *schema = json_object_new ();
  JsonObject *function = json_object_new ();
  JsonObject *parameters = json_object_new ();
  JsonObject *properties = json_object_new ();
  JsonArray *required = json_array_new ();

  for (guint i = 0; i < spec->n_parameters; i++)
    {
      const EnclaveToolParameter *parameter = &spec->parameters[i];

      json_object_set_object_member (properties, parameter->name, parameter_to_schema (parameter));
      if (parameter->required)
        json_array_add_string_element (required, parameter->name);
    }
  json_object_set_string_member (parameters, "type", "object");
  json_object_set_object_member (parameters, "properties", properties);
  if (json_array_get_length (required) > 0)
    json_object_set_array_member (parameters, "required", required);
  else
    json_array_unref (required);

  json_object_set_string_member (function, "name", spec->name);
  json_object_set_string_member (function, "description", spec->description);
  json_object_set_object_member (function, "parameters", parameters);
  json_object_set_string_member (schema, "type", "function");
  json_object_set_object_member (schema, "function", function);

  return schema;
}

/**
 * enclave_tool_registry_to_schema:
 * @self: a registry
 * @allowed: effects that a tool may have
 * @few: leave out what is extra
 *
 * Returns: (transfer full): the tools' schemas in the order of registration; the same bytes each time
 */
JsonArray *
enclave_tool_registry_to_schema (EnclaveToolRegistry *self, EnclaveEffects allowed, gboolean few)
{
  JsonArray *schema;

  g_return_val_if_fail (ENCLAVE_IS_TOOL_REGISTRY (self), NULL);

  schema = json_array_new ();
  for (guint i = 0; i < self->tools->len; i++)
    {
      const EnclaveToolSpec *spec = enclave_tool_get_spec (g_ptr_array_index (self->tools, i));

      if ((spec->effects & ~allowed) != 0 || (few && spec->extra))
        continue;
      if (spec->function != NULL)
        json_array_add_object_element (schema, json_object_ref (spec->function));
      else
        json_array_add_object_element (schema, tool_to_schema (spec));
    }

  return schema;
}
