/* enclave-word-diff.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-limits.h"
#include "enclave-line-match-private.h"
#include "enclave-word-diff.h"

typedef struct
{
  EnclaveTextPiece piece;
  gboolean blank;
} Word;

typedef struct
{
  const char *text;
  GArray *words; /* (element-type Word) */
  guint *ids;
  gboolean *changed;
} Side;

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Bytes of longer characters belong to words: identifiers of any script stay whole, and no range cuts a character. */
static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_' || ((guchar) c & 0x80) != 0;
}

static void
side_init (Side *side, const char *text)
{
  const char *p = text;

  side->text = text;
  side->words = g_array_new (FALSE, FALSE, sizeof (Word));
  while (*p != '\0')
    {
      Word word = { { p, 1 }, is_blank (*p) };

      if (word.blank)
        while (is_blank (p[word.piece.length]))
          word.piece.length++;
      else if (is_word (*p))
        while (is_word (p[word.piece.length]))
          word.piece.length++;
      g_array_append_val (side->words, word);
      p += word.piece.length;
    }
  side->ids = g_new0 (guint, side->words->len + 1);
  side->changed = g_new0 (gboolean, side->words->len + 1);
}

static void
side_clear (Side *side)
{
  g_array_unref (side->words);
  g_free (side->ids);
  g_free (side->changed);
}

static const Word *
get_word (const Side *side, guint index)
{
  return &g_array_index (side->words, Word, index);
}

/* Blanks equal each other: how far a line is indented, or where it was broken, changes no word. */
static void
number_words (Side *side, GHashTable *ids)
{
  static const EnclaveTextPiece any_blank = { " ", 1 };

  for (guint i = 0; i < side->words->len; i++)
    {
      const Word *word = get_word (side, i);

      side->ids[i] = enclave_text_piece_number (ids, word->blank ? &any_blank : &word->piece);
    }
}

/* A blank, or a single sign, that stays between two words that change only makes the marks restless. */
static void
join_changes (Side *side)
{
  for (guint i = 1; i + 1 < side->words->len; i++)
    if (!side->changed[i] && side->changed[i - 1] && side->changed[i + 1] && get_word (side, i)->blank)
      side->changed[i] = TRUE;
}

/* Appends what changed in the words [@first, @last), which make up a line, unless that is most of it. */
static void
append_line (const Side *side, guint first, guint last, guint *common, GArray *ranges)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (EnclaveTextRange));
  guint changed = 0;
  guint kept = 0;

  for (guint i = first; i < last; i++)
    {
      const Word *word = get_word (side, i);
      guint start = (guint) (word->piece.start - side->text);

      if (!side->changed[i])
        {
          kept += word->blank ? 0 : (guint) word->piece.length;
          continue;
        }
      changed += word->blank ? 0 : (guint) word->piece.length;
      if (found->len > 0 && g_array_index (found, EnclaveTextRange, found->len - 1).end == start)
        {
          g_array_index (found, EnclaveTextRange, found->len - 1).end = start + (guint) word->piece.length;
        }
      else if (!word->blank)
        {
          EnclaveTextRange range = { start, start + (guint) word->piece.length };

          g_array_append_val (found, range);
        }
    }

  *common += kept;
  if (kept * 2 < changed)
    return;
  for (guint i = 0; i < found->len; i++)
    {
      EnclaveTextRange *range = &g_array_index (found, EnclaveTextRange, i);

      while (range->end > range->start && is_blank (side->text[range->end - 1]))
        range->end--;
      g_array_append_val (ranges, *range);
    }
}

static void
append_ranges (const Side *side, GArray *ranges)
{
  guint first = 0;
  guint common = 0;

  for (guint i = 0; i <= side->words->len; i++)
    {
      const Word *word = i < side->words->len ? get_word (side, i) : NULL;

      if (word != NULL && !(word->blank && memchr (word->piece.start, '\n', word->piece.length) != NULL))
        continue;
      append_line (side, first, i, &common, ranges);
      first = i + 1;
    }
  if (common == 0)
    g_array_set_size (ranges, 0);
}

void
enclave_word_diff (const char *old_text, const char *new_text, GArray *old_ranges, GArray *new_ranges)
{
  g_autoptr (GHashTable) ids = NULL;
  Side old_side;
  Side new_side;

  g_return_if_fail (old_text != NULL && new_text != NULL);
  g_return_if_fail (old_ranges != NULL && new_ranges != NULL);

  if (strlen (old_text) > ENCLAVE_WORD_DIFF_MAX_BYTES || strlen (new_text) > ENCLAVE_WORD_DIFF_MAX_BYTES)
    return;

  ids = enclave_text_piece_numbers_new ();
  side_init (&old_side, old_text);
  side_init (&new_side, new_text);
  number_words (&old_side, ids);
  number_words (&new_side, ids);
  if (enclave_line_match (old_side.ids, old_side.words->len, new_side.ids, new_side.words->len, g_hash_table_size (ids),
                          old_side.changed, new_side.changed))
    {
      g_autoptr (GArray) old_found = g_array_new (FALSE, FALSE, sizeof (EnclaveTextRange));
      g_autoptr (GArray) new_found = g_array_new (FALSE, FALSE, sizeof (EnclaveTextRange));

      join_changes (&old_side);
      join_changes (&new_side);
      append_ranges (&old_side, old_found);
      append_ranges (&new_side, new_found);
      g_array_append_vals (old_ranges, old_found->data, old_found->len);
      g_array_append_vals (new_ranges, new_found->data, new_found->len);
    }
  side_clear (&old_side);
  side_clear (&new_side);
}
