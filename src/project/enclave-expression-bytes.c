/* enclave-expression-bytes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads an expression once and puts together, from the inside out, what is known of the matches of its pieces. What it does not know for
 * certain it does not read: then nothing is known of the whole.
 */

#include "config.h"

#include "enclave-expression-bytes.h"

#include <string.h>

#include "enclave-expression-piece.h"

#define MAX_DEPTH 16

typedef struct
{
  const char *at;
  gboolean any_case;
  gboolean crosses_lines;
  guint depth;
} Reader;

static gboolean read_alternatives (Reader *reader, EnclaveExpressionPiece *piece);

static void
take_set (Reader *reader, EnclaveExpressionPiece *piece, const EnclaveByteSet *set)
{
  /* a match is within a line */
  EnclaveByteRun run = { .length = 1, .sets = { *set } };

  reader->crosses_lines |= enclave_byte_set_has (set, '\n');
  run.sets[0].bits['\n' / 32] &= ~(1u << ('\n' % 32));
  enclave_expression_piece_take_run (piece, &run, !enclave_byte_set_has (set, 0x80), TRUE);
}

static void
add_bytes_over_ascii (EnclaveByteSet *set)
{
  enclave_byte_set_add (set, 0x80, 0xff);
}

/* In any case: letters in both, and k and s as well as the Kelvin sign and the long s. @is_wide: these may be in the set. */
static void
add_cases (EnclaveByteSet *set, gboolean is_wide)
{
  for (guint8 letter = 'a'; letter <= 'z'; letter++)
    if (enclave_byte_set_has (set, letter) || enclave_byte_set_has (set, g_ascii_toupper (letter))
        || (is_wide && (letter == 'k' || letter == 's')))
      {
        enclave_byte_set_add (set, letter, letter);
        enclave_byte_set_add (set, g_ascii_toupper (letter), g_ascii_toupper (letter));
        if (letter == 'k' || letter == 's')
          add_bytes_over_ascii (set);
      }
}

/* @pairs: the first and the last byte of each range of ASCII; for other characters nothing is known. */
static void
add_ascii (EnclaveByteSet *set, const char *pairs, gboolean negated)
{
  EnclaveByteSet members = { 0 };

  for (; *pairs != '\0'; pairs += 2)
    enclave_byte_set_add (&members, (guint8) pairs[0], (guint8) pairs[1]);
  for (guint i = 0; i < 4; i++)
    set->bits[i] |= negated ? ~members.bits[i] : members.bits[i];
  add_bytes_over_ascii (set);
}

/* `\d` and its like, in a set and outside. */
static gboolean
read_class (Reader *reader, EnclaveByteSet *set)
{
  static const struct
  {
    char letter;
    const char *pairs;
  } classes[] = { { 'd', "09" }, { 'w', "09AZ__az" }, { 's', "\t\r  " }, { 'h', "\t\t  " } };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_ascii_tolower (reader->at[1]) == classes[i].letter)
      {
        add_ascii (set, classes[i].pairs, g_ascii_isupper (reader->at[1]));
        reader->at += 2;
        return TRUE;
      }

  return FALSE;
}

/* One character, escaped or not. */
static gboolean
read_character (Reader *reader, gunichar *character)
{
  static const char letters[] = "tfear";
  static const char meant[] = "\t\f\033\a\r";
  const char *at = reader->at;
  const char *letter;

  if (*at == '\0')
    return FALSE;
  if (*at != '\\')
    {
      *character = g_utf8_get_char (at);
      reader->at = g_utf8_next_char (at);
      return TRUE;
    }
  if (at[1] == 'x' && g_ascii_isxdigit (at[2]) && g_ascii_isxdigit (at[3]))
    {
      *character = (gunichar) (g_ascii_xdigit_value (at[2]) * 16 + g_ascii_xdigit_value (at[3]));
      reader->at += 4;
      return TRUE;
    }
  letter = at[1] != '\0' ? strchr (letters, at[1]) : NULL;
  if (letter == NULL && !g_ascii_ispunct (at[1]))
    return FALSE;
  *character = letter != NULL ? (gunichar) meant[letter - letters] : (guchar) at[1];
  reader->at += 2;

  return TRUE;
}

/* `[:alpha:]` in a set. */
static gboolean
read_posix_class (Reader *reader, EnclaveByteSet *set)
{
  static const struct
  {
    const char *name;
    const char *pairs;
  } classes[] = { { "[:alpha:]", "AZaz" },     { "[:digit:]", "09" },     { "[:alnum:]", "09AZaz" }, { "[:upper:]", "AZ" },
                  { "[:lower:]", "az" },       { "[:space:]", "\t\r  " }, { "[:blank:]", "\t\t  " }, { "[:xdigit:]", "09AFaf" },
                  { "[:punct:]", "!/:@[`{~" }, { "[:word:]", "09AZ__az" } };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_str_has_prefix (reader->at, classes[i].name))
      {
        add_ascii (set, classes[i].pairs, FALSE);
        reader->at += strlen (classes[i].name);
        return TRUE;
      }

  return FALSE;
}

static gboolean
read_range (Reader *reader, EnclaveByteSet *set)
{
  gunichar low;
  gunichar high;

  if (!read_character (reader, &low))
    return FALSE;
  high = low;
  if (reader->at[0] == '-' && reader->at[1] != ']')
    {
      reader->at++;
      if (*reader->at == '[' || !read_character (reader, &high) || high < low)
        return FALSE;
    }
  if (low < 0x80)
    enclave_byte_set_add (set, (guint8) low, (guint8) MIN (high, 0x7f));
  if (high >= 0x80)
    add_bytes_over_ascii (set);

  return TRUE;
}

static gboolean
read_set (Reader *reader, EnclaveExpressionPiece *piece)
{
  EnclaveByteSet set = { 0 };
  gboolean negated = reader->at[1] == '^';
  gboolean is_first = TRUE;

  for (reader->at += negated ? 2 : 1; *reader->at != ']' || is_first; is_first = FALSE)
    {
      gboolean is_class = (*reader->at == '\\' && read_class (reader, &set))
                       || (*reader->at == '[' && strchr (":.=", reader->at[1]) != NULL && read_posix_class (reader, &set));

      /* a range from a class to elsewhere is none */
      if (is_class ? reader->at[0] == '-' && reader->at[1] != ']'
                   : (*reader->at == '[' && strchr (":.=", reader->at[1]) != NULL) || !read_range (reader, &set))
        return FALSE;
    }
  reader->at++;
  if (reader->any_case)
    add_cases (&set, !negated && enclave_byte_set_has (&set, 0x80));
  if (negated)
    {
      for (guint i = 0; i < G_N_ELEMENTS (set.bits); i++)
        set.bits[i] = ~set.bits[i];
      add_bytes_over_ascii (&set);
    }
  take_set (reader, piece, &set);

  return TRUE;
}

/* A brace as well, unless it is one: newer versions let blanks and a comma stand first in it. */
static gboolean
is_quantifier (const char *at)
{
  return *at == '*' || *at == '+' || *at == '?'
      || (*at == '{' && (g_ascii_isdigit (at[1]) || at[1] == ' ' || at[1] == '\t' || at[1] == ','));
}

static gboolean
read_literal (Reader *reader, EnclaveExpressionPiece *piece)
{
  const char *start = reader->at;
  EnclaveByteSet set = { 0 };
  gunichar character;

  if (!read_character (reader, &character))
    return FALSE;
  if (character >= 0x80 && *start != '\\' && !reader->any_case && !is_quantifier (reader->at))
    {
      EnclaveByteRun run = { .length = (guint) (reader->at - start) };

      for (guint i = 0; i < run.length; i++)
        enclave_byte_set_add (&run.sets[i], (guint8) start[i], (guint8) start[i]);
      enclave_expression_piece_take_run (piece, &run, TRUE, FALSE);
      return TRUE;
    }
  if (character < 0x80)
    enclave_byte_set_add (&set, (guint8) character, (guint8) character);
  else
    add_bytes_over_ascii (&set);
  if (reader->any_case)
    add_cases (&set, character >= 0x80);
  take_set (reader, piece, &set);

  return TRUE;
}

/* `(?<name>`, behind the bracket. */
static gboolean
skip_name (Reader *reader)
{
  const char *at = reader->at;

  while (g_ascii_isalnum (*at) || *at == '_')
    at++;
  if (at == reader->at || *at != '>')
    return FALSE;
  reader->at = at + 1;

  return TRUE;
}

static gboolean
read_group (Reader *reader, EnclaveExpressionPiece *piece)
{
  static const char *const looks[] = { "?=", "?!", "?<=", "?<!" };
  gboolean is_look = FALSE;

  reader->at++;
  if (*reader->at == '*' || reader->depth >= MAX_DEPTH)
    return FALSE;
  if (*reader->at == '?')
    {
      gsize length = 2;

      for (guint i = 0; i < G_N_ELEMENTS (looks) && !is_look; i++)
        if (g_str_has_prefix (reader->at, looks[i]))
          {
            is_look = TRUE;
            length = strlen (looks[i]);
          }
      if (!is_look && strchr (":><P", reader->at[1]) == NULL)
        return FALSE;
      if (reader->at[1] == 'P' && reader->at[length++] != '<')
        return FALSE;
      reader->at += length;
      if (!is_look && strchr ("<P", reader->at[-1]) != NULL && !skip_name (reader))
        return FALSE;
    }
  reader->depth++;
  if (!read_alternatives (reader, piece) || *reader->at != ')')
    return FALSE;
  if (is_look)
    enclave_expression_piece_take_nothing (piece, TRUE);
  reader->depth--;
  reader->at++;

  return TRUE;
}

/* What is no character, after a backslash. */
static gboolean
read_escape (Reader *reader, EnclaveExpressionPiece *piece)
{
  const char letter = reader->at[1];
  EnclaveByteSet set = { 0 };

  if (letter != '\0' && strchr ("bBAzZGK", letter) != NULL)
    {
      reader->at += 2;
      enclave_expression_piece_take_nothing (piece, TRUE);
      return TRUE;
    }
  /* a group again, which may be empty */
  if (letter >= '1' && letter <= '9' && !g_ascii_isdigit (reader->at[2]))
    {
      reader->at += 2;
      enclave_expression_piece_take_nothing (piece, FALSE);
      return TRUE;
    }
  if (letter == 'p' || letter == 'P')
    {
      const char *end = reader->at[2] == '{' ? strchr (reader->at, '}') : g_ascii_isalpha (reader->at[2]) ? reader->at + 2 : NULL;

      if (end == NULL)
        return FALSE;
      reader->at = end + 1;
      enclave_byte_set_add (&set, 0, 0xff);
      take_set (reader, piece, &set);
      return TRUE;
    }
  if (!read_class (reader, &set))
    return FALSE;
  take_set (reader, piece, &set);

  return TRUE;
}

static gboolean
read_atom (Reader *reader, EnclaveExpressionPiece *piece)
{
  EnclaveByteSet set = { 0 };

  switch (*reader->at)
    {
    case '(':
      return read_group (reader, piece);
    case '[':
      return read_set (reader, piece);
    case '.':
      reader->at++;
      enclave_byte_set_add (&set, 0, '\n' - 1);
      enclave_byte_set_add (&set, '\n' + 1, 0xff);
      take_set (reader, piece, &set);
      return TRUE;
    case '^':
    case '$':
      reader->at++;
      enclave_expression_piece_take_nothing (piece, TRUE);
      return TRUE;
    case '*':
    case '+':
    case '?':
      return FALSE;
    case '\\':
      return read_escape (reader, piece) || read_literal (reader, piece);
    default:
      return read_literal (reader, piece);
    }
}

/* FALSE: there is something that is none. */
static gboolean
read_quantifier (Reader *reader, EnclaveExpressionPiece *piece)
{
  char kind = *reader->at;
  guint64 least = kind == '+' ? 1 : 0;
  guint64 most = G_MAXUINT;

  reader->at++;
  if (kind == '{')
    {
      char *end;

      if (!g_ascii_isdigit (*reader->at))
        return FALSE;
      least = most = g_ascii_strtoull (reader->at, &end, 10);
      reader->at = end;
      if (*reader->at == ',')
        {
          reader->at++;
          most = G_MAXUINT;
          if (g_ascii_isdigit (*reader->at))
            most = g_ascii_strtoull (reader->at, &end, 10);
          if (g_ascii_isdigit (*reader->at))
            reader->at = end;
        }
      if (*reader->at != '}' || least > G_MAXUINT16)
        return FALSE;
      reader->at++;
    }
  enclave_expression_piece_repeat (piece, (guint) least, least == most);
  if (*reader->at == '?' || *reader->at == '+')
    reader->at++;

  return TRUE;
}

static gboolean
read_sequence (Reader *reader, EnclaveExpressionPiece *piece)
{
  enclave_expression_piece_take_nothing (piece, TRUE);
  while (*reader->at != '\0' && *reader->at != '|' && *reader->at != ')')
    {
      EnclaveExpressionPiece next;

      if ((*reader->at == '{' && is_quantifier (reader->at)) || !read_atom (reader, &next)
          || (is_quantifier (reader->at) && !read_quantifier (reader, &next)))
        return FALSE;
      enclave_expression_piece_append (piece, &next);
    }

  return TRUE;
}

static gboolean
read_alternatives (Reader *reader, EnclaveExpressionPiece *piece)
{
  if (!read_sequence (reader, piece))
    return FALSE;
  while (*reader->at == '|')
    {
      EnclaveExpressionPiece other;

      reader->at++;
      if (!read_sequence (reader, &other))
        return FALSE;
      enclave_expression_piece_alternate (piece, &other);
    }

  return TRUE;
}

gboolean
enclave_expression_bytes_find (const char *expression, gboolean any_case, EnclaveByteRun *run, gboolean *crosses_lines)
{
  Reader reader = { .at = expression, .any_case = any_case };
  EnclaveExpressionPiece piece;

  g_return_val_if_fail (expression != NULL && run != NULL && crosses_lines != NULL, FALSE);

  if (g_str_has_prefix (expression, "(?i)"))
    {
      reader.any_case = TRUE;
      reader.at += strlen ("(?i)");
    }
  if (!read_alternatives (&reader, &piece) || *reader.at != '\0' || piece.best.length == 0)
    return FALSE;
  *run = piece.best;
  *crosses_lines = reader.crosses_lines;

  return TRUE;
}
