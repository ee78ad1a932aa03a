/* enclave-place-reader.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-language-reader.h"
#include "enclave-place.h"

G_BEGIN_DECLS

/* @locations: (element-type EnclaveLanguageLocation) (transfer full): their uri is an absolute path here. @texts: (element-type
 * utf8 EnclaveLanguageText) (transfer full): by such a path, of what is open; nothing else may use them meanwhile. The lines of the other
 * files are read in a thread, as far as they are no longer than a few MiB. Paths below @root are shown without it. Finish: (transfer full)
 * (element-type EnclavePlace), sorted by path and place, each once. */
void enclave_place_read_async (GPtrArray *locations, GHashTable *texts, const char *root, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *enclave_place_read_finish (GAsyncResult *result, GError **error);

G_END_DECLS
