/* enclave-file-change.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What happened to a file. The numbers are those of FileChangeType of the Language Server Protocol 3.17. */
typedef enum
{
  ENCLAVE_FILE_CREATED = 1,
  ENCLAVE_FILE_CHANGED = 2,
  ENCLAVE_FILE_DELETED = 3,
} EnclaveFileChangeKind;

typedef struct
{
  char *path; /* relative to the project */
  EnclaveFileChangeKind kind;
} EnclaveFileChange;

EnclaveFileChange *enclave_file_change_new (const char *path, EnclaveFileChangeKind kind);
void enclave_file_change_free (EnclaveFileChange *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFileChange, enclave_file_change_free)

G_END_DECLS
