/* enclave-utf8-escapes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-utf8.h"

/* The parser of ECMA-48 sequences, as far as it takes to know where each of them ends. */
typedef enum
{
  STATE_TEXT,
  STATE_ESCAPE,         /* after ESC */
  STATE_INTERMEDIATE,   /* ESC and bytes 0x20-0x2f, one final follows */
  STATE_CONTROL,        /* CSI, up to a final 0x40-0x7e */
  STATE_STRING,         /* OSC, DCS, SOS, PM, APC, up to BEL or ST */
  STATE_STRING_ESCAPE,  /* ESC within a string: ST or a new sequence */
} State;

typedef struct
{
  GString *result;
  GArray *line; /* (element-type gunichar) */
  guint cursor;
  guint parameter;
  gboolean plain; /* the control sequence has nothing but digits before its final */
} Screen;

static void
screen_put (Screen *screen, gunichar c)
{
  if (screen->cursor < screen->line->len)
    g_array_index (screen->line, gunichar, screen->cursor) = c;
  else
    g_array_append_val (screen->line, c);
  screen->cursor++;
}

static void
screen_flush (Screen *screen)
{
  for (guint i = 0; i < screen->line->len; i++)
    g_string_append_unichar (screen->result, g_array_index (screen->line, gunichar, i));
  g_array_set_size (screen->line, 0);
  screen->cursor = 0;
}

/* Progress lines end with "erase to the end of the line"; without it their old tails would stay. */
static void
screen_erase (Screen *screen)
{
  if (!screen->plain || screen->parameter > 2)
    return;
  if (screen->parameter == 1)
    {
      for (guint i = 0; i <= screen->cursor && i < screen->line->len; i++)
        g_array_index (screen->line, gunichar, i) = ' ';
      return;
    }
  if (screen->parameter == 2)
    for (guint i = 0; i < screen->cursor && i < screen->line->len; i++)
      g_array_index (screen->line, gunichar, i) = ' ';
  if (screen->cursor < screen->line->len)
    g_array_set_size (screen->line, screen->cursor);
}

static State
begin_control (Screen *screen)
{
  screen->parameter = 0;
  screen->plain = TRUE;
  return STATE_CONTROL;
}

static State
step_text (Screen *screen, gunichar c)
{
  switch (c)
    {
    case 0x1b:
      return STATE_ESCAPE;
    case 0x9b:
      return begin_control (screen);
    case 0x90:
    case 0x98:
    case 0x9d:
    case 0x9e:
    case 0x9f:
      return STATE_STRING;
    case '\n':
    case '\v':
    case '\f':
    case 0x85:
      screen_flush (screen);
      g_string_append_c (screen->result, '\n');
      break;
    case '\r':
      screen->cursor = 0;
      break;
    case '\b':
      if (screen->cursor > 0)
        screen->cursor--;
      break;
    case '\t':
      screen_put (screen, c);
      break;
    default:
      if (c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0))
        screen_put (screen, c);
      break;
    }
  return STATE_TEXT;
}

static State
step_escape (Screen *screen, gunichar c)
{
  switch (c)
    {
    case '[':
      return begin_control (screen);
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
      return STATE_STRING;
    case 0x1b:
      return STATE_ESCAPE;
    default:
      if (c >= 0x20 && c <= 0x2f)
        return STATE_INTERMEDIATE;
      if (c >= 0x30 && c <= 0x7e)
        return STATE_TEXT;
      return step_text (screen, c);
    }
}

static State
step_control (Screen *screen, gunichar c)
{
  if (c >= 0x40 && c <= 0x7e)
    {
      if (c == 'K')
        screen_erase (screen);
      return STATE_TEXT;
    }
  if (g_unichar_isdigit (c) && c < 0x80)
    {
      screen->parameter = MIN (screen->parameter * 10 + (c - '0'), 10000);
      return STATE_CONTROL;
    }
  if (c >= 0x20 && c <= 0x3f)
    {
      screen->plain = FALSE;
      return STATE_CONTROL;
    }
  /* Cancelled, or broken off by something that belongs to the text. */
  return c == 0x18 || c == 0x1a ? STATE_TEXT : step_text (screen, c);
}

static State
step_string (Screen *screen, gunichar c)
{
  if (c == 0x1b)
    return STATE_STRING_ESCAPE;
  if (c == 0x07 || c == 0x9c || c == 0x18 || c == 0x1a)
    return STATE_TEXT;
  /* A string without an end must not hide the rest of the output from the reader. */
  if (c == '\n')
    return step_text (screen, c);
  return STATE_STRING;
}

char *
enclave_utf8_strip_escapes (const char *text, gssize length)
{
  g_autoptr (GString) result = NULL;
  g_autoptr (GArray) line = NULL;
  g_autofree char *valid = NULL;
  Screen screen;
  State state = STATE_TEXT;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  valid = enclave_utf8_make_valid (text, length);
  result = g_string_new (NULL);
  line = g_array_new (FALSE, FALSE, sizeof (gunichar));
  screen = (Screen) { result, line, 0, 0, TRUE };

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      switch (state)
        {
        case STATE_TEXT:
          state = step_text (&screen, c);
          break;
        case STATE_ESCAPE:
          state = step_escape (&screen, c);
          break;
        case STATE_INTERMEDIATE:
          if (c < 0x20 || c > 0x2f)
            state = c >= 0x30 && c <= 0x7e ? STATE_TEXT : step_text (&screen, c);
          break;
        case STATE_CONTROL:
          state = step_control (&screen, c);
          break;
        case STATE_STRING:
          state = step_string (&screen, c);
          break;
        case STATE_STRING_ESCAPE:
          state = c == '\\' ? STATE_TEXT : step_escape (&screen, c);
          break;
        default:
          g_assert_not_reached ();
        }
    }
  screen_flush (&screen);

  return g_string_free (g_steal_pointer (&result), FALSE);
}
