/* enclave-json-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-json.h"

G_BEGIN_DECLS

/* What is wrong with @text and at which byte; NULL when it is JSON. Static. */
const char *enclave_json_find_problem (const char *text, gsize length, gsize *at);

G_END_DECLS
