/* enclave-search-item.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-text-search.h"

G_BEGIN_DECLS

/* A row of what a search has found: a file, or a line of one. */
#define ENCLAVE_TYPE_SEARCH_ITEM (enclave_search_item_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveSearchItem, enclave_search_item, ENCLAVE, SEARCH_ITEM, GObject)

/* A file and its lines. @hits: (transfer full). */
EnclaveSearchItem *enclave_search_item_new (EnclaveTextHits *hits);
/* Raw, relative. */
const char *enclave_search_item_get_path (EnclaveSearchItem *self);
/* Of a file (nullable: NULL of a line): its lines, made when they are first asked for. (transfer full) */
GListModel *enclave_search_item_dup_lines (EnclaveSearchItem *self);
guint enclave_search_item_get_n_lines (EnclaveSearchItem *self);
/* Of a line; NULL of a file. Borrowed. */
const EnclaveTextHit *enclave_search_item_get_hit (EnclaveSearchItem *self);

G_END_DECLS
