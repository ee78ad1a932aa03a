/* enclave-update-error.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-update-error.h"

G_DEFINE_QUARK (enclave-update-error-quark, enclave_update_error)

const char *
enclave_update_error_to_word (EnclaveUpdateError code)
{
  static const char *const words[] = { "off", "answer", "too-large", "malformed", "key", "signature",
                                       "name", "future", "expired", "downgrade", "replay", "file" };

  return (guint) code < G_N_ELEMENTS (words) ? words[code] : "failed";
}
