/* enclave-text-search.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-text-hits.h"
#include "enclave-text-pattern.h"

G_BEGIN_DECLS

/* A person's search over the files of a folder, on all processors: what it finds comes while it looks. Files that the ignore rules leave
 * out, those with NUL bytes and those over ENCLAVE_TEXT_SEARCH_MAX_FILE_BYTES are not searched; denied ones are, they are the person's.
 * No program runs for it. Nothing of it goes to a model. */

/* Signals: "found" (GPtrArray of EnclaveTextHits: (transfer none), may be stolen from), "ended". */
#define ENCLAVE_TYPE_TEXT_SEARCH (enclave_text_search_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTextSearch, enclave_text_search, ENCLAVE, TEXT_SEARCH, GObject)

typedef struct
{
  const char *root;                 /* absolute true path */
  EnclaveTextPattern *pattern;
  const char *include;              /* (nullable): globs as in gitignore(5), with commas between them; "": all */
  const char *exclude;              /* (nullable): the same */
  gboolean with_ignored;            /* what the ignore rules leave out as well */
  gboolean holds;                   /* after the first finds it waits for enclave_text_search_go_on() */
  GHashTable *texts;                /* (nullable): absolute path to the text that counts instead of the file; not changed any more */
} EnclaveTextSearchOptions;

/* Starts at once. NULL with an error: a glob is not valid. */
EnclaveTextSearch *enclave_text_search_new (const EnclaveTextSearchOptions *options, GError **error);
/* No signal comes after it. */
void enclave_text_search_stop (EnclaveTextSearch *self);
/* What was found first is shown. Until then, if it holds, and a tenth of a second at most, it leaves two processors to who shows it. */
void enclave_text_search_go_on (EnclaveTextSearch *self);
gboolean enclave_text_search_get_running (EnclaveTextSearch *self);
/* So far. */
guint enclave_text_search_get_n_lines (EnclaveTextSearch *self);
guint enclave_text_search_get_n_files (EnclaveTextSearch *self);
guint enclave_text_search_get_n_searched (EnclaveTextSearch *self);
/* (nullable): why files were left out, for people; not of those that may not be read. Borrowed. */
const char *enclave_text_search_get_problem (EnclaveTextSearch *self);
/* It ended at ENCLAVE_TEXT_SEARCH_MAX_LINES. */
gboolean enclave_text_search_get_is_full (EnclaveTextSearch *self);

G_END_DECLS
