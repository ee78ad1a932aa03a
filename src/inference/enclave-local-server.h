/* enclave-local-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-model-file.h"
#include "enclave-server-list.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_LOCAL_SERVER_STOPPED,
  ENCLAVE_LOCAL_SERVER_STARTING, /* the program is asked what it can do */
  ENCLAVE_LOCAL_SERVER_LOADING,
  ENCLAVE_LOCAL_SERVER_READY,
  ENCLAVE_LOCAL_SERVER_FAILED,
} EnclaveLocalServerState;

/* A model server of the person's own, started by Enclave: in a network namespace of its own with nothing but its loopback, reached
 * through a socket in a folder that nobody else may enter, the model read-only. Ends with this object, and with Enclave, however
 * that ends. Needs namespaces: without them it fails with the reason and nothing runs.
 *
 * Properties: "state", "message" (why it failed, one sentence for people; "" else), "fraction" (of the loading, 0 to 1; -1 while
 * nothing tells). */
#define ENCLAVE_TYPE_LOCAL_SERVER (enclave_local_server_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLocalServer, enclave_local_server, ENCLAVE, LOCAL_SERVER, GObject)

/* llama-server with one model. @program: absolute path. @window: tokens.
 * It is told --offline, one slot, no pages of its own and a pause after ten idle minutes as far as its --help knows these, and
 * never to have tools. One that can't listen at a socket listens at the loopback of its namespace, with a random key. */
EnclaveLocalServer *enclave_local_server_new_llama (const char *program, EnclaveModelFile *model, guint window);
/* `ollama serve` without its cloud. @store: absolute path of the folder with its models, the only one it may write. */
EnclaveLocalServer *enclave_local_server_new_ollama (const char *program, const char *store);

/* From any state but a running one. While it loads and runs it is in @servers. */
void enclave_local_server_start (EnclaveLocalServer *self, EnclaveServerList *servers);
/* Also what cancels a start. */
void enclave_local_server_stop (EnclaveLocalServer *self);

EnclaveLocalServerState enclave_local_server_get_state (EnclaveLocalServer *self);
const char *enclave_local_server_get_message (EnclaveLocalServer *self);
double enclave_local_server_get_fraction (EnclaveLocalServer *self);
/* Since the start of the program. */
guint enclave_local_server_get_elapsed_seconds (EnclaveLocalServer *self);
/* TRUE when it failed for want of memory: a smaller window or model may do. */
gboolean enclave_local_server_get_ran_out_of_memory (EnclaveLocalServer *self);
/* The last lines of its output. (transfer full) */
char *enclave_local_server_dup_log (EnclaveLocalServer *self, guint n_lines);
/* While it loads or runs. (nullable). Borrowed. */
EnclaveServer *enclave_local_server_get_server (EnclaveLocalServer *self);
/* The model's name, or "Ollama". Borrowed. */
const char *enclave_local_server_get_name (EnclaveLocalServer *self);
gboolean enclave_local_server_get_is_ollama (EnclaveLocalServer *self);

/* For tests: silence after which it is given up, and memory; 0: as in enclave-limits.h, all of the machine's. */
void enclave_local_server_set_limits (EnclaveLocalServer *self, guint silence_ms, guint64 max_memory_bytes);

G_END_DECLS
