/* enclave-local-servers.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-local-server.h"

G_BEGIN_DECLS

/* The servers that Enclave starts for the person: one llama-server with a model file, and Ollama. Shared by all windows; both end with
 * it. Signal "changed": a server, its state, its progress or what can be started. */
#define ENCLAVE_TYPE_LOCAL_SERVERS (enclave_local_servers_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLocalServers, enclave_local_servers, ENCLAVE, LOCAL_SERVERS, GObject)

/* @settings: (nullable): where program, model and window are remembered. */
EnclaveLocalServers *enclave_local_servers_new (GSettings *settings, EnclaveServerList *list);

/* The one that was started last. (nullable). Borrowed. */
EnclaveLocalServer *enclave_local_servers_get_llama (EnclaveLocalServers *self);
EnclaveLocalServer *enclave_local_servers_get_ollama (EnclaveLocalServers *self);
/* Ends the one before, remembers this one, starts it. @program: absolute path. */
void enclave_local_servers_start_llama (EnclaveLocalServers *self, const char *program, EnclaveModelFile *model, guint window);
/* Starts the remembered one, or the last one again. */
void enclave_local_servers_restart_llama (EnclaveLocalServers *self);
void enclave_local_servers_start_ollama (EnclaveLocalServers *self);
/* Ends it and forgets what was remembered. */
void enclave_local_servers_forget_llama (EnclaveLocalServers *self);

/* The program that would be started: the remembered one, else the one in PATH. (transfer full) (nullable) */
char *enclave_local_servers_dup_program (EnclaveLocalServers *self);
/* (transfer full) (nullable) */
char *enclave_local_servers_dup_model_path (EnclaveLocalServers *self);
guint enclave_local_servers_get_window (EnclaveLocalServers *self);
/* Why the remembered one could not be started at all; "" else. Borrowed. */
const char *enclave_local_servers_get_problem (EnclaveLocalServers *self);
/* Ollama is installed, ours does not run, and no other answers. */
gboolean enclave_local_servers_can_start_ollama (EnclaveLocalServers *self);
/* Starts the remembered one when the settings say so. */
void enclave_local_servers_start_as_set (EnclaveLocalServers *self);

G_END_DECLS
