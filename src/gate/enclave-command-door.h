/* enclave-command-door.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-gate.h"
#include "enclave-service-process.h"

G_BEGIN_DECLS

/* argv to a confined child. For commands a PTY of our own; for services pipes. Everything goes through
 * `enclave-confine`, which confines or exits 125. */

typedef struct
{
  int wait_status;      /* as of waitpid() */
  gboolean timed_out;
  gboolean stopped;     /* by the user or by cancelling */
  gboolean truncated;
  char *limit;          /* (nullable): the limit of processes or memory that has ended it, in words */
  GBytes *output;       /* raw, first and last half of ENCLAVE_COMMAND_OUTPUT_MAX_BYTES */
  GBytes *errors;       /* (nullable): apart: raw, the first ENCLAVE_COMMAND_ERRORS_MAX_BYTES */
} EnclaveCommandResult;

void enclave_command_result_free (EnclaveCommandResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveCommandResult, enclave_command_result_free)

typedef struct
{
  const char *const *argv;
  const char *shown;          /* literal command line */
  gboolean read_only;         /* workspace read-only */
  gboolean quiet;             /* no terminal tab */
  gboolean plain;             /* pipes instead of a PTY: bytes as they are, for output that is no terminal */
  gboolean apart;             /* plain: what goes to its standard error is no part of the output */
  guint timeout_s;            /* 0: none */
  /* (nullable): addresses that the user has granted to this command, as enclave_network_grant_parse() gives them. */
  const char *const *network;
  /* (nullable) bytes as they come, beside the host: `enclavectl run` writes them to its stdout. */
  void (*output) (const char *bytes, gsize length, gpointer user_data);
  gpointer output_data;
  /* (nullable): who asked, when no scope has done so; the door then writes the records of the audit itself. */
  const char *actor;
  int input_fd;               /* -1, or a descriptor whose bytes are typed into the PTY (plain: go to the input) */
} EnclaveCommandOptions;

/* No approval is asked here; the scope has done that. Cancelling ends the whole process tree.
 * Errors: ENCLAVE_GATE_ERROR_NOT_CONFINED with the cause, also for a network where the level has none; NOT_RECORDED. */
void enclave_command_door_run_async (EnclaveGate *gate, const EnclaveCommandOptions *options,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
EnclaveCommandResult *enclave_command_door_run_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);

/* A program that stays and is talked to by pipes. All of it is what the person has agreed to. */
typedef struct
{
  const char *const *argv;
  const char *shown;             /* for the audit: the literal command line */
  const char *actor;             /* for the audit: the server's name */
  gboolean with_workspace;       /* it sees the filtered view of the project */
  gboolean read_only;
  const char *folder;            /* (nullable): where it begins, absolute, within the workspace */
  const char *const *environment; /* (nullable): NAME=VALUE, on top of the clean environment */
  const char *const *unset;      /* (nullable): names that the clean environment must not give it */
  const char *const *readable;   /* (nullable): absolute paths of its own program files; those of a denied name are refused */
  const char *const *network;    /* (nullable): addresses as enclave_network_grant_parse() gives them */
} EnclavePipedServiceOptions;

/* Everything in it its own; @shown is made of the arguments where there was none. (transfer full) */
EnclavePipedServiceOptions *enclave_piped_service_options_copy (const EnclavePipedServiceOptions *options);
/* Of a copy. */
void enclave_piped_service_options_free (EnclavePipedServiceOptions *copy);

/* The rule: the same box as a command's. Where denied files can only be masked at the start (ENCLAVE_SANDBOX_MASKED) a program that stays
 * could read those that come later, so it isn't started with the workspace there. Errors: ENCLAVE_GATE_ERROR_NOT_CONFINED, NOT_RECORDED,
 * DENIED, NOT_FOUND for a folder. The process ends with the object, and with this program. */
void enclave_command_door_start_service_async (EnclaveGate *gate, const EnclavePipedServiceOptions *options,
                                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveServiceProcess *enclave_command_door_start_service_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);

G_END_DECLS
