/* enclave-tool-scope-program.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-command-door.h"
#include "enclave-tool-scope-private.h"

G_BEGIN_DECLS

/* Programs that the gate chooses and runs without asking: they get a project that can't be written, no network and no terminal, and
 * each run is a record of the audit. Private to the gate. */

/* Calls @callback with @task (transfer full) as its data once @function has run on a worker. The worker has the data of
 * @task for itself so long. */
void enclave_tool_scope_work (GTask *task, GTaskThreadFunc function, GAsyncReadyCallback callback);
/* @task: (transfer full), of a scope. @input_fd: what it reads, or -1. @shown: (inout): of the data of @task, the command line until
 * the end. When that can't be recorded @task is answered, else @callback gets it as its data. */
void enclave_tool_scope_run_program (GTask *task, GStrv argv, int input_fd, guint timeout_s, char **shown,
                                     GAsyncReadyCallback callback);
/* (transfer full) (nullable): NULL: @task (transfer none) has been answered with an error. */
EnclaveCommandResult *enclave_tool_scope_run_program_finish (GTask *task, GAsyncResult *result, const char *shown);
/* Whether it has ended by itself, and all that it has said is known. */
gboolean enclave_tool_scope_program_is_whole (const EnclaveCommandResult *outcome);

G_END_DECLS
