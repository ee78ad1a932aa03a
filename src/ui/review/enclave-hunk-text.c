/* enclave-hunk-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-diff-job.h"
#include "enclave-hunk-text.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

struct _EnclaveHunkText
{
  GObject parent_instance;

  GPtrArray *lines; /* (element-type EnclaveHunkLine) */
  guint last_number;
  EnclaveDiffJob *job; /* (nullable) */
  gboolean words_asked;
};

/* Removed lines and those in their place, for the thread. */
typedef struct
{
  guint first_removed;
  guint first_added;
  char *removed; /* each line ended by a line feed */
  char *added;
  GArray *removed_words;
  GArray *added_words;
} Block;

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveHunkText, enclave_hunk_text, G_TYPE_OBJECT)

static void
block_free (Block *block)
{
  g_free (block->removed);
  g_free (block->added);
  g_array_unref (block->removed_words);
  g_array_unref (block->added_words);
  g_free (block);
}

static void
line_free (EnclaveHunkLine *line)
{
  g_free (line->text);
  g_clear_pointer (&line->words, g_array_unref);
  g_clear_pointer (&line->colours, pango_attr_list_unref);
  g_free (line);
}

static void
enclave_hunk_text_finalize (GObject *object)
{
  EnclaveHunkText *self = ENCLAVE_HUNK_TEXT (object);

  g_clear_pointer (&self->job, enclave_diff_job_drop);
  g_ptr_array_unref (self->lines);

  G_OBJECT_CLASS (enclave_hunk_text_parent_class)->finalize (object);
}

static void
enclave_hunk_text_class_init (EnclaveHunkTextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_hunk_text_finalize;

  signals[CHANGED] = g_signal_new ("changed", ENCLAVE_TYPE_HUNK_TEXT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
enclave_hunk_text_init (EnclaveHunkText *self)
{
  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) line_free);
}

static char *
dup_shown (const EnclaveDiffLine *line)
{
  gsize length = strlen (line->text);
  gsize shown = enclave_utf8_prefix_length (line->text, length, ENCLAVE_REVIEW_LINE_BYTES);
  /* an end of line that differs is a change like another */
  gboolean has_return = shown == length && g_str_has_suffix (line->text, "\r");
  g_autofree char *cut = g_strndup (line->text, has_return ? shown - 1 : shown);
  g_autofree char *valid = enclave_utf8_make_valid (cut, -1);
  g_autofree char *visible = enclave_utf8_make_visible (valid, NULL);
  const char *end = has_return ? "␍" : "";

  if (shown < length)
    return g_strdup_printf (ngettext ("%s… (%zu more byte in this line)", "%s… (%zu more bytes in this line)", length - shown),
                            visible, length - shown);
  if (line->no_newline)
    return g_strdup_printf (_ ("%s%s  (no line end)"), visible, end);

  return g_strconcat (visible, end, NULL);
}

static gboolean
is_plain (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (*p < ' ' || *p > '~')
      return FALSE;

  return TRUE;
}

EnclaveHunkText *
enclave_hunk_text_new (const EnclaveDiffHunk *hunk, guint first_line, guint n_lines)
{
  EnclaveHunkText *self = g_object_new (ENCLAVE_TYPE_HUNK_TEXT, NULL);

  g_return_val_if_fail (hunk != NULL, self);

  self->last_number = MAX (hunk->old_start + hunk->old_count, hunk->new_start + hunk->new_count);
  for (guint i = first_line; i < hunk->n_lines && i < first_line + n_lines; i++)
    {
      const EnclaveDiffLine *source = &hunk->lines[i];
      EnclaveHunkLine *line = g_new0 (EnclaveHunkLine, 1);

      line->kind = source->kind;
      line->old_line = source->old_line;
      line->new_line = source->new_line;
      line->text = dup_shown (source);
      line->length = strlen (line->text);
      line->plain = is_plain (line->text);
      g_ptr_array_add (self->lines, line);
    }

  return self;
}

guint
enclave_hunk_text_get_n_lines (EnclaveHunkText *self)
{
  g_return_val_if_fail (ENCLAVE_IS_HUNK_TEXT (self), 0);

  return self->lines->len;
}

EnclaveHunkLine *
enclave_hunk_text_get_line (EnclaveHunkText *self, guint index)
{
  g_return_val_if_fail (ENCLAVE_IS_HUNK_TEXT (self), NULL);
  g_return_val_if_fail (index < self->lines->len, NULL);

  return g_ptr_array_index (self->lines, index);
}

guint
enclave_hunk_text_get_last_number (EnclaveHunkText *self)
{
  g_return_val_if_fail (ENCLAVE_IS_HUNK_TEXT (self), 0);

  return self->last_number;
}

/* Takes the lines of @kind from *@at on. */
static char *
take_lines (EnclaveHunkText *self, guint *at, EnclaveDiffKind kind)
{
  GString *text = g_string_new (NULL);

  for (; *at < self->lines->len; (*at)++)
    {
      const EnclaveHunkLine *line = g_ptr_array_index (self->lines, *at);

      if (line->kind != kind)
        break;
      g_string_append (text, line->text);
      g_string_append_c (text, '\n');
    }

  return g_string_free (text, FALSE);
}

static GPtrArray *
list_blocks (EnclaveHunkText *self)
{
  GPtrArray *blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) block_free);

  for (guint at = 0; at < self->lines->len;)
    {
      Block *block = g_new0 (Block, 1);

      block->removed_words = g_array_new (FALSE, FALSE, sizeof (EnclaveTextRange));
      block->added_words = g_array_new (FALSE, FALSE, sizeof (EnclaveTextRange));
      block->first_removed = at;
      block->removed = take_lines (self, &at, ENCLAVE_DIFF_REMOVED);
      block->first_added = at;
      block->added = take_lines (self, &at, ENCLAVE_DIFF_ADDED);
      if (at == block->first_removed)
        at++;
      if (*block->removed != '\0' && *block->added != '\0')
        g_ptr_array_add (blocks, block);
      else
        block_free (block);
    }

  return blocks;
}

static gpointer
compare_blocks (gpointer input)
{
  GPtrArray *blocks = input;

  for (guint i = 0; i < blocks->len; i++)
    {
      Block *block = g_ptr_array_index (blocks, i);

      enclave_word_diff (block->removed, block->added, block->removed_words, block->added_words);
    }

  return g_ptr_array_ref (blocks);
}

/* @words lie in the lines from @index on, one after the other. */
static void
set_words (EnclaveHunkText *self, guint index, GArray *words)
{
  guint start = 0;

  for (guint i = 0; i < words->len; i++)
    {
      EnclaveTextRange range = g_array_index (words, EnclaveTextRange, i);
      EnclaveHunkLine *line = g_ptr_array_index (self->lines, index);

      while (range.start >= start + line->length + 1)
        {
          start += (guint) line->length + 1;
          line = g_ptr_array_index (self->lines, ++index);
        }
      range.start -= start;
      range.end -= start;
      if (line->words == NULL)
        line->words = g_array_new (FALSE, FALSE, sizeof (EnclaveTextRange));
      g_array_append_val (line->words, range);
    }
}

static void
compared_cb (EnclaveDiffJob *job, gpointer user_data)
{
  EnclaveHunkText *self = user_data;
  g_autoptr (GPtrArray) blocks = enclave_diff_job_take (job);

  g_clear_pointer (&self->job, enclave_diff_job_drop);
  for (guint i = 0; i < blocks->len; i++)
    {
      const Block *block = g_ptr_array_index (blocks, i);

      set_words (self, block->first_removed, block->removed_words);
      set_words (self, block->first_added, block->added_words);
    }
  enclave_hunk_text_emit_changed (self);
}

void
enclave_hunk_text_find_words (EnclaveHunkText *self)
{
  GPtrArray *blocks;

  g_return_if_fail (ENCLAVE_IS_HUNK_TEXT (self));

  if (self->words_asked)
    return;

  self->words_asked = TRUE;
  blocks = list_blocks (self);
  if (blocks->len == 0)
    {
      g_ptr_array_unref (blocks);
      return;
    }
  self->job = enclave_diff_job_start (compare_blocks, blocks, (GDestroyNotify) g_ptr_array_unref,
                                      (GDestroyNotify) g_ptr_array_unref, compared_cb, self);
}

void
enclave_hunk_text_emit_changed (EnclaveHunkText *self)
{
  g_return_if_fail (ENCLAVE_IS_HUNK_TEXT (self));

  g_signal_emit (self, signals[CHANGED], 0);
}

char *
enclave_hunk_text_dup_spoken (EnclaveHunkText *self)
{
  GString *spoken = g_string_new (NULL);

  g_return_val_if_fail (ENCLAVE_IS_HUNK_TEXT (self), NULL);

  for (guint i = 0; i < self->lines->len; i++)
    {
      const EnclaveHunkLine *line = g_ptr_array_index (self->lines, i);

      if (i > 0)
        g_string_append_c (spoken, '\n');
      if (line->kind == ENCLAVE_DIFF_REMOVED)
        /* Translators: said by a screen reader before a line of code. */
        g_string_append_printf (spoken, _ ("removed %u: %s"), line->old_line, line->text);
      else if (line->kind == ENCLAVE_DIFF_ADDED)
        /* Translators: said by a screen reader before a line of code. */
        g_string_append_printf (spoken, _ ("added %u: %s"), line->new_line, line->text);
      else
        g_string_append (spoken, line->text);
    }

  return g_string_free (spoken, FALSE);
}
