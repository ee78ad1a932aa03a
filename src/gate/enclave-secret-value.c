/* enclave-secret-value.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <math.h>
#include <string.h>

#include "enclave-secret-value.h"

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

gboolean
enclave_secret_value_looks_random (const char *value, gsize length)
{
  gsize n_digits = 0;
  gsize n_letters = 0;
  gsize n_marks = 0;
  gsize n_wordy;

  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_isdigit (value[i]))
        n_digits++;
      else if (g_ascii_isalpha (value[i]))
        n_letters++;
      else
        n_marks++;
    }
  n_wordy = count_wordy_letters (value, length);

  /* One digit in a word is a version, and many marks are a path or an expression. */
  return n_digits >= 2 && n_letters >= 2 && n_marks * 6 <= length && n_wordy * 2 <= n_letters;
}

/* Names whose value is a sum or a number of something, although a key or a token is in them too. */
static gboolean
names_a_sum (const char *start, gsize length)
{
  static const char *const words[] = { "hash", "sha1", "sha256", "sha512", "md5", "checksum", "digest", "integrity", "commit", "revision",
                                       "fingerprint", "public", "pubkey", "token_id", "tokenid", "keyid", "key_id", "cache", "uuid", "guid" };
  g_autofree char *lower = g_ascii_strdown (start, (gssize) length);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (g_strstr_len (lower, (gssize) length, words[i]) != NULL)
        return TRUE;
    }

  return FALSE;
}

/* A password that stands for any. */
static gboolean
is_common_word (const char *value, gsize length)
{
  static const char *const words[] = { "pass", "passwd", "password", "passw0rd", "password1", "password123", "pwd", "secret", "hunter2",
                                       "qwerty", "letmein", "admin", "administrator", "root", "guest", "user", "username",
                                       "postgres", "mysql", "mariadb", "mongo", "mongodb", "redis", "rabbitmq", "test",
                                       "testing", "testpass", "test123", "token", "apikey", "api_key", "passphrase" };
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

  /* "alicespassword", "pass1234" */
  return g_str_has_prefix (lower, "pass") || strstr (lower, "passw") != NULL || strstr (lower, "secret") != NULL
         || strstr (lower, "sekret") != NULL;
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

  if (rule->min_entropy > 0 && enclave_secret_value_measure_entropy (value, length) < rule->min_entropy)
    return FALSE;
  if ((rule->flags & ENCLAVE_SECRET_RULE_VERBATIM) != 0)
    return TRUE;
  if (enclave_secret_value_is_placeholder (value, length))
    return FALSE;
  if ((rule->flags & ENCLAVE_SECRET_RULE_GENERIC) != 0)
    return enclave_secret_value_looks_random (value, length) && !is_expression (text, start, end)
           && !names_a_sum (text + match_start, start - match_start);
  if ((rule->flags & ENCLAVE_SECRET_RULE_RANDOM) != 0)
    return enclave_secret_value_looks_random (value, length);
  if ((rule->flags & ENCLAVE_SECRET_RULE_PASSWORD) != 0)
    return !is_common_word (value, length);

  return TRUE;
}
