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

/* TRUE when a string may end at @quote: what follows can only stand behind a value or a name. Quotes that a model forgot to escape are
 * followed by more of the string. */
static gboolean
ends_string (const char *quote, const char *end, gboolean is_name)
{
  const char *c = quote + 1;

  while (c < end && strchr (" \t\r\n", *c) != NULL)
    c++;
  if (is_name)
    return c < end && *c == ':';
  if (c == end || *c == '}' || *c == ']')
    return TRUE;
  if (*c++ != ',')
    return FALSE;
  while (c < end && strchr (" \t\r\n", *c) != NULL)
    c++;
  if (c == end || *c == '}' || *c == ']')
    return TRUE;
  if (*c++ != *quote)
    return FALSE;
  while (c < end && (g_ascii_isalnum (*c) || *c == '_'))
    c++;
  if (c == end || *c++ != *quote)
    return FALSE;
  while (c < end && strchr (" \t\r\n", *c) != NULL)
    c++;
  return c < end && *c == ':';
}

/* A backslash and what follows it, at *at. */
static void
copy_escape (const char **at, const char *end, GString *out)
{
  const char *c = *at + 1;

  if (c == end)
    g_string_append_c (out, '\\');
  else if (*c == '\'')
    g_string_append_c (out, '\'');
  else if (*c == '\n')
    g_string_append (out, "\\n");
  else
    {
      /* One that JSON does not have stands for itself, as in most languages. */
      if (strchr ("\"\\/bfnrtu", *c) == NULL)
        g_string_append_c (out, '\\');
      g_string_append_c (out, '\\');
      g_string_append_c (out, *c);
    }
  *at = c;
}

/* One string, from its quote on; ends behind the closing one. FALSE when there is none.
 * @lenient: quotes that can't end it are part of it. */
static gboolean
copy_string (const char **at, const char *end, gboolean lenient, gboolean is_name, GString *out)
{
  const char *c = *at;
  char quote = *c++;

  g_string_append_c (out, '"');
  for (; c < end; c++)
    {
      if (*c == quote && (!lenient || ends_string (c, end, is_name)))
        {
          g_string_append_c (out, '"');
          *at = c + 1;
          return TRUE;
        }
      if (*c == '"')
        g_string_append (out, "\\\"");
      else if (*c == '\n')
        g_string_append (out, "\\n");
      else if (*c == '\r')
        g_string_append (out, "\\r");
      else if (*c == '\t')
        g_string_append (out, "\\t");
      else if (*c == '\\')
        copy_escape (&c, end, out);
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

typedef enum
{
  REWRITE_LENIENT = 1 << 0, /* strings may hold quotes as they are */
  REWRITE_CLOSED = 1 << 1,  /* brackets that are missing at the end are added */
} RewriteFlags;

/* The last byte of @out that is no blank; 0: none. */
static char
last_byte (GString *out)
{
  for (gsize i = out->len; i > 0; i--)
    if (strchr (" \t\r\n", out->str[i - 1]) == NULL)
      return out->str[i - 1];
  return 0;
}

/* A name of a member stands behind "{" or ",". */
static gboolean
expects_name (GString *out, GString *open)
{
  char last = last_byte (out);

  return open->len > 0 && open->str[open->len - 1] == '}' && (last == '{' || last == ',');
}

/* The object that begins at @text, rewritten up to its end. NULL when it has none, or when something that may mean
 * something stands behind it. */
static char *
rewrite (const char *text, gsize length, RewriteFlags flags)
{
  g_autoptr (GString) out = g_string_sized_new (length + 16);
  g_autoptr (GString) open = g_string_new (NULL); /* the brackets that are to be closed */
  const char *at = text;
  const char *end = text + length;

  if (length == 0 || *text != '{')
    return NULL;
  while (at < end)
    {
      if (*at == '"' || *at == '\'')
        {
          if (!copy_string (&at, end, (flags & REWRITE_LENIENT) != 0, expects_name (out, open), out))
            return NULL;
          continue;
        }
      if (copy_word (&at, end, out))
        continue;
      /* A line end that was escaped once too often. */
      if (*at == '\\' && at + 1 < end && strchr ("nrt", at[1]) != NULL)
        {
          at += 2;
          continue;
        }
      if (*at == '}' || *at == ']')
        {
          drop_comma (out);
          if (open->len == 0 || open->str[open->len - 1] != *at)
            return NULL;
          g_string_truncate (open, open->len - 1);
        }
      else if (*at == '{' || *at == '[')
        g_string_append_c (open, *at == '{' ? '}' : ']');
      g_string_append_c (out, *at++);
      if (open->len == 0)
        break;
    }
  if (open->len > 0 && ((flags & REWRITE_CLOSED) == 0 || strchr (",:{[", last_byte (out)) != NULL))
    return NULL;
  while (open->len > 0)
    {
      g_string_append_c (out, open->str[open->len - 1]);
      g_string_truncate (open, open->len - 1);
    }
  while (at < end)
    if (strchr (" \t\r\n}", *at++) == NULL)
      return NULL;
  return parsed (out->str, out->len);
}

static char *
repair_one (const char *text, gsize length, gboolean closed)
{
  char *whole = parsed (text, length);

  if (whole == NULL)
    whole = rewrite (text, length, 0);
  if (whole == NULL && closed)
    whole = rewrite (text, length, REWRITE_CLOSED);
  if (whole == NULL)
    whole = rewrite (text, length, REWRITE_LENIENT);
  if (whole == NULL && closed)
    whole = rewrite (text, length, REWRITE_LENIENT | REWRITE_CLOSED);
  return whole;
}

char *
enclave_call_repair_closed (const char *text, gsize length, gboolean closed)
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
      if ((whole = repair_one (text, length, closed)) != NULL)
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

char *
enclave_call_repair (const char *text, gsize length)
{
  return enclave_call_repair_closed (text, length, FALSE);
}
