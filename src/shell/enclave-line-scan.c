/* enclave-line-scan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-line-scan.h"

#include <string.h>

#include "enclave-mark-parser.h"

#define ESCAPE '\033'
#define DELETE 0x7f
/* Begins the characters of two bytes of which some are the controls of C1. */
#define C1_LEAD 0xc2
/* More is no sequence of colours, and no margins. */
#define SEQUENCE_MAX_BYTES 64

struct _EnclaveLineScan
{
  EnclaveMarkParser *parser; /* only of sequences that are cut, or more than colours */
  char sequence[SEQUENCE_MAX_BYTES];
  gsize n_sequence;   /* may be more than there is room for; 0: none has begun */
  gsize plain;        /* how many of the last bytes, without those of the sequence, are lines */
  gboolean is_lead;   /* the last byte was a C1_LEAD */
  gboolean is_unsure; /* it can't be told in which rows lines scroll */
  guint top;          /* first and last row in which they do, from 1; 0: all */
  guint bottom;
};

EnclaveLineScan *
enclave_line_scan_new (void)
{
  EnclaveLineScan *self = g_new0 (EnclaveLineScan, 1);

  self->parser = enclave_mark_parser_new ();
  return self;
}

void
enclave_line_scan_free (EnclaveLineScan *self)
{
  enclave_mark_parser_free (self->parser);
  g_free (self);
}

void
enclave_line_scan_reset (EnclaveLineScan *self)
{
  g_return_if_fail (self != NULL);

  enclave_mark_parser_reset (self->parser);
  self->n_sequence = 0;
  self->plain = 0;
  self->is_lead = FALSE;
  self->is_unsure = FALSE;
  self->top = 0;
  self->bottom = 0;
}

void
enclave_line_scan_doubt (EnclaveLineScan *self)
{
  g_return_if_fail (self != NULL);

  self->is_unsure = TRUE;
}

/* Characters, whole or not, and what moves the cursor within its row or to the next one. */
static gboolean
is_text (guchar c)
{
  return (c >= 0x20 && c != DELETE && c != C1_LEAD) || c == '\n' || c == '\r' || c == '\t';
}

static gsize
count_text (const char *bytes, gsize length)
{
  gsize n = 0;

  for (gboolean all = TRUE; all && length - n >= 64;)
    {
      guint8 others = 0;

      for (gsize i = 0; i < 64; i++)
        {
          guchar c = (guchar)bytes[n + i];

          others |= (guint8)((c < 0x20) & (c != '\n') & (c != '\r') & (c != '\t'))
                    | (guint8)(c == DELETE) | (guint8)(c == C1_LEAD);
        }
      all = others == 0;
      n += all ? 64 : 0;
    }
  while (n < length && is_text ((guchar)bytes[n]))
    n++;

  return n;
}

/* The length of the sequence at @bytes when it sets colours or empties a part of its row; 0: it
 * does not, or is cut. */
static gsize
count_colour (const char *bytes, gsize length)
{
  gsize n = 2;

  if (length < 3 || bytes[0] != ESCAPE || bytes[1] != '[')
    return 0;
  /* digits, : and ; */
  while (n < length && bytes[n] >= '0' && bytes[n] <= ';')
    n++;

  return n < length && (bytes[n] == 'm' || bytes[n] == 'K') ? n + 1 : 0;
}

static gboolean
ends_colours (const char *sequence, gsize length)
{
  gsize at = sequence[2] == '0' ? 3 : 2;

  return sequence[length - 1] == 'm' && (sequence[at] == 'm' || sequence[at] == ';');
}

/* What has come of a sequence can still become one of colours. */
static gboolean
may_be_colour (const EnclaveLineScan *self)
{
  if (self->n_sequence > sizeof self->sequence
      || (self->n_sequence > 1 && self->sequence[1] != '['))
    return FALSE;
  for (gsize i = 2; i < self->n_sequence; i++)
    if (self->sequence[i] < '0' || self->sequence[i] > ';')
      return FALSE;

  return TRUE;
}

/* @text: what stands between CSI and r. */
static void
take_margins (EnclaveLineScan *self, const char *text, gsize length)
{
  guint rows[2] = { 0, 0 };
  guint n = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_isdigit (text[i]) && rows[n] < 100000)
        rows[n] = rows[n] * 10 + (guint)(text[i] - '0');
      else if (text[i] == ';' && n == 0)
        n++;
      else
        {
          self->is_unsure = TRUE;
          return;
        }
    }
  self->top = rows[0];
  self->bottom = rows[1];
}

static void
end_sequence (EnclaveLineScan *self, guchar last)
{
  const char *sequence = self->sequence;
  gsize length = MIN (self->n_sequence, sizeof self->sequence);
  gboolean is_control = length > 2 && sequence[1] == '[';

  if (self->n_sequence == length && count_colour (sequence, length) == length)
    self->plain += length;
  else
    {
      self->plain = 0;
      if (length == 2 && last == 'c')
        {
          self->is_unsure = FALSE;
          self->top = self->bottom = 0;
        }
      /* a view may still be within it, or take the next character in, or read what comes as
       * something else than UTF-8 */
      else if (last >= 0x80 || (length == 2 && last == 'Z')
               || (length > 1 && sequence[1] == '%' && last != 'G')
               || (is_control && last == 'r' && self->n_sequence > length))
        self->is_unsure = TRUE;
      else if (is_control && last == 'r' && strchr ("<=>?", sequence[2]) == NULL)
        take_margins (self, sequence + 2, length - 3);
    }
  self->n_sequence = 0;
}

static void
take_byte (EnclaveLineScan *self, const char *byte)
{
  guchar c = (guchar)*byte;

  enclave_mark_parser_feed (self->parser, byte, 1, NULL, NULL);
  /* another sequence has begun, and breaks off this one */
  if (c == ESCAPE && self->n_sequence > 0)
    {
      self->plain = 0;
      self->n_sequence = 0;
    }
  if (self->n_sequence < sizeof self->sequence)
    self->sequence[self->n_sequence] = *byte;
  self->n_sequence++;
  if (self->is_lead && c >= 0x80 && c < 0xa0)
    self->is_unsure = TRUE;
  self->is_lead = c == C1_LEAD;
  if (enclave_mark_parser_is_between (self->parser))
    end_sequence (self, c);
}

/* A control beside those of lines, or one of C1. */
static void
take_control (EnclaveLineScan *self, guchar c)
{
  self->plain = 0;
  /* it begins a sequence, which is not followed here: DCS, SOS, SCI, CSI, OSC, PM, APC */
  if (c == 0x90 || c == 0x98 || (c >= 0x9a && c <= 0x9f))
    self->is_unsure = TRUE;
}

gsize
enclave_line_scan_feed (EnclaveLineScan *self, const char *bytes, gsize length)
{
  gsize reset = ENCLAVE_LINE_SCAN_NOWHERE;

  g_return_val_if_fail (self != NULL, reset);
  g_return_val_if_fail (bytes != NULL || length == 0, reset);

  for (gsize i = 0; i < length;)
    {
      gsize n;

      if (self->n_sequence > 0)
        {
          take_byte (self, bytes + i++);
          continue;
        }
      if (self->is_lead && (guchar)bytes[i] >= 0x80 && (guchar)bytes[i] < 0xa0)
        {
          self->is_lead = FALSE;
          take_control (self, (guchar)bytes[i++]);
          continue;
        }
      self->is_lead = FALSE;

      n = count_text (bytes + i, length - i);
      self->plain += n;
      i += n;
      if (i == length)
        break;
      n = count_colour (bytes + i, length - i);
      if (n > 0)
        {
          if (ends_colours (bytes + i, n))
            reset = i;
          self->plain += n;
          i += n;
        }
      else if (bytes[i] == ESCAPE)
        take_byte (self, bytes + i++);
      else if ((guchar)bytes[i] == C1_LEAD)
        {
          self->is_lead = TRUE;
          self->plain++;
          i++;
        }
      else
        take_control (self, (guchar)bytes[i++]);
    }

  return reset;
}

gsize
enclave_line_scan_get_n_bytes (const EnclaveLineScan *self)
{
  g_return_val_if_fail (self != NULL, 0);

  if (self->n_sequence == 0)
    return self->plain;

  return may_be_colour (self) ? self->plain + self->n_sequence : 0;
}

gboolean
enclave_line_scan_is_whole (const EnclaveLineScan *self, guint n_rows)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return !self->is_unsure && self->top <= 1 && (self->bottom == 0 || self->bottom >= n_rows);
}
