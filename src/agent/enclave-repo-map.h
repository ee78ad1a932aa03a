/* enclave-repo-map.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"
#include "enclave-project-survey.h"

G_BEGIN_DECLS

/* The map of a project that the model gets with the first message of a conversation: what is defined where, the most used first
 * (ctags for definitions, a graph of mentions for the order), and beside it what lies near to what is open or was mentioned. Both
 * together take at most an eighth of the window. Signal: "changed": it was looked at anew. */
#define ENCLAVE_TYPE_REPO_MAP (enclave_repo_map_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveRepoMap, enclave_repo_map, ENCLAVE, REPO_MAP, GObject)

EnclaveRepoMap *enclave_repo_map_new (EnclaveGate *gate);

/* Looks at the project as it is now; what has not changed since the last time is not read again.
 * Errors: ENCLAVE_GATE_ERROR; the map is then as before. */
void enclave_repo_map_update_async (EnclaveRepoMap *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean enclave_repo_map_update_finish (EnclaveRepoMap *self, GAsyncResult *result, GError **error);
/* (nullable): NULL before the first update. Borrowed. */
EnclaveProjectSurvey *enclave_repo_map_get_survey (EnclaveRepoMap *self);

typedef struct
{
  EnclaveContextItem *item; /* (nullable): nothing to tell */
  guint n_definitions;      /* in it */
  guint n_tokens;           /* about */
} EnclaveMapPart;

void enclave_map_part_clear (EnclaveMapPart *part);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EnclaveMapPart, enclave_map_part_clear)

/* Tokens that the map may take of a window, both parts together; @window 0: not known. */
guint enclave_repo_map_get_budget (guint window);
/* The part that is the same until the project changes, and the part for this moment, which takes what a quarter of the budget
 * holds; see enclave-repo-map-text.h. @part: (out caller-allocates): cleared by the caller. */
void enclave_repo_map_admit (EnclaveRepoMap *self, guint window, EnclaveMapPart *part);
void enclave_repo_map_admit_near (EnclaveRepoMap *self, guint window, const char *const *open_paths, const char *words,
                                  EnclaveMapPart *part);

G_END_DECLS
