/* update-source.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-update-check.h"

/* Stands in for what a real program was built with. */
const EnclaveUpdateSource *
enclave_update_source_get (void)
{
  static const char *keys[2];
  static EnclaveUpdateSource source = { .name = "enclave", .version = ENCLAVE_VERSION, .keys = keys };

  source.url = g_getenv ("ENCLAVE_TEST_UPDATE_URL");
  keys[0] = g_getenv ("ENCLAVE_TEST_RELEASE_KEY");
  return &source;
}
