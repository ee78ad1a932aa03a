/* enclave-replace-match.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a match becomes: an expression looks at it in the whole text.
 */

#include "config.h"

#include <string.h>

#include "enclave-document-private.h"
#include "enclave-find-kept.h"
#include "enclave-replace-private.h"

GRegex *
_enclave_replace_make_regex (GtkSourceSearchContext *context, GError **error)
{
  GtkSourceSearchSettings *settings = gtk_source_search_context_get_settings (context);
  /* as the search compiles it: else another text would change than the one that is marked */
  GRegexCompileFlags flags = G_REGEX_OPTIMIZE | G_REGEX_MULTILINE;

  if (!gtk_source_search_settings_get_case_sensitive (settings))
    flags |= G_REGEX_CASELESS;
  return g_regex_new (gtk_source_search_settings_get_search_text (settings), flags, G_REGEX_MATCH_NOTEMPTY, error);
}

GMatchInfo *
_enclave_replace_find_next (const GRegex *regex, const char *text, gsize length, gsize from, gsize *start, gsize *end)
{
  while (from <= length)
    {
      g_autoptr (GMatchInfo) info = NULL;
      g_autoptr (GError) error = NULL;
      int first = 0;
      int last = 0;

      if (g_regex_match_full (regex, text, (gssize) length, (gssize) from, 0, &info, &error)
          && g_match_info_fetch_pos (info, 0, &first, &last))
        {
          if (last > first && (gsize) first >= from)
            {
              *start = (gsize) first;
              *end = (gsize) last;
              return g_steal_pointer (&info);
            }
          from = MAX ((gsize) last, from) + 1;
          while (from < length && ((guchar) text[from] & 0xC0) == 0x80)
            from++;
        }
      else
        {
          const char *line = error != NULL && from < length ? memchr (text + from, '\n', length - from) : NULL;

          if (line == NULL)
            return NULL;
          from = (gsize) (line - text) + 1;
        }
    }

  return NULL;
}

char *
_enclave_replace_dup_typed (EnclaveDocument *document, const GtkTextIter *location, const char *text)
{
  return document != NULL ? _enclave_document_dup_typed (document, location, text) : g_strdup (text);
}

void
_enclave_replace_range (GtkTextBuffer *buffer, EnclaveDocument *document, GtkTextIter *start, GtkTextIter *end, const char *text)
{
  if (document != NULL)
    document->verbatim++;
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, start, end);
  gtk_text_buffer_insert (buffer, start, text, -1);
  gtk_text_buffer_end_user_action (buffer);
  if (document != NULL)
    document->verbatim--;
  *end = *start;
}

/* (transfer full) (nullable): what the match between @start and @end becomes, looked for from the beginning of its line in the whole
 * text. NULL without an error: the expression does not find it there. */
static char *
expand_match (GtkSourceSearchContext *context, const GtkTextIter *start, const GtkTextIter *end, const char *replacement,
              GError **error)
{
  g_autoptr (GRegex) regex = g_regex_check_replacement (replacement, NULL, error) ? _enclave_replace_make_regex (context, error) : NULL;
  g_autofree char *text = NULL;
  const char *match;
  const char *match_end;
  GMatchInfo *info;
  GtkTextIter first;
  GtkTextIter last;
  gsize length;
  gsize from;
  gsize wanted;
  gsize wanted_end;
  gsize found;
  gsize found_end;

  if (regex == NULL)
    return NULL;
  gtk_text_buffer_get_bounds (gtk_text_iter_get_buffer (start), &first, &last);
  text = gtk_text_iter_get_slice (&first, &last);
  length = strlen (text);
  match = g_utf8_offset_to_pointer (text, gtk_text_iter_get_offset (start));
  match_end = g_utf8_offset_to_pointer (match, gtk_text_iter_get_offset (end) - gtk_text_iter_get_offset (start));
  wanted = (gsize) (match - text);
  wanted_end = (gsize) (match_end - text);
  from = wanted - (gsize) gtk_text_iter_get_line_index (start);
  while ((info = _enclave_replace_find_next (regex, text, length, from, &found, &found_end)) != NULL && found <= wanted)
    {
      g_autoptr (GMatchInfo) owned = info;

      if (found == wanted && found_end == wanted_end)
        return g_match_info_expand_references (info, replacement, error);
      from = found_end;
    }
  g_clear_pointer (&info, g_match_info_unref);
  return NULL;
}

gboolean
enclave_replace_match (GtkSourceSearchContext *context, EnclaveDocument *document, GtkTextIter *start, GtkTextIter *end,
                       const char *replacement, GError **error)
{
  g_autofree char *expanded = NULL;
  g_autofree char *typed = NULL;

  g_return_val_if_fail (GTK_SOURCE_IS_SEARCH_CONTEXT (context), FALSE);
  g_return_val_if_fail (replacement != NULL, FALSE);

  /* the expression itself tells, where the search can't */
  if (!enclave_find_kept_is_needed (context) && gtk_source_search_context_get_occurrence_position (context, start, end) <= 0)
    return FALSE;
  if (!gtk_source_search_settings_get_regex_enabled (gtk_source_search_context_get_settings (context)))
    expanded = g_strdup (replacement);
  else
    expanded = expand_match (context, start, end, replacement, error);
  if (expanded == NULL)
    return FALSE;
  typed = _enclave_replace_dup_typed (document, start, expanded);
  _enclave_replace_range (gtk_text_iter_get_buffer (start), document, start, end, typed);
  return TRUE;
}
