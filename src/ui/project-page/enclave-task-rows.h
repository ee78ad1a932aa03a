/* enclave-task-rows.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The commands that the person's keys for build, run and test start, each with what would be used without it. */
#define ENCLAVE_TYPE_TASK_ROWS (enclave_task_rows_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTaskRows, enclave_task_rows, ENCLAVE, TASK_ROWS, AdwPreferencesGroup)

/* @root: absolute path of the project. @project_settings: where the commands are kept. To be called once. */
void enclave_task_rows_set_up (EnclaveTaskRows *self, const char *root, GSettings *project_settings);
/* Focus into the row of @key ("task-build", "task-run" or "task-test"). */
void enclave_task_rows_focus (EnclaveTaskRows *self, const char *key);

G_END_DECLS
