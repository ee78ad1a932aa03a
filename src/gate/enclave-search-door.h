/* enclave-search-door.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-path-resolver.h"
#include "enclave-search-page.h"
#include "enclave-text-admission.h"

G_BEGIN_DECLS

/* Searches names and texts of the project on a worker thread. Every file is opened through the resolver and judged by its
 * descriptor; denied ones are never read. Private to the gate: tools reach it through a scope. */

typedef struct
{
  char *path;        /* where it began, relative to the project */
  char *text;        /* one match or name a line */
  guint n_matches;    /* counted, those before and behind the page too */
  guint n_files;      /* with a match */
  gboolean truncated; /* there are more than the text has */
  GPtrArray *values;  /* as in EnclaveMaskedText: of all files with a match */
  GPtrArray *secrets;
} EnclaveSearchResult;

void enclave_search_result_free (EnclaveSearchResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveSearchResult, enclave_search_result_free)

/* `path:line: text` of each match below @path (a file or a folder).
 * @overlay: (nullable) (transfer full): absolute true path -> text that stands in for the file's; used only after the
 * file has been judged.
 * @admission: (nullable): masks a file before it is searched, so that neither a part of a secret is shown nor told by a
 * pattern that finds it or does not.
 * Errors: those of @path's decision; ENCLAVE_GATE_ERROR_FAILED for an expression that does not compile. */
void enclave_search_door_search_async (EnclavePathResolver *resolver, const char *pattern, const char *path,
                                       gboolean is_regex, EnclaveSearchPage page, GHashTable *overlay, EnclaveTextAdmission *admission,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
/* Paths whose name or path matches @pattern: a glob as in gitignore(5); without `*`, `?` or `[` any part of the path,
 * whatever the case. Denied ones are listed and marked. */
void enclave_search_door_find_async (EnclavePathResolver *resolver, const char *pattern, EnclaveSearchPage page, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
EnclaveSearchResult *enclave_search_door_finish (EnclavePathResolver *resolver, GAsyncResult *result, GError **error);

G_END_DECLS
