/* enclave-patch-message.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-patch-private.h"
#include "enclave-utf8.h"

#define SHOWN_MAX_LINES 14
#define SHOWN_MAX_BYTES 200
/* Bounds for the search of the likeliest place; a message is not worth more. */
#define VOTES_MAX 400000
#define COMPARED_MAX_LINES 40000
#define COMPARED_MAX_BYTES 160

static const char *
trim (const char *text, gsize *length)
{
  while (*length > 0 && g_ascii_isspace (text[*length - 1]))
    (*length)--;
  while (*length > 0 && g_ascii_isspace (*text))
    {
      text++;
      (*length)--;
    }
  return text;
}

static char *
trimmed_copy (const char *text, gsize length)
{
  const char *start = trim (text, &length);

  return g_strndup (start, length);
}

/* Each old line that stands in the file votes for the place where the hunk would begin then.
 * Returns: the place with most votes, or -1. */
static gint
find_by_votes (GArray *file, const EnclaveDiffHunk *hunk)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  g_autofree guint *votes = g_new0 (guint, file->len + 1);
  guint n_old = 0;
  guint n_votes = 0;
  gint best = -1;

  for (guint i = 0; i < hunk->n_lines; i++)
    {
      const EnclaveDiffLine *line = &hunk->lines[i];
      g_autofree char *text = NULL;
      GArray *places;

      if (line->kind == ENCLAVE_DIFF_ADDED)
        continue;
      text = trimmed_copy (line->text, strlen (line->text));
      if (strlen (text) >= 3)
        {
          places = g_hash_table_lookup (wanted, text);
          if (places == NULL)
            {
              places = g_array_new (FALSE, FALSE, sizeof (guint));
              g_hash_table_insert (wanted, g_steal_pointer (&text), places);
            }
          g_array_append_val (places, n_old);
        }
      n_old++;
    }

  for (guint f = 0; f < file->len && n_votes < VOTES_MAX; f++)
    {
      const EnclaveTextLine *line = &g_array_index (file, EnclaveTextLine, f);
      g_autofree char *text = trimmed_copy (line->text, line->length);
      GArray *places = g_hash_table_lookup (wanted, text);

      for (guint i = 0; places != NULL && i < places->len && n_votes < VOTES_MAX; i++, n_votes++)
        {
          guint offset = g_array_index (places, guint, i);
          guint at = f >= offset ? f - offset : 0;

          votes[at]++;
          if (best < 0 || votes[at] > votes[best])
            best = (gint) at;
        }
    }
  return best;
}

/* Dice's measure over pairs of neighbouring bytes, in thousandths. @pairs: those of one of the two. */
static guint
similarity (const guint8 *pairs, guint n_pairs, const char *text, gsize length)
{
  guint common = 0;

  length = MIN (length, COMPARED_MAX_BYTES);
  if (n_pairs == 0 || length < 2)
    return 0;
  for (gsize i = 0; i + 1 < length; i++)
    common += pairs[((guchar) text[i] * 31u + (guchar) text[i + 1]) % 4096];
  return 2000 * common / (n_pairs + (guint) length - 1);
}

static gint
find_by_likeness (GArray *file, const EnclaveDiffHunk *hunk)
{
  guint8 pairs[4096] = { 0 };
  const char *wanted = NULL;
  gsize wanted_length = 0;
  guint offset = 0;
  guint n_old = 0;
  guint best_score = 250;
  gint best = -1;

  /* The longest old line says most. */
  for (guint i = 0; i < hunk->n_lines; i++)
    {
      const EnclaveDiffLine *line = &hunk->lines[i];
      gsize length = strlen (line->text);
      const char *start = trim (line->text, &length);

      if (line->kind == ENCLAVE_DIFF_ADDED)
        continue;
      if (length > wanted_length)
        {
          wanted = start;
          wanted_length = length;
          offset = n_old;
        }
      n_old++;
    }
  if (wanted_length < 2)
    return -1;
  wanted_length = MIN (wanted_length, COMPARED_MAX_BYTES);
  for (gsize i = 0; i + 1 < wanted_length; i++)
    pairs[((guchar) wanted[i] * 31u + (guchar) wanted[i + 1]) % 4096] = 1;

  for (guint f = 0; f < file->len && f < COMPARED_MAX_LINES; f++)
    {
      const EnclaveTextLine *line = &g_array_index (file, EnclaveTextLine, f);
      gsize length = line->length;
      const char *start = trim (line->text, &length);
      guint score = similarity (pairs, (guint) wanted_length - 1, start, length);

      if (score > best_score)
        {
          best_score = score;
          best = (gint) (f >= offset ? f - offset : 0);
        }
    }
  return best;
}

static void
append_lines (GString *message, GArray *file, guint from, guint count)
{
  guint end = MIN (from + count, file->len);

  for (guint i = from; i < end; i++)
    {
      const EnclaveTextLine *line = &g_array_index (file, EnclaveTextLine, i);
      gsize length = enclave_utf8_prefix_length (line->text, line->length, SHOWN_MAX_BYTES);
      g_autofree char *text = enclave_utf8_make_valid (line->text, (gssize) length);

      g_string_append_printf (message, "\n%5u| %s%s", i + 1, text, length < line->length ? "…" : "");
    }
}

/* The added lines already stand there: a patch that was applied before. */
static gboolean
is_applied (EnclaveLineIndex *file, const EnclaveDiffHunk *hunk, guint *at)
{
  EnclaveDiffHunk *inverse = enclave_diff_hunk_new ();
  EnclaveHunkMatch match;
  gboolean changes = FALSE;
  gboolean found = FALSE;

  for (guint i = 0; i < hunk->n_lines; i++)
    {
      const EnclaveDiffLine *line = &hunk->lines[i];

      if (line->kind == ENCLAVE_DIFF_REMOVED)
        continue;
      enclave_diff_hunk_add_line (inverse, ENCLAVE_DIFF_CONTEXT, line->text, strlen (line->text));
      changes = changes || (line->kind == ENCLAVE_DIFF_ADDED && strlen (line->text) >= 3);
    }
  if (changes && enclave_hunk_match_probe (file, inverse, &match))
    {
      *at = match.first;
      found = TRUE;
      enclave_hunk_match_clear (&match);
    }
  enclave_diff_hunk_free (inverse);
  return found;
}

/* What no piece of a patch has to say anew: @words is the whole message, @reason the part of it for a person. @n_lines: as of a miss. */
static void
set_miss (EnclavePatchError code, const EnclaveWords *words, const char *reason, const char *searched, const char *found,
          guint n_lines, GError **error)
{
  EnclavePatchMiss *miss = enclave_patch_miss_new (reason, searched, *found == '\n' ? found + 1 : found);
  GError *made = NULL;

  miss->n_lines = n_lines;
  enclave_patch_set_error_words (&made, code, words);
  enclave_patch_error_add_miss (made, miss);
  g_propagate_error (error, made);
}

/* The first of them. (transfer full) */
static char *
join_old_lines (const EnclaveDiffHunk *hunk, guint *n_old)
{
  GString *text = g_string_new (NULL);

  *n_old = 0;
  for (guint i = 0; i < hunk->n_lines; i++)
    {
      const EnclaveDiffLine *line = &hunk->lines[i];

      if (line->kind == ENCLAVE_DIFF_ADDED)
        continue;
      if (++*n_old <= SHOWN_MAX_LINES)
        {
          gsize length = enclave_utf8_prefix_length (line->text, line->length, SHOWN_MAX_BYTES);
          g_autofree char *shown = enclave_utf8_make_valid (line->text, (gssize) length);

          g_string_append_printf (text, "%s%s\n", shown, length < line->length ? "…" : "");
        }
      else if (*n_old == SHOWN_MAX_LINES + 1)
        {
          g_string_append (text, "…\n");
        }
    }

  return g_string_free (text, FALSE);
}

void
enclave_patch_set_no_match (EnclaveLineIndex *index, const EnclaveDiffHunk *hunk, GError **error)
{
  GArray *file = index->lines;
  g_autoptr (EnclaveWords) words = NULL;
  g_autoptr (GString) found = NULL;
  g_autofree char *searched = NULL;
  g_autofree char *reason = NULL;
  gboolean is_done = FALSE;
  guint n_old = 0;
  guint applied_at;

  if (error == NULL)
    return;

  words = enclave_words_new ();
  found = g_string_new (NULL);
  searched = join_old_lines (hunk, &n_old);
  if (n_old == 0)
    {
      enclave_words_add (words, N_ ("Applying the patch: a part says nothing about where it belongs, and the file is "
                                    "not empty; give some of the lines around it"));
      reason = g_strdup (_ ("It says nothing about where it belongs"));
    }
  else if (is_applied (index, hunk, &applied_at))
    {
      is_done = TRUE;
      enclave_words_add (words, N_ ("Applying the patch: the old lines are not in the file, but the new ones are, "
                                    "at line %u; it is done already"), applied_at + 1);
      reason = g_strdup_printf (_ ("The new lines are there already, at line %u"), applied_at + 1);
    }
  else
    {
      gint place = find_by_votes (file, hunk);

      enclave_words_add (words, N_ ("Applying the patch: the old lines are not in the file"));
      reason = g_strdup (_ ("The old lines are not in the file"));
      if (place < 0)
        place = find_by_likeness (file, hunk);
      if (place >= 0)
        {
          append_lines (found, file, place > 0 ? (guint) place - 1 : 0, MIN (n_old + 2, SHOWN_MAX_LINES));
          enclave_words_add (words, N_ ("; the nearest real lines are:"));
          enclave_words_add_literal (words, found->str);
        }
      else if (file->len == 0)
        {
          enclave_words_add (words, N_ ("; the file is empty"));
        }
    }
  set_miss (ENCLAVE_PATCH_ERROR_NO_MATCH, words, reason, searched, found->str, is_done ? 0 : file->len, error);
}

void
enclave_patch_set_ambiguous (GArray *file, const guint *lines, guint n, GError **error)
{
  g_autoptr (EnclaveWords) words = NULL;
  g_autoptr (GString) places = NULL;
  g_autoptr (GString) found = NULL;
  g_autofree char *reason = NULL;

  if (error == NULL)
    return;
  words = enclave_words_new ();
  places = g_string_new (NULL);
  found = g_string_new (NULL);
  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (places, "%s%u", i > 0 ? ", " : "", lines[i] + 1);
      append_lines (found, file, lines[i], 1);
    }
  enclave_words_add (words, N_ ("Applying the patch: the old lines stand at several places (line %s); give more of the lines around "
                                "the one that is meant"), places->str);
  reason = g_strdup_printf (_ ("The old lines stand at several places, line %s"), places->str);
  set_miss (ENCLAVE_PATCH_ERROR_AMBIGUOUS, words, reason, "", found->str, file->len, error);
}
