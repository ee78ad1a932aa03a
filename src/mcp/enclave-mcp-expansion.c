/* enclave-mcp-expansion.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-expansion.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"

G_DEFINE_QUARK (enclave-mcp-expansion-error-quark, enclave_mcp_expansion_error)

typedef enum
{
  FORM_NONE = 0,
  FORM_NAME = 1 << 0,   /* ${NAME}, ${NAME:-otherwise} */
  FORM_PREFIX = 1 << 1, /* ${env:NAME} */
  FORM_PLACE = 1 << 2,  /* ${workspaceFolder} and the like */
  FORM_INPUT = 1 << 3,  /* ${input:id} */
  FORM_ALL = FORM_NAME | FORM_PREFIX | FORM_PLACE | FORM_INPUT,
} Forms;

typedef struct
{
  Forms forms;
  const EnclaveMcpContext *context;
  GPtrArray *missing_inputs;
} Expansion;

static Forms
forms_of (EnclaveMcpSource source)
{
  switch (source)
    {
    case ENCLAVE_MCP_SOURCE_OWN:
    case ENCLAVE_MCP_SOURCE_PROJECT:
      return FORM_ALL;
    case ENCLAVE_MCP_SOURCE_CLAUDE_CODE:
      return FORM_NAME;
    case ENCLAVE_MCP_SOURCE_CURSOR:
      return FORM_PREFIX | FORM_PLACE;
    case ENCLAVE_MCP_SOURCE_VS_CODE:
      return FORM_PREFIX | FORM_PLACE | FORM_INPUT;
    case ENCLAVE_MCP_SOURCE_CLAUDE_DESKTOP:
    case ENCLAVE_MCP_SOURCE_CLINE:
    case ENCLAVE_MCP_SOURCE_ZED:
      return FORM_NONE;
    default:
      g_return_val_if_reached (FORM_NONE);
    }
}

static gboolean
is_name (const char *text, gsize length)
{
  if (length == 0 || g_ascii_isdigit (text[0]))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '_')
      return FALSE;
  return TRUE;
}

static const char *
find_variable (const EnclaveMcpContext *context, const char *name)
{
  return context->environment != NULL ? g_environ_getenv ((char **) context->environment, name) : NULL;
}

static char *
expand_environment (Expansion *expansion, const char *name, const char *otherwise, GError **error)
{
  const char *value = find_variable (expansion->context, name);

  if (value != NULL && !g_utf8_validate (value, -1, NULL))
    value = NULL;
  if (value == NULL || (otherwise != NULL && *value == '\0'))
    value = otherwise != NULL ? otherwise : value;
  if (value == NULL)
    g_set_error (error, ENCLAVE_MCP_EXPANSION_ERROR, ENCLAVE_MCP_EXPANSION_ERROR_MISSING,
                 _ ("the variable %s is not set in your login shell"), name);

  return g_strdup (value);
}

/* Returns: (transfer full) (nullable): NULL without an error: it is no such place. */
static char *
expand_place (const EnclaveMcpContext *context, const char *word, GError **error)
{
  if (strcmp (word, "pathSeparator") == 0 || strcmp (word, "/") == 0)
    return g_strdup ("/");
  if (strcmp (word, "userHome") == 0)
    return g_strdup (context->home);
  if (strcmp (word, "workspaceFolder") != 0 && strcmp (word, "workspaceFolderBasename") != 0)
    return NULL;
  if (context->workspace == NULL)
    {
      g_set_error (error, ENCLAVE_MCP_EXPANSION_ERROR, ENCLAVE_MCP_EXPANSION_ERROR_MISSING,
                   _ ("${%s} needs an open project"), word);
      return NULL;
    }
  return word[strlen ("workspaceFolder")] == '\0' ? g_strdup (context->workspace) : g_path_get_basename (context->workspace);
}

static char *
expand_input (Expansion *expansion, const char *id)
{
  const char *value = expansion->context->inputs != NULL ? g_hash_table_lookup (expansion->context->inputs, id) : NULL;

  if (value == NULL && !g_ptr_array_find_with_equal_func (expansion->missing_inputs, id, g_str_equal, NULL))
    g_ptr_array_add (expansion->missing_inputs, g_strdup (id));

  return g_strdup (value);
}

/* @word: what stands between the braces. Returns: (transfer full) (nullable): NULL without an error: it stays. */
static char *
expand_word (Expansion *expansion, const char *word, GError **error)
{
  const char *otherwise = strstr (word, ":-");
  gsize length = otherwise != NULL ? (gsize) (otherwise - word) : strlen (word);

  if ((expansion->forms & FORM_INPUT) != 0 && g_str_has_prefix (word, "input:"))
    return expand_input (expansion, word + strlen ("input:"));
  if ((expansion->forms & FORM_PREFIX) != 0 && g_str_has_prefix (word, "env:"))
    return expand_environment (expansion, word + strlen ("env:"), NULL, error);
  if ((expansion->forms & FORM_PREFIX) != 0 && (g_str_has_prefix (word, "config:") || g_str_has_prefix (word, "command:")))
    {
      g_set_error (error, ENCLAVE_MCP_EXPANSION_ERROR, ENCLAVE_MCP_EXPANSION_ERROR_UNSUPPORTED,
                   _ ("${%s} has a value only in VS Code"), word);
      return NULL;
    }
  if ((expansion->forms & FORM_PLACE) != 0)
    {
      GError *place_error = NULL;
      char *place = expand_place (expansion->context, word, &place_error);

      if (place != NULL || place_error != NULL)
        {
          if (place_error != NULL)
            g_propagate_error (error, place_error);
          return place;
        }
    }
  if ((expansion->forms & FORM_NAME) != 0 && is_name (word, length))
    {
      g_autofree char *name = g_strndup (word, length);

      return expand_environment (expansion, name, otherwise != NULL ? otherwise + 2 : NULL, error);
    }
  return NULL;
}

char *
enclave_mcp_expand (EnclaveMcpSource source, const EnclaveMcpContext *context, const char *text, GPtrArray *missing_inputs,
                    GError **error)
{
  Expansion expansion = { forms_of (source), context, missing_inputs };
  g_autoptr (GString) result = NULL;
  const char *at = text;

  g_return_val_if_fail (context != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (missing_inputs != NULL, NULL);

  if (expansion.forms == FORM_NONE)
    return g_strdup (text);

  result = g_string_new (NULL);
  while (*at != '\0')
    {
      const char *start = strstr (at, "${");
      const char *end = start != NULL ? strchr (start, '}') : NULL;
      g_autofree char *word = NULL;
      g_autofree char *value = NULL;
      GError *word_error = NULL;

      if (end == NULL)
        {
          g_string_append (result, at);
          break;
        }
      g_string_append_len (result, at, start - at);
      word = g_strndup (start + 2, (gsize) (end - start - 2));
      value = expand_word (&expansion, word, &word_error);
      if (word_error != NULL)
        {
          g_propagate_error (error, word_error);
          return NULL;
        }
      if (value != NULL)
        g_string_append (result, value);
      else
        g_string_append_len (result, start, end + 1 - start);
      if (result->len > ENCLAVE_MCP_VALUE_MAX_BYTES)
        {
          g_set_error_literal (error, ENCLAVE_MCP_EXPANSION_ERROR, ENCLAVE_MCP_EXPANSION_ERROR_TOO_LONG,
                               _ ("with its variables it is too long"));
          return NULL;
        }
      at = end + 1;
    }

  return g_string_free (g_steal_pointer (&result), FALSE);
}
