/* test-release-manifest.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gnutls/abstract.h>
#include <string.h>

#include "enclave-release-manifest.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define GOOD                                                                                                            \
  "enclave-release 1\nname: enclave\nversion: 0.2.0\ndate: 2026-11-20T12:00:00Z\nexpires: 2027-05-20T12:00:00Z\n"       \
  "note: Fixes a hole in “apply”.\nfile: " HASH " 12345 enclave_0.2.0-1_amd64.deb\n"

/* A key that nobody else has, made for each test. */
typedef struct
{
  gnutls_privkey_t private_key;
  char *public_key;
  char *id;
  const char *keys[2];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  gnutls_ecc_curve_t curve;
  gnutls_datum_t x = { 0 };

  g_assert_cmpint (gnutls_privkey_init (&fixture->private_key), >=, 0);
  g_assert_cmpint (gnutls_privkey_generate (fixture->private_key, GNUTLS_PK_EDDSA_ED25519,
                                            GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_ED25519), 0), >=, 0);
  g_assert_cmpint (gnutls_privkey_export_ecc_raw (fixture->private_key, &curve, &x, NULL, NULL), >=, 0);
  g_assert_cmpuint (x.size, ==, 32);
  fixture->public_key = g_base64_encode (x.data, x.size);
  fixture->id = g_compute_checksum_for_data (G_CHECKSUM_SHA256, x.data, x.size);
  fixture->id[16] = '\0';
  fixture->keys[0] = fixture->public_key;
  gnutls_free (x.data);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gnutls_privkey_deinit (fixture->private_key);
  g_free (fixture->public_key);
  g_free (fixture->id);
}

/* @text with a signature that holds. */
static char *
sign (Fixture *fixture, const char *text)
{
  gnutls_datum_t data = { (guchar *) text, (guint) strlen (text) };
  gnutls_datum_t signature = { 0 };
  g_autofree char *coded = NULL;

  g_assert_cmpint (gnutls_privkey_sign_data2 (fixture->private_key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &signature), >=, 0);
  coded = g_base64_encode (signature.data, signature.size);
  gnutls_free (signature.data);
  return g_strdup_printf ("%ssignature: %s %s\n", text, fixture->id, coded);
}

/* @code: -1 for one that is believed. */
static EnclaveReleaseManifest *
verify (Fixture *fixture, const char *manifest, gssize length, int code)
{
  g_autoptr (GBytes) bytes = g_bytes_new (manifest, length < 0 ? strlen (manifest) : (gsize) length);
  g_autoptr (GError) error = NULL;
  EnclaveReleaseManifest *self = enclave_release_manifest_verify (bytes, fixture->keys, "enclave", &error);

  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, ENCLAVE_UPDATE_ERROR, code);
  g_assert_true ((self != NULL) == (error == NULL));
  return self;
}

static void
test_good (Fixture *fixture, gconstpointer data)
{
  g_autofree char *manifest = sign (fixture, GOOD);
  g_autoptr (EnclaveReleaseManifest) self = verify (fixture, manifest, -1, -1);
  EnclaveReleaseFile *file = g_ptr_array_index (self->files, 0);

  g_assert_cmpstr (self->version, ==, "0.2.0");
  g_assert_cmpstr (self->note, ==, "Fixes a hole in “apply”.");
  g_assert_cmpstr (self->key_id, ==, fixture->id);
  g_assert_cmpuint (self->files->len, ==, 1);
  g_assert_cmpstr (file->name, ==, "enclave_0.2.0-1_amd64.deb");
  g_assert_cmpstr (file->sha256, ==, HASH);
  g_assert_cmpuint (file->size, ==, 12345);
}

/* Every byte of it is either signed or the signature: no bit can be another one. */
static void
test_altered (Fixture *fixture, gconstpointer data)
{
  g_autofree char *manifest = sign (fixture, GOOD);
  gsize length = strlen (manifest);

  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *altered = g_strdup (manifest);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (EnclaveReleaseManifest) self = NULL;

      altered[i] ^= 1;
      bytes = g_bytes_new (altered, length);
      self = enclave_release_manifest_verify (bytes, fixture->keys, "enclave", NULL);
      if (self != NULL)
        g_error ("byte %" G_GSIZE_FORMAT " can be changed", i);
    }
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (manifest, i);

      g_assert_null (enclave_release_manifest_verify (bytes, fixture->keys, "enclave", NULL));
    }
}

static void
test_added (Fixture *fixture, gconstpointer data)
{
  g_autofree char *manifest = sign (fixture, GOOD);
  g_autofree char *doubled = g_strconcat (manifest, manifest, NULL);
  g_autofree char *behind = g_strconcat (manifest, "\n", NULL);
  g_autofree char *before = g_strconcat ("\n", manifest, NULL);
  g_autofree char *large = g_strnfill (ENCLAVE_RELEASE_MANIFEST_MAX_BYTES + 1, 'x');

  verify (fixture, doubled, -1, ENCLAVE_UPDATE_ERROR_SIGNATURE);
  verify (fixture, behind, -1, ENCLAVE_UPDATE_ERROR_MALFORMED);
  verify (fixture, before, -1, ENCLAVE_UPDATE_ERROR_SIGNATURE);
  verify (fixture, large, -1, ENCLAVE_UPDATE_ERROR_TOO_LARGE);
  verify (fixture, "", -1, ENCLAVE_UPDATE_ERROR_MALFORMED);
  verify (fixture, "a\0b\n", 4, ENCLAVE_UPDATE_ERROR_MALFORMED);
}

static void
test_wrong_key (Fixture *fixture, gconstpointer data)
{
  Fixture other = { 0 };
  g_autofree char *theirs = NULL;
  g_autofree char *pretended = NULL;

  set_up (&other, NULL);
  theirs = sign (&other, GOOD);
  verify (fixture, theirs, -1, ENCLAVE_UPDATE_ERROR_KEY);
  /* With our name on it. */
  g_free (other.id);
  other.id = g_strdup (fixture->id);
  pretended = sign (&other, GOOD);
  verify (fixture, pretended, -1, ENCLAVE_UPDATE_ERROR_SIGNATURE);
  tear_down (&other, NULL);
}

/* What the right key signed and is wrong all the same. */
static void
test_malformed (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *from;
    const char *to;
  } changes[] = {
    { "enclave-release 1", "enclave-release 2" },
    { "version: 0.2.0", "version: 0.2.0-rc1" },
    { "version: 0.2.0", "version: 00.2" },
    { "version: 0.2.0", "version: 1.2.3.4.5" },
    { "version: 0.2.0", "version: 1234567" },
    { "version: 0.2.0\n", "" },
    { "version: 0.2.0\n", "version: 0.2.0\nversion: 0.3.0\n" },
    { "2026-11-20T12:00:00Z", "2026-11-20T12:00:00+01:00" },
    { "2026-11-20T12:00:00Z", "2026-13-20T12:00:00Z" },
    { "2027-05-20T12:00:00Z", "2026-11-20T12:00:00Z" },
    { "2027-05-20T12:00:00Z", "2028-05-20T12:00:00Z" },
    { "hole in", "hole\tin" },
    { "hole in", "hole\xe2\x80\xae in" },
    { "hole in", "hole\xff in" },
    { "hole in", "hole\r in" },
    { HASH " ", HASH "0 " },
    { HASH " 12345", HASH " -1" },
    { HASH " 12345", HASH " 1234567890123456" },
    { " enclave_0", " ../enclave_0" },
    { " enclave_0", " .enclave_0" },
    { " enclave_0", "  enclave_0" },
    { "file: " HASH " 12345 enclave_0.2.0-1_amd64.deb\n", "" },
    { "amd64.deb\n", "amd64.deb\nmirror: https://example.org/\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_auto (GStrv) parts = g_strsplit (GOOD, changes[i].from, 2);
      g_autofree char *text = g_strjoinv (changes[i].to, parts);
      g_autofree char *manifest = sign (fixture, text);

      g_assert_cmpuint (g_strv_length (parts), ==, 2);
      g_test_message ("change %u", i);
      verify (fixture, manifest, -1, ENCLAVE_UPDATE_ERROR_MALFORMED);
    }
}

static void
test_other_program (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) parts = g_strsplit (GOOD, "name: enclave\n", 2);
  g_autofree char *text = g_strjoinv ("name: enclave-beta\n", parts);
  g_autofree char *manifest = sign (fixture, text);

  verify (fixture, manifest, -1, ENCLAVE_UPDATE_ERROR_NAME);
}

static void
check (EnclaveReleaseManifest *self, const char *version, const char *now, int code)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_iso8601 (now, NULL);
  g_autoptr (GError) error = NULL;
  gboolean holds = enclave_release_manifest_check (self, version, then, &error);

  g_assert_true (holds == (code < 0));
  if (code >= 0)
    g_assert_error (error, ENCLAVE_UPDATE_ERROR, code);
}

static void
test_time_and_version (Fixture *fixture, gconstpointer data)
{
  g_autofree char *manifest = sign (fixture, GOOD);
  g_autoptr (EnclaveReleaseManifest) self = verify (fixture, manifest, -1, -1);

  check (self, "0.1.0", "2026-11-26T00:00:00Z", -1);
  check (self, "0.2", "2026-11-26T00:00:00Z", -1);
  check (self, NULL, "2027-05-20T11:59:59Z", -1);
  check (self, NULL, "2027-05-20T12:00:00Z", ENCLAVE_UPDATE_ERROR_EXPIRED);
  check (self, NULL, "2026-11-19T12:00:00Z", -1);
  check (self, NULL, "2026-11-19T11:59:59Z", ENCLAVE_UPDATE_ERROR_FUTURE);
  check (self, "0.2.0.1", "2026-11-26T00:00:00Z", ENCLAVE_UPDATE_ERROR_DOWNGRADE);
  check (self, "0.10.0", "2026-11-26T00:00:00Z", ENCLAVE_UPDATE_ERROR_DOWNGRADE);
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *manifest = sign (fixture, GOOD);
  g_autoptr (EnclaveReleaseManifest) self = verify (fixture, manifest, -1, -1);
  g_autoptr (GError) error = NULL;

  g_assert_true (enclave_release_manifest_check_file (self, "enclave_0.2.0-1_amd64.deb", 12345, HASH, NULL));
  g_assert_false (enclave_release_manifest_check_file (self, "enclave_0.2.0-1_amd64.deb", 12346, HASH, NULL));
  g_assert_false (enclave_release_manifest_check_file (self, "enclave_0.2.0-1_amd64.deb", 12345, "1123", NULL));
  g_assert_false (enclave_release_manifest_check_file (self, "enclave", 12345, HASH, &error));
  g_assert_error (error, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_FILE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/release-manifest/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("good", test_good);
  ADD ("altered", test_altered);
  ADD ("added", test_added);
  ADD ("wrong-key", test_wrong_key);
  ADD ("malformed", test_malformed);
  ADD ("other-program", test_other_program);
  ADD ("time-and-version", test_time_and_version);
  ADD ("file", test_file);
#undef ADD
  return g_test_run ();
}
