/* enclave-folder-trust.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-instructions.h"
#include "enclave-path-resolver.h"

G_BEGIN_DECLS

/* What a person trusts in a folder: nothing that the folder contains is loaded before. One record a folder, named by its true
 * path, in the state folder, mode 0600; it holds the exact bytes that were trusted, so that a file that has changed since is
 * another file, and what has changed can be shown. The record is read anew each time: several programs share it. Private to
 * the gate. All of it blocks: for workers. */

/* @root: the folder's true path. @name: of a file in it. Returns: (transfer full) (nullable): the bytes that are trusted;
 * NULL when there are none, or no record that can be used: then nothing is trusted. */
GBytes *enclave_folder_trust_dup_bytes (const char *root, const char *name);
/* @bytes: (nullable): NULL takes the trust back. FALSE with G_IO_ERROR: all is as before. */
gboolean enclave_folder_trust_set_bytes (const char *root, const char *name, GBytes *bytes, GError **error);
/* The file of the folder that counts: the first name of enclave_memory_files that is there and may be read by the rules.
 * Returns: (transfer full) (nullable): NULL without an error when there is none. Errors: ENCLAVE_GATE_ERROR_TOO_LARGE. */
EnclaveInstructions *enclave_folder_trust_look (EnclavePathResolver *resolver, GError **error);

G_END_DECLS
