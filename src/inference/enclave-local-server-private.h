/* enclave-local-server-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-load-log.h"
#include "enclave-local-server.h"
#include "enclave-server-private.h"
#include "enclave-service-process.h"

G_BEGIN_DECLS

struct _EnclaveLocalServer
{
  GObject parent_instance;

  char *program;
  char *name;
  EnclaveModelFile *model; /* NULL: Ollama */
  char *store;
  guint window;
  guint silence_ms;
  guint64 max_memory_bytes;

  EnclaveLocalServerState state;
  char *message;
  double fraction;
  gboolean out_of_memory;

  EnclaveServerList *servers;
  EnclaveServer *server; /* in it */
  EnclaveServiceProcess *process;
  GString *help; /* while the program is asked for it, and after */
  EnclaveLoadLog *log;
  GCancellable *cancellable;
  char *folder;
  gboolean use_socket;
  gboolean heard; /* something since the last tick */
  gboolean checking;
  guint64 bytes_read;
  gint64 started_at;
  gint64 active_at;
  guint timer;
};

/* enclave-local-server.c */
void _enclave_local_server_settle (EnclaveLocalServer *self, EnclaveLocalServerState state, const char *message);
/* Ends what runs and takes away what was made for it; the log stays. */
void _enclave_local_server_clear (EnclaveLocalServer *self);
void _enclave_local_server_fail (EnclaveLocalServer *self, const char *message);
void _enclave_local_server_hear (EnclaveLocalServer *self, const char *text);
void _enclave_local_server_end (EnclaveLocalServer *self);
gboolean _enclave_local_server_tick (gpointer user_data);

/* enclave-local-server-start.c */
/* Asks the program what it can do, then begins. */
void _enclave_local_server_ask_for_help (EnclaveLocalServer *self);
void _enclave_local_server_begin (EnclaveLocalServer *self);

G_END_DECLS
