/* enclave-update-source.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-update-check.h"

#ifdef ENCLAVE_UPDATE_CHECK

const EnclaveUpdateSource *
enclave_update_source_get (void)
{
  static const char *const keys[] = { ENCLAVE_RELEASE_KEYS, NULL };
  static const EnclaveUpdateSource source = {
    .name = "enclave",
    .version = ENCLAVE_VERSION,
    .url = ENCLAVE_UPDATE_URL,
    .keys = keys,
  };

  return &source;
}

#endif
