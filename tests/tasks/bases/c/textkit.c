/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "textkit.h"
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static char *
copy_part (const char *text, size_t n)
{
  char *copy = malloc (n + 1);

  memcpy (copy, text, n);
  copy[n] = '\0';
  return copy;
}

char *
text_trim (const char *text)
{
  size_t n;

  while (isspace ((unsigned char) *text))
    text++;
  n = strlen (text);
  while (n > 0 && isspace ((unsigned char) text[n - 1]))
    n--;
  return copy_part (text, n);
}

size_t
text_count (const char *text, const char *what)
{
  size_t n = 0;
  size_t length = strlen (what);

  if (length == 0)
    return 0;
  for (text = strstr (text, what); text != NULL; text = strstr (text + length, what))
    n++;
  return n;
}

char *
text_replace (const char *text, const char *what, const char *with)
{
  size_t n = text_count (text, what);
  size_t what_length = strlen (what);
  size_t with_length = strlen (with);
  char *result = malloc (strlen (text) + n * with_length + 1);
  char *out = result;
  const char *found;

  while (n > 0 && (found = strstr (text, what)) != NULL)
    {
      memcpy (out, text, (size_t) (found - text));
      out += found - text;
      memcpy (out, with, with_length);
      out += with_length;
      text = found + what_length;
    }
  strcpy (out, text);
  return result;
}

/* An empty text has one part, which is empty. */
size_t
text_split (const char *text, char separator, char ***parts)
{
  size_t n = 1;
  size_t i = 0;

  for (const char *c = text; *c != '\0'; c++)
    if (*c == separator)
      n++;
  *parts = malloc (n * sizeof **parts);
  while (i < n)
    {
      const char *end = strchr (text, separator);

      if (end == NULL)
        end = text + strlen (text);
      (*parts)[i++] = copy_part (text, (size_t) (end - text));
      text = end + 1;
    }
  return n;
}

void
text_parts_free (char **parts, size_t n)
{
  for (size_t i = 0; i < n; i++)
    free (parts[i]);
  free (parts);
}

int
text_starts_with (const char *text, const char *prefix)
{
  return strncmp (text, prefix, strlen (prefix)) == 0;
}

int
text_ends_with (const char *text, const char *suffix)
{
  size_t n = strlen (text);
  size_t m = strlen (suffix);

  return n >= m && strcmp (text + n - m, suffix) == 0;
}

/* Breaks lines at blanks, so that none is longer than @width where that is possible. */
char *
text_wrap (const char *text, size_t width)
{
  char *result = copy_part (text, strlen (text));
  size_t start = 0;
  size_t last_blank = 0;

  for (size_t i = 0; result[i] != '\0'; i++)
    {
      if (result[i] == '\n')
        start = i + 1;
      else if (result[i] == ' ')
        last_blank = i;
      if (i - start >= width && last_blank > start)
        {
          result[last_blank] = '\n';
          start = last_blank + 1;
        }
    }
  return result;
}

char *
text_repeat (const char *text, size_t n)
{
  size_t length = strlen (text);
  char *result = malloc (length * n + 1);

  for (size_t i = 0; i < n; i++)
    memcpy (result + i * length, text, length);
  result[length * n] = '\0';
  return result;
}

static size_t
least (size_t a, size_t b, size_t c)
{
  size_t m = a < b ? a : b;

  return m < c ? m : c;
}

/* Letters to insert, delete or change. */
size_t
text_distance (const char *a, const char *b)
{
  size_t m = strlen (b);
  size_t *row = malloc ((m + 1) * sizeof *row);
  size_t result;

  for (size_t j = 0; j <= m; j++)
    row[j] = j;
  for (size_t i = 1; a[i - 1] != '\0'; i++)
    {
      size_t diagonal = row[0];

      row[0] = i;
      for (size_t j = 1; j <= m; j++)
        {
          size_t above = row[j];

          row[j] = least (diagonal + (a[i - 1] != b[j - 1]), above + 1, row[j - 1] + 1);
          diagonal = above;
        }
    }
  result = row[m];
  free (row);
  return result;
}

size_t
text_utf8_length (const char *text)
{
  size_t n = 0;

  for (; *text != '\0'; text++)
    if (((unsigned char) *text & 0xc0) != 0x80)
      n++;
  return n;
}

/* Decimal, with a sign, nothing else. 0 when it is none or too large. */
int
text_parse_int (const char *text, int *value)
{
  int negative = *text == '-';
  long long number = 0;

  if (*text == '-' || *text == '+')
    text++;
  if (*text == '\0')
    return 0;
  for (; *text != '\0'; text++)
    {
      if (!isdigit ((unsigned char) *text))
        return 0;
      number = number * 10 + (*text - '0');
      if (number > (long long) INT_MAX + negative)
        return 0;
    }
  *value = (int) (negative ? -number : number);
  return 1;
}

char *
encode_hex (const uint8_t *bytes, size_t n)
{
  static const char digits[] = "0123456789abcdef";
  char *result = malloc (2 * n + 1);

  for (size_t i = 0; i < n; i++)
    {
      result[2 * i] = digits[bytes[i] >> 4];
      result[2 * i + 1] = digits[bytes[i] & 15];
    }
  result[2 * n] = '\0';
  return result;
}

char *
encode_base64 (const uint8_t *bytes, size_t n)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char *result = malloc ((n + 2) / 3 * 4 + 1);
  char *out = result;

  for (size_t i = 0; i < n; i += 3)
    {
      uint32_t group = (uint32_t) bytes[i] << 16;

      if (i + 1 < n)
        group |= (uint32_t) bytes[i + 1] << 8;
      if (i + 2 < n)
        group |= bytes[i + 2];
      *out++ = letters[group >> 18 & 63];
      *out++ = letters[group >> 12 & 63];
      *out++ = i + 1 < n ? letters[group >> 6 & 63] : '=';
      *out++ = i + 2 < n ? letters[group & 63] : '=';
    }
  *out = '\0';
  return result;
}

uint32_t
checksum_adler (const uint8_t *bytes, size_t n)
{
  uint32_t a = 1;
  uint32_t b = 0;

  for (size_t i = 0; i < n; i++)
    {
      a = (a + bytes[i]) % 65521;
      b = (b + a) % 65521;
    }
  return b << 16 | a;
}
