/* enclave-release-manifest.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "enclave-release-manifest-private.h"

#define KEY_BYTES 32

void
enclave_release_manifest_free (EnclaveReleaseManifest *self)
{
  g_free (self->version);
  g_clear_pointer (&self->date, g_date_time_unref);
  g_clear_pointer (&self->expires, g_date_time_unref);
  g_free (self->note);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_free (self->key_id);
  g_free (self->digest);
  g_free (self);
}

int
enclave_release_version_compare (const char *first, const char *second)
{
  while (*first != '\0' || *second != '\0')
    {
      char *first_end = NULL;
      char *second_end = NULL;
      guint64 a = g_ascii_strtoull (first, &first_end, 10);
      guint64 b = g_ascii_strtoull (second, &second_end, 10);

      if (a != b)
        return a < b ? -1 : 1;
      /* What is no number ends the comparison; a version of ours has none. */
      if ((first_end == first && *first != '\0') || (second_end == second && *second != '\0'))
        return strcmp (first, second);
      first = first_end + (*first_end == '.');
      second = second_end + (*second_end == '.');
    }
  return 0;
}

static gboolean
key_signed (const guchar key[KEY_BYTES], const char *text, gsize length, const guchar signature[64])
{
  gnutls_datum_t x = { (guchar *) key, KEY_BYTES };
  gnutls_datum_t data = { (guchar *) text, (guint) length };
  gnutls_datum_t claimed = { (guchar *) signature, 64 };
  gnutls_pubkey_t public_key = NULL;
  gboolean good;

  if (gnutls_pubkey_init (&public_key) < 0)
    return FALSE;
  good = gnutls_pubkey_import_ecc_raw (public_key, GNUTLS_ECC_CURVE_ED25519, &x, NULL) >= 0
         && gnutls_pubkey_verify_data2 (public_key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &claimed) >= 0;
  gnutls_pubkey_deinit (public_key);
  return good;
}

/* The key of @keys that is called @key_id. */
static gboolean
find_key (const char *const *keys, const char *key_id, guchar key[KEY_BYTES])
{
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      gsize length = 0;
      g_autofree guchar *bytes = g_base64_decode (keys[i], &length);
      g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, length);

      if (length == KEY_BYTES && strncmp (digest, key_id, strlen (key_id)) == 0)
        {
          memcpy (key, bytes, KEY_BYTES);
          return TRUE;
        }
    }
  return FALSE;
}

EnclaveReleaseManifest *
enclave_release_manifest_verify (GBytes *bytes, const char *const *keys, const char *name, GError **error)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autoptr (EnclaveReleaseManifest) self = NULL;
  g_autofree char *key_id = NULL;
  g_autofree char *about = NULL;
  guchar signature[64];
  guchar key[KEY_BYTES];
  gsize signed_length = 0;

  g_return_val_if_fail (name != NULL, NULL);

  if (length > ENCLAVE_RELEASE_MANIFEST_MAX_BYTES)
    {
      g_set_error (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_TOO_LARGE,
                   _ ("Reading the release manifest: it is larger than %d KiB"), ENCLAVE_RELEASE_MANIFEST_MAX_BYTES / 1024);
      return NULL;
    }
  if (length == 0 || memchr (text, '\0', length) != NULL)
    {
      g_set_error_literal (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_MALFORMED,
                           _ ("Reading the release manifest: it is not a text file"));
      return NULL;
    }
  if (!enclave_release_manifest_split (text, length, &signed_length, &key_id, signature, error))
    return NULL;
  if (!find_key (keys, key_id, key))
    {
      g_set_error (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_KEY,
                   _ ("Checking the release manifest: it is signed with the key %s, which this program does not know"), key_id);
      return NULL;
    }
  if (!key_signed (key, text, signed_length, signature))
    {
      g_set_error_literal (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_SIGNATURE,
                           _ ("Checking the release manifest: the signature does not fit; it was altered, or somebody else made it"));
      return NULL;
    }
  self = enclave_release_manifest_parse (text, signed_length, &about, error);
  if (self == NULL)
    return NULL;
  if (strcmp (about, name) != 0)
    {
      g_set_error (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_NAME,
                   _ ("Checking the release manifest: it is about “%s”"), about);
      return NULL;
    }
  self->key_id = g_steal_pointer (&key_id);
  self->digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  return g_steal_pointer (&self);
}

gboolean
enclave_release_manifest_check (const EnclaveReleaseManifest *self, const char *version, GDateTime *now, GError **error)
{
  g_autofree char *day = NULL;

  if (g_date_time_difference (self->date, now) > G_TIME_SPAN_DAY)
    {
      day = g_date_time_format (self->date, "%Y-%m-%d");
      g_set_error (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_FUTURE,
                   _ ("Checking the release manifest: it is of %s, which is yet to come; is the clock of this machine right?"), day);
      return FALSE;
    }
  if (g_date_time_compare (now, self->expires) >= 0)
    {
      day = g_date_time_format (self->expires, "%Y-%m-%d");
      g_set_error (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_EXPIRED,
                   _ ("Checking the release manifest: it held until %s only"), day);
      return FALSE;
    }
  if (version != NULL && enclave_release_version_compare (self->version, version) < 0)
    {
      g_set_error (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_DOWNGRADE,
                   _ ("Checking the release manifest: it offers %s, which is older than %s"), self->version, version);
      return FALSE;
    }
  return TRUE;
}

gboolean
enclave_release_manifest_check_file (const EnclaveReleaseManifest *self, const char *name, guint64 size, const char *sha256,
                                     GError **error)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      const EnclaveReleaseFile *file = g_ptr_array_index (self->files, i);

      if (strcmp (file->name, name) != 0)
        continue;
      if (file->size == size && strcmp (file->sha256, sha256) == 0)
        return TRUE;
      g_set_error (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_FILE,
                   _ ("Checking %s: its bytes are not those of release %s"), name, self->version);
      return FALSE;
    }
  g_set_error (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_FILE,
               _ ("Checking %s: release %s has no file of this name"), name, self->version);
  return FALSE;
}
