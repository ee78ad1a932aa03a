/* enclave-model-import.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-inference-client.h"
#include "enclave-model-file.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_MODEL_IMPORT_WAITING,
  ENCLAVE_MODEL_IMPORT_HASHING,  /* its SHA-256 is computed */
  ENCLAVE_MODEL_IMPORT_SENDING,  /* left out when the server has these bytes already */
  ENCLAVE_MODEL_IMPORT_CREATING, /* the server makes a model of them */
  ENCLAVE_MODEL_IMPORT_DONE,
} EnclaveModelImportStage;

/* Gives a model file to an Ollama server: SHA-256, upload by it, and /api/create. Nothing is sent before the sum is known and, when
 * one was expected, right. Properties: "stage". */
#define ENCLAVE_TYPE_MODEL_IMPORT (enclave_model_import_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveModelImport, enclave_model_import, ENCLAVE, MODEL_IMPORT, GObject)

/* @name: as enclave_model_import_check_name() takes it. @expected: (nullable): the SHA-256 that the person has, in any case, with
 * spaces or what sha256sum puts behind it. */
EnclaveModelImport *enclave_model_import_new (EnclaveInferenceClient *client, EnclaveModelFile *file, const char *name,
                                              const char *expected);
/* Errors: G_IO_ERROR_INVALID_ARGUMENT (name, expected sum), G_IO_ERROR_NOT_SUPPORTED (no Ollama, a model in parts),
 * G_IO_ERROR_INVALID_DATA (the sum is another), those of the file and of the server. */
void enclave_model_import_run_async (EnclaveModelImport *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean enclave_model_import_run_finish (EnclaveModelImport *self, GAsyncResult *result, GError **error);

EnclaveModelImportStage enclave_model_import_get_stage (EnclaveModelImport *self);
/* Of the stage: 0 to 1, -1: nobody can tell. */
double enclave_model_import_get_fraction (EnclaveModelImport *self);
/* 64 digits, NULL until it is known. Borrowed. */
const char *enclave_model_import_get_sha256 (EnclaveModelImport *self);

/* Whether Ollama takes @name for a model that stays here: letters, digits and .-_, maybe a tag behind a colon. */
gboolean enclave_model_import_check_name (const char *name, GError **error);
/* A name that it takes, made from that of a file. (transfer full) */
char *enclave_model_import_suggest_name (const char *file_name);

G_END_DECLS
