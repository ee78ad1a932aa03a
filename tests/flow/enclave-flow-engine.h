/* enclave-flow-engine.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A real model of a few megabytes behind tests/support/toy-engine.mjs, on what install-toy-engine.sh has put beside the build. */
typedef struct _EnclaveFlowEngine EnclaveFlowEngine;

/* @form: "short" shows the model of each request what it was trained on, "whole" all of it. @token_delay_ms: it waits after each
 * token, as a larger model does. Always gives one; where the engine is not installed, one without an address. */
EnclaveFlowEngine *enclave_flow_engine_new (const char *form, guint token_delay_ms);
void enclave_flow_engine_free (EnclaveFlowEngine *self);
/* "http://127.0.0.1:PORT"; NULL when there is none. Borrowed. */
const char *enclave_flow_engine_get_address (EnclaveFlowEngine *self);
/* Why there is none. Borrowed. */
const char *enclave_flow_engine_get_problem (EnclaveFlowEngine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFlowEngine, enclave_flow_engine_free)

G_END_DECLS
