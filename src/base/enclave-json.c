/* enclave-json.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <math.h>
#include <string.h>

#include "enclave-json-private.h"
#include "enclave-limits.h"

G_DEFINE_QUARK (enclave-json-error-quark, enclave_json_error)

/* The scan is an automaton without recursion: json-glib has no bound of its own and dies on deep
 * nesting, and it takes more than JSON. What passes here is RFC 8259 and nothing else. */
typedef struct
{
  const char *at;
  const char *end;
  const char *start;
  guint depth;
  char closers[ENCLAVE_JSON_MAX_DEPTH];
  const char *what; /* (nullable): what is wrong at @at */
} Scan;

static gboolean
scan_fail (Scan *scan, const char *what, GError **error)
{
  scan->what = what;
  g_set_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX,
               "Reading JSON: %s at byte %" G_GSIZE_FORMAT, what, (gsize) (scan->at - scan->start));
  return FALSE;
}

static void
scan_skip_space (Scan *scan)
{
  while (scan->at < scan->end &&
         (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\n' || *scan->at == '\r'))
    scan->at++;
}

/* The number of the escape `uXXXX` at @scan, stepped to its last digit. Returns: FALSE when it is none. */
static gboolean
scan_code_unit (Scan *scan, guint *value, GError **error)
{
  *value = 0;
  if (scan->end - scan->at < 5)
    return scan_fail (scan, "short escape in a string", error);
  for (guint i = 1; i <= 4; i++)
    {
      int digit = g_ascii_xdigit_value (scan->at[i]);

      if (digit < 0)
        return scan_fail (scan, "bad escape in a string", error);
      *value = *value * 16 + (guint) digit;
    }
  scan->at += 4;
  return TRUE;
}

/* A half of a surrogate pair stands for no character; json-glib makes invalid UTF-8 of some. */
static gboolean
scan_escape_unicode (Scan *scan, GError **error)
{
  guint value;

  if (!scan_code_unit (scan, &value, error))
    return FALSE;
  /* Strings are NUL-terminated above this: a NUL would cut the value in silence. */
  if (value == 0)
    return scan_fail (scan, "NUL character in a string", error);
  if (value >= 0xdc00 && value <= 0xdfff)
    return scan_fail (scan, "half of a surrogate pair in a string", error);
  if (value < 0xd800 || value > 0xdbff)
    return TRUE;
  if (scan->end - scan->at < 3 || scan->at[1] != '\\' || scan->at[2] != 'u')
    return scan_fail (scan, "half of a surrogate pair in a string", error);
  scan->at += 2;
  if (!scan_code_unit (scan, &value, error))
    return FALSE;
  return (value >= 0xdc00 && value <= 0xdfff) || scan_fail (scan, "half of a surrogate pair in a string", error);
}

static gboolean
scan_string (Scan *scan, GError **error)
{
  g_assert (*scan->at == '"');

  for (scan->at++; scan->at < scan->end; scan->at++)
    {
      guchar c = (guchar) *scan->at;

      if (c == '"')
        {
          scan->at++;
          return TRUE;
        }
      if (c < 0x20)
        return scan_fail (scan, "control character in a string", error);
      if (c != '\\')
        continue;

      if (++scan->at == scan->end)
        break;
      if (*scan->at == 'u')
        {
          if (!scan_escape_unicode (scan, error))
            return FALSE;
        }
      else if (strchr ("\"\\/bfnrt", *scan->at) == NULL)
        {
          return scan_fail (scan, "bad escape in a string", error);
        }
    }

  return scan_fail (scan, "string without an end", error);
}

static gboolean
scan_digits (Scan *scan)
{
  const char *from = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;
  return scan->at > from;
}

static gboolean
scan_number (Scan *scan, GError **error)
{
  if (*scan->at == '-')
    scan->at++;

  if (scan->at < scan->end && *scan->at == '0')
    scan->at++;
  else if (!scan_digits (scan))
    return scan_fail (scan, "bad number", error);

  if (scan->at < scan->end && *scan->at == '.')
    {
      scan->at++;
      if (!scan_digits (scan))
        return scan_fail (scan, "bad number", error);
    }
  if (scan->at < scan->end && (*scan->at == 'e' || *scan->at == 'E'))
    {
      scan->at++;
      if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-'))
        scan->at++;
      if (!scan_digits (scan))
        return scan_fail (scan, "bad number", error);
    }
  return TRUE;
}

static gboolean
scan_word (Scan *scan, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (scan->end - scan->at) < length || memcmp (scan->at, word, length) != 0)
    return FALSE;
  scan->at += length;
  return TRUE;
}

static gboolean
scan_member_name (Scan *scan, GError **error)
{
  scan_skip_space (scan);
  if (scan->at == scan->end || *scan->at != '"')
    return scan_fail (scan, "member name expected", error);
  if (!scan_string (scan, error))
    return FALSE;
  scan_skip_space (scan);
  if (scan->at == scan->end || *scan->at != ':')
    return scan_fail (scan, "colon expected", error);
  scan->at++;
  return TRUE;
}

/* Steps over one value's beginning. @opened: an array or object with something in it began. */
static gboolean
scan_value (Scan *scan, gboolean *opened, GError **error)
{
  *opened = FALSE;
  scan_skip_space (scan);
  if (scan->at == scan->end)
    return scan_fail (scan, "value expected", error);

  switch (*scan->at)
    {
    case '{':
    case '[':
      {
        char closer = *scan->at == '{' ? '}' : ']';

        if (scan->depth == ENCLAVE_JSON_MAX_DEPTH)
          {
            g_set_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_TOO_DEEP,
                         "Reading JSON: nested deeper than %d levels", ENCLAVE_JSON_MAX_DEPTH);
            return FALSE;
          }
        scan->at++;
        scan_skip_space (scan);
        if (scan->at < scan->end && *scan->at == closer)
          {
            scan->at++;
            return TRUE;
          }
        scan->closers[scan->depth++] = closer;
        *opened = TRUE;
        return closer == ']' || scan_member_name (scan, error);
      }
    case '"':
      return scan_string (scan, error);
    case 't':
      return scan_word (scan, "true") || scan_fail (scan, "unknown word", error);
    case 'f':
      return scan_word (scan, "false") || scan_fail (scan, "unknown word", error);
    case 'n':
      return scan_word (scan, "null") || scan_fail (scan, "unknown word", error);
    default:
      if (*scan->at == '-' || g_ascii_isdigit (*scan->at))
        return scan_number (scan, error);
      return scan_fail (scan, "unexpected character", error);
    }
}

static gboolean
scan_root (Scan *scan, GError **error)
{
  gboolean want_value = TRUE;

  while (want_value || scan->depth > 0)
    {
      if (want_value)
        {
          gboolean opened;

          if (!scan_value (scan, &opened, error))
            return FALSE;
          want_value = opened;
          continue;
        }

      scan_skip_space (scan);
      if (scan->at == scan->end)
        return scan_fail (scan, "text ends too early", error);
      if (*scan->at == scan->closers[scan->depth - 1])
        {
          scan->at++;
          scan->depth--;
        }
      else if (*scan->at == ',')
        {
          scan->at++;
          if (scan->closers[scan->depth - 1] == '}' && !scan_member_name (scan, error))
            return FALSE;
          want_value = TRUE;
        }
      else
        {
          return scan_fail (scan, "comma or end expected", error);
        }
    }

  scan_skip_space (scan);
  if (scan->at < scan->end)
    return scan_fail (scan, "more than one value", error);
  return TRUE;
}

static gboolean
scan_document (const char *text, gsize length, GError **error)
{
  Scan scan = { text, text + length, text, 0, { 0 }, NULL };

  return scan_root (&scan, error);
}

const char *
enclave_json_find_problem (const char *text, gsize length, gsize *at)
{
  Scan scan = { text, text + length, text, 0, { 0 }, NULL };

  if (scan_root (&scan, NULL))
    return NULL;
  *at = (gsize) (scan.at - text);
  return scan.what != NULL ? scan.what : "nested too deep";
}

JsonNode *
enclave_json_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) parse_error = NULL;
  gsize size;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  if (text == NULL)
    text = "";
  size = length < 0 ? strlen (text) : (gsize) length;

  if (size > ENCLAVE_JSON_MAX_BYTES)
    {
      g_set_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_TOO_LARGE,
                   "Reading JSON: larger than %d bytes", ENCLAVE_JSON_MAX_BYTES);
      return NULL;
    }
  if (size >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    {
      text += 3;
      size -= 3;
    }
  if (!g_utf8_validate_len (text, size, NULL))
    {
      g_set_error_literal (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX,
                           "Reading JSON: not valid UTF-8");
      return NULL;
    }
  if (!scan_document (text, size, error))
    return NULL;

  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text, (gssize) size, &parse_error))
    {
      g_set_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX, "Reading JSON: %s", parse_error->message);
      return NULL;
    }
  return json_parser_steal_root (parser);
}

JsonObject *
enclave_json_parse_object (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonNode) root = enclave_json_parse (text, length, error);

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX, "Reading JSON: not an object");
      return NULL;
    }
  return json_node_dup_object (root);
}

static JsonNode *
peek_member (JsonObject *object, const char *member)
{
  g_return_val_if_fail (member != NULL, NULL);

  return object != NULL ? json_object_get_member (object, member) : NULL;
}

static const char *
node_peek_string (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

const char *
enclave_json_peek_string (JsonObject *object, const char *member)
{
  return node_peek_string (peek_member (object, member));
}

JsonObject *
enclave_json_peek_object (JsonObject *object, const char *member)
{
  JsonNode *node = peek_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
enclave_json_peek_array (JsonObject *object, const char *member)
{
  JsonNode *node = peek_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

gint64
enclave_json_get_int (JsonObject *object, const char *member, gint64 fallback)
{
  JsonNode *node = peek_member (object, member);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return fallback;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return json_node_get_int (node);
  if (json_node_get_value_type (node) == G_TYPE_DOUBLE)
    {
      double value = json_node_get_double (node);

      /* Models write 10.0 for 10; outside of what a double holds exactly there is no such number. */
      if (isfinite (value) && value == trunc (value) && fabs (value) <= 9007199254740992.0)
        return (gint64) value;
    }
  return fallback;
}

double
enclave_json_get_double (JsonObject *object, const char *member, double fallback)
{
  JsonNode *node = peek_member (object, member);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return fallback;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return (double) json_node_get_int (node);
  if (json_node_get_value_type (node) == G_TYPE_DOUBLE && isfinite (json_node_get_double (node)))
    return json_node_get_double (node);
  return fallback;
}

gboolean
enclave_json_get_boolean (JsonObject *object, const char *member, gboolean fallback)
{
  JsonNode *node = peek_member (object, member);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return fallback;
  return json_node_get_boolean (node);
}

JsonObject *
enclave_json_array_peek_object (JsonArray *array, guint index)
{
  JsonNode *node;

  if (array == NULL || index >= json_array_get_length (array))
    return NULL;
  node = json_array_get_element (array, index);
  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

const char *
enclave_json_array_peek_string (JsonArray *array, guint index)
{
  if (array == NULL || index >= json_array_get_length (array))
    return NULL;
  return node_peek_string (json_array_get_element (array, index));
}

const char *
enclave_json_require_string (JsonObject *object, const char *member, GError **error)
{
  const char *value = enclave_json_peek_string (object, member);

  if (value == NULL)
    g_set_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_MEMBER,
                 "Reading JSON: “%s” is missing or not a text", member);
  return value;
}

char *
enclave_json_to_text (JsonNode *node, gboolean pretty)
{
  g_return_val_if_fail (node != NULL, NULL);

  return json_to_string (node, pretty);
}

char *
enclave_json_object_to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (object != NULL, NULL);

  node = json_node_init_object (json_node_alloc (), object);
  return enclave_json_to_text (node, FALSE);
}
