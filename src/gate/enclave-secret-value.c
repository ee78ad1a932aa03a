/* enclave-secret-value.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <math.h>
#include <string.h>

#include "enclave-secret-value.h"

#include "enclave-secret-name-private.h"

/* Bits a byte: 32 random digits have 3.66, with less than 3.2 in one of five hundred. */
#define HEXADECIMAL_MIN_ENTROPY 3.2
#define LONG_VALUE_BYTES 24

double
enclave_secret_value_measure_entropy (const char *value, gsize length)
{
  guint counts[256] = { 0 };
  double bits = 0;

  if (length == 0)
    return 0;
  for (gsize i = 0; i < length; i++)
    counts[(guint8) value[i]]++;
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      if (counts[i] > 0)
        bits -= counts[i] * log2 ((double) counts[i] / length);
    }

  return bits / length;
}

/* "A1B2C3D4E5F6": letters that follow each other in the alphabet. */
static gboolean
counts_up (const char *lower, gsize length)
{
  gsize n_letters = 0;
  gsize n_steps = 0;
  char last = '\0';

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_islower (lower[i]))
        continue;
      n_steps += n_letters > 0 && lower[i] == last + 1;
      n_letters++;
      last = lower[i];
    }

  return n_letters >= 5 && n_steps * 3 >= (n_letters - 1) * 2;
}

gboolean
enclave_secret_value_is_placeholder (const char *value, gsize length)
{
  const char *const *words = enclave_secret_rules_get_stop_words ();
  g_autofree char *lower = g_ascii_strdown (value, (gssize) length);
  gboolean seen[256] = { FALSE };
  guint n_different = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (g_strstr_len (lower, (gssize) length, words[i]) != NULL)
        return TRUE;
    }
  if (counts_up (lower, length))
    return TRUE;
  /* The scope of a signature of AWS: the number of a key, a day, a region and a service. */
  if (length >= 9 && memcmp (lower + length - 9, "4_request", 9) == 0)
    return TRUE;
  for (gsize i = 0; i < length; i++)
    {
      n_different += !seen[(guint8) value[i]];
      seen[(guint8) value[i]] = TRUE;
    }

  return n_different < 3;
}

static gboolean
is_vowel (char c)
{
  return strchr ("aeiouyAEIOUY", c) != NULL;
}

/* Letters that stand in runs which can be said: words, names of functions, paths. A run is at least four letters of one
 * case (its first may be upper), with a vowel and no five consonants on end. */
static gsize
count_wordy_letters (const char *value, gsize length)
{
  gsize n_wordy = 0;
  gsize i = 0;

  while (i < length)
    {
      gsize start = i;
      guint n_consonants = 0;
      guint most_consonants = 0;
      gboolean has_vowel = FALSE;

      while (i < length && g_ascii_isalpha (value[i])
             && (i < start + 2 ? i == start || !g_ascii_isupper (value[i]) || g_ascii_isupper (value[start])
                               : g_ascii_isupper (value[i]) == g_ascii_isupper (value[start + 1])))
        {
          n_consonants = is_vowel (value[i]) ? 0 : n_consonants + 1;
          most_consonants = MAX (most_consonants, n_consonants);
          has_vowel = has_vowel || is_vowel (value[i]);
          i++;
        }
      if (i - start >= 4 && has_vowel && most_consonants < 5)
        n_wordy += i - start;
      if (i == start)
        i++;
    }

  return n_wordy;
}

/* A path of words has the length and the alphabet of a key now and then ("policy/AmazonRoute53AutoNamingFullAccess"). Of
 * twenty thousand random keys one has three quarters of its letters in runs that can be said; a plus sign is in no path. */
static gboolean
is_path_of_words (const char *value, gsize length)
{
  gsize n_letters = 0;

  for (gsize i = 0; i < length; i++)
    n_letters += g_ascii_isalpha (value[i]);

  return memchr (value, '+', length) == NULL && count_wordy_letters (value, length) * 4 > n_letters * 3;
}

/* At least as many hexadecimal digits of one case as the shortest keys have, with the dashes of a UUID or none. */
static gboolean
is_hexadecimal (const char *value, gsize length)
{
  gsize n_digits = 0;
  gboolean is_upper = FALSE;
  gboolean is_lower = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isxdigit (value[i]) && value[i] != '-')
        return FALSE;
      is_upper = is_upper || g_ascii_isupper (value[i]);
      is_lower = is_lower || g_ascii_islower (value[i]);
      n_digits += value[i] != '-';
    }

  return n_digits >= 32 && !(is_upper && is_lower);
}

gboolean
enclave_secret_value_looks_random (const char *value, gsize length)
{
  gsize n_digits = 0;
  gsize n_letters = 0;
  gsize n_marks = 0;
  gsize n_turns = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_isdigit (value[i]))
        n_digits++;
      else if (g_ascii_isalpha (value[i]))
        n_letters++;
      else
        n_marks++;
      n_turns += i > 0 && g_ascii_isalnum (value[i]) && g_ascii_isalnum (value[i - 1])
                 && g_ascii_isdigit (value[i]) != g_ascii_isdigit (value[i - 1]);
    }
  /* One digit in a word is a version, and many marks are a path or an expression. */
  if (n_digits < 2 || n_letters < 2 || n_marks * 6 > length)
    return FALSE;

  /* Digits that stand in a long value so often part no words; and a number has none. */
  return (length >= LONG_VALUE_BYTES && n_marks == 0 && n_turns * 4 >= length) || is_hexadecimal (value, length)
         || count_wordy_letters (value, length) * 2 <= n_letters;
}

/* A number in code: `key64_117 = 0xd9c97e9fc83159b4`. */
static gboolean
is_integer (const char *text, gsize start, gsize end)
{
  gsize i = start + 2;

  if (start == 0 || strchr ("\"'`", text[start - 1]) != NULL || end - start > 2 + 16 || end - start < 4 || text[start] != '0'
      || g_ascii_tolower (text[start + 1]) != 'x')
    return FALSE;
  while (i < end && g_ascii_isxdigit (text[i]))
    i++;

  return i == end;
}

/* "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----" */
static gboolean
is_empty_block (const char *text, gsize length)
{
  const char *line = g_strstr_len (text, (gssize) length, "-----\n");

  return length > 11 && memcmp (text, "-----BEGIN ", 11) == 0 && line != NULL && (gsize) (line - text) + 15 <= length
         && memcmp (line + 6, "-----END ", 9) == 0;
}

/* "not my real password", "alice:secret", "a-git-token": words that tell themselves what they are. A password that a person
 * chose for use may have such a word in it, beside others than letters. */
static gboolean
is_sample_text (const char *text, gsize length)
{
  static const char *const words[] = { "password", "passwd", "secret", "token", "credential", "access_key", "api_key", "example",
                                       "sample", "dummy", "fake" };
  g_autofree char *lower = g_ascii_strdown (text, (gssize) length);

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalpha (text[i]) && memchr (" _:-\r\n", text[i], 6) == NULL)
        return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (strstr (lower, words[i]) != NULL)
        return TRUE;
    }

  return FALSE;
}

/* In base64: a certificate, a block with nothing in it, or words that name themselves. */
static gboolean
decodes_to_public (const char *value, gsize length)
{
  g_autofree char *encoded = g_strndup (value, length);
  g_autofree char *decoded = NULL;
  gsize n_decoded;

  if (strspn (encoded, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") != length)
    return FALSE;
  decoded = (char *) g_base64_decode (encoded, &n_decoded);
  if (is_empty_block (decoded, n_decoded))
    return TRUE;

  return is_sample_text (decoded, n_decoded)
         || (g_strstr_len (decoded, (gssize) n_decoded, "-----BEGIN CERTIFICATE-----") == decoded
             && g_strstr_len (decoded, (gssize) n_decoded, "PRIVATE KEY") == NULL);
}

/* Letters and what joins words, with a short number behind them at most. */
static gboolean
is_words_and_number (const char *lower)
{
  gsize n = strspn (lower, "abcdefghijklmnopqrstuvwxyz_-.:");

  return strspn (lower + n, "0123456789") == strlen (lower + n) && strlen (lower + n) <= 4;
}

/* A password that stands for any. */
static gboolean
is_common_word (const char *value, gsize length)
{
  static const char *const words[] = { "pass", "passwd", "password", "passw0rd", "p4ssw0rd", "pa$$word", "pa%24%24word", "password1",
                                       "password123", "pwd", "secret", "hunter2", "qwerty", "letmein", "admin", "administrator",
                                       "root", "guest", "user", "username", "postgres", "mysql", "mariadb", "mongo", "mongodb",
                                       "redis", "rabbitmq", "anonymous", "test", "testing", "testpass", "test123", "token",
                                       "apikey", "api_key", "passphrase" };
  g_autofree char *lower = NULL;

  while (length > 0 && strchr ("\"'`[<{", *value) != NULL)
    {
      value++;
      length--;
    }
  while (length > 0 && strchr ("\"'`]>},;.", value[length - 1]) != NULL)
    length--;
  lower = g_ascii_strdown (value, (gssize) length);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (strcmp (lower, words[i]) == 0)
        return TRUE;
    }

  /* "alicespassword", "pass1234", the public access to CVS; "Sup3rSecret!" is somebody's */
  if (!is_words_and_number (lower))
    return FALSE;
  return g_str_has_prefix (lower, "pass") || strstr (lower, "passw") != NULL || strstr (lower, "secret") != NULL
         || strstr (lower, "sekret") != NULL || g_str_has_suffix (lower, "anoncvs");
}

/* The account in an address is a placeholder, or the password only says of what it is one: "cacheuser:cachepass",
 * "accountSid:authToken", "PROJECT_ID:API_TOKEN", "username:word", "foo:word" and the demonstration account of Oracle. */
static gboolean
is_sample_account (const char *text, gsize start, gsize end)
{
  static const char *const kinds[] = { "_token", "_key", "_id", "_sid", NULL };
  static const char *const users[] = { "/username:", "/foo:" };
  gsize length = end - start;
  gsize stem = length > 4 && memcmp (text + end - 4, "pass", 4) == 0 ? length - 4 : 0;
  g_autofree char *words = enclave_secret_name_split (text + start, length);

  if (length >= 5 && start >= 7 && memcmp (text + start - 7, "/scott:tiger", 12) == 0)
    return TRUE;
  if (stem > 0 && start >= stem + 5 && memcmp (text + start - 5, "user:", 5) == 0
      && memcmp (text + start - 5 - stem, text + start, stem) == 0)
    return TRUE;
  for (gsize i = start; i < end; i++)
    {
      if (!g_ascii_isalpha (text[i]) && text[i] != '_')
        return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    {
      gsize n = strlen (users[i]);

      if (start >= n && memcmp (text + start - n, users[i], n) == 0)
        return TRUE;
    }

  return enclave_secret_name_ends_with (words, kinds);
}

/* Nothing that a manifest holds is secret. What is called a certificate or the name of a user is none, unless a key stands
 * in it as well. */
static gboolean
is_public_manifest (const char *value, gsize length)
{
  static const char *const names[] = { ".crt:", "tls.ca:", "username:", NULL };
  g_autofree char *text = g_strndup (value, length);
  g_auto (GStrv) pieces = g_strsplit_set (g_strdelimit (text, "\"',", ' '), " \t\r\n", -1);
  const char *name = "";
  guint n_values = 0;

  for (guint i = 0; pieces[i] != NULL; i++)
    {
      gsize n = strlen (pieces[i]);

      /* Nothing, or the number of a line */
      if (strspn (pieces[i], "0123456789") == n)
        continue;
      if (pieces[i][n - 1] == ':')
        {
          name = pieces[i];
          continue;
        }
      if (!decodes_to_public (pieces[i], n) && !is_common_word (pieces[i], n))
        {
          gsize n_decoded;
          g_autofree char *decoded = (char *) g_base64_decode (pieces[i], &n_decoded);

          if (!enclave_secret_name_ends_with (name, names) || g_strstr_len (decoded, (gssize) n_decoded, "PRIVATE KEY") != NULL)
            return FALSE;
        }
      n_values++;
    }

  return n_values > 0;
}

/* Code takes a value from somewhere: `key = self.keys_v2.first16`. A file of settings writes it down: `KEY=value`. */
static gboolean
is_expression (const char *text, gsize start, gsize end)
{
  char before = start > 0 ? text[start - 1] : '\0';

  return (before == ' ' || before == '\t')
         && (memchr (text + start, '.', end - start) != NULL || memchr (text + start, '_', end - start) != NULL);
}

gboolean
enclave_secret_value_accept (const EnclaveSecretRule *rule, const char *text, gsize match_start, gsize start, gsize end)
{
  const char *value = text + start;
  gsize length = end - start;
  double min_entropy = is_hexadecimal (value, length) ? MIN (rule->min_entropy, HEXADECIMAL_MIN_ENTROPY) : rule->min_entropy;

  if (min_entropy > 0 && enclave_secret_value_measure_entropy (value, length) < min_entropy)
    return FALSE;
  if ((rule->flags & ENCLAVE_SECRET_RULE_VERBATIM) != 0)
    return TRUE;
  if ((rule->flags & ENCLAVE_SECRET_RULE_MANIFEST) != 0)
    return !is_public_manifest (value, length);
  if (enclave_secret_value_is_placeholder (value, length))
    return FALSE;
  if ((rule->flags & ENCLAVE_SECRET_RULE_GENERIC) != 0)
    return enclave_secret_value_looks_random (value, length) && !is_expression (text, start, end) && !is_integer (text, start, end)
           && !enclave_secret_name_is_of_sum (text + match_start, start - match_start)
           && !enclave_secret_name_is_of_nothing_secret (text, match_start, start, end) && !decodes_to_public (value, length);
  if ((rule->flags & ENCLAVE_SECRET_RULE_RANDOM) != 0)
    return enclave_secret_value_looks_random (value, length) && !decodes_to_public (value, length);
  if ((rule->flags & ENCLAVE_SECRET_RULE_NO_WORDS) != 0)
    return !is_path_of_words (value, length);
  if ((rule->flags & ENCLAVE_SECRET_RULE_PASSWORD) != 0)
    return !is_common_word (value, length) && !is_sample_account (text, start, end);

  return TRUE;
}
