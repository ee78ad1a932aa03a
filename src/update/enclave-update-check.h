/* enclave-update-check.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-network-door.h"
#include "enclave-release-manifest.h"

G_BEGIN_DECLS

/* One GET to one address: the only call of Enclave that may leave, there only in a program that was built with it, and only
 * when a person has switched it on. The request holds nothing that tells one machine from another, nor which version asks:
 * who answers learns that somebody at this network address asked. Nothing is downloaded but the manifest. */

/* What a program was built with. */
typedef struct
{
  const char *name;          /* of the program, as in the manifest */
  const char *version;       /* that runs */
  const char *url;           /* `https://HOST[:PORT]/PATH`; http only to this machine */
  const char *const *keys;   /* public keys that are believed, in base64 */
} EnclaveUpdateSource;

/* What is running; defined by each program that has the check. */
const EnclaveUpdateSource *enclave_update_source_get (void);

#define ENCLAVE_UPDATE_TIMEOUT_S 20
#define ENCLAVE_UPDATE_INTERVAL_S (7 * 24 * 60 * 60)

/* Asks. @now: (nullable): NULL for the clock. @source is borrowed until the end. That it was asked is remembered, whatever
 * comes of it. Nothing that blocks is waited for. */
void enclave_update_check_async (const EnclaveUpdateSource *source, GDateTime *now, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full): a manifest that is signed, holds today and is no older than any that was seen before. Its version
 * may be that of @source. NULL with ENCLAVE_UPDATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS, or an error of the connection. */
EnclaveReleaseManifest *enclave_update_check_finish (GAsyncResult *result, GError **error);

/* Whether a week has passed since it was last asked. A clock that was set back counts as a week. */
gboolean enclave_update_check_is_due (GDateTime *now);

G_END_DECLS
