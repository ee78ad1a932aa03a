/* enclave-language-edit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-edit.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"

typedef struct
{
  gsize start;
  gsize end;
  guint order;
  const char *text;
} Replacement;

static int
compare (gconstpointer a, gconstpointer b)
{
  const Replacement *one = a;
  const Replacement *other = b;

  if (one->start != other->start)
    return one->start < other->start ? -1 : 1;
  /* An insertion at the beginning of what is replaced stands before it. */
  if ((one->end == one->start) != (other->end == other->start))
    return one->end == one->start ? -1 : 1;
  return one->order < other->order ? -1 : 1;
}

static void
append (GString *result, const char *text, const char *line_end)
{
  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at == '\r' && at[1] == '\n')
        at++;
      if (*at == '\n' || *at == '\r')
        g_string_append (result, line_end);
      else
        g_string_append_c (result, *at);
    }
}

static const char *
find_line_end (const char *text)
{
  const char *at = strpbrk (text, "\r\n");

  return at == NULL || *at == '\n' ? "\n" : at[1] == '\n' ? "\r\n" : "\r";
}

char *
enclave_language_edit_apply (EnclaveLanguageText *text, GPtrArray *edits, GError **error)
{
  g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (Replacement));
  g_autoptr (GString) result = NULL;
  const char *bytes;
  const char *line_end;
  gsize length;
  gsize reached = 0;

  g_return_val_if_fail (text != NULL && edits != NULL, NULL);

  bytes = enclave_language_text_get (text, &length);
  line_end = find_line_end (bytes);
  for (guint i = 0; i < edits->len; i++)
    {
      const EnclaveLanguageTextEdit *edit = g_ptr_array_index (edits, i);
      Replacement one = { enclave_language_text_get_byte (text, edit->range.start), enclave_language_text_get_byte (text, edit->range.end), i,
                          edit->new_text };

      /* The end may lie behind the last line: so some say “all of it”. */
      if (!enclave_language_text_has (text, edit->range.start) || one.end < one.start)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("The language server’s edit is of another text: it names line %u, which is not so here"), edit->range.start.line + 1);
          return NULL;
        }
      g_array_append_val (sorted, one);
    }
  g_array_sort (sorted, compare);

  result = g_string_new (NULL);
  for (guint i = 0; i < sorted->len; i++)
    {
      const Replacement *one = &g_array_index (sorted, Replacement, i);

      if (one->start < reached || result->len > ENCLAVE_LANGUAGE_TEXT_MAX_BYTES)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The language server’s edits overlap, or are too large"));
          return NULL;
        }
      g_string_append_len (result, bytes + reached, (gssize) (one->start - reached));
      append (result, one->text, line_end);
      reached = one->end;
    }
  g_string_append_len (result, bytes + reached, (gssize) (length - reached));
  return g_string_free (g_steal_pointer (&result), FALSE);
}
