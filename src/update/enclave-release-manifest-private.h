/* enclave-release-manifest-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-release-manifest.h"

G_BEGIN_DECLS

/* The last line of @text (@length bytes, no NUL, ends with a line feed) taken apart. @signed_length: bytes before it.
 * Signature: 64 bytes. FALSE with ENCLAVE_UPDATE_ERROR_MALFORMED. */
gboolean enclave_release_manifest_split (const char *text, gsize length, gsize *signed_length, char **key_id,
                                         guchar signature[64], GError **error);
/* What was signed; to be called for bytes whose signature holds. @name: (out): the program it is about. */
EnclaveReleaseManifest *enclave_release_manifest_parse (const char *text, gsize length, char **name, GError **error);

G_END_DECLS
