/* enclave-repo-map-words.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-project-survey.h"

G_BEGIN_DECLS

/* What of a project the words of a person name. @words: (nullable). */

/* Hashes (enclave_symbol_hash()) of what stands there as a name of the code. (transfer full) */
GHashTable *enclave_repo_map_words_list_names (const char *words);
/* Files whose path, or its last part, stands there: in the order of the words, the first of them when there are many; none that is
 * denied. (transfer full) (element-type guint32): indices into the survey. */
GArray *enclave_repo_map_words_find_files (const EnclaveProjectSurvey *survey, const char *words);

G_END_DECLS
