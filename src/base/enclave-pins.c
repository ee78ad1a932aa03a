/* enclave-pins.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-pins.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "enclave-limits.h"
#include "enclave-pins-private.h"
#include "enclave-root-file.h"
#include "enclave-utf8.h"

#define MAX_BYTES ENCLAVE_POLICY_FILE_MAX_BYTES

typedef enum
{
  SECTION_RULES, /* not ours: the gate reads them */
  SECTION_SETTINGS,
  SECTION_MODELS,
  SECTION_MCP,
} Section;

static const char *const section_names[] = { "[settings]", "[models]", "[mcp]" };

/* What a machine is left with whose file can't be used. Keys that this program does not have are passed over. */
static const struct
{
  const char *key;
  const char *value;
} tightest[] = {
  { "servers", "@as []" },      { "allowed-networks", "@as []" },     { "discover-servers", "false" },
  { "managed-start", "false" }, { "mode", "'ask'" },                  { "apply-edits-at-once", "false" },
  { "update-check", "'off'" },  { "keep-conversations", "false" },    { "sealed", "true" },
  { "seal-terminals", "true" },
};

static void
pin_free (EnclavePin *pin)
{
  g_free (pin->key);
  g_clear_pointer (&pin->value, g_variant_unref);
  g_clear_pointer (&pin->order, g_ptr_array_unref);
  g_free (pin);
}

void
enclave_pins_free (EnclavePins *self)
{
  g_ptr_array_unref (self->settings);
  g_strfreev (self->models);
  g_strfreev (self->mcp);
  g_free (self->file);
  g_free (self->problem);
  g_free (self);
}

gboolean
enclave_pins_is_section (const char *line)
{
  for (guint i = 0; i < G_N_ELEMENTS (section_names); i++)
    if (strcmp (line, section_names[i]) == 0)
      return TRUE;
  return FALSE;
}

/* The words of a choice, in the order of the schema. (transfer full) (nullable): the key is none. */
static GPtrArray *
read_order (GSettingsSchemaKey *key)
{
  g_autoptr (GVariant) range = g_settings_schema_key_get_range (key);
  g_autoptr (GVariant) inner = NULL;
  g_autofree const char **words = NULL;
  GPtrArray *order;
  const char *kind;

  g_variant_get (range, "(&sv)", &kind, &inner);
  if (strcmp (kind, "enum") != 0)
    return NULL;
  words = g_variant_get_strv (inner, NULL);
  order = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (order, g_strdup (words[i]));
  return order;
}

/* (transfer full) (nullable): NULL when the schema has no such key or @text is no value of it. */
static EnclavePin *
new_pin (GSettingsSchema *schema, const char *key, gboolean is_limit, const char *text, guint line, GError **error)
{
  g_autoptr (GSettingsSchemaKey) schema_key = NULL;
  g_autoptr (GVariant) value = NULL;
  EnclavePin *pin;

  if (schema == NULL || !g_settings_schema_has_key (schema, key))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("“%s” is no setting of this program"), key);
      return NULL;
    }
  schema_key = g_settings_schema_get_key (schema, key);
  value = g_variant_parse (g_settings_schema_key_get_value_type (schema_key), text, NULL, NULL, error);
  if (value == NULL)
    return NULL;
  if (!g_settings_schema_key_range_check (schema_key, value))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s is no value of “%s”"), text, key);
      return NULL;
    }
  pin = g_new0 (EnclavePin, 1);
  pin->key = g_strdup (key);
  pin->is_limit = is_limit;
  pin->value = g_steal_pointer (&value);
  pin->line = line;
  pin->order = read_order (schema_key);
  if (is_limit && pin->order == NULL
      && !g_variant_type_is_subtype_of (g_variant_get_type (pin->value), G_VARIANT_TYPE_STRING_ARRAY)
      && strchr ("biu", g_variant_get_type_string (pin->value)[0]) == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("“%s” has no order, so it can only be pinned with ="), key);
      g_clear_pointer (&pin, pin_free);
    }
  return pin;
}

static gboolean
add_setting (EnclavePins *self, GSettingsSchema *schema, const char *line, guint number, GError **error)
{
  const char *equals = strchr (line, '=');
  gboolean is_limit = equals != NULL && equals > line && equals[-1] == '<';
  g_autofree char *key = NULL;
  g_autofree char *text = NULL;
  EnclavePin *pin;

  if (equals == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("a setting is pinned as NAME = VALUE or NAME <= VALUE"));
      return FALSE;
    }
  key = g_strstrip (g_strndup (line, (gsize) (equals - line) - (is_limit ? 1 : 0)));
  text = g_strstrip (g_strdup (equals + 1));
  if (enclave_pins_find (self, key) != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("“%s” is pinned twice"), key);
      return FALSE;
    }
  pin = new_pin (schema, key, is_limit, text, number, error);
  if (pin == NULL)
    return FALSE;
  g_ptr_array_add (self->settings, pin);
  return TRUE;
}

static gboolean
check_mcp_line (const char *line, GError **error)
{
  const char *blank = strrchr (line, ' ');

  if (blank != NULL && blank > line && strlen (blank + 1) == 64 && strspn (blank + 1, "0123456789abcdef") == 64)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("an MCP server is written as its name and the digest that “enclavectl mcp list --json” shows"));
  return FALSE;
}

static gboolean
parse (EnclavePins *self, GSettingsSchema *schema, const char *text, guint *number, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GStrvBuilder) models = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) mcp = g_strv_builder_new ();
  gboolean has_models = FALSE;
  gboolean has_mcp = FALSE;
  Section section = SECTION_RULES;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      *number = i + 1;
      if (*line == '\0' || *line == '#')
        continue;
      if (strcmp (line, section_names[0]) == 0)
        section = SECTION_SETTINGS;
      else if (strcmp (line, section_names[1]) == 0)
        section = SECTION_MODELS, has_models = TRUE;
      else if (strcmp (line, section_names[2]) == 0)
        section = SECTION_MCP, has_mcp = TRUE;
      else if (strcmp (line, "[deny]") == 0 || strcmp (line, "[ask]") == 0 || strcmp (line, "[lock]") == 0)
        section = SECTION_RULES;
      else if (section == SECTION_SETTINGS && !add_setting (self, schema, line, *number, error))
        return FALSE;
      else if (section == SECTION_MODELS)
        g_strv_builder_add (models, line);
      else if (section == SECTION_MCP)
        {
          if (!check_mcp_line (line, error))
            return FALSE;
          g_strv_builder_add (mcp, line);
        }
    }
  if (has_models)
    self->models = g_strv_builder_end (models);
  if (has_mcp)
    self->mcp = g_strv_builder_end (mcp);
  return TRUE;
}

static void
tighten (EnclavePins *self, GSettingsSchema *schema)
{
  g_ptr_array_set_size (self->settings, 0);
  g_clear_pointer (&self->models, g_strfreev);
  g_clear_pointer (&self->mcp, g_strfreev);
  self->models = g_new0 (char *, 1);
  self->mcp = g_new0 (char *, 1);
  for (guint i = 0; i < G_N_ELEMENTS (tightest); i++)
    {
      EnclavePin *pin = new_pin (schema, tightest[i].key, FALSE, tightest[i].value, 0, NULL);

      if (pin != NULL)
        g_ptr_array_add (self->settings, pin);
    }
}

EnclavePins *
enclave_pins_read_file (const char *path, guint32 owner)
{
  EnclavePins *self = g_new0 (EnclavePins, 1);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = enclave_root_file_read (path, owner, MAX_BYTES, &error);
  guint number = 0;

  self->settings = g_ptr_array_new_with_free_func ((GDestroyNotify) pin_free);
  self->file = enclave_utf8_display_name (path);
  if (text == NULL && error == NULL)
    return self;

  schema = enclave_settings_look_up (ENCLAVE_APPLICATION_ID);
  if (text != NULL && !g_utf8_validate (text, -1, NULL))
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("it is not a text file"));
  if (error == NULL)
    parse (self, schema, text, &number, &error);
  if (error == NULL)
    return self;

  self->problem = number > 0 ? g_strdup_printf (_ ("The administrator’s policy %s can’t be used, so nothing is allowed: line %u: %s"),
                                                self->file, number, error->message)
                             : g_strdup_printf (_ ("The administrator’s policy %s can’t be used, so nothing is allowed: %s"),
                                                self->file, error->message);
  tighten (self, schema);
  return self;
}

const EnclavePins *
enclave_pins_get (void)
{
  static EnclavePins *pins;

  if (g_once_init_enter (&pins))
    {
      const char *path = ENCLAVE_PINS_FILE;
      guint32 owner = 0;

#ifdef ENCLAVE_TEST_WALLS
      if (g_getenv ("ENCLAVE_TEST_WALLS_OFF_POLICY") != NULL)
        {
          path = g_getenv ("ENCLAVE_TEST_WALLS_OFF_POLICY");
          owner = geteuid ();
        }
#endif
      g_once_init_leave (&pins, enclave_pins_read_file (path, owner));
    }
  return pins;
}

const EnclavePin *
enclave_pins_find (const EnclavePins *self, const char *key)
{
  for (guint i = 0; i < self->settings->len; i++)
    {
      const EnclavePin *pin = g_ptr_array_index (self->settings, i);

      if (strcmp (pin->key, key) == 0)
        return pin;
    }
  return NULL;
}

gboolean
enclave_pins_allow_model (const EnclavePins *self, const char *id)
{
  for (guint i = 0; self->models != NULL && self->models[i] != NULL; i++)
    if (g_pattern_match_simple (self->models[i], id))
      return TRUE;
  return self->models == NULL;
}

gboolean
enclave_pins_allow_mcp (const EnclavePins *self, const char *name, const char *digest)
{
  g_autofree char *line = g_strdup_printf ("%s %s", name, digest);

  return self->mcp == NULL || g_strv_contains ((const char *const *) self->mcp, line);
}

/* Returns: for a word that is no choice, more than any. */
static guint
find_place (const EnclavePin *pin, const char *word)
{
  for (guint i = 0; i < pin->order->len; i++)
    if (strcmp (g_ptr_array_index (pin->order, i), word) == 0)
      return i;
  return pin->order->len;
}

guint
enclave_pins_clamp_choice (const EnclavePins *self, const char *key, guint wanted)
{
  const EnclavePin *pin = enclave_pins_find (self, key);
  guint pinned;

  if (pin == NULL || pin->order == NULL)
    return wanted;
  pinned = find_place (pin, g_variant_get_string (pin->value, NULL));
  return pin->is_limit ? MIN (wanted, pinned) : pinned;
}

/* What both lists have, in the order of @wanted. */
static GVariant *
intersect (GVariant *pinned, GVariant *wanted)
{
  g_autofree const char **allowed = g_variant_get_strv (pinned, NULL);
  g_autofree const char **asked = g_variant_get_strv (wanted, NULL);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; asked[i] != NULL; i++)
    if (g_strv_contains (allowed, asked[i]))
      g_variant_builder_add (&builder, "s", asked[i]);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

GVariant *
enclave_pin_clamp (const EnclavePin *self, GVariant *wanted)
{
  gboolean is_more;

  if (!self->is_limit || !g_variant_is_of_type (wanted, g_variant_get_type (self->value)))
    return g_variant_ref (self->value);
  if (g_variant_type_is_subtype_of (g_variant_get_type (wanted), G_VARIANT_TYPE_STRING_ARRAY))
    return intersect (self->value, wanted);
  if (self->order != NULL)
    is_more = find_place (self, g_variant_get_string (wanted, NULL)) > find_place (self, g_variant_get_string (self->value, NULL));
  else
    is_more = g_variant_compare (wanted, self->value) > 0;
  return g_variant_ref (is_more ? self->value : wanted);
}

char *
enclave_pins_explain (const EnclavePins *self, const EnclavePin *pin)
{
  g_autofree char *value = g_variant_is_of_type (pin->value, G_VARIANT_TYPE_STRING) ? g_variant_dup_string (pin->value, NULL)
                                                                                    : g_variant_print (pin->value, FALSE);

  if (pin->line == 0)
    return g_strdup_printf (_ ("Locked: the administrator’s policy %s can’t be used"), self->file);
  if (pin->is_limit)
    return g_strdup_printf (_ ("At most “%s”: the administrator’s policy, %s line %u"), value, self->file, pin->line);
  return g_strdup_printf (_ ("Locked to “%s” by the administrator’s policy, %s line %u"), value, self->file, pin->line);
}
