/* enclave-mark-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mark-parser.h"

#include <string.h>

/* A folder's URI with every byte of a path of PATH_MAX bytes as %XX; longer commands are no marks. */
#define PAYLOAD_MAX_BYTES (3 * 4096 + 64)

#define BELL '\a'
#define ESCAPE '\033'
#define CANCEL '\030'
#define SUBSTITUTE '\032'

/* ECMA-48 5.3 and 5.4, as VTE reads them: ESC begins anew from everywhere, CAN and SUB end everything. */
typedef enum
{
  STATE_GROUND,
  STATE_CHARACTER,      /* within a UTF-8 character */
  STATE_ESCAPE,         /* after ESC and intermediate bytes */
  STATE_CONTROL,        /* after CSI */
  STATE_COMMAND,        /* after OSC */
  STATE_COMMAND_ESCAPE, /* ESC within it: the first half of ST */
  STATE_STRING,         /* after DCS, SOS, PM, APC */
  STATE_STRING_ESCAPE,
} State;

struct _EnclaveMarkParser
{
  State state;
  guint n_missing; /* bytes of a character that are still to come */
  gboolean too_long;
  gsize n_payload;
  char payload[PAYLOAD_MAX_BYTES + 1];
};

EnclaveMarkParser *
enclave_mark_parser_new (void)
{
  return g_new0 (EnclaveMarkParser, 1);
}

void
enclave_mark_parser_free (EnclaveMarkParser *self)
{
  g_free (self);
}

void
enclave_mark_parser_reset (EnclaveMarkParser *self)
{
  g_return_if_fail (self != NULL);

  self->state = STATE_GROUND;
  self->n_missing = 0;
  self->n_payload = 0;
  self->too_long = FALSE;
}

gboolean
enclave_mark_parser_is_between (const EnclaveMarkParser *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->state == STATE_GROUND;
}

static int
read_status (const char *text)
{
  int status = 0;

  if (text[0] != ';' || !g_ascii_isdigit (text[1]))
    return ENCLAVE_MARK_STATUS_UNKNOWN;
  for (text++; g_ascii_isdigit (*text) && status <= 255; text++)
    status = status * 10 + (*text - '0');

  return (*text == '\0' || *text == ';') && status <= 255 ? status : ENCLAVE_MARK_STATUS_UNKNOWN;
}

static gboolean
read_mark (EnclaveMarkParser *self, EnclaveMark *mark)
{
  const char *payload = self->payload;

  self->payload[self->n_payload] = '\0';
  if (self->too_long || strlen (payload) != self->n_payload)
    return FALSE;

  *mark = (EnclaveMark){ .status = ENCLAVE_MARK_STATUS_UNKNOWN };
  if (strncmp (payload, "7;", 2) == 0)
    {
      mark->kind = ENCLAVE_MARK_FOLDER;
      mark->text = payload + 2;
      return TRUE;
    }
  if (strncmp (payload, "133;", 4) != 0 || payload[4] == '\0' || (payload[5] != '\0' && payload[5] != ';'))
    return FALSE;

  switch (payload[4])
    {
    case 'A':
      mark->kind = ENCLAVE_MARK_PROMPT;
      return TRUE;
    case 'B':
      mark->kind = ENCLAVE_MARK_INPUT;
      return TRUE;
    case 'C':
      mark->kind = ENCLAVE_MARK_OUTPUT;
      return TRUE;
    case 'D':
      mark->kind = ENCLAVE_MARK_DONE;
      mark->status = read_status (payload + 5);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
begin_escape (EnclaveMarkParser *self)
{
  self->state = STATE_ESCAPE;
}

static void
end_command (EnclaveMarkParser *self, gsize end, EnclaveMarkFunc func, gpointer user_data)
{
  EnclaveMark mark;

  self->state = STATE_GROUND;
  if (func != NULL && read_mark (self, &mark))
    func (&mark, end, user_data);
}

static void
take_escape (EnclaveMarkParser *self, guchar c)
{
  if (c == ']')
    {
      self->state = STATE_COMMAND;
      self->n_payload = 0;
      self->too_long = FALSE;
    }
  else if (c == '[')
    self->state = STATE_CONTROL;
  else if (c == 'P' || c == 'X' || c == '^' || c == '_')
    self->state = STATE_STRING;
  /* controls are obeyed within a sequence, intermediate bytes belong to it */
  else if (c >= 0x30 && c != 0x7f)
    self->state = STATE_GROUND;
}

static guint
count_missing (guchar c)
{
  if (c >= 0xf0 && c <= 0xf4)
    return 3;
  if (c >= 0xe0 && c < 0xf0)
    return 2;
  if (c >= 0xc2 && c < 0xe0)
    return 1;

  return 0;
}

static void
take_text (EnclaveMarkParser *self, guchar c)
{
  if (self->state == STATE_CHARACTER && (c & 0xc0) == 0x80)
    {
      if (--self->n_missing == 0)
        self->state = STATE_GROUND;
      return;
    }
  self->n_missing = count_missing (c);
  self->state = self->n_missing > 0 ? STATE_CHARACTER : STATE_GROUND;
}

static void
take (EnclaveMarkParser *self, guchar c, gsize end, EnclaveMarkFunc func, gpointer user_data)
{
  if (c == CANCEL || c == SUBSTITUTE)
    {
      self->state = STATE_GROUND;
      return;
    }

  switch (self->state)
    {
    case STATE_COMMAND:
      if (c == BELL)
        end_command (self, end, func, user_data);
      else if (c == ESCAPE)
        self->state = STATE_COMMAND_ESCAPE;
      else if (self->n_payload < PAYLOAD_MAX_BYTES)
        self->payload[self->n_payload++] = (char) c;
      else
        self->too_long = TRUE;
      break;
    case STATE_STRING:
      if (c == ESCAPE)
        self->state = STATE_STRING_ESCAPE;
      break;
    case STATE_COMMAND_ESCAPE:
    case STATE_STRING_ESCAPE:
      if (c == '\\' && self->state == STATE_COMMAND_ESCAPE)
        end_command (self, end, func, user_data);
      else if (c == '\\')
        self->state = STATE_GROUND;
      else if (c == ESCAPE)
        begin_escape (self);
      else
        {
          /* another sequence has begun: the string is broken off */
          begin_escape (self);
          take_escape (self, c);
        }
      break;
    case STATE_CONTROL:
      if (c == ESCAPE)
        begin_escape (self);
      else if ((c >= 0x40 && c <= 0x7e) || c >= 0x80)
        self->state = STATE_GROUND;
      break;
    case STATE_ESCAPE:
      if (c != ESCAPE)
        take_escape (self, c);
      break;
    case STATE_GROUND:
    case STATE_CHARACTER:
    default:
      if (c == ESCAPE)
        begin_escape (self);
      else
        take_text (self, c);
    }
}

/* Of plain text only the last character counts, which may be cut: how much of the @length bytes before the next ESC needs no look. */
static gsize
count_plain (const char *bytes, gsize length)
{
  gsize skipped = length > 4 ? length - 4 : 0;

  if (length > 0 && ((guchar) bytes[length - 1] & 0x80) == 0)
    return length;
  while (skipped > 0 && ((guchar) bytes[skipped] & 0xc0) == 0x80)
    skipped--;

  return skipped;
}

/* The length of the CSI sequence at @bytes, which are mostly those of colours; 0: it is none, it is cut, or there is more in it. */
static gsize
count_control (const char *bytes, gsize length)
{
  gsize n = 2;

  if (length < 3 || bytes[0] != ESCAPE || bytes[1] != '[')
    return 0;
  while (n < length && bytes[n] >= 0x20 && bytes[n] < 0x40)
    n++;

  return n < length && bytes[n] >= 0x40 && bytes[n] < 0x7f ? n + 1 : 0;
}

gsize
enclave_mark_parser_feed (EnclaveMarkParser *self, const char *bytes, gsize length, EnclaveMarkFunc func,
                          gpointer user_data)
{
  gsize between = 0;
  gsize looked = 0; /* up to here it is known that there is no ESC */
  gsize i = 0;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (bytes != NULL || length == 0, 0);

  while (i < length)
    {
      gsize passed = self->state == STATE_GROUND ? count_control (bytes + i, length - i) : 0;

      if (passed == 0 && self->state == STATE_GROUND && i >= looked)
        {
          const char *escape = memchr (bytes + i, ESCAPE, length - i);
          gsize plain;

          looked = escape != NULL ? (gsize) (escape - bytes) : length;
          plain = count_plain (bytes + i, looked - i);
          if (i + plain == looked)
            passed = plain;
          else
            i += plain;
        }
      if (passed == 0)
        take (self, (guchar) bytes[i], i + 1, func, user_data);
      i += MAX (passed, 1);
      if (self->state == STATE_GROUND)
        between = i;
    }

  return between;
}
