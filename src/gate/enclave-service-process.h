/* enclave-service-process.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-gate-error.h"

G_BEGIN_DECLS

/* A long-lived confined child: practice engine, inference servers (no network, no workspace, @socket_dir the only place it may
 * write unless told otherwise), and those that enclave_command_door_start_service_async() starts. Needs namespaces. Killed when the object goes, and by the kernel when this program ends.
 * Signals: "exited" (int wait_status of the launcher), after all of its output; "output" (const char *text): a piece of what it
 * writes to its standard output and error, valid UTF-8, when that is kept. */
#define ENCLAVE_TYPE_SERVICE_PROCESS (enclave_service_process_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveServiceProcess, enclave_service_process, ENCLAVE, SERVICE_PROCESS, GObject)

typedef struct
{
  const char *const *argv;        /* absolute path of the program first */
  const char *socket_dir;
  const char *const *readable;    /* (nullable): files and folders that it sees beside the system and its own program */
  const char *const *writable;    /* (nullable): folders that it may write, and run nothing from */
  const char *const *environment; /* (nullable): NAME=VALUE beside the clean environment */
  const char *serve_socket;       /* (nullable): in @socket_dir; what connects there reaches @serve_address, inside */
  const char *serve_address;      /* (nullable): `127.0.0.1:8080` */
  guint64 max_memory_bytes;       /* 0: no limit */
  gboolean use_graphics;          /* graphics cards of the machine */
  gboolean keep_output;           /* else standard output is lost and standard error is ours */
} EnclaveServiceOptions;

EnclaveServiceProcess *enclave_service_process_start (const char *const *argv, const char *socket_dir,
                                                      GError **error);
EnclaveServiceProcess *enclave_service_process_start_with (const EnclaveServiceOptions *options, GError **error);
/* "exited" follows. */
void enclave_service_process_stop (EnclaveServiceProcess *self);
/* The same in steps for a program that reads its standard input: that ends; ENCLAVE_PROCESS_KILL_DELAY_MS later it gets SIGTERM, with
 * all of its process group, and as long after that all of its box is killed. */
void enclave_service_process_end (EnclaveServiceProcess *self);
/* Of a program that was started with pipes: what it reads, and what it writes to its standard output. NULL for others. Borrowed. */
GOutputStream *enclave_service_process_get_input (EnclaveServiceProcess *self);
GInputStream *enclave_service_process_get_output (EnclaveServiceProcess *self);
gboolean enclave_service_process_is_running (EnclaveServiceProcess *self);

/* After "exited": ENCLAVE_GATE_ERROR_NOT_CONFINED with the reason when the program was not run. (transfer full) (nullable) */
GError *enclave_service_process_dup_failure (EnclaveServiceProcess *self);
/* After "exited": of the program, as of waitpid(); that of SIGKILL when it was ended with its box. */
int enclave_service_process_get_status (EnclaveServiceProcess *self);
/* After "exited": which limit has ended it ("more than 512 MiB of memory"). (transfer full) (nullable) */
char *enclave_service_process_dup_limit (EnclaveServiceProcess *self);
/* After "exited", when there is no failure: why, in one sentence. @program: how people call it. (transfer full) */
char *enclave_service_process_explain_end (EnclaveServiceProcess *self, const char *program);
/* Where a program with pipes sees the project, which is not always where it lies. NULL: nowhere. Borrowed. */
const char *enclave_service_process_get_workspace (EnclaveServiceProcess *self);
/* Bytes of files that it has read or mapped so far, of the program that has most; 0 when the system does not tell. */
guint64 enclave_service_process_get_bytes_read (EnclaveServiceProcess *self);

G_END_DECLS
