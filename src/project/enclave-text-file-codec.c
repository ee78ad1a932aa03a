/* enclave-text-file-codec.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-text-file-private.h"

#include "enclave-latin-1.h"

#define UTF_8_BOM "\xef\xbb\xbf"

const char *
enclave_encoding_get_name (EnclaveEncoding encoding)
{
  switch (encoding)
    {
    case ENCLAVE_ENCODING_UTF_16LE:
      return "UTF-16LE";
    case ENCLAVE_ENCODING_UTF_16BE:
      return "UTF-16BE";
    case ENCLAVE_ENCODING_ISO_8859_1:
      return "ISO-8859-1";
    case ENCLAVE_ENCODING_UTF_8:
    default:
      return "UTF-8";
    }
}

/* NULL unless @bytes are UTF-16 to the letter: with anything forgiven, other bytes would go back. */
static char *
decode_utf_16 (const guint8 *bytes, gsize length, gboolean big, gsize *text_length)
{
  g_autoptr (GString) text = NULL;
  guint high = big ? 0 : 1;

  if (length % 2 != 0)
    return NULL;

  text = g_string_sized_new (length);
  for (gsize i = 0; i < length; i += 2)
    {
      gunichar c = (gunichar) bytes[i + high] << 8 | bytes[i + 1 - high];

      if (c >= 0xdc00 && c < 0xe000)
        return NULL;
      if (c >= 0xd800 && c < 0xdc00)
        {
          gunichar low;

          i += 2;
          if (i == length)
            return NULL;
          low = (gunichar) bytes[i + high] << 8 | bytes[i + 1 - high];
          if (low < 0xdc00 || low >= 0xe000)
            return NULL;
          c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        }
      if (c == 0)
        return NULL;
      g_string_append_unichar (text, c);
    }
  *text_length = text->len;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
enclave_encoding_decode (char *bytes, gsize length, gsize *text_length, EnclaveEncoding *encoding, gboolean *has_bom,
                         GError **error)
{
  g_autofree char *owned = bytes;
  const guint8 *data = (const guint8 *) bytes;

  *has_bom = TRUE;
  if (length >= 2 && ((data[0] == 0xff && data[1] == 0xfe) || (data[0] == 0xfe && data[1] == 0xff)))
    {
      gboolean big = data[0] == 0xfe;
      char *text = decode_utf_16 (data + 2, length - 2, big, text_length);

      if (text != NULL)
        {
          *encoding = big ? ENCLAVE_ENCODING_UTF_16BE : ENCLAVE_ENCODING_UTF_16LE;
          return text;
        }
    }

  if (memchr (bytes, '\0', length) != NULL)
    {
      g_set_error_literal (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_BINARY,
                           _("The file has NUL bytes in it: it is not text."));
      return NULL;
    }

  if (g_utf8_validate_len (bytes, length, NULL))
    {
      *encoding = ENCLAVE_ENCODING_UTF_8;
      *has_bom = length >= strlen (UTF_8_BOM) && memcmp (bytes, UTF_8_BOM, strlen (UTF_8_BOM)) == 0;
      *text_length = length;
      if (*has_bom)
        {
          *text_length -= strlen (UTF_8_BOM);
          memmove (owned, owned + strlen (UTF_8_BOM), *text_length + 1);
        }
      return g_steal_pointer (&owned);
    }

  *encoding = ENCLAVE_ENCODING_ISO_8859_1;
  *has_bom = FALSE;
  return enclave_latin_1_decode (data, length, text_length);
}

static GBytes *
encode_utf_16 (const char *text, gboolean big, gboolean has_bom)
{
  GByteArray *bytes = g_byte_array_sized_new ((guint) MIN (2 * strlen (text) + 2, G_MAXUINT / 2));
  const char *at = has_bom ? NULL : text;

  for (;;)
    {
      gunichar c = at == NULL ? 0xfeff : g_utf8_get_char (at);
      guint16 units[2];
      guint n = 1;

      if (at != NULL && c == 0)
        break;
      units[0] = (guint16) c;
      if (c >= 0x10000)
        {
          units[0] = (guint16) (0xd800 + ((c - 0x10000) >> 10));
          units[1] = (guint16) (0xdc00 + ((c - 0x10000) & 0x3ff));
          n = 2;
        }
      for (guint i = 0; i < n; i++)
        {
          guint8 pair[2] = { (guint8) (units[i] >> 8), (guint8) units[i] };

          if (!big)
            {
              pair[0] = (guint8) units[i];
              pair[1] = (guint8) (units[i] >> 8);
            }
          g_byte_array_append (bytes, pair, 2);
        }
      at = at == NULL ? text : g_utf8_next_char (at);
    }
  return g_byte_array_free_to_bytes (bytes);
}

static GBytes *
encode_latin_1 (const char *text, GError **error)
{
  const char *unknown = NULL;
  GBytes *bytes = enclave_latin_1_encode (text, &unknown);
  char character[8] = { 0 };
  guint line = 1;

  if (bytes != NULL)
    return bytes;

  for (const char *at = text; at < unknown; at++)
    line += *at == '\n';
  g_unichar_to_utf8 (g_utf8_get_char (unknown), character);
  g_set_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_CANNOT_ENCODE,
               _("Could not save: the character “%s” (U+%04X) in line %u can’t be written in ISO-8859-1, the "
                 "encoding of this file."),
               character, g_utf8_get_char (unknown), line);
  return NULL;
}

GBytes *
enclave_encoding_encode (const char *text, EnclaveEncoding encoding, gboolean has_bom, GError **error)
{
  switch (encoding)
    {
    case ENCLAVE_ENCODING_UTF_16LE:
    case ENCLAVE_ENCODING_UTF_16BE:
      return encode_utf_16 (text, encoding == ENCLAVE_ENCODING_UTF_16BE, has_bom);
    case ENCLAVE_ENCODING_ISO_8859_1:
      return encode_latin_1 (text, error);
    case ENCLAVE_ENCODING_UTF_8:
    default:
      {
        char *bytes = has_bom ? g_strconcat (UTF_8_BOM, text, NULL) : g_strdup (text);

        return g_bytes_new_take (bytes, strlen (bytes));
      }
    }
}

EnclaveLineEnds
enclave_line_ends_detect (const char *text, gsize length)
{
  gboolean lf = FALSE;
  gboolean crlf = FALSE;
  gboolean cr = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '\n')
        {
          lf = TRUE;
        }
      else if (text[i] == '\r')
        {
          if (i + 1 < length && text[i + 1] == '\n')
            {
              crlf = TRUE;
              i++;
            }
          else
            {
              cr = TRUE;
            }
        }
    }

  if (lf + crlf + cr > 1)
    return ENCLAVE_LINE_ENDS_MIXED;
  return crlf ? ENCLAVE_LINE_ENDS_CRLF : cr ? ENCLAVE_LINE_ENDS_CR : ENCLAVE_LINE_ENDS_LF;
}
