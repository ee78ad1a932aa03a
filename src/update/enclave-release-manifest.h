/* enclave-release-manifest.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-update-error.h"

G_BEGIN_DECLS

/* The signed statement about a release: UTF-8 text of these lines in this order, each ended by one line feed, and nothing
 * behind the last:
 *
 *   enclave-release 1
 *   name: enclave
 *   version: 0.2.0
 *   date: 2026-11-26T12:00:00Z
 *   expires: 2027-05-26T12:00:00Z
 *   note: one line for people                                  (optional)
 *   file: SHA-256 in 64 digits, size in bytes, name             (at least one; blanks between)
 *   signature: KEY-ID SIGNATURE
 *
 * SIGNATURE is Ed25519 (RFC 8032) in base64 over all bytes before the line `signature:`; KEY-ID is the first 16 digits of the
 * SHA-256 of the public key, and only tells people which key it was. */
#define ENCLAVE_RELEASE_MANIFEST_MAX_BYTES (16 * 1024)
#define ENCLAVE_RELEASE_MANIFEST_MAX_FILES 64
/* A statement holds at most this long, so that one that was kept back stops being believed. */
#define ENCLAVE_RELEASE_MANIFEST_MAX_DAYS 400

typedef struct
{
  char *name;   /* one component */
  char *sha256; /* 64 lower-case digits */
  guint64 size; /* bytes */
} EnclaveReleaseFile;

typedef struct
{
  char *version;
  GDateTime *date;
  GDateTime *expires;
  char *note;       /* "" when none */
  GPtrArray *files; /* (element-type EnclaveReleaseFile) */
  char *key_id;     /* that it is signed with */
  char *digest;     /* SHA-256 of the whole manifest */
} EnclaveReleaseManifest;

/* @keys: public keys that are believed: 32 bytes each, in base64.
 * Returns: (transfer full): the manifest, when one of @keys signed these very bytes and they speak of program @name; whether it
 * holds today is enclave_release_manifest_check(). NULL with ENCLAVE_UPDATE_ERROR. */
EnclaveReleaseManifest *enclave_release_manifest_verify (GBytes *bytes, const char *const *keys, const char *name,
                                                         GError **error);
/* Whether @self holds at @now and offers nothing older than @version: ENCLAVE_UPDATE_ERROR_FUTURE (dated more than a day after
 * @now), _EXPIRED, _DOWNGRADE. @version: (nullable): NULL to leave that out. */
gboolean enclave_release_manifest_check (const EnclaveReleaseManifest *self, const char *version, GDateTime *now,
                                         GError **error);
/* Whether the release has a file @name of @size bytes with digest @sha256: ENCLAVE_UPDATE_ERROR_FILE. */
gboolean enclave_release_manifest_check_file (const EnclaveReleaseManifest *self, const char *name, guint64 size,
                                              const char *sha256, GError **error);
void enclave_release_manifest_free (EnclaveReleaseManifest *self);

/* Numbers with dots between them, from the left; a number that is not there is 0. Below, at or above 0 as in strcmp(). */
int enclave_release_version_compare (const char *first, const char *second);
/* One to four numbers of at most six digits. */
gboolean enclave_release_version_is_valid (const char *version);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveReleaseManifest, enclave_release_manifest_free)

G_END_DECLS
