/* enclave-ctl-commands.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-change-set.h"
#include "enclave-checkpoint-turn.h"
#include "enclave-ctl-context.h"
#include "enclave-ctl-output.h"

G_BEGIN_DECLS

/* One file a command. */
extern const EnclaveCtlCommand enclave_ctl_airgap;
extern const EnclaveCtlCommand enclave_ctl_apply;
extern const EnclaveCtlCommand enclave_ctl_ask;
extern const EnclaveCtlCommand enclave_ctl_audit;
extern const EnclaveCtlCommand enclave_ctl_checkpoints;
extern const EnclaveCtlCommand enclave_ctl_complete;
extern const EnclaveCtlCommand enclave_ctl_doctor;
extern const EnclaveCtlCommand enclave_ctl_language_servers;
extern const EnclaveCtlCommand enclave_ctl_map;
extern const EnclaveCtlCommand enclave_ctl_mcp;
extern const EnclaveCtlCommand enclave_ctl_mcp_conformance;
extern const EnclaveCtlCommand enclave_ctl_memory;
extern const EnclaveCtlCommand enclave_ctl_models;
extern const EnclaveCtlCommand enclave_ctl_policy;
extern const EnclaveCtlCommand enclave_ctl_probe;
extern const EnclaveCtlCommand enclave_ctl_run;
extern const EnclaveCtlCommand enclave_ctl_redo;
extern const EnclaveCtlCommand enclave_ctl_tasks;
extern const EnclaveCtlCommand enclave_ctl_tool;
extern const EnclaveCtlCommand enclave_ctl_tour;
extern const EnclaveCtlCommand enclave_ctl_trust;
extern const EnclaveCtlCommand enclave_ctl_undo;
/* Only in a build with the check. */
extern const EnclaveCtlCommand enclave_ctl_update;

/* All of standard input, at most ENCLAVE_PATCH_MAX_BYTES; a signal ends the wait. (transfer full), NULL with ENCLAVE_CTL_ERROR_INPUT. */
char *enclave_ctl_read_input (EnclaveCtlContext *context, GError **error);
/* What the history of changes calls what @changes writes. */
void enclave_ctl_name_changes (EnclaveChangeSet *changes, const char *title);
/* Writes all that @changes proposes. */
gboolean enclave_ctl_apply_changes (EnclaveCtlContext *context, EnclaveChangeSet *changes, GError **error);
/* "proposed", "applied", "refused", "conflict", "undone". */
const char *enclave_ctl_change_word (EnclaveChangeStatus status);
/* [{path,status,exact,hunks,added,removed,message}]: (transfer full) */
JsonArray *enclave_ctl_changes_to_json (EnclaveChangeSet *changes);

/* What the project's history has, undos too: newest first. (transfer full) (element-type EnclaveCheckpointTurn) */
GPtrArray *enclave_ctl_list_turns (EnclaveCtlContext *context, EnclaveGate *gate, guint *n_pruned, GError **error);

/* `models inspect` and `models import`. Return the exit status. */
int enclave_ctl_inspect_model (EnclaveCtlContext *context, const char *path);
int enclave_ctl_import_model (EnclaveCtlContext *context, const char *path);

/* ["server-tools", "cloud", "passes-on"]: what to know of the server before trusting it. (transfer full) */
JsonArray *enclave_ctl_warnings_to_json (EnclaveInferenceClient *client);
/* The same as sentences on stderr. */
void enclave_ctl_note_warnings (EnclaveServer *server);

G_END_DECLS
