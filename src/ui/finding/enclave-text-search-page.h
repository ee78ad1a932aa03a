/* enclave-text-search-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-buffer-overlay.h"
#include "enclave-change-set.h"
#include "enclave-gate.h"

G_BEGIN_DECLS

/* Search and replace over the files of a project, as content of a tab. Signals: "open-place" (string path, raw; uint line, uint column),
 * "review": what is to be replaced waits for review. Accessible names: Search in project, Replace with, Files to search, Files to leave
 * out, Results. */
#define ENCLAVE_TYPE_TEXT_SEARCH_PAGE (enclave_text_search_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTextSearchPage, enclave_text_search_page, ENCLAVE, TEXT_SEARCH_PAGE, GtkWidget)

/* @overlay: the open buffers. @changes: where replacements are proposed. */
GtkWidget *enclave_text_search_page_new (EnclaveGate *gate, EnclaveBufferOverlay *overlay, EnclaveChangeSet *changes);
/* The entry gets the focus, and @words when they are one line. @words: (nullable). */
void enclave_text_search_page_present (EnclaveTextSearchPage *self, const char *words);
/* Opens the line after the one that was opened last (or before it), round at the ends. FALSE: nothing is found. */
gboolean enclave_text_search_page_step (EnclaveTextSearchPage *self, gboolean forward);

G_END_DECLS
