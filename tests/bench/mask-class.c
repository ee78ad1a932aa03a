/* mask-class.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <math.h>
#include <string.h>

#include "mask-class.h"

#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
/* A random value of fewer bytes can't be told from one that was typed. */
#define MIN_RANDOM_BYTES 20

static gboolean
is_der_key (const guint8 *bytes, gsize length)
{
  gsize at;

  /* SEQUENCE { INTEGER version (0 or 1, one byte), …: PKCS #1, SEC 1 and PKCS #8; or PKCS #8 under a password: SEQUENCE {
   * SEQUENCE { OBJECT IDENTIFIER. */
  if (length < 32 || bytes[0] != 0x30)
    return FALSE;
  at = bytes[1] < 0x80 ? 2 : 2 + (gsize) (bytes[1] & 0x7f);
  if (at > 5)
    return FALSE;

  return (bytes[at] == 0x02 && bytes[at + 1] == 1 && bytes[at + 2] <= 1)
         || (bytes[at] == 0x30 && (bytes[at + 2] == 0x06 || bytes[at + 3] == 0x06));
}

/* The body of a block: base64 after the lines of its header, with the quotes and ends of line of the code around it. */
static gboolean
is_key_block (const char *value, gsize length)
{
  g_autofree char *block = g_strndup (value, length);
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree guint8 *bytes = NULL;
  gsize n_bytes;
  char *c = block;

  if (g_str_has_prefix (block, "-----BEGIN"))
    {
      c = strstr (block + 10, "-----");
      if (c == NULL)
        return FALSE;
      c += 5;
    }
  if (strstr (c, "DEK-Info:") != NULL)
    return TRUE;
  for (; *c != '\0' && strncmp (c, "-----END", 8) != 0; c++)
    {
      const char *colon = strpbrk (c, ":\n");

      if (colon != NULL && *colon == ':')
        c = strchr (colon, '\n') != NULL ? strchr (colon, '\n') : c + strlen (c) - 1;
      else if (*c == '\\' && c[1] != '\0')
        c++;
      else if (*c == '+' && c > block && (g_ascii_isspace (c[-1]) || g_ascii_isspace (c[1]) || c[1] == '"'))
        continue; /* of the code, between two pieces of the text */
      else if (strchr (BASE64 "=", *c) != NULL)
        g_string_append_c (body, *c);
    }
  bytes = g_base64_decode (body->str, &n_bytes);

  /* The first byte of an OpenPGP packet has its highest bit set (RFC 9580, 4.2). */
  return is_der_key (bytes, n_bytes) || (n_bytes > 15 && memcmp (bytes, "openssh-key-v1", 15) == 0)
         || (strstr (block, "PGP PRIVATE") != NULL && n_bytes > 64 && (bytes[0] & 0x80) != 0);
}

/* Three parts, of which the first reads as the header of one (RFC 7519). */
static gboolean
is_signed_token (const char *value, gsize length)
{
  g_autofree char *header = g_strndup (value, length);
  g_autofree char *json = NULL;
  gsize n_bytes;

  if (strchr (header, '.') == NULL)
    return FALSE;
  *strchr (header, '.') = '\0';
  json = (char *) g_base64_decode (g_strdelimit (g_strdelimit (header, "-", '+'), "_", '/'), &n_bytes);

  return n_bytes > 8 && json[0] == '{' && g_strstr_len (json, (gssize) n_bytes, "\"alg\"") != NULL;
}

/* One of the values of a manifest is a key block in base64. */
static gboolean
has_key_block (const char *value, gsize length)
{
  g_autofree char *text = g_strndup (value, length);
  g_auto (GStrv) pieces = g_strsplit_set (text, " \t\r\n\"',", -1);

  for (guint i = 0; pieces[i] != NULL; i++)
    {
      gsize n_bytes;
      g_autofree char *decoded = (char *) g_base64_decode (pieces[i], &n_bytes);
      const char *block = g_strstr_len (decoded, (gssize) n_bytes, "-----BEGIN");

      if (block != NULL && g_strstr_len (block, decoded + n_bytes - block, "PRIVATE KEY") != NULL
          && is_key_block (block, (gsize) (decoded + n_bytes - block)))
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_proved (const char *rule, const char *value, gsize length)
{
  g_autofree char *text = g_strndup (value, length);
  g_autofree guint8 *bytes = NULL;
  gsize n_bytes;

  if (g_str_equal (rule, "private-key"))
    return is_key_block (value, length);
  if (g_str_equal (rule, "kubernetes-secret"))
    return has_key_block (value, length);
  if (g_str_equal (rule, "jwt"))
    return is_signed_token (value, length);
  /* Its expression asks for each field of the format and the exact length of the sum. */
  if (g_str_equal (rule, "password-hash"))
    return TRUE;
  bytes = g_base64_decode (text, &n_bytes);

  return length >= 40 && strspn (text, BASE64 "=") == length && is_der_key (bytes, n_bytes);
}

/* Between dashes, letters of one case and nothing else. */
static gboolean
has_word (const char *text)
{
  g_auto (GStrv) pieces = g_strsplit_set (text, "-_", -1);

  for (guint i = 0; pieces[1] != NULL && pieces[i] != NULL; i++)
    {
      gsize length = strlen (pieces[i]);

      if (length >= 5 && (strspn (pieces[i], "abcdefghijklmnopqrstuvwxyz") == length
                          || strspn (pieces[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == length))
        return TRUE;
    }

  return FALSE;
}

/* No more letters of a kind than chance gives, and none of the marks that words and numbers are joined with. */
static gboolean
is_random_key (const char *value, gsize length)
{
  g_autofree char *text = g_strndup (value, length);
  guint counts[256] = { 0 };
  gsize n_upper = 0, n_lower = 0, n_digits = 0;
  gsize n = strspn (text, "0123456789abcdef");
  double alphabet = 16;
  double bits = 0;

  if (n != length && strspn (text, "0123456789ABCDEF") != length)
    {
      n = strspn (text, BASE64 "-_");
      if (n + strspn (text + n, "=") != length || length - n > 2)
        return FALSE;
      for (gsize i = 0; i < n; i++)
        {
          n_upper += g_ascii_isupper (text[i]);
          n_lower += g_ascii_islower (text[i]);
          n_digits += g_ascii_isdigit (text[i]);
        }
      if (has_word (text) || n_digits * 20 < n || (n_upper > 0 && n_lower > 0 && MIN (n_upper, n_lower) * 5 < n))
        return FALSE;
      alphabet = n_upper > 0 && n_lower > 0 ? 62 : 36;
    }
  else
    {
      n = length;
    }
  if (n < MIN_RANDOM_BYTES)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    counts[(guint8) text[i]]++;
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      if (counts[i] > 0)
        bits -= counts[i] * log2 ((double) counts[i] / n) / n;
    }

  /* Of a text that is not much longer than its alphabet the entropy that is measured is less (Miller, 1955). */
  return bits >= log2 (alphabet) - (alphabet - 1) / (2 * n * G_LN2) - 0.5;
}

MaskClass
mask_class_of (const char *rule, const char *value, gsize length)
{
  if (is_proved (rule, value, length))
    return MASK_PROVED;
  if (is_random_key (value, length))
    return MASK_RANDOM;

  return MASK_OTHER;
}

const char *
mask_class_get_name (MaskClass class)
{
  static const char *const names[N_MASK_CLASSES] = { "proved", "random", "other" };

  return names[class];
}
