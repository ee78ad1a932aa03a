/* enclave-change-diff.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-change-diff-private.h"

#define CONTEXT_LINES 3
#define MAX_ORIGINS 63

void
enclave_change_diff_input_free (EnclaveChangeDiffInput *input)
{
  g_free (input->old_text);
  g_free (input->between);
  g_free (input->new_text);
  g_clear_pointer (&input->between_lines, g_byte_array_unref);
  g_clear_pointer (&input->between_gaps, g_byte_array_unref);
  g_free (input);
}

void
enclave_change_diff_free (EnclaveChangeDiff *diff)
{
  g_ptr_array_unref (diff->hunks);
  g_byte_array_unref (diff->lines);
  g_byte_array_unref (diff->gaps);
  g_free (diff->masks);
  g_free (diff);
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (const char *p = text; *p != '\0'; n++)
    {
      p = strchrnul (p, '\n');
      if (*p == '\n')
        p++;
    }

  return n;
}

static void
append (GByteArray *array, guint8 value)
{
  g_byte_array_append (array, &value, 1);
}

static guint8
get (GByteArray *array, guint index)
{
  return array != NULL && index < array->len ? array->data[index] : 0;
}

/* Lines that stay keep the origin they had; what the step from @between to the new text writes has the origin of the step. */
static void
carry_origins (EnclaveChangeDiff *self, const EnclaveChangeDiffInput *input)
{
  const char *before = input->between != NULL ? input->between : input->old_text;
  g_autoptr (GPtrArray) steps = enclave_line_diff (before, input->new_text, 0);
  guint8 mark = (guint8) (MIN (input->origin, MAX_ORIGINS) + 1);
  guint n_lines = count_lines (before);
  guint line = 0;
  guint8 gap = 0;

  for (guint i = 0; i <= steps->len; i++)
    {
      const EnclaveDiffHunk *step = i < steps->len ? g_ptr_array_index (steps, i) : NULL;
      guint end = step != NULL ? step->old_start - 1 : n_lines;

      for (; line < end; line++)
        {
          append (self->gaps, MAX (gap, get (input->between_gaps, line)));
          append (self->lines, get (input->between_lines, line));
          gap = 0;
        }
      if (step == NULL)
        break;

      if (step->old_count > 0)
        gap = mark;
      for (guint n = 0; n < step->new_count; n++)
        {
          append (self->gaps, MAX (gap, n == 0 ? get (input->between_gaps, line) : 0));
          append (self->lines, mark);
          gap = 0;
        }
      line += step->old_count;
    }
  append (self->gaps, MAX (gap, get (input->between_gaps, n_lines)));
}

static guint64
find_mask (EnclaveChangeDiff *self, const EnclaveDiffHunk *hunk)
{
  guint new_line = hunk->new_start - 1;
  guint64 mask = 0;

  for (guint i = 0; i < hunk->n_lines; i++)
    {
      const EnclaveDiffLine *line = &hunk->lines[i];
      guint8 origin = 0;

      if (line->kind == ENCLAVE_DIFF_ADDED)
        origin = get (self->lines, new_line);
      else if (line->kind == ENCLAVE_DIFF_REMOVED)
        origin = get (self->gaps, new_line);
      if (origin > 0)
        mask |= (guint64) 1 << (origin - 1);
      new_line += line->kind != ENCLAVE_DIFF_REMOVED;
    }

  return mask;
}

EnclaveChangeDiff *
enclave_change_diff_new (EnclaveChangeDiffInput *input)
{
  EnclaveChangeDiff *self = g_new0 (EnclaveChangeDiff, 1);

  self->hunks = enclave_line_diff (input->old_text, input->new_text, CONTEXT_LINES);
  self->lines = g_byte_array_new ();
  self->gaps = g_byte_array_new ();
  self->masks = g_new0 (guint64, self->hunks->len + 1);
  enclave_line_diff_count (self->hunks, &self->added, &self->removed);
  carry_origins (self, input);

  for (guint i = 0; i < self->hunks->len; i++)
    {
      self->masks[i] = find_mask (self, g_ptr_array_index (self->hunks, i));
      /* Lines that moved between equal ones: the last step is where they came from. */
      if (self->masks[i] == 0)
        self->masks[i] = (guint64) 1 << MIN (input->origin, MAX_ORIGINS);
    }

  return self;
}
