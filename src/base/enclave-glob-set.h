/* enclave-glob-set.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

#include "enclave-glob-index.h"
#include "enclave-glob-path.h"

G_BEGIN_DECLS

/* An ordered set of gitignore patterns; the one matcher of deny rules and ignore rules.
 * Grammar: gitignore(5) ("PATTERN FORMAT"). With case folding, both sides are compared after
 * NFKC normalisation, removal of default-ignorable characters and case folding, and as raw bytes
 * as well: either hit counts. Pure: no file is touched. */
typedef struct _EnclaveGlobSet EnclaveGlobSet;

typedef struct
{
  guint id;          /* as given to add; 0 when nothing matched */
  gboolean negated;  /* the last matching pattern began with `!` */
} EnclaveGlobMatch;

EnclaveGlobSet *enclave_glob_set_new (gboolean fold_case);
/* A set of several that are asked about the same names: what must be among the names of a path for one of its patterns to match is
 * also entered as @value in @index. What is not found there, folded or as it is, does not match. */
EnclaveGlobSet *enclave_glob_set_new_shared (gboolean fold_case, EnclaveGlobIndex *index, guint value);
EnclaveGlobSet *enclave_glob_set_ref (EnclaveGlobSet *self);
void enclave_glob_set_unref (EnclaveGlobSet *self);
/* @id: the caller's number for the pattern, not 0. Returns: FALSE with G_IO_ERROR_INVALID_ARGUMENT
 * for a pattern that can't be one (empty, NUL, longer than 4096 bytes). Blank lines and `#`
 * comments are the caller's to skip. */
gboolean enclave_glob_set_add (EnclaveGlobSet *self, const char *pattern, guint id, GError **error);
/* @path: relative, `/` separated, any bytes but NUL. The last matching pattern wins, as in git; a
 * pattern that matches a parent folder matches all below it (a negation can't bring back a file
 * below a folder that is itself matched). Linear in patterns and path; no backtracking blow-up. */
EnclaveGlobMatch enclave_glob_set_match (EnclaveGlobSet *self, const char *path, gboolean is_directory);
/* The same of a path that was split before, from its part @first on. @path: folded when the set folds. */
EnclaveGlobMatch enclave_glob_set_match_path (EnclaveGlobSet *self, const EnclaveGlobPath *path, guint first,
                                              gboolean is_directory);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveGlobSet, enclave_glob_set_unref)

G_END_DECLS
