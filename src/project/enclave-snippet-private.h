/* enclave-snippet-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-snippet-file.h"

G_BEGIN_DECLS

void _enclave_snippet_part_free (EnclaveSnippetPart *part);
/* Returns: (transfer full) (nullable) (element-type EnclaveSnippetPart): the places numbered from 1, one of each number, the others
 * mirrors of it. */
GPtrArray *_enclave_snippet_parse_text (const char *text, GError **error);

G_END_DECLS
