/* enclave-latin-1.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-latin-1.h"

char *
enclave_latin_1_decode (const guint8 *bytes, gsize length, gsize *text_length)
{
  gsize n_high = 0;
  char *text;
  char *at;

  for (gsize i = 0; i < length; i++)
    n_high += bytes[i] >> 7;
  at = text = g_malloc (length + n_high + 1);
  for (gsize i = 0; i < length; i++)
    {
      if (bytes[i] < 0x80)
        {
          *at++ = (char) bytes[i];
        }
      else
        {
          *at++ = (char) (0xc0 | bytes[i] >> 6);
          *at++ = (char) (0x80 | (bytes[i] & 0x3f));
        }
    }
  *at = '\0';
  *text_length = (gsize) (at - text);
  return text;
}

GBytes *
enclave_latin_1_encode (const char *text, const char **unknown)
{
  gsize length = strlen (text);
  guint8 *bytes = g_malloc (length + 1);
  gsize n = 0;

  *unknown = NULL;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c > 0xff)
        {
          *unknown = at;
          g_free (bytes);
          return NULL;
        }
      bytes[n++] = (guint8) c;
    }
  return g_bytes_new_take (bytes, n);
}
