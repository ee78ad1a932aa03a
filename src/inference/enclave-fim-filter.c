/* enclave-fim-filter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-fim-filter.h"

#include <string.h>

#include "enclave-fim-template.h"

/* A mark that a reply's end has cut is told from code by so many bytes of it. */
#define TELLING_BYTES 3

struct _EnclaveFimFilter
{
  GString *text; /* what may be shown */
  GString *held; /* behind it: the beginning of a mark, perhaps, or of a character */
  guint max_lines;
  gsize max_bytes;
  guint n_lines;
  gboolean over;
  gboolean whole; /* it is over at the end of a line or by a mark: nothing of it is half */
};

EnclaveFimFilter *
enclave_fim_filter_new (guint max_lines, gsize max_bytes)
{
  EnclaveFimFilter *self = g_new0 (EnclaveFimFilter, 1);

  self->text = g_string_new (NULL);
  self->held = g_string_new (NULL);
  self->max_lines = max_lines;
  self->max_bytes = max_bytes;
  self->n_lines = 1;
  return self;
}

void
enclave_fim_filter_free (EnclaveFimFilter *self)
{
  g_string_free (self->text, TRUE);
  g_string_free (self->held, TRUE);
  g_free (self);
}

typedef enum
{
  NO_MARK,
  PART_OF_A_MARK, /* as far as the text goes */
  A_MARK,
} Match;

static Match
match_mark (const char *text, gsize length)
{
  const char *const *markers = enclave_fim_markers ();
  Match match = NO_MARK;

  if (*text != '<' && *text != '[' && (guchar) *text != 0xe2)
    return NO_MARK;
  for (guint i = 0; markers[i] != NULL; i++)
    {
      gsize size = strlen (markers[i]);

      if (strncmp (text, markers[i], MIN (size, length)) != 0)
        continue;
      if (size <= length)
        return A_MARK;
      match = PART_OF_A_MARK;
    }
  return match;
}

static gboolean
can_be_shown (gunichar c)
{
  if (c == '\n' || c == '\t')
    return TRUE;
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return FALSE;
    default:
      return c != 0xfffd;
    }
}

static void
end (EnclaveFimFilter *self, gboolean whole)
{
  self->over = TRUE;
  self->whole = whole;
  g_string_truncate (self->held, 0);
}

/* One character, @size bytes at @text. */
static void
take_character (EnclaveFimFilter *self, const char *text, gsize size)
{
  gunichar c = g_utf8_get_char (text);

  if (c == '\r')
    return;
  if (!can_be_shown (c))
    end (self, FALSE);
  else if (c == '\n' && self->max_lines > 0 && self->n_lines == self->max_lines)
    end (self, TRUE);
  else if (self->text->len + size > self->max_bytes)
    end (self, FALSE);
  else
    {
      self->n_lines += c == '\n' ? 1 : 0;
      g_string_append_len (self->text, text, (gssize) size);
    }
}

gboolean
enclave_fim_filter_feed (EnclaveFimFilter *self, const char *piece)
{
  gsize done = 0;

  g_return_val_if_fail (self != NULL && piece != NULL, FALSE);

  if (self->over)
    return FALSE;
  g_string_append (self->held, piece);
  while (done < self->held->len && !self->over)
    {
      const char *at = self->held->str + done;
      gsize left = self->held->len - done;
      gunichar c = g_utf8_get_char_validated (at, (gssize) left);
      Match match = match_mark (at, left);
      gsize size;

      if (match == A_MARK)
        end (self, TRUE);
      else if (match == PART_OF_A_MARK || c == (gunichar) -2)
        break;
      else if (c == (gunichar) -1)
        end (self, FALSE);
      else
        {
          size = (gsize) (g_utf8_next_char (at) - at);
          take_character (self, at, size);
          done += size;
        }
    }
  if (!self->over)
    g_string_erase (self->held, 0, (gssize) done);
  return !self->over;
}

static void
drop_half_line (GString *text)
{
  const char *last = strrchr (text->str, '\n');

  if (last != NULL)
    g_string_truncate (text, (gsize) (last - text->str));
}

char *
enclave_fim_filter_finish (EnclaveFimFilter *self, gboolean cut)
{
  gsize length;

  g_return_val_if_fail (self != NULL, NULL);

  if (!self->over && self->held->len < TELLING_BYTES && g_utf8_validate (self->held->str, (gssize) self->held->len, NULL))
    g_string_append (self->text, self->held->str);
  g_string_truncate (self->held, 0);
  if ((self->over && !self->whole) || (cut && !self->over))
    drop_half_line (self->text);
  self->over = TRUE;
  length = self->text->len;
  while (length > 0 && g_ascii_isspace (self->text->str[length - 1]))
    length--;
  return g_strndup (self->text->str, length);
}
