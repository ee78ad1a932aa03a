/* enclave-audit-format.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-audit-format.h"

#include "enclave-state-dir.h"

#define FILE_NAME "audit.jsonl"
#define ANCHOR_NAME "audit-anchor"
#define SEQ_DIGITS 20

/**
 * enclave_audit_head_clear:
 * @head: becomes the head of a chain without records
 */
void
enclave_audit_head_clear (EnclaveAuditHead *head)
{
  head->seq = 0;
  memset (head->hash, '0', ENCLAVE_AUDIT_HASH_LENGTH);
  head->hash[ENCLAVE_AUDIT_HASH_LENGTH] = '\0';
}

/**
 * enclave_audit_hmac:
 * @key: the key of this user
 * @purpose: what the sum is for, so that one can't stand for another
 * @head: what it vouches for
 *
 * Returns: (transfer full): 64 hex digits
 */
char *
enclave_audit_hmac (GBytes *key, const char *purpose, const EnclaveAuditHead *head)
{
  g_autofree char *text = g_strdup_printf ("%s:%" G_GUINT64_FORMAT ":%s", purpose, head->seq, head->hash);
  gsize length;
  const guchar *bytes = g_bytes_get_data (key, &length);

  return g_compute_hmac_for_string (G_CHECKSUM_SHA256, bytes, length, text, -1);
}

/**
 * enclave_audit_anchor_to_text:
 * @head: the head of the chain
 * @key: (nullable): the key of this user
 *
 * Returns: (transfer full): a line whose length never changes
 */
char *
enclave_audit_anchor_to_text (const EnclaveAuditHead *head, GBytes *key)
{
  g_autofree char *hmac = key != NULL ? enclave_audit_hmac (key, "anchor", head)
                                      : g_strnfill (ENCLAVE_AUDIT_HASH_LENGTH, '-');

  return g_strdup_printf ("%0*" G_GINT64_MODIFIER "u %s %s\n", SEQ_DIGITS, head->seq, head->hash, hmac);
}

static gboolean
is_hex (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]) && (text[i] < 'a' || text[i] > 'f'))
        return FALSE;
    }

  return TRUE;
}

/**
 * enclave_audit_anchor_from_text:
 * @text: what was kept
 * @key: (nullable): the key of this user
 * @head: (out): the head it names
 * @sealed: (out) (optional): whether it carries an HMAC
 *
 * Returns: %FALSE when @text is no anchor or its HMAC is not of @key
 */
gboolean
enclave_audit_anchor_from_text (const char *text, GBytes *key, EnclaveAuditHead *head, gboolean *sealed)
{
  const gsize length = SEQ_DIGITS + 1 + ENCLAVE_AUDIT_HASH_LENGTH + 1 + ENCLAVE_AUDIT_HASH_LENGTH + 1;
  const char *hash, *hmac;
  g_autofree char *wanted = NULL;

  enclave_audit_head_clear (head);
  if (strlen (text) != length || text[SEQ_DIGITS] != ' ')
    return FALSE;
  hash = text + SEQ_DIGITS + 1;
  hmac = hash + ENCLAVE_AUDIT_HASH_LENGTH + 1;
  if (strspn (text, "0123456789") != SEQ_DIGITS || !is_hex (hash, ENCLAVE_AUDIT_HASH_LENGTH) || hmac[-1] != ' ')
    return FALSE;
  head->seq = g_ascii_strtoull (text, NULL, 10);
  memcpy (head->hash, hash, ENCLAVE_AUDIT_HASH_LENGTH);
  if (sealed != NULL)
    *sealed = hmac[0] != '-';
  if (hmac[0] == '-' || key == NULL)
    return TRUE;
  wanted = enclave_audit_hmac (key, "anchor", head);

  return strncmp (wanted, hmac, ENCLAVE_AUDIT_HASH_LENGTH) == 0;
}

char *
enclave_audit_dup_folder (void)
{
  return enclave_state_dir_path (ENCLAVE_AUDIT_FOLDER);
}

char *
enclave_audit_dup_path_in (const char *folder)
{
  g_autofree char *path = enclave_state_dir_path (folder);

  return g_build_filename (path, FILE_NAME, NULL);
}

char *
enclave_audit_dup_path (void)
{
  return enclave_audit_dup_path_in (ENCLAVE_AUDIT_FOLDER);
}

char *
enclave_audit_dup_anchor_path (void)
{
  return enclave_audit_dup_anchor_path_in (ENCLAVE_AUDIT_FOLDER);
}

char *
enclave_audit_dup_anchor_path_in (const char *folder)
{
  g_autofree char *path = enclave_audit_dup_path_in (folder);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);
  g_autofree char *name = g_strdup_printf (ANCHOR_NAME "-%.16s", hash);

  /* One anchor a log: a program that runs with another state folder has another chain. */
  return enclave_config_dir_path (name);
}

char *
enclave_audit_dup_rotated_name (guint64 last_seq)
{
  return g_strdup_printf ("audit-%0*" G_GINT64_MODIFIER "u.jsonl", SEQ_DIGITS, last_seq);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * enclave_audit_list_files:
 *
 * Returns: (transfer full) (element-type filename): the files of the log, oldest first
 */
GPtrArray *
enclave_audit_list_files (void)
{
  return enclave_audit_list_files_in (ENCLAVE_AUDIT_FOLDER);
}

GPtrArray *
enclave_audit_list_files_in (const char *chain)
{
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = enclave_state_dir_path (chain);
  g_autofree char *current = enclave_audit_dup_path_in (chain);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_prefix (name, "audit-") && g_str_has_suffix (name, ".jsonl"))
        g_ptr_array_add (files, g_build_filename (folder, name, NULL));
    }
  g_ptr_array_sort (files, compare_names);
  if (g_file_test (current, G_FILE_TEST_IS_REGULAR))
    g_ptr_array_add (files, g_steal_pointer (&current));

  return g_steal_pointer (&files);
}
