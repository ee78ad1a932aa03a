/* enclave-confined-spawn.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What `enclave-confine` is told (its plan), and starting it. The plan's words are in src/confine/enclave-confine-plan.h. */
typedef struct _EnclaveConfinedPlan EnclaveConfinedPlan;

EnclaveConfinedPlan *enclave_confined_plan_new (void);
void enclave_confined_plan_free (EnclaveConfinedPlan *self);
void enclave_confined_plan_add (EnclaveConfinedPlan *self, const char *key, const char *value);
void enclave_confined_plan_add_argv (EnclaveConfinedPlan *self, const char *const *argv);
/* For a box without namespaces (ENCLAVE_SANDBOX_REDUCED): makes its private folder, which ends with the box. To be called before
 * the environment is added. @workspace: (nullable): the one that the view is to show.
 * Returns: (nullable): the folder in which the view shows it (without @workspace the private one), borrowed; NULL with
 * ENCLAVE_GATE_ERROR_NOT_CONFINED. */
const char *enclave_confined_plan_add_private (EnclaveConfinedPlan *self, const char *workspace, GError **error);
/* Returns: (nullable): that folder again; NULL in namespaces, where the workspace is at its own path. */
const char *enclave_confined_plan_get_place (EnclaveConfinedPlan *self);
/* Variables that whoever starts the program has set, `NAME=VALUE` each: they are the ones that count, whatever the clean environment
 * has under the same names. To be called before that is added. @pairs: (nullable). */
void enclave_confined_plan_fix_variables (EnclaveConfinedPlan *self, const char *const *pairs);
/* Names that the clean environment then leaves out. @names: (nullable). */
void enclave_confined_plan_leave_out (EnclaveConfinedPlan *self, const char *const *names);
/* The clean environment of a command, and the read-only folders of the user's tool chains that its PATH needs.
 * @workspace: (nullable). */
void enclave_confined_plan_add_environment (EnclaveConfinedPlan *self, const char *workspace);
/* The limits of processes and memory that the settings say (command-max-processes, command-max-memory-mib). */
void enclave_confined_plan_add_limits (EnclaveConfinedPlan *self);
/* Shows the workspace through the filtered view, which finds the same policy files as this process. @store, @other_stores:
 * (nullable): from enclave_git_store_prepare_async(). */
void enclave_confined_plan_add_view (EnclaveConfinedPlan *self, const char *store, const char *other_stores);

/* @stdio_fd: becomes descriptor 0, 1 and 2 (stays the caller's); -1: /dev/null, and @stderr goes to the caller's.
 * @report_fd: (out): reads the launcher's report; the caller's to close.
 * Returns: FALSE with ENCLAVE_GATE_ERROR_NOT_CONFINED. The child is the caller's to reap; SIGKILL to @pid ends all of it. */
gboolean enclave_confined_plan_spawn (EnclaveConfinedPlan *self, int stdio_fd, GPid *pid, int *report_fd, GError **error);
/* The same with descriptor 0 apart from 1 and 2. @input_fd, @output_fd: stay the caller's; -1: /dev/null. */
gboolean enclave_confined_plan_spawn_between (EnclaveConfinedPlan *self, int input_fd, int output_fd, GPid *pid,
                                              int *report_fd, GError **error);
/* The same with descriptor 2 apart as well. @error_fd: stays the caller's; -1: that of the output. */
gboolean enclave_confined_plan_spawn_among (EnclaveConfinedPlan *self, int input_fd, int output_fd, int error_fd, GPid *pid,
                                            int *report_fd, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveConfinedPlan, enclave_confined_plan_free)

/* @address: `127.0.0.1:5432`, which @by was granted. Where this process is sealed enclave-net connects, else the box's own relay;
 * both are in the ledger. FALSE when enclave-net refuses it. */
gboolean enclave_confined_plan_add_forward (EnclaveConfinedPlan *self, const char *address, const char *by, GError **error);

G_END_DECLS
