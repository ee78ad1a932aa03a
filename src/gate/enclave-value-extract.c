/* enclave-value-extract.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-value-extract.h"

#include "enclave-limits.h"
#include "enclave-secret-value.h"

#define LONG_VALUE_BYTES 12
#define SHORT_VALUE_MIN_ENTROPY 2.6

typedef struct
{
  EnclaveValueFunc found;
  gpointer user_data;
  gboolean in_public_block;
} Extraction;

static const char *const common_values[] = {
  "development", "production", "application", "application/json", "localhost", "localhost:3000", "localhost:5432", "localhost:8080",
  "127.0.0.1", "changeme", "password", "password123", "example", "example.com", "placeholder", "undefined", "postgresql",
  "postgres", "enabled", "disabled", "information", "eu-central-1", "us-east-1", "us-west-2", "eu-west-1", "registry.npmjs.org",
  "registry.yarnpkg.com", "github.com", "aes-256-cbc", "text/plain", "utf8mb4_unicode_ci",
};

static gboolean
is_common (const char *value, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (common_values); i++)
    {
      if (strlen (common_values[i]) == length && g_ascii_strncasecmp (value, common_values[i], length) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
begins_with (const char *value, gsize length, const char *beginning)
{
  return strlen (beginning) <= length && memcmp (value, beginning, strlen (beginning)) == 0;
}

/* A place and no secret; an address with a name and a password or with parameters in it may be one. */
static gboolean
is_location (const char *value, gsize length)
{
  if (enclave_secret_value_looks_random (value, length) || memchr (value, '@', length) != NULL
      || memchr (value, '?', length) != NULL)
    return FALSE;

  return *value == '/' || *value == '$' || begins_with (value, length, "./") || begins_with (value, length, "../")
         || begins_with (value, length, "~/") || g_strstr_len (value, (gssize) length, "://") != NULL;
}

static void
consider (Extraction *extraction, const char *value, gsize length, gboolean is_assigned)
{
  gboolean has_digit = FALSE;
  gboolean has_letter = FALSE;
  gboolean has_mark = FALSE;
  gboolean has_upper = FALSE;
  gboolean has_lower = FALSE;
  gboolean is_random;
  double entropy;
  guint n_kinds;

  if (length < ENCLAVE_VALUE_MIN_BYTES || is_common (value, length) || is_location (value, length))
    return;
  for (gsize i = 0; i < length; i++)
    {
      has_digit = has_digit || g_ascii_isdigit (value[i]);
      has_letter = has_letter || g_ascii_isalpha (value[i]);
      has_upper = has_upper || g_ascii_isupper (value[i]);
      has_lower = has_lower || g_ascii_islower (value[i]);
      has_mark = has_mark || !g_ascii_isalnum (value[i]);
    }
  n_kinds = has_digit + has_upper + has_lower + has_mark;
  entropy = enclave_secret_value_measure_entropy (value, MIN (length, 4096));
  if (entropy < 2)
    return;
  if (length < LONG_VALUE_BYTES && (n_kinds < 2 || entropy < SHORT_VALUE_MIN_ENTROPY))
    return;
  /* A word of a sentence, a name with an underscore. */
  if (!is_assigned && !has_digit && !(has_upper && has_lower && entropy > 3.9))
    return;
  if (!is_assigned && length < LONG_VALUE_BYTES && !enclave_secret_value_looks_random (value, length))
    return;

  /* A line of base64 is no word, even where letters of it can be said. */
  is_random = length >= 16 && has_digit && has_letter
              && (enclave_secret_value_looks_random (value, length)
                  || (length >= 24 && has_upper && has_lower && memchr (value, ' ', length) == NULL && entropy > 3.9));
  extraction->found (value, length, !is_random, extraction->user_data);
}

static gboolean
ends_word (char c)
{
  return (guint8) c <= ' ' || c == 0x7f || strchr ("\"'`,;()[]{}<>|", c) != NULL;
}

/* What stands before or behind, over quotes and blanks. */
static char
look (const char *line, gsize length, gssize at, int step)
{
  while (at >= 0 && (gsize) at < length && strchr (" \t\"'`", line[at]) != NULL && line[at] != '\0')
    at += step;

  return at >= 0 && (gsize) at < length ? line[at] : '\0';
}

/* The parts of `a=b&c=d`, `scheme://name:password@host`. */
static void
consider_parts (Extraction *extraction, const char *word, gsize length)
{
  gsize start = 0;

  for (gsize i = 0; i <= length; i++)
    {
      gboolean is_padding = i < length && word[i] == '=' && (i + 1 == length || word[i + 1] == '=' || i == start);

      if (i < length && (strchr ("=:/@?&", word[i]) == NULL || is_padding))
        continue;
      /* What a `=` stands behind is a name. */
      if ((start > 0 || i < length) && !(i < length && word[i] == '='))
        consider (extraction, word + start, i - start,
                  start > 0 && (word[start - 1] == '=' || word[start - 1] == ':'));
      start = i + 1;
    }
}

static gboolean
is_name_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '.';
}

/* Bytes of `NAME=` at the beginning of a word; 0 when there is none, or it is the end of base64. */
static gsize
measure_name (const char *word, gsize length)
{
  gsize at = 0;

  while (at < length && is_name_byte (word[at]))
    at++;

  return at > 0 && at + 1 < length && word[at] == '=' && word[at + 1] != '=' ? at + 1 : 0;
}

static void
consider_words (Extraction *extraction, const char *line, gsize length)
{
  gsize at = 0;

  while (at < length)
    {
      gsize start = at;
      gsize name;
      char before, behind;

      while (at < length && !ends_word (line[at]))
        at++;
      if (at == start)
        {
          at++;
          continue;
        }
      name = measure_name (line + start, at - start);
      before = look (line, length, (gssize) start - 1, -1);
      behind = look (line, length, (gssize) at, 1);
      if (name == 0 && (behind == '=' || behind == ':' || line[at - 1] == ':') && before != '=' && before != ':')
        continue;
      start += name;
      consider (extraction, line + start, at - start, name > 0 || before == '=' || before == ':');
      consider_parts (extraction, line + start, at - start);
    }
}

/* A password of several words: all that stands behind `NAME=` or `NAME: `, without quotes. */
static void
consider_whole (Extraction *extraction, const char *line, gsize length)
{
  gsize at = 0;
  char quote;

  while (at < length && (is_name_byte (line[at]) || strchr (" \t\"'", line[at]) != NULL) && line[at] != '\0')
    at++;
  if (at == 0 || at >= length || (line[at] != '=' && line[at] != ':'))
    return;
  at++;
  while (at < length && (line[at] == ' ' || line[at] == '\t'))
    at++;
  while (length > at && strchr (" \t,;", line[length - 1]) != NULL)
    length--;
  if (at >= length)
    return;
  quote = line[at];
  if ((quote == '"' || quote == '\'' || quote == '`') && length - at >= 2)
    {
      const char *end = memchr (line + at + 1, quote, length - at - 1);

      if (end == NULL)
        return;
      consider (extraction, line + at + 1, (gsize) (end - line) - at - 1, TRUE);
      return;
    }
  if (memchr (line + at, '"', length - at) == NULL && memchr (line + at, '\'', length - at) == NULL)
    {
      const char *comment = g_strstr_len (line + at, (gssize) (length - at), " #");

      if (comment != NULL)
        length = (gsize) (comment - line);
      while (length > at && line[length - 1] == ' ')
        length--;
      consider (extraction, line + at, length - at, TRUE);
    }
}

static void
extract_line (Extraction *extraction, const char *line, gsize length)
{
  gboolean is_comment = FALSE;

  if (g_strstr_len (line, (gssize) length, "-----BEGIN ") != NULL)
    extraction->in_public_block = g_strstr_len (line, (gssize) length, "CERTIFICATE") != NULL
                                  || g_strstr_len (line, (gssize) length, "PUBLIC KEY") != NULL
                                  || g_strstr_len (line, (gssize) length, "SIGNATURE") != NULL;
  if (g_strstr_len (line, (gssize) length, "-----END ") != NULL)
    extraction->in_public_block = FALSE;
  if (extraction->in_public_block)
    return;
  while (length > 0 && (g_ascii_isspace (*line) || *line == '#' || *line == ';'))
    {
      is_comment = is_comment || *line == '#' || *line == ';';
      line++;
      length--;
    }
  if (begins_with (line, length, "export "))
    {
      line += strlen ("export ");
      length -= strlen ("export ");
    }
  if (!is_comment)
    consider_whole (extraction, line, length);
  consider_words (extraction, line, length);
}

void
enclave_value_extract (const char *bytes, gsize length, EnclaveValueFunc found, gpointer user_data)
{
  Extraction extraction = { found, user_data, FALSE };
  gsize start = 0;

  for (gsize i = 0; i <= length; i++)
    {
      if (i < length && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\0')
        continue;
      if (i - start >= ENCLAVE_VALUE_MIN_BYTES)
        extract_line (&extraction, bytes + start, i - start);
      start = i + 1;
    }
}
