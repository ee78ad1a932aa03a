/* enclave-installed-program.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-gate-error.h"

G_BEGIN_DECLS

/* A file whose bytes decide what a command does. */
typedef struct
{
  char *path;   /* without links */
  char *digest; /* SHA-256, in hexadecimal digits; NULL: it was only located */
} EnclaveProgramFile;

/* What a command line starts on this machine. Immutable. */
typedef struct
{
  GStrv argv;         /* to be executed as it is; the first one is absolute */
  GStrv readable;     /* folders that the program needs beside those of the system; maybe empty */
  GPtrArray *files;   /* (element-type EnclaveProgramFile): program and script, those of a package with its manifest */
  char *version;      /* (nullable): of the package, when it was found as one */
  char *package;      /* (nullable) */
} EnclaveInstalledProgram;

void enclave_installed_program_free (EnclaveInstalledProgram *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveInstalledProgram, enclave_installed_program_free)

/* Finds what @argv starts. Commands that would fetch a package from a registry first (npx, uvx and their like, see
 * EnclavePackageCommand) become the program of that package when it is installed: in the project, for everybody, for this user, or in
 * the cache of the command. No registry is asked, ever, and nothing is run. @environment: (nullable): NAME=VALUE, of the
 * person's login shell: PATH, HOME, and where caches are. @workspace: (nullable): absolute. Never blocks.
 * Result: (transfer full): ENCLAVE_GATE_ERROR_NOT_FOUND says in words what was looked for, where, and what to do. */
void enclave_installed_program_find_async (const char *const *argv, const char *const *environment, const char *workspace,
                                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* The same without the digests, which take the reading of whole programs: for who agrees to no certain bytes. Finish: as above. */
void enclave_installed_program_locate_async (const char *const *argv, const char *const *environment, const char *workspace,
                                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveInstalledProgram *enclave_installed_program_find_finish (GAsyncResult *result, GError **error);

G_END_DECLS
