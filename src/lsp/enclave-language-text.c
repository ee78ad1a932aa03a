/* enclave-language-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-text.h"

#include <string.h>

typedef struct
{
  gsize byte;
  guint offset; /* in characters */
} Line;

struct _EnclaveLanguageText
{
  char *text;
  gsize length;
  guint n_characters;
  GArray *lines; /* of Line: at least one */
};

int
enclave_language_position_compare (const EnclaveLanguagePosition *a, const EnclaveLanguagePosition *b)
{
  if (a->line != b->line)
    return a->line < b->line ? -1 : 1;
  return a->unit == b->unit ? 0 : a->unit < b->unit ? -1 : 1;
}

static gboolean
begins_character (char byte)
{
  return (byte & 0xc0) != 0x80;
}

EnclaveLanguageText *
enclave_language_text_new (char *text)
{
  EnclaveLanguageText *self = g_atomic_rc_box_new0 (EnclaveLanguageText);
  Line line = { 0, 0 };
  guint offset = 0;

  self->text = text;
  self->length = strlen (text);
  self->lines = g_array_new (FALSE, FALSE, sizeof (Line));
  g_array_append_val (self->lines, line);
  for (const char *at = text; *at != '\0'; at++)
    {
      offset += begins_character (*at);
      if (*at != '\n' && (*at != '\r' || at[1] == '\n'))
        continue;
      line.byte = (gsize) (at + 1 - text);
      line.offset = offset;
      g_array_append_val (self->lines, line);
    }
  self->n_characters = offset;
  return self;
}

EnclaveLanguageText *
enclave_language_text_ref (EnclaveLanguageText *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
text_clear (gpointer data)
{
  EnclaveLanguageText *self = data;

  g_free (self->text);
  g_array_unref (self->lines);
}

void
enclave_language_text_unref (EnclaveLanguageText *self)
{
  g_atomic_rc_box_release_full (self, text_clear);
}

gboolean
enclave_language_text_equal (EnclaveLanguageText *self, EnclaveLanguageText *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  return self == other || (self->length == other->length && memcmp (self->text, other->text, self->length) == 0);
}

const char *
enclave_language_text_get (EnclaveLanguageText *self, gsize *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (length != NULL)
    *length = self->length;
  return self->text;
}

guint
enclave_language_text_get_n_lines (EnclaveLanguageText *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->lines->len;
}

/* The end of its text, before what ends the line. */
static gsize
find_line_end (EnclaveLanguageText *self, guint line)
{
  gsize begin = g_array_index (self->lines, Line, line).byte;
  gsize end = line + 1 < self->lines->len ? g_array_index (self->lines, Line, line + 1).byte : self->length;

  if (line + 1 == self->lines->len)
    return end;
  if (end > begin && self->text[end - 1] == '\n')
    end--;
  if (end > begin && self->text[end - 1] == '\r')
    end--;
  return end;
}

char *
enclave_language_text_dup_line (EnclaveLanguageText *self, guint line)
{
  gsize begin;

  g_return_val_if_fail (self != NULL, NULL);

  line = MIN (line, self->lines->len - 1);
  begin = g_array_index (self->lines, Line, line).byte;
  return g_strndup (self->text + begin, find_line_end (self, line) - begin);
}

/* A character of four bytes is a pair of surrogates. */
static guint
count_units (char first)
{
  return ((guchar) first & 0xf8) == 0xf0 ? 2 : 1;
}

/* @column: (out): in characters, from the beginning of the line. @exact: (out): whether there is such a place. */
static gsize
walk (EnclaveLanguageText *self, EnclaveLanguagePosition position, guint *line, guint *column, gboolean *exact)
{
  const char *at;
  const char *end;
  guint unit = 0;

  *column = 0;
  *line = MIN (position.line, self->lines->len - 1);
  at = self->text + g_array_index (self->lines, Line, *line).byte;
  end = self->text + find_line_end (self, *line);
  if (position.line >= self->lines->len)
    position.unit = G_MAXUINT;
  while (at < end && unit + count_units (*at) <= position.unit)
    {
      unit += count_units (*at);
      at = g_utf8_next_char (at);
      (*column)++;
    }
  *exact = position.line < self->lines->len && unit == position.unit;
  return (gsize) (at - self->text);
}

gsize
enclave_language_text_get_byte (EnclaveLanguageText *self, EnclaveLanguagePosition position)
{
  gboolean exact;
  guint line;
  guint column;

  g_return_val_if_fail (self != NULL, 0);

  return walk (self, position, &line, &column, &exact);
}

guint
enclave_language_text_get_column (EnclaveLanguageText *self, EnclaveLanguagePosition position)
{
  gboolean exact;
  guint line;
  guint column;

  g_return_val_if_fail (self != NULL, 0);

  walk (self, position, &line, &column, &exact);
  return column;
}

guint
enclave_language_text_get_offset (EnclaveLanguageText *self, EnclaveLanguagePosition position)
{
  g_return_val_if_fail (self != NULL, 0);

  return g_array_index (self->lines, Line, MIN (position.line, self->lines->len - 1)).offset
         + enclave_language_text_get_column (self, position);
}

gboolean
enclave_language_text_has (EnclaveLanguageText *self, EnclaveLanguagePosition position)
{
  gboolean exact;
  guint line;
  guint column;

  g_return_val_if_fail (self != NULL, FALSE);

  walk (self, position, &line, &column, &exact);
  return exact;
}

/* The last line that begins at @byte or before it, or at @offset when @by_offset. */
static guint
find_line (EnclaveLanguageText *self, gsize place, gboolean by_offset)
{
  guint low = 0;
  guint high = self->lines->len - 1;

  while (low < high)
    {
      guint middle = low + (high - low + 1) / 2;
      const Line *line = &g_array_index (self->lines, Line, middle);

      if ((by_offset ? line->offset : line->byte) <= place)
        low = middle;
      else
        high = middle - 1;
    }
  return low;
}

EnclaveLanguagePosition
enclave_language_text_find_byte (EnclaveLanguageText *self, gsize byte)
{
  EnclaveLanguagePosition position = { 0, 0 };
  const char *end;

  g_return_val_if_fail (self != NULL, position);

  byte = MIN (byte, self->length);
  position.line = find_line (self, byte, FALSE);
  end = self->text + MIN (byte, find_line_end (self, position.line));
  for (const char *at = self->text + g_array_index (self->lines, Line, position.line).byte; at < end; at = g_utf8_next_char (at))
    position.unit += count_units (*at);
  return position;
}

EnclaveLanguagePosition
enclave_language_text_find_offset (EnclaveLanguageText *self, guint offset)
{
  EnclaveLanguagePosition position = { 0, 0 };
  const char *at;
  const char *end;
  guint reached;

  g_return_val_if_fail (self != NULL, position);

  offset = MIN (offset, self->n_characters);
  position.line = find_line (self, offset, TRUE);
  at = self->text + g_array_index (self->lines, Line, position.line).byte;
  end = self->text + find_line_end (self, position.line);
  for (reached = g_array_index (self->lines, Line, position.line).offset; reached < offset && at < end; reached++)
    {
      position.unit += count_units (*at);
      at = g_utf8_next_char (at);
    }
  return position;
}

gboolean
enclave_language_text_compare (EnclaveLanguageText *before, EnclaveLanguageText *after, EnclaveLanguageRange *range, gsize *from,
                               gsize *inserted)
{
  const char *a = before->text;
  const char *b = after->text;
  gsize most = MIN (before->length, after->length);
  gsize head = 0;
  gsize tail = 0;

  while (head < most && a[head] == b[head])
    head++;
  if (head == before->length && head == after->length)
    return FALSE;
  while (head > 0 && (!begins_character (a[head]) || !begins_character (b[head])))
    head--;
  if (head > 0 && a[head - 1] == '\r')
    head--;
  while (tail < most - head && a[before->length - tail - 1] == b[after->length - tail - 1])
    tail++;
  while (tail > 0 && !begins_character (a[before->length - tail]))
    tail--;
  if (tail > 0 && a[before->length - tail] == '\n')
    tail--;
  range->start = enclave_language_text_find_byte (before, head);
  range->end = enclave_language_text_find_byte (before, before->length - tail);
  *from = head;
  *inserted = after->length - tail - head;
  return TRUE;
}
