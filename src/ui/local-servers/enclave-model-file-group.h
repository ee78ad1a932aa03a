/* enclave-model-file-group.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-gguf-header.h"
#include "enclave-model-file.h"

G_BEGIN_DECLS

/* Where a person names a model file, and what its header says. Signal "changed": file or facts. */
#define ENCLAVE_TYPE_MODEL_FILE_GROUP (enclave_model_file_group_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveModelFileGroup, enclave_model_file_group, ENCLAVE, MODEL_FILE_GROUP, AdwPreferencesGroup)

/* NULL while none is named, it is being read, or it can't be used. Borrowed. */
EnclaveModelFile *enclave_model_file_group_get_file (EnclaveModelFileGroup *self);
/* With the file. Borrowed. */
const EnclaveGgufHeader *enclave_model_file_group_get_header (EnclaveModelFileGroup *self);
void enclave_model_file_group_focus (EnclaveModelFileGroup *self);
void enclave_model_file_group_set_path (EnclaveModelFileGroup *self, const char *path);
/* "~/" is the home folder, and file:// an address that was dropped or pasted. (transfer full) (nullable): NULL: no absolute path. */
char *enclave_model_file_group_expand (const char *text);
/* Lets the person choose a file for @entry. */
void enclave_model_file_group_choose (GtkWidget *entry, const char *title, const char *pattern);

G_END_DECLS
