/* enclave-secret-name.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-secret-name-private.h"

/* How far before its key the bucket of an object is looked for. */
#define OBJECT_BUCKET_BYTES 160

gboolean
enclave_secret_name_is_of_sum (const char *start, gsize length)
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

char *
enclave_secret_name_split (const char *start, gsize length)
{
  GString *words = g_string_new ("_");

  for (gsize i = 0; i < length && (g_ascii_isalnum (start[i]) || strchr ("_.-", start[i]) != NULL); i++)
    {
      gboolean begins = i > 0 && g_ascii_isupper (start[i])
                        && (!g_ascii_isupper (start[i - 1]) || (i + 1 < length && g_ascii_islower (start[i + 1])));

      if ((begins || !g_ascii_isalnum (start[i])) && words->str[words->len - 1] != '_')
        g_string_append_c (words, '_');
      if (g_ascii_isalnum (start[i]))
        g_string_append_c (words, g_ascii_tolower (start[i]));
    }
  if (words->len > 1 && words->str[words->len - 1] == '_')
    g_string_truncate (words, words->len - 1);

  return g_string_free (words, FALSE);
}

gboolean
enclave_secret_name_ends_with (const char *text, const char *const *ends)
{
  for (guint i = 0; ends[i] != NULL; i++)
    {
      if (g_str_has_suffix (text, ends[i]))
        return TRUE;
    }

  return FALSE;
}

/* 8-4-4-4-12 hexadecimal digits (RFC 9562). */
static gboolean
is_uuid (const char *value, gsize length)
{
  if (length != 36)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (i == 8 || i == 13 || i == 18 || i == 23 ? value[i] != '-' : !g_ascii_isxdigit (value[i]))
        return FALSE;
    }

  return TRUE;
}

/* `"bucket": "photos", "key": "9f…"`: where an object lies. */
static gboolean
is_object_key (const char *words, const char *text, gsize match_start)
{
  gsize from = match_start > OBJECT_BUCKET_BYTES ? match_start - OBJECT_BUCKET_BYTES : 0;
  g_autofree char *before = NULL;

  if (strcmp (words, "_key") != 0)
    return FALSE;
  before = g_ascii_strdown (text + from, (gssize) (match_start - from));

  return strstr (before, "bucket\"") != NULL || strstr (before, "bucket:") != NULL;
}

/* In capitals a name is one of the settings that a person wrote down; of those none is a cursor. */
gboolean
enclave_secret_name_is_of_nothing_secret (const char *text, gsize match_start, gsize start, gsize end)
{
  static const char *const cursors[] = { "_next_token", "_next_page_token", "_next_sync_token", "_continuation_token",
                                         "_pagination_token", NULL };
  static const char *const states[] = { "_change_token", "_lock_token", "_idempotency_token", "_client_request_token",
                                        "_first_key", "_second_key", "_third_key", "_last_key", "_primary_key", "_foreign_key",
                                        "_partition_key", "_sort_key", "_row_key", "_object_key", NULL };
  const char *name = text + match_start;
  gsize name_length = start - match_start;
  g_autofree char *words = enclave_secret_name_split (name, name_length);
  gboolean is_setting = TRUE;

  for (gsize i = 0; i < name_length && (g_ascii_isalnum (name[i]) || strchr ("_.-", name[i]) != NULL); i++)
    is_setting = is_setting && !g_ascii_islower (name[i]);

  return (!is_setting && enclave_secret_name_ends_with (words, cursors))
         || (!is_setting && is_uuid (text + start, end - start)
             && (enclave_secret_name_ends_with (words, states) || is_object_key (words, text, match_start)))
         || g_str_has_suffix (words, "_error") || (g_str_has_suffix (words, "_id") && !g_str_has_suffix (words, "_secret_id"))
         || strstr (words, "ciphertext") != NULL;
}
