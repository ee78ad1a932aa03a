/* enclave-snippet-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text of a snippet, from letters to parts. GtkSourceView's own reader takes every `$` for itself, ends the program at a large
 * number and stops at a number that is missing.
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-snippet-private.h"

#define MAX_NUMBER 99

static const char *const variables[] = { "TM_FILENAME",    "TM_FILENAME_BASE", "TM_SELECTED_TEXT", "TM_LINE_NUMBER", "CURRENT_YEAR",
                                         "CURRENT_MONTH",  "CURRENT_DATE",     "LINE_COMMENT",     NULL };

void
_enclave_snippet_part_free (EnclaveSnippetPart *part)
{
  g_free (part->text);
  g_clear_pointer (&part->inner, g_ptr_array_unref);
  g_free (part);
}

static EnclaveSnippetPart *
add_part (GPtrArray *parts, EnclaveSnippetKind kind)
{
  EnclaveSnippetPart *part = g_new0 (EnclaveSnippetPart, 1);

  part->kind = kind;
  g_ptr_array_add (parts, part);
  return part;
}

static void
flush (GPtrArray *parts, GString *text)
{
  if (text->len == 0)
    return;
  add_part (parts, ENCLAVE_SNIPPET_TEXT)->text = g_strdup (text->str);
  g_string_truncate (text, 0);
}

static gboolean
fail (GError **error, const char *message, const char *what)
{
  g_autofree char *shown = g_utf8_substring (what, 0, MIN (g_utf8_strlen (what, -1), 20));

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: %s", message, shown);
  return FALSE;
}

static gboolean parse_parts (const char **at, gboolean is_inner, GPtrArray *parts, GError **error);

/* @at: behind the `$`, or behind the brace after it. */
static gboolean
parse_variable (const char **at, GPtrArray *parts, GError **error)
{
  const char *end = *at;
  g_autofree char *name = NULL;

  while (g_ascii_isalnum (*end) || *end == '_')
    end++;
  name = g_strndup (*at, (gsize) (end - *at));
  if (!g_strv_contains (variables, name))
    return fail (error, _("No such name; write \\$ for a $"), name);
  add_part (parts, ENCLAVE_SNIPPET_VARIABLE)->text = g_steal_pointer (&name);
  *at = end;
  return TRUE;
}

static gboolean
parse_place (const char **at, gboolean braced, GPtrArray *parts, GError **error)
{
  const char *start = *at;
  guint64 number = 0;
  EnclaveSnippetPart *part;

  for (; g_ascii_isdigit (**at); (*at)++)
    {
      number = number * 10 + (guint64) g_ascii_digit_value (**at);
      if (number > MAX_NUMBER)
        return fail (error, _("The number of a place is too large"), start);
    }
  part = add_part (parts, ENCLAVE_SNIPPET_PLACE);
  part->number = (guint) number;
  if (!braced || **at != ':')
    return TRUE;
  (*at)++;
  part->inner = g_ptr_array_new_with_free_func ((GDestroyNotify) _enclave_snippet_part_free);
  return parse_parts (at, TRUE, part->inner, error);
}

/* @at: at a `$`. */
static gboolean
parse_dollar (const char **at, gboolean is_inner, GPtrArray *parts, GString *text, GError **error)
{
  const char *start = *at;
  gboolean braced = start[1] == '{';
  const char *next = start + (braced ? 2 : 1);
  gboolean is_place = g_ascii_isdigit (*next);

  if (!is_place && !g_ascii_isalpha (*next) && *next != '_')
    {
      if (braced)
        return fail (error, _("A place or a name has no number and no name"), start);
      g_string_append_c (text, '$');
      (*at)++;
      return TRUE;
    }
  if (is_place && is_inner)
    return fail (error, _("A place stands in a place"), start);
  flush (parts, text);
  *at = next;
  if (!(is_place ? parse_place (at, braced, parts, error) : parse_variable (at, parts, error)))
    return FALSE;
  if (!braced)
    return TRUE;
  if (**at != '}')
    return fail (error, _("A brace is not closed"), start);
  (*at)++;
  return TRUE;
}

/* Up to the end, or to the brace that ends what stands in a place. */
static gboolean
parse_parts (const char **at, gboolean is_inner, GPtrArray *parts, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (**at != '\0' && !(is_inner && **at == '}'))
    {
      if (**at == '$')
        {
          if (!parse_dollar (at, is_inner, parts, text, error))
            return FALSE;
          continue;
        }
      if (**at == '\\' && (*at)[1] != '\0' && strchr ("$}\\", (*at)[1]) != NULL)
        (*at)++;
      g_string_append_c (text, **at);
      (*at)++;
    }
  flush (parts, text);
  return TRUE;
}

/* Of several with one number, the one that says what stands there is the place, else the first. */
static gboolean
settle_places (GPtrArray *parts, GError **error)
{
  EnclaveSnippetPart *places[MAX_NUMBER + 1] = { NULL };
  guint numbers[MAX_NUMBER + 1] = { 0 };
  guint next = 1;

  for (guint i = 0; i < parts->len; i++)
    {
      EnclaveSnippetPart *part = g_ptr_array_index (parts, i);

      if (part->kind != ENCLAVE_SNIPPET_PLACE)
        continue;
      if (places[part->number] == NULL || (places[part->number]->inner == NULL && part->inner != NULL))
        places[part->number] = part;
      else if (part->inner != NULL)
        {
          g_autofree char *number = g_strdup_printf ("%u", part->number);

          return fail (error, _("A place says twice what stands there"), number);
        }
    }
  for (guint i = 1; i <= MAX_NUMBER; i++)
    if (places[i] != NULL)
      numbers[i] = next++;
  for (guint i = 0; i < parts->len; i++)
    {
      EnclaveSnippetPart *part = g_ptr_array_index (parts, i);

      if (part->kind != ENCLAVE_SNIPPET_PLACE)
        continue;
      if (part != places[part->number])
        part->kind = ENCLAVE_SNIPPET_MIRROR;
      part->number = numbers[part->number];
    }
  return TRUE;
}

GPtrArray *
_enclave_snippet_parse_text (const char *text, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) _enclave_snippet_part_free);
  const char *at = text;

  if (!parse_parts (&at, FALSE, parts, error) || !settle_places (parts, error))
    return NULL;
  return g_steal_pointer (&parts);
}
