/* enclave-update-memory.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-release-manifest.h"

G_BEGIN_DECLS

/* What has been seen of manifests on this account: the newest one, and when somebody last asked. Kept in the state folder
 * (update/seen), so that an older statement is not believed after a newer one. Block for one small file. */

/* Whether @manifest may follow what was seen before: ENCLAVE_UPDATE_ERROR_REPLAY for one of an earlier date, or another one of
 * the same second; ENCLAVE_UPDATE_ERROR_DOWNGRADE for one that offers less than the newest did. */
gboolean enclave_update_memory_accepts (const EnclaveReleaseManifest *manifest, GError **error);
/* Keeps @manifest as the newest. FALSE with @error: then it must not be believed, for nothing would hold the next one back. */
gboolean enclave_update_memory_remember (const EnclaveReleaseManifest *manifest, GError **error);

/* When it was last asked, seconds since 1970; 0: never, or nobody knows. */
gint64 enclave_update_memory_get_asked (void);
gboolean enclave_update_memory_set_asked (gint64 seconds, GError **error);

G_END_DECLS
