/* enclave-release-manifest-parse.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-release-manifest-private.h"

#define HEAD "enclave-release 1"
#define SIGNATURE "signature: "
#define SHA256_DIGITS 64
#define KEY_ID_DIGITS 16
#define SIGNATURE_BYTES 64
#define NOTE_MAX_CHARACTERS 200
#define NAME_MAX_BYTES 128
/* Digits of a size: 15 can't overflow 64 bits. */
#define SIZE_MAX_DIGITS 15

/* Lines not yet taken. */
typedef struct
{
  char **lines;
  guint next;
} Reader;

static gboolean
fail (GError **error, guint line)
{
  g_set_error (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_MALFORMED,
               _ ("Reading the release manifest: line %u is not as the form says"), line);
  return FALSE;
}

static gboolean
is_hexadecimal (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (text[i]) && (text[i] < 'a' || text[i] > 'f'))
      return FALSE;
  return text[length] == '\0' || text[length] == ' ';
}

gboolean
enclave_release_version_is_valid (const char *version)
{
  g_auto (GStrv) parts = g_strsplit (version, ".", 6);
  guint n_parts = g_strv_length (parts);

  for (guint i = 0; i < n_parts; i++)
    {
      gsize length = strlen (parts[i]);

      /* "01" beside "1" would be one release with two names. */
      if (length == 0 || length > 6 || strspn (parts[i], "0123456789") != length || (length > 1 && parts[i][0] == '0'))
        return FALSE;
    }
  return n_parts >= 1 && n_parts <= 4;
}

gboolean
enclave_release_manifest_split (const char *text, gsize length, gsize *signed_length, char **key_id,
                                guchar signature[64], GError **error)
{
  const char *last;
  const char *blank;
  g_autofree char *coded = NULL;
  g_autofree guchar *bytes = NULL;
  g_autofree char *again = NULL;
  gsize n_bytes = 0;
  gsize line_length;

  if (length < 2 || text[length - 1] != '\n')
    return fail (error, 1);
  last = text + length - 1;
  while (last > text && last[-1] != '\n')
    last--;
  line_length = (gsize) (text + length - 1 - last);
  if (line_length <= strlen (SIGNATURE) + KEY_ID_DIGITS + 1 || strncmp (last, SIGNATURE, strlen (SIGNATURE)) != 0)
    {
      g_set_error_literal (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_MALFORMED,
                           _ ("Reading the release manifest: it does not end with a signature"));
      return FALSE;
    }
  last += strlen (SIGNATURE);
  blank = last + KEY_ID_DIGITS;
  if (*blank != ' ' || !is_hexadecimal (last, KEY_ID_DIGITS))
    return fail (error, 0);
  coded = g_strndup (blank + 1, (gsize) (text + length - 1 - (blank + 1)));
  bytes = g_base64_decode (coded, &n_bytes);
  again = g_base64_encode (bytes, n_bytes);
  /* The decoder skips what is no base64. */
  if (n_bytes != SIGNATURE_BYTES || strcmp (again, coded) != 0)
    return fail (error, 0);

  memcpy (signature, bytes, SIGNATURE_BYTES);
  *key_id = g_strndup (last, KEY_ID_DIGITS);
  *signed_length = (gsize) (last - strlen (SIGNATURE) - text);
  return TRUE;
}

/* The value of the next line when that begins with @key; borrowed. */
static const char *
take (Reader *reader, const char *key)
{
  const char *line = reader->lines[reader->next];
  gsize length = strlen (key);

  if (line == NULL || strncmp (line, key, length) != 0 || line[length] == '\0')
    return NULL;
  reader->next++;
  return line + length;
}

/* Only the one form, so that a date has one spelling. */
static GDateTime *
parse_date (const char *text)
{
  const char *form = "dddd-dd-ddTdd:dd:ddZ";

  if (text == NULL || strlen (text) != strlen (form))
    return NULL;
  for (gsize i = 0; form[i] != '\0'; i++)
    if (form[i] == 'd' ? !g_ascii_isdigit (text[i]) : text[i] != form[i])
      return NULL;
  return g_date_time_new_from_iso8601 (text, NULL);
}

static void
release_file_free (EnclaveReleaseFile *file)
{
  g_free (file->name);
  g_free (file->sha256);
  g_free (file);
}

static EnclaveReleaseFile *
parse_file (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 4);
  EnclaveReleaseFile *file;

  if (g_strv_length (words) != 3 || strlen (words[0]) != SHA256_DIGITS || !is_hexadecimal (words[0], SHA256_DIGITS)
      || *words[1] == '\0' || strlen (words[1]) > SIZE_MAX_DIGITS || strspn (words[1], "0123456789") != strlen (words[1])
      || *words[2] == '\0' || *words[2] == '.' || strlen (words[2]) > NAME_MAX_BYTES || strchr (words[2], '/') != NULL)
    return NULL;
  file = g_new0 (EnclaveReleaseFile, 1);
  file->sha256 = g_strdup (words[0]);
  file->size = g_ascii_strtoull (words[1], NULL, 10);
  file->name = g_strdup (words[2]);
  return file;
}

/* Text for people that can't pretend to be something else. */
static gboolean
is_plain (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (!g_unichar_isprint (g_utf8_get_char (c)))
      return FALSE;
  return TRUE;
}

EnclaveReleaseManifest *
enclave_release_manifest_parse (const char *text, gsize length, char **name, GError **error)
{
  g_autofree char *copy = g_strndup (text, length - 1);
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
  g_autoptr (EnclaveReleaseManifest) self = g_new0 (EnclaveReleaseManifest, 1);
  Reader reader = { lines, 1 };
  const char *value;

  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) release_file_free);
  self->note = g_strdup ("");
  for (guint i = 0; lines[i] != NULL; i++)
    if (!is_plain (lines[i]))
      return fail (error, i + 1), NULL;
  if (lines[0] == NULL || strcmp (lines[0], HEAD) != 0)
    return fail (error, 1), NULL;

  value = take (&reader, "name: ");
  if (value == NULL)
    return fail (error, reader.next + 1), NULL;
  g_clear_pointer (name, g_free);
  *name = g_strdup (value);
  value = take (&reader, "version: ");
  if (value == NULL || !enclave_release_version_is_valid (value))
    return fail (error, reader.next + (value == NULL)), NULL;
  self->version = g_strdup (value);
  self->date = parse_date (take (&reader, "date: "));
  if (self->date == NULL)
    return fail (error, reader.next + 1), NULL;
  self->expires = parse_date (take (&reader, "expires: "));
  if (self->expires == NULL || g_date_time_compare (self->date, self->expires) >= 0
      || g_date_time_difference (self->expires, self->date) > ENCLAVE_RELEASE_MANIFEST_MAX_DAYS * G_TIME_SPAN_DAY)
    return fail (error, reader.next + (self->expires == NULL)), NULL;
  value = take (&reader, "note: ");
  if (value != NULL)
    {
      if (g_utf8_strlen (value, -1) > NOTE_MAX_CHARACTERS)
        return fail (error, reader.next), NULL;
      g_free (self->note);
      self->note = g_strdup (value);
    }
  while ((value = take (&reader, "file: ")) != NULL)
    {
      EnclaveReleaseFile *file = parse_file (value);

      if (file == NULL || self->files->len == ENCLAVE_RELEASE_MANIFEST_MAX_FILES)
        {
          g_clear_pointer (&file, release_file_free);
          return fail (error, reader.next), NULL;
        }
      g_ptr_array_add (self->files, file);
    }
  if (self->files->len == 0 || lines[reader.next] != NULL)
    return fail (error, reader.next + 1), NULL;
  return g_steal_pointer (&self);
}
