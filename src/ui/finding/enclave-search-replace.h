/* enclave-search-replace.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-buffer-overlay.h"
#include "enclave-change-set.h"
#include "enclave-text-pattern.h"

G_BEGIN_DECLS

/* Proposes what a search has found with something else in its place, for review: nothing is written before the person applies it, and it
 * is undone like a turn. */

typedef struct
{
  guint n_files;     /* proposed */
  guint n_replaced;
  GPtrArray *left;   /* (element-type utf8): printable names of files that were left as they are: denied, changed meanwhile, no text */
} EnclaveReplaceResult;

void enclave_replace_result_free (EnclaveReplaceResult *result);

/* @paths: (element-type utf8): relative. @overlay: unsaved texts, which count instead of the files.
 * Finish: NULL with an error: the replacement is not valid, or it was cancelled. */
void enclave_search_replace_async (EnclaveChangeSet *changes, EnclaveBufferOverlay *overlay, GPtrArray *paths,
                                   EnclaveTextPattern *pattern, const char *replacement, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
EnclaveReplaceResult *enclave_search_replace_finish (EnclaveChangeSet *changes, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveReplaceResult, enclave_replace_result_free)

G_END_DECLS
