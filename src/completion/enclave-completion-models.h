/* enclave-completion-models.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-server-list.h"

G_BEGIN_DECLS

/* FALSE with ENCLAVE_INFERENCE_ERROR: why @model of @server can't suggest code. By the check of the model, or else its name and
 * what the server says; nothing is sent. */
gboolean enclave_completion_model_can (EnclaveServer *server, EnclaveModelInfo *model, GError **error);
/* A model of a server that is ready. @wanted: as of enclave_model_role_choice_to_text(), or a model's name alone; NULL: the first that can.
 * @server, @model: (out) (transfer full). FALSE with ENCLAVE_INFERENCE_ERROR, OFFLINE when no server is ready. */
gboolean enclave_completion_model_find (EnclaveServerList *servers, const char *wanted, EnclaveServer **server,
                                        EnclaveModelInfo **model, GError **error);

G_END_DECLS
