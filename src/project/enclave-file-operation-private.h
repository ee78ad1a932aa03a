/* enclave-file-operation-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-file-operation.h"

G_BEGIN_DECLS

typedef struct
{
  GFile *file;
  GFile *target; /* (nullable) */
  gboolean is_folder;
} EnclaveFileWork;

/* Ends @task with what a person is told of @code, about @file. */
void _enclave_file_operation_return_errno (GTask *task, GFile *file, int code);
/* Never over what is there. Returns: 0, or -1 with errno. */
int _enclave_file_operation_rename (const char *from, const char *to);
/* Task data: EnclaveFileWork, whose file is where the trashed one was. */
void _enclave_file_operation_restore_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable);

G_END_DECLS
