/* enclave-mcp-form.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-form.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-error.h"
#include "enclave-utf8.h"

#define TITLE_BYTES 120
#define DESCRIPTION_BYTES 400
#define LABEL_BYTES 200
#define NAME_BYTES 200

static void
choice_free (gpointer data)
{
  EnclaveMcpChoice *choice = data;

  g_free (choice->value);
  g_free (choice->label);
  g_free (choice);
}

static void
field_free (gpointer data)
{
  EnclaveMcpField *field = data;

  g_free (field->name);
  g_free (field->title);
  g_free (field->description);
  g_free (field->format);
  g_ptr_array_unref (field->choices);
  g_clear_pointer (&field->value, json_node_unref);
  g_free (field);
}

static void
form_clear (gpointer data)
{
  EnclaveMcpForm *self = data;

  g_free (self->message);
  g_ptr_array_unref (self->fields);
}

static EnclaveMcpForm *
form_new (const char *message)
{
  EnclaveMcpForm *self = g_atomic_rc_box_new0 (EnclaveMcpForm);
  gsize length = message != NULL ? strlen (message) : 0;

  self->message = enclave_mcp_clean_text (message != NULL ? message : "",
                                          (gssize) enclave_utf8_prefix_length (message, length, ENCLAVE_MCP_FORM_MESSAGE_BYTES), NULL);
  self->fields = g_ptr_array_new_with_free_func (field_free);
  return self;
}

EnclaveMcpForm *
enclave_mcp_form_ref (EnclaveMcpForm *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
enclave_mcp_form_unref (EnclaveMcpForm *self)
{
  g_atomic_rc_box_release_full (self, form_clear);
}

static gboolean
names_secret (const char *text)
{
  static const char *const words[] = { "password", "passwd", "passphrase", "secret", "token", "apikey", "credential", "privatekey", "accesskey" };
  g_autoptr (GString) letters = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (letters, g_ascii_tolower (*p));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (letters->str, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static EnclaveMcpField *
field_new (const char *name, const char *title, const char *description)
{
  EnclaveMcpField *field = g_new0 (EnclaveMcpField, 1);

  field->name = g_strdup (name);
  field->title = enclave_mcp_clean_line (title != NULL ? title : name, TITLE_BYTES);
  if (*field->title == '\0')
    {
      g_free (field->title);
      field->title = enclave_mcp_clean_line (name, TITLE_BYTES);
    }
  if (*field->title == '\0')
    {
      g_free (field->title);
      field->title = g_strdup (_ ("Value without a name"));
    }
  field->description = enclave_mcp_clean_line (description, DESCRIPTION_BYTES);
  field->choices = g_ptr_array_new_with_free_func (choice_free);
  field->max_length = G_MAXINT64;
  field->minimum = -INFINITY;
  field->maximum = INFINITY;
  field->max_items = G_MAXUINT;
  field->is_secret = names_secret (name) || names_secret (field->title);
  return field;
}

static gboolean
refuse (GError **error, const char *name, const char *why)
{
  g_autofree char *shown = enclave_mcp_clean_line (name, TITLE_BYTES);

  /* Translators: the name of a value, then why */
  g_set_error (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL, _ ("The server asks for “%s”, %s"), shown, why);
  return FALSE;
}

static void
add_choice (EnclaveMcpField *field, const char *value, const char *label)
{
  EnclaveMcpChoice *choice = g_new0 (EnclaveMcpChoice, 1);

  choice->value = g_strdup (value);
  choice->label = enclave_mcp_clean_line (label != NULL && *label != '\0' ? label : value, LABEL_BYTES);
  g_ptr_array_add (field->choices, choice);
}

/* Of `enum` with or without `enumNames`, or `oneOf`/`anyOf` of `const` with `title`. FALSE: it has none of them. */
static gboolean
read_choices (EnclaveMcpField *field, JsonObject *schema, GError **error)
{
  JsonArray *values = enclave_json_peek_array (schema, "enum");
  JsonArray *labels = enclave_json_peek_array (schema, "enumNames");
  JsonArray *titled = enclave_json_peek_array (schema, "oneOf");
  JsonArray *all;

  if (titled == NULL)
    titled = enclave_json_peek_array (schema, "anyOf");
  all = values != NULL ? values : titled;
  if (all == NULL)
    return FALSE;
  if (json_array_get_length (all) == 0 || json_array_get_length (all) > ENCLAVE_MCP_FORM_MAX_CHOICES)
    return refuse (error, field->name, _ ("which has no choice, or too many"));
  for (guint i = 0; i < json_array_get_length (all); i++)
    {
      JsonObject *item = values == NULL ? enclave_json_array_peek_object (titled, i) : NULL;
      const char *value = values != NULL ? enclave_json_array_peek_string (values, i) : enclave_json_peek_string (item, "const");
      const char *label = values == NULL                                               ? enclave_json_peek_string (item, "title")
                          : labels != NULL && i < json_array_get_length (labels) ? enclave_json_array_peek_string (labels, i)
                                                                                 : NULL;

      if (value == NULL || strlen (value) > ENCLAVE_MCP_FORM_VALUE_BYTES)
        return refuse (error, field->name, _ ("which has a choice that is no text"));
      add_choice (field, value, label);
    }
  return TRUE;
}

static void
read_text (EnclaveMcpField *field, JsonObject *schema)
{
  static const char *const formats[] = { "email", "uri", "date", "date-time", NULL };
  const char *format = enclave_json_peek_string (schema, "format");

  if (format != NULL && g_strv_contains (formats, format))
    field->format = g_strdup (format);
  field->is_secret |= g_strcmp0 (format, "password") == 0;
  field->min_length = MAX (enclave_json_get_int (schema, "minLength", 0), 0);
  field->max_length = enclave_json_get_int (schema, "maxLength", G_MAXINT64);
  if (field->max_length < field->min_length)
    field->max_length = G_MAXINT64;
}

static void
read_number (EnclaveMcpField *field, JsonObject *schema)
{
  field->minimum = enclave_json_get_double (schema, "minimum", -INFINITY);
  field->maximum = enclave_json_get_double (schema, "maximum", INFINITY);
  if (isnan (field->minimum))
    field->minimum = -INFINITY;
  if (isnan (field->maximum) || field->maximum < field->minimum)
    field->maximum = INFINITY;
}

static void
read_counts (EnclaveMcpField *field, JsonObject *schema)
{
  gint64 least = enclave_json_get_int (schema, "minItems", 0);
  gint64 most = enclave_json_get_int (schema, "maxItems", G_MAXUINT);

  field->min_items = (guint) CLAMP (least, 0, field->choices->len);
  field->max_items = most >= field->min_items && most < G_MAXUINT ? (guint) most : G_MAXUINT;
}

static gboolean
read_kind (EnclaveMcpField *field, JsonObject *schema, GError **error)
{
  const char *type = enclave_json_peek_string (schema, "type");
  GError *local_error = NULL;

  if (g_strcmp0 (type, "boolean") == 0)
    field->kind = ENCLAVE_MCP_FIELD_BOOLEAN;
  else if (g_strcmp0 (type, "integer") == 0 || g_strcmp0 (type, "number") == 0)
    {
      field->kind = *type == 'i' ? ENCLAVE_MCP_FIELD_INTEGER : ENCLAVE_MCP_FIELD_NUMBER;
      read_number (field, schema);
    }
  else if (g_strcmp0 (type, "array") == 0)
    {
      field->kind = ENCLAVE_MCP_FIELD_CHOICES;
      if (!read_choices (field, enclave_json_peek_object (schema, "items"), &local_error) && local_error == NULL)
        return refuse (error, field->name, _ ("a list that Enclave has no form for"));
      read_counts (field, schema);
    }
  else if (g_strcmp0 (type, "string") == 0)
    {
      field->kind = read_choices (field, schema, &local_error) ? ENCLAVE_MCP_FIELD_CHOICE : ENCLAVE_MCP_FIELD_TEXT;
      read_text (field, schema);
    }
  else
    return refuse (error, field->name, _ ("a kind of value that Enclave has no form for"));
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  return local_error == NULL;
}

static gboolean
is_text_node (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

static gboolean
is_choice (const EnclaveMcpField *field, JsonNode *node)
{
  for (guint i = 0; is_text_node (node) && i < field->choices->len; i++)
    if (strcmp (((EnclaveMcpChoice *) g_ptr_array_index (field->choices, i))->value, json_node_get_string (node)) == 0)
      return TRUE;
  return FALSE;
}

/* One of another type counts as none. */
static gboolean
fits (const EnclaveMcpField *field, JsonNode *node)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  switch (field->kind)
    {
    case ENCLAVE_MCP_FIELD_BOOLEAN:
      return type == G_TYPE_BOOLEAN;
    case ENCLAVE_MCP_FIELD_INTEGER:
      return type == G_TYPE_INT64;
    case ENCLAVE_MCP_FIELD_NUMBER:
      return type == G_TYPE_INT64 || (type == G_TYPE_DOUBLE && isfinite (json_node_get_double (node)));
    case ENCLAVE_MCP_FIELD_CHOICE:
      return is_choice (field, node);
    case ENCLAVE_MCP_FIELD_CHOICES:
      return JSON_NODE_HOLDS_ARRAY (node) && json_array_get_length (json_node_get_array (node)) <= ENCLAVE_MCP_FORM_MAX_CHOICES;
    case ENCLAVE_MCP_FIELD_TEXT:
    default:
      return is_text_node (node) && strlen (json_node_get_string (node)) <= ENCLAVE_MCP_FORM_VALUE_BYTES;
    }
}

static gboolean
add_field (EnclaveMcpForm *self, const char *name, JsonObject *schema, gboolean required, GError **error)
{
  JsonNode *value = schema != NULL ? json_object_get_member (schema, "default") : NULL;
  EnclaveMcpField *field;

  if (schema == NULL || strlen (name) > NAME_BYTES)
    return refuse (error, name, _ ("a kind of value that Enclave has no form for"));
  field = field_new (name, enclave_json_peek_string (schema, "title"), enclave_json_peek_string (schema, "description"));
  g_ptr_array_add (self->fields, field);
  field->required = required;
  if (!read_kind (field, schema, error))
    return FALSE;
  if (value != NULL && fits (field, value))
    field->value = json_node_copy (value);
  return TRUE;
}

static gboolean
check_number (guint n, GError **error)
{
  if (n <= ENCLAVE_MCP_FORM_MAX_FIELDS)
    return TRUE;
  g_set_error (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL,
               ngettext ("The server asks for %u value at once", "The server asks for %u values at once", n), n);
  return FALSE;
}

static gboolean
is_required (JsonArray *required, const char *name)
{
  guint n = required != NULL ? MIN (json_array_get_length (required), 10 * ENCLAVE_MCP_FORM_MAX_FIELDS) : 0;

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (enclave_json_array_peek_string (required, i), name) == 0)
      return TRUE;
  return FALSE;
}

EnclaveMcpForm *
enclave_mcp_form_parse (JsonObject *params, GError **error)
{
  g_autoptr (EnclaveMcpForm) self = form_new (enclave_json_peek_string (params, "message"));
  JsonObject *schema = enclave_json_peek_object (params, "requestedSchema");
  JsonObject *properties = enclave_json_peek_object (schema, "properties");
  g_autoptr (GList) names = NULL;

  if (properties == NULL)
    return g_steal_pointer (&self);
  if (!check_number (json_object_get_size (properties), error))
    return NULL;
  names = json_object_get_members (properties);
  for (GList *at = names; at != NULL; at = at->next)
    if (!add_field (self, at->data, enclave_json_peek_object (properties, at->data),
                    is_required (enclave_json_peek_array (schema, "required"), at->data), error))
      return NULL;
  return g_steal_pointer (&self);
}

EnclaveMcpForm *
enclave_mcp_form_parse_arguments (JsonArray *arguments, GError **error)
{
  g_autoptr (EnclaveMcpForm) self = form_new (NULL);
  guint n = arguments != NULL ? json_array_get_length (arguments) : 0;

  if (!check_number (n, error))
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      JsonObject *argument = enclave_json_array_peek_object (arguments, i);
      const char *name = enclave_json_peek_string (argument, "name");
      EnclaveMcpField *field;

      if (name == NULL || *name == '\0' || strlen (name) > NAME_BYTES)
        continue;
      field = field_new (name, enclave_json_peek_string (argument, "title"), enclave_json_peek_string (argument, "description"));
      field->required = enclave_json_get_boolean (argument, "required", FALSE);
      g_ptr_array_add (self->fields, field);
    }
  return g_steal_pointer (&self);
}

EnclaveMcpForm *
enclave_mcp_form_parse_template (const char *uri_template, GError **error)
{
  g_autoptr (EnclaveMcpForm) self = form_new (NULL);
  const char *open = strchr (uri_template, '{');

  for (const char *close; open != NULL && (close = strchr (open, '}')) != NULL; open = strchr (close, '{'))
    {
      g_autofree char *name = g_strndup (open + 1, (gsize) (close - open - 1));
      gsize length = strlen (name);

      /* Lists, operators and prefixes of RFC 6570 beyond its first level. */
      if (length == 0 || length > NAME_BYTES
          || strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") != length)
        {
          refuse (error, name, _ ("a kind of value that Enclave has no form for"));
          return NULL;
        }
      g_ptr_array_add (self->fields, field_new (name, NULL, NULL));
      ((EnclaveMcpField *) g_ptr_array_index (self->fields, self->fields->len - 1))->required = TRUE;
      if (!check_number (self->fields->len, error))
        return NULL;
    }
  return g_steal_pointer (&self);
}
