/* enclave-mcp-field.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-mcp-error.h"
#include "enclave-mcp-form.h"

/* Beyond it a number in JSON is not the same for all who read it. */
#define MAX_INTEGER 9007199254740991.0

static gboolean
refuse (GError **error, const char *words)
{
  g_set_error_literal (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL, words);
  return FALSE;
}

static gboolean
is_email (const char *text)
{
  const char *at = strchr (text, '@');

  return at != NULL && at != text && at[1] != '\0' && strchr (at + 1, '@') == NULL && strpbrk (text, " \t\r\n<>") == NULL;
}

static gboolean
is_date (const char *text)
{
  guint year, month, day;
  int length = 0;

  return strlen (text) == 10 && sscanf (text, "%4u-%2u-%2u%n", &year, &month, &day, &length) == 3 && length == 10
         && g_date_valid_dmy ((GDateDay) MIN (day, 99), (GDateMonth) MIN (month, 13), (GDateYear) year);
}

static gboolean
is_date_time (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  return time != NULL;
}

static gboolean
check_format (const EnclaveMcpField *field, const char *text, GError **error)
{
  if (field->format == NULL)
    return TRUE;
  if (strcmp (field->format, "email") == 0)
    return is_email (text) || refuse (error, _ ("This is no e-mail address"));
  if (strcmp (field->format, "uri") == 0)
    return g_uri_is_valid (text, G_URI_FLAGS_NONE, NULL) || refuse (error, _ ("This is no address such as https://…"));
  if (strcmp (field->format, "date") == 0)
    return is_date (text) || refuse (error, _ ("This is no date such as 2026-11-30"));
  return is_date_time (text) || refuse (error, _ ("This is no time such as 2026-11-30T14:00:00Z"));
}

static gboolean
read_text (const EnclaveMcpField *field, const char *text, JsonNode **value, GError **error)
{
  glong length = g_utf8_strlen (text, -1);

  if (strlen (text) > ENCLAVE_MCP_FORM_VALUE_BYTES)
    return refuse (error, _ ("This is too long"));
  if (length < field->min_length || length > field->max_length)
    {
      g_autofree char *words = field->max_length == G_MAXINT64
                                 ? g_strdup_printf (_ ("At least %" PRId64 " characters"), field->min_length)
                                 /* Translators: two numbers */
                                 : g_strdup_printf (_ ("From %" PRId64 " to %" PRId64 " characters"), field->min_length,
                                                    field->max_length);

      return refuse (error, words);
    }
  if (!check_format (field, text, error))
    return FALSE;
  *value = json_node_init_string (json_node_alloc (), text);
  return TRUE;
}

static gboolean
read_number (const EnclaveMcpField *field, const char *text, JsonNode **value, GError **error)
{
  char *end = NULL;
  double number = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0' || !isfinite (number))
    return refuse (error, _ ("This is no number"));
  if (field->kind == ENCLAVE_MCP_FIELD_INTEGER && (number != floor (number) || fabs (number) > MAX_INTEGER))
    return refuse (error, _ ("This is no whole number"));
  if (number < field->minimum || number > field->maximum)
    {
      char least[G_ASCII_DTOSTR_BUF_SIZE];
      char most[G_ASCII_DTOSTR_BUF_SIZE];
      g_autofree char *words = NULL;

      g_ascii_formatd (least, sizeof least, "%.15g", field->minimum);
      g_ascii_formatd (most, sizeof most, "%.15g", field->maximum);
      words = isinf (field->minimum)   ? g_strdup_printf (_ ("At most %s"), most)
              : isinf (field->maximum) ? g_strdup_printf (_ ("At least %s"), least)
                                       /* Translators: two numbers */
                                       : g_strdup_printf (_ ("From %s to %s"), least, most);
      return refuse (error, words);
    }
  *value = field->kind == ENCLAVE_MCP_FIELD_INTEGER ? json_node_init_int (json_node_alloc (), (gint64) number)
                                                    : json_node_init_double (json_node_alloc (), number);
  return TRUE;
}

gboolean
enclave_mcp_field_read (const EnclaveMcpField *field, const char *text, JsonNode **value, GError **error)
{
  g_autofree char *trimmed = NULL;

  g_return_val_if_fail (field != NULL && text != NULL && value != NULL, FALSE);

  *value = NULL;
  if (!g_utf8_validate (text, -1, NULL))
    return refuse (error, _ ("This is no text"));
  if (field->kind == ENCLAVE_MCP_FIELD_TEXT)
    {
      if (*text != '\0')
        return read_text (field, text, value, error);
    }
  else
    {
      trimmed = g_strstrip (g_strdup (text));
      if (*trimmed != '\0')
        return read_number (field, trimmed, value, error);
    }
  return !field->required || refuse (error, _ ("This has to be filled in"));
}

gboolean
enclave_mcp_field_check_count (const EnclaveMcpField *field, guint n_chosen, GError **error)
{
  guint least = MAX (field->min_items, field->required ? 1 : 0);

  if (n_chosen < least && (field->required || n_chosen > 0))
    {
      g_autofree char *words = g_strdup_printf (ngettext ("Choose at least %u", "Choose at least %u", least), least);

      return refuse (error, words);
    }
  if (n_chosen > field->max_items)
    {
      g_autofree char *words = g_strdup_printf (ngettext ("Choose at most %u", "Choose at most %u", field->max_items), field->max_items);

      return refuse (error, words);
    }
  return TRUE;
}

char *
enclave_mcp_field_dup_text (const EnclaveMcpField *field)
{
  g_return_val_if_fail (field != NULL, NULL);

  if (field->value == NULL)
    return g_strdup ("");
  if (field->kind == ENCLAVE_MCP_FIELD_TEXT)
    return json_node_dup_string (field->value);
  return enclave_json_to_text (field->value, FALSE);
}

gboolean
enclave_mcp_field_is_chosen (const EnclaveMcpField *field, guint index)
{
  const char *value;
  JsonArray *array;

  g_return_val_if_fail (field != NULL && index < field->choices->len, FALSE);

  value = ((EnclaveMcpChoice *) g_ptr_array_index (field->choices, index))->value;
  if (field->value == NULL)
    return FALSE;
  if (field->kind == ENCLAVE_MCP_FIELD_CHOICE)
    return g_strcmp0 (json_node_get_string (field->value), value) == 0;
  if (!JSON_NODE_HOLDS_ARRAY (field->value))
    return FALSE;
  array = json_node_get_array (field->value);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (g_strcmp0 (enclave_json_array_peek_string (array, i), value) == 0)
      return TRUE;
  return FALSE;
}
