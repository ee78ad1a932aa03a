/* enclave-file-change.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-file-change.h"

EnclaveFileChange *
enclave_file_change_new (const char *path, EnclaveFileChangeKind kind)
{
  EnclaveFileChange *self;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_new0 (EnclaveFileChange, 1);
  self->path = g_strdup (path);
  self->kind = kind;
  return self;
}

void
enclave_file_change_free (EnclaveFileChange *self)
{
  g_free (self->path);
  g_free (self);
}
