/* enclave-text-file-codec.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-text-file-private.h"

#include "enclave-latin-1.h"

/* As the C library's iconv has them. */
static const char *const names[ENCLAVE_N_ENCODINGS + 1] = {
  [ENCLAVE_ENCODING_UTF_8] = "UTF-8",
  [ENCLAVE_ENCODING_UTF_16LE] = "UTF-16LE",
  [ENCLAVE_ENCODING_UTF_16BE] = "UTF-16BE",
  [ENCLAVE_ENCODING_ISO_8859_1] = "ISO-8859-1",
  [ENCLAVE_ENCODING_ISO_8859_2] = "ISO-8859-2",
  [ENCLAVE_ENCODING_ISO_8859_15] = "ISO-8859-15",
  [ENCLAVE_ENCODING_WINDOWS_1250] = "WINDOWS-1250",
  [ENCLAVE_ENCODING_WINDOWS_1251] = "WINDOWS-1251",
  [ENCLAVE_ENCODING_WINDOWS_1252] = "WINDOWS-1252",
  [ENCLAVE_ENCODING_KOI8_R] = "KOI8-R",
  [ENCLAVE_ENCODING_SHIFT_JIS] = "SHIFT_JIS",
  [ENCLAVE_ENCODING_EUC_JP] = "EUC-JP",
  [ENCLAVE_ENCODING_GB18030] = "GB18030",
  [ENCLAVE_ENCODING_BIG5] = "BIG5",
  [ENCLAVE_ENCODING_EUC_KR] = "EUC-KR",
};

const char *
enclave_encoding_get_name (EnclaveEncoding encoding)
{
  return names[encoding < ENCLAVE_N_ENCODINGS ? encoding : ENCLAVE_ENCODING_UTF_8];
}

gboolean
enclave_encoding_find (const char *name, EnclaveEncoding *encoding)
{
  for (guint i = 0; i < ENCLAVE_N_ENCODINGS; i++)
    if (g_str_equal (names[i], name))
      {
        *encoding = i;
        return TRUE;
      }
  return FALSE;
}

const char *const *
enclave_text_file_list_encodings (void)
{
  return names;
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
      *has_bom = length >= strlen (ENCLAVE_UTF_8_BOM) && memcmp (bytes, ENCLAVE_UTF_8_BOM, strlen (ENCLAVE_UTF_8_BOM)) == 0;
      *text_length = length;
      if (*has_bom)
        {
          *text_length -= strlen (ENCLAVE_UTF_8_BOM);
          memmove (owned, owned + strlen (ENCLAVE_UTF_8_BOM), *text_length + 1);
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

static void
set_cannot_encode (const char *text, const char *unknown, EnclaveEncoding encoding, GError **error)
{
  char character[8] = { 0 };
  guint line = 1;

  for (const char *at = text; at < unknown; at++)
    line += *at == '\n';
  g_unichar_to_utf8 (g_utf8_get_char (unknown), character);
  g_set_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_CANNOT_ENCODE,
               /* Translators: a character, its number, a line, and the name of an encoding. */
               _("Could not save: the character “%s” (U+%04X) in line %u can’t be written in %s, the encoding of this file."), character,
               g_utf8_get_char (unknown), line, enclave_encoding_get_name (encoding));
}

static GBytes *
encode_latin_1 (const char *text, GError **error)
{
  const char *unknown = NULL;
  GBytes *bytes = enclave_latin_1_encode (text, &unknown);

  if (bytes == NULL)
    set_cannot_encode (text, unknown, ENCLAVE_ENCODING_ISO_8859_1, error);
  return bytes;
}

static GBytes *
encode_other (const char *text, EnclaveEncoding encoding, GError **error)
{
  gsize n_read = 0;
  gsize length = 0;
  g_autoptr (GError) problem = NULL;
  char *bytes = g_convert (text, -1, enclave_encoding_get_name (encoding), "UTF-8", &n_read, &length, &problem);

  if (bytes != NULL)
    return g_bytes_new_take (bytes, length);
  if (g_error_matches (problem, G_CONVERT_ERROR, G_CONVERT_ERROR_ILLEGAL_SEQUENCE) && text[n_read] != '\0')
    set_cannot_encode (text, text + n_read, encoding, error);
  else
    g_set_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_FAILED, "%s", problem->message);
  return NULL;
}

static void
set_cannot_decode (EnclaveEncoding encoding, GError **error)
{
  g_set_error (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_FAILED,
               /* Translators: the name of an encoding. */
               _("The bytes of this file are no text in %s."), enclave_encoding_get_name (encoding));
}

static char *
decode_other (const char *bytes, gsize length, EnclaveEncoding encoding, gsize *text_length)
{
  return g_convert (bytes, (gssize) length, "UTF-8", enclave_encoding_get_name (encoding), NULL, text_length, NULL);
}

char *
enclave_encoding_decode_as (const char *bytes, gsize length, EnclaveEncoding encoding, gsize *text_length, gboolean *has_bom,
                            GError **error)
{
  const guint8 *data = (const guint8 *) bytes;
  gboolean big = encoding == ENCLAVE_ENCODING_UTF_16BE;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) again = NULL;

  *has_bom = FALSE;
  switch (encoding)
    {
    case ENCLAVE_ENCODING_UTF_8:
      *has_bom = length >= strlen (ENCLAVE_UTF_8_BOM) && memcmp (bytes, ENCLAVE_UTF_8_BOM, strlen (ENCLAVE_UTF_8_BOM)) == 0;
      *text_length = length - (*has_bom ? strlen (ENCLAVE_UTF_8_BOM) : 0);
      if (g_utf8_validate_len (bytes, length, NULL))
        text = g_strndup (bytes + (*has_bom ? strlen (ENCLAVE_UTF_8_BOM) : 0), *text_length);
      break;
    case ENCLAVE_ENCODING_UTF_16LE:
    case ENCLAVE_ENCODING_UTF_16BE:
      *has_bom = length >= 2 && data[big ? 0 : 1] == 0xfe && data[big ? 1 : 0] == 0xff;
      text = decode_utf_16 (data + (*has_bom ? 2 : 0), length - (*has_bom ? 2 : 0), big, text_length);
      break;
    case ENCLAVE_ENCODING_ISO_8859_1:
      text = memchr (bytes, '\0', length) == NULL ? enclave_latin_1_decode (data, length, text_length) : NULL;
      break;
    default:
      text = decode_other (bytes, length, encoding, text_length);
      break;
    }
  if (text == NULL || memchr (text, '\0', *text_length) != NULL)
    {
      set_cannot_decode (encoding, error);
      return NULL;
    }
  /* Some have two ways to write a character: what would not go back as it was is not taken. */
  again = enclave_encoding_encode (text, encoding, *has_bom, NULL);
  if (again == NULL || g_bytes_get_size (again) != length || memcmp (g_bytes_get_data (again, NULL), bytes, length) != 0)
    {
      set_cannot_decode (encoding, error);
      return NULL;
    }
  return g_steal_pointer (&text);
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
    default:
      return encode_other (text, encoding, error);
    case ENCLAVE_ENCODING_UTF_8:
      {
        char *bytes = has_bom ? g_strconcat (ENCLAVE_UTF_8_BOM, text, NULL) : g_strdup (text);

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
