/* enclave-git-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-utf8.h"

/* The year 9999; a later one no calendar here can show. */
#define MAX_TIME G_GINT64_CONSTANT (253402300799)
/* Names in one message. */
#define MAX_NAMED 3

const char *
enclave_git_fields_next (EnclaveGitFields *fields, gsize *length)
{
  const char *field = fields->at;
  const char *field_end = field < fields->end ? memchr (field, '\0', (gsize) (fields->end - field)) : NULL;

  if (field_end == NULL)
    {
      *length = 0;
      return NULL;
    }
  fields->at = field_end + 1;
  *length = (gsize) (field_end - field);

  return field;
}

char *
enclave_git_dup_line (const char *bytes, gsize length, gsize max_bytes)
{
  gsize kept = length > max_bytes ? enclave_utf8_prefix_length (bytes, length, max_bytes) : length;
  g_autofree char *cut = NULL;
  g_autofree char *shown = NULL;

  cut = enclave_utf8_make_valid (bytes, (gssize) kept);
  shown = enclave_utf8_display_name (g_strstrip (cut));

  return kept < length ? g_strconcat (shown, "…", NULL) : g_steal_pointer (&shown);
}

gint64
enclave_git_parse_time (const char *bytes, gsize length)
{
  gint64 value = 0;

  if (length == 0 || length > 12)
    return 0;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (bytes[i]))
        return 0;
      value = value * 10 + (bytes[i] - '0');
    }

  return value <= MAX_TIME ? value : 0;
}

gboolean
enclave_git_is_object (const char *bytes, gsize length)
{
  if (length != 40 && length != 64)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isxdigit (bytes[i]) || g_ascii_isupper (bytes[i]))
      return FALSE;

  return TRUE;
}

char *
enclave_git_dup_unquoted (const char *bytes, gsize length)
{
  g_autofree char *inner = NULL;

  if (length < 2 || bytes[0] != '"' || bytes[length - 1] != '"')
    return g_strndup (bytes, length);
  inner = g_strndup (bytes + 1, length - 2);

  return g_strcompress (inner);
}

char *
enclave_git_dup_names (GPtrArray *paths)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < MIN (paths->len, MAX_NAMED); i++)
    {
      g_autofree char *shown = enclave_utf8_display_name (g_ptr_array_index (paths, i));

      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", shown);
    }
  if (paths->len > MAX_NAMED)
    {
      g_string_append_c (names, ' ');
      /* Translators: behind the names of some files. */
      g_string_append_printf (names, g_dngettext (NULL, "and %u more", "and %u more", paths->len - MAX_NAMED), paths->len - MAX_NAMED);
    }

  return g_string_free (g_steal_pointer (&names), FALSE);
}
