/* enclave-call-repair.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-call-repair.h"

#include <string.h>

#include "enclave-json.h"

/* An object as text within a text: servers of one kind and templates of another wrap once each. */
#define MAX_WRAPPINGS 2

static char *
parsed (const char *text, gsize length)
{
  g_autoptr (JsonObject) object = enclave_json_parse_object (text, (gssize) length, NULL);

  return object != NULL ? g_strndup (text, length) : NULL;
}

/* What stands between the fences, when @text is one fence and nothing else. */
static void
strip_fence (const char **text, gsize *length)
{
  const char *begin = *text;
  const char *end = begin + *length;
  const char *line;

  if (*length < 6 || strncmp (begin, "```", 3) != 0 || strncmp (end - 3, "```", 3) != 0)
    return;
  line = memchr (begin, '\n', *length);
  if (line == NULL || line + 1 > end - 3)
    return;
  *text = line + 1;
  *length = (gsize) (end - 3 - *text);
}

static void
strip_blanks (const char **text, gsize *length)
{
  while (*length > 0 && strchr (" \t\r\n", **text) != NULL)
    {
      (*text)++;
      (*length)--;
    }
  while (*length > 0 && strchr (" \t\r\n", (*text)[*length - 1]) != NULL)
    (*length)--;
}

/* One string, from its quote on; ends behind the closing one. FALSE when there is none. */
static gboolean
copy_string (const char **at, const char *end, GString *out)
{
  const char *c = *at;

  g_string_append_c (out, *c++);
  for (; c < end; c++)
    {
      if (*c == '"')
        {
          g_string_append_c (out, '"');
          *at = c + 1;
          return TRUE;
        }
      if (*c == '\n')
        g_string_append (out, "\\n");
      else if (*c == '\r')
        g_string_append (out, "\\r");
      else if (*c == '\t')
        g_string_append (out, "\\t");
      else if (*c == '\\' && c + 1 < end)
        {
          c++;
          if (*c == '\'')
            g_string_append_c (out, '\'');
          else if (*c == '\n')
            g_string_append (out, "\\n");
          else
            {
              g_string_append_c (out, '\\');
              g_string_append_c (out, *c);
            }
        }
      else
        g_string_append_c (out, *c);
    }
  return FALSE;
}

static gboolean
copy_word (const char **at, const char *end, GString *out)
{
  static const char *const words[][2] = { { "True", "true" }, { "False", "false" }, { "None", "null" } };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i][0]);

      if ((gsize) (end - *at) >= length && strncmp (*at, words[i][0], length) == 0
          && ((gsize) (end - *at) == length || !g_ascii_isalnum ((*at)[length])))
        {
          g_string_append (out, words[i][1]);
          *at += length;
          return TRUE;
        }
    }
  return FALSE;
}

static void
drop_comma (GString *out)
{
  gsize length = out->len;

  while (length > 0 && strchr (" \t\r\n", out->str[length - 1]) != NULL)
    length--;
  if (length > 0 && out->str[length - 1] == ',')
    g_string_erase (out, (gssize) (length - 1), 1);
}

/* The object that begins at @text, rewritten up to its end. NULL when it has none, or when something that may mean
 * something stands behind it. */
static char *
rewrite (const char *text, gsize length)
{
  g_autoptr (GString) out = g_string_sized_new (length + 16);
  const char *at = text;
  const char *end = text + length;
  gint depth = 0;

  if (length == 0 || *text != '{')
    return NULL;
  while (at < end)
    {
      if (*at == '"')
        {
          if (!copy_string (&at, end, out))
            return NULL;
          continue;
        }
      if (copy_word (&at, end, out))
        continue;
      if (*at == '}' || *at == ']')
        {
          drop_comma (out);
          depth--;
        }
      else if (*at == '{' || *at == '[')
        depth++;
      g_string_append_c (out, *at++);
      if (depth == 0)
        break;
    }
  if (depth != 0)
    return NULL;
  while (at < end)
    if (strchr (" \t\r\n}", *at++) == NULL)
      return NULL;
  return parsed (out->str, out->len);
}

char *
enclave_call_repair (const char *text, gsize length)
{
  g_autofree char *inner = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  for (guint i = 0; i <= MAX_WRAPPINGS; i++)
    {
      g_autoptr (JsonNode) node = NULL;
      char *whole;

      strip_blanks (&text, &length);
      strip_fence (&text, &length);
      strip_blanks (&text, &length);
      if ((whole = parsed (text, length)) != NULL || (whole = rewrite (text, length)) != NULL)
        return whole;
      if (length == 0 || *text != '"')
        return NULL;
      node = enclave_json_parse (text, (gssize) length, NULL);
      if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        return NULL;
      g_free (inner);
      inner = json_node_dup_string (node);
      text = inner;
      length = strlen (inner);
    }
  return NULL;
}
