/* enclave-completion-engine.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-fill.h"
#include "enclave-gate.h"

G_BEGIN_DECLS

/* Suggests what could stand at a caret: passes the text around it through the gate, asks the model, and gives back what is new in its
 * reply. Nothing is sent for a file that is denied, nor of one beside it that is. */
#define ENCLAVE_TYPE_COMPLETION_ENGINE (enclave_completion_engine_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveCompletionEngine, enclave_completion_engine, ENCLAVE, COMPLETION_ENGINE, GObject)

EnclaveCompletionEngine *enclave_completion_engine_new (EnclaveGate *gate);
/* Both NULL: nothing is asked. */
void enclave_completion_engine_set_model (EnclaveCompletionEngine *self, EnclaveInferenceClient *client,
                                          EnclaveModelInfo *model);
/* Whether the model can at all, as far as its name and its server tell. FALSE with the reason. */
gboolean enclave_completion_engine_can_suggest (EnclaveCompletionEngine *self, GError **error);

/* One place in a text. */
typedef struct _EnclaveCompletionPlace EnclaveCompletionPlace;

/* @text: valid UTF-8; @caret: in bytes. @path: (nullable): the file, absolute or relative to the project; none: a text without a file. */
EnclaveCompletionPlace *enclave_completion_place_new (const char *text, gsize caret, const char *path);
void enclave_completion_place_free (EnclaveCompletionPlace *place);
/* Another text that is open, the most related first; more than ENCLAVE_FILL_MAX_FILES are passed over. @caret: where the person was in
 * it. */
void enclave_completion_place_add_file (EnclaveCompletionPlace *place, const char *text, gsize caret, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveCompletionPlace, enclave_completion_place_free)

/* What is known without asking anyone. (transfer full) (nullable): NULL: nothing is known; "": there is nothing to suggest. */
char *enclave_completion_engine_recall (EnclaveCompletionEngine *self, EnclaveCompletionPlace *place);
/* @place: (transfer full). Finish: (transfer full): the text; "" when there is nothing to suggest. @route: (out) (optional).
 * Errors: ENCLAVE_GATE_ERROR, ENCLAVE_INFERENCE_ERROR, G_IO_ERROR_CANCELLED. */
void enclave_completion_engine_suggest_async (EnclaveCompletionEngine *self, EnclaveCompletionPlace *place,
                                              GCancellable *cancellable, GAsyncReadyCallback callback,
                                              gpointer user_data);
char *enclave_completion_engine_suggest_finish (EnclaveCompletionEngine *self, GAsyncResult *result,
                                                EnclaveFillRoute *route, GError **error);
/* What was suggested so far is forgotten: the rules have changed, or the texts. */
void enclave_completion_engine_forget (EnclaveCompletionEngine *self);

G_END_DECLS
