/* enclave-search-results.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Adds files to a list of EnclaveSearchItem that is in the order of their paths. A view of it costs some milliseconds for each change, so
 * many files at many places are one. What was collapsed stays so, and what was selected; but the first row, which nobody chose, is the
 * first one again. @rows: those of @files, expanded by themselves. @selection: in @rows. @items: of EnclaveSearchItem, in any order; it is
 * put into that of the paths. */
void enclave_search_results_add (GListStore *files, GtkTreeListModel *rows, GtkSingleSelection *selection, GPtrArray *items);

G_END_DECLS
