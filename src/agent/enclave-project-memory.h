/* enclave-project-memory.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-agent-service.h"

G_BEGIN_DECLS

/* The file in which a project says how to work on it: the first of enclave_memory_files that is there. Of it the model gets the
 * beginning, by its window, in the fixed front of each conversation, when the person has trusted exactly its bytes. */

typedef struct
{
  EnclaveInstructions *file; /* (nullable): none of the names is there */
  gsize given_bytes;         /* of it, to the model of now */
  guint n_tokens;            /* what they cost, about */
  gboolean is_cut;           /* there is more in the file */
  GStrv secrets;             /* rules of what is masked in it; empty: nothing */
} EnclaveMemoryStatus;

void enclave_memory_status_free (EnclaveMemoryStatus *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMemoryStatus, enclave_memory_status_free)

/* Bytes of the file that a model with a window of @window tokens (0: not known) gets. */
gsize enclave_project_memory_get_budget (guint window);
/* The whole lines of @text that a model with such a window gets, with a note behind them when there are more. (transfer full) */
char *enclave_project_memory_clip (const char *text, guint window);

/* `/memory`: which file counts, what it costs and whether it is used. Finish: (transfer full); an error only when the file can
 * never be used (ENCLAVE_GATE_ERROR_TOO_LARGE). */
void enclave_project_memory_look_async (EnclaveAgentService *service, GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
EnclaveMemoryStatus *enclave_project_memory_look_finish (EnclaveAgentService *service, GAsyncResult *result, GError **error);

/* `/init`: has the model draft the file in one call of bounded size and time, from the map, the beginning of the README, the
 * command that builds and tests, and the file as it is now. The draft becomes a change of the service's change set, to be
 * reviewed like an edit; lines with what looks like a secret are left out. Not while a turn runs (G_IO_ERROR_BUSY).
 * Finish: (transfer full): the change; errors of the server, ENCLAVE_GATE_ERROR, G_IO_ERROR_INVALID_DATA for a reply that is no
 * draft. */
void enclave_project_memory_draft_async (EnclaveAgentService *service, GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data);
EnclaveChange *enclave_project_memory_draft_finish (EnclaveAgentService *service, GAsyncResult *result, GError **error);

/* The same for a line that the person adds (`enclavectl memory add`, `/memory TEXT`): proposed behind the others. */
void enclave_project_memory_add_async (EnclaveAgentService *service, const char *line, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
EnclaveChange *enclave_project_memory_add_finish (EnclaveAgentService *service, GAsyncResult *result, GError **error);

G_END_DECLS
