/* enclave-language-watch.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-file-change.h"

G_BEGIN_DECLS

/* The files that a language server has asked to be told about: what it registered for `workspace/didChangeWatchedFiles` (Language Server
 * Protocol 3.17). Bounded; what is no pattern, or lies outside of the project, is left out. */
typedef struct _EnclaveLanguageWatch EnclaveLanguageWatch;

/* @root: where the server sees the project; absolute. */
EnclaveLanguageWatch *enclave_language_watch_new (const char *root);
void enclave_language_watch_free (EnclaveLanguageWatch *self);

/* @params: those of `client/registerCapability` and of `client/unregisterCapability`. */
void enclave_language_watch_register (EnclaveLanguageWatch *self, JsonObject *params);
void enclave_language_watch_unregister (EnclaveLanguageWatch *self, JsonObject *params);

gboolean enclave_language_watch_wants (EnclaveLanguageWatch *self, const EnclaveFileChange *change);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveLanguageWatch, enclave_language_watch_free)

G_END_DECLS
