/* enclave-context-item-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-context-item.h"

G_BEGIN_DECLS

/* @text: any bytes up to NUL; what is not UTF-8 becomes U+FFFD. @summary: (nullable). (transfer full) */
EnclaveContextItem *enclave_context_item_new (const char *text, const char *source, const char *summary,
                                              gboolean truncated);

G_END_DECLS
