/* enclave-repo-map-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-project-survey.h"

G_BEGIN_DECLS

/* The words of a map, made of a survey. Pure: the same survey and the same limit give the same bytes. Not masked: for
 * enclave_gate_admit_text(). */

/* The project as such: what is mentioned most, by file, then what else there is by name. Nothing of the moment counts, so that a
 * server that has read it need not read it again. @n_shown: (out) (optional): definitions.
 * Returns: (transfer full) (nullable): at most @max_bytes; NULL when there is nothing to tell or no room. */
char *enclave_repo_map_text_build (const EnclaveProjectSurvey *survey, gsize max_bytes, guint *n_shown);

/* What lies near: definitions that @words name, those of files that are open or named, with their lines, and what those files use
 * of others. @open_paths: (nullable): relative to the project, the nearest first. @words: (nullable): of the person.
 * Returns: (transfer full) (nullable): as above. */
char *enclave_repo_map_text_build_near (const EnclaveProjectSurvey *survey, const char *const *open_paths, const char *words,
                                        gsize max_bytes, guint *n_shown);

G_END_DECLS
