/* enclave-model-choice.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-server-list.h"

G_BEGIN_DECLS

/* Which model of which server the window uses, kept up while servers come and go: the one last chosen when it is there,
 * else the first that is ready. A chosen model is kept while its server does not answer, so that the conversation goes
 * on when it is back. Signal "changed": server, model or their state. */
#define ENCLAVE_TYPE_MODEL_CHOICE (enclave_model_choice_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveModelChoice, enclave_model_choice, ENCLAVE, MODEL_CHOICE, GObject)

/* @settings: (nullable): where the choice is remembered. */
EnclaveModelChoice *enclave_model_choice_new (EnclaveServerList *servers, GSettings *settings);
EnclaveServerList *enclave_model_choice_get_servers (EnclaveModelChoice *self);
/* Both NULL while there is none. */
EnclaveServer *enclave_model_choice_get_server (EnclaveModelChoice *self);
EnclaveModelInfo *enclave_model_choice_get_model (EnclaveModelChoice *self);
/* @model: one of @server's, not remote. */
void enclave_model_choice_set (EnclaveModelChoice *self, EnclaveServer *server, EnclaveModelInfo *model);
/* TRUE when the first look at all servers is over. */
gboolean enclave_model_choice_get_looked (EnclaveModelChoice *self);

G_END_DECLS
