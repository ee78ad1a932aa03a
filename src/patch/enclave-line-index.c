/* enclave-line-index.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-line-index-private.h"

/* What a line says apart from the blanks at both its ends: the key under which each layer of the search finds it. */
static const char *
trim (const char *text, gsize *length)
{
  while (*length > 0 && (*text == ' ' || *text == '\t'))
    {
      text++;
      (*length)--;
    }
  while (*length > 0 && (text[*length - 1] == ' ' || text[*length - 1] == '\t' || text[*length - 1] == '\r'))
    (*length)--;
  return text;
}

guint
enclave_text_line_hash (const char *text, gsize length)
{
  guint64 words[3] = { 0 };
  guint64 hash = length;

  if (length >= sizeof words[0])
    {
      memcpy (&words[0], text, sizeof words[0]);
      memcpy (&words[1], text + (length - sizeof words[0]) / 2, sizeof words[0]);
      memcpy (&words[2], text + length - sizeof words[0], sizeof words[0]);
    }
  else
    {
      for (gsize i = 0; i < length; i++)
        words[0] = words[0] << 8 | (guchar) text[i];
    }
  hash = (hash ^ words[0]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  hash = ((hash ^ hash >> 29) ^ words[1]) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  hash = ((hash ^ hash >> 32) ^ words[2]) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return (guint) (hash >> 32);
}

static EnclaveLineBucket *
find_bucket (EnclaveLineIndex *self, const char *text, gsize length)
{
  text = trim (text, &length);
  return &self->buckets[enclave_text_line_hash (text, length) & self->mask];
}

GArray *
enclave_text_lines_new (const char *text)
{
  gsize rest = strlen (text);
  guint room = (guint) MIN (rest / 30, G_MAXINT32 / 64) + 8;
  guint n = 0;
  GArray *lines = g_array_set_size (g_array_sized_new (FALSE, FALSE, sizeof (EnclaveTextLine), room), room);
  EnclaveTextLine *line = (EnclaveTextLine *) lines->data;
  /* Without any LF the CRs are the line ends, as on old systems. */
  char mark = memchr (text, '\n', rest) == NULL && memchr (text, '\r', rest) != NULL ? '\r' : '\n';

  for (; rest > 0; line++, n++)
    {
      /* Blank lines are many. */
      const char *end = *text == mark ? text : memchr (text, mark, rest);

      if (n == room)
        {
          room *= 2;
          g_array_set_size (lines, room);
          line = &g_array_index (lines, EnclaveTextLine, n);
        }
      line->text = text;
      line->length = (guint) (end != NULL ? (gsize) (end - text) : rest);
      line->end_length = end != NULL ? 1 : 0;
      text += (gsize) line->length + line->end_length;
      rest -= (gsize) line->length + line->end_length;
      if (end != NULL && mark == '\n' && line->length > 0 && line->text[line->length - 1] == '\r')
        {
          line->length--;
          line->end_length++;
        }
    }
  return g_array_set_size (lines, n);
}

EnclaveLineIndex *
enclave_line_index_new (const char *text)
{
  EnclaveLineIndex *self = g_new0 (EnclaveLineIndex, 1);

  self->lines = enclave_text_lines_new (text);
  return self;
}

/* Where each line stands is noted when that is first asked for: exact hunks are found without. */
static void
ensure_buckets (EnclaveLineIndex *self)
{
  guint n_buckets = 16;

  if (self->buckets != NULL)
    return;
  /* Few enough to stay in the processor's nearest cache: a chain of a few lines is cheap to go through. */
  while (n_buckets < self->lines->len / 4)
    n_buckets *= 2;
  self->mask = n_buckets - 1;
  self->buckets = g_new0 (EnclaveLineBucket, n_buckets);
  self->next = g_new (guint, self->lines->len + 1);

  /* From the end, so that each chain goes down the file. */
  for (guint i = self->lines->len; i > 0; i--)
    {
      const EnclaveTextLine *line = &g_array_index (self->lines, EnclaveTextLine, i - 1);
      EnclaveLineBucket *bucket = find_bucket (self, line->text, line->length);

      self->next[i] = bucket->first;
      bucket->first = i;
      bucket->count++;
    }
}

void
enclave_line_index_free (EnclaveLineIndex *self)
{
  g_array_unref (self->lines);
  g_free (self->buckets);
  g_free (self->next);
  g_free (self);
}

const EnclaveLineBucket *
enclave_line_index_find (EnclaveLineIndex *self, const char *text, gsize length)
{
  ensure_buckets (self);
  return find_bucket (self, text, length);
}

gboolean
enclave_line_index_has (EnclaveLineIndex *self, const char *text, gsize length)
{
  guint at = enclave_line_index_find (self, text, length)->first;

  text = trim (text, &length);
  for (guint steps = 0; at != 0 && steps < 10000; at = self->next[at], steps++)
    {
      const EnclaveTextLine *line = &g_array_index (self->lines, EnclaveTextLine, at - 1);
      gsize own_length = line->length;
      const char *own = trim (line->text, &own_length);

      if (own_length == length && memcmp (own, text, length) == 0)
        return TRUE;
    }
  return FALSE;
}
