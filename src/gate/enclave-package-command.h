/* enclave-package-command.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_PACKAGE_NODE,
  ENCLAVE_PACKAGE_PYTHON,
} EnclavePackageKind;

/* What a command that fetches a program from a registry, and then runs it, is about: npx, npm exec, pnpm dlx, pnpx, yarn dlx, bunx, bun x;
 * uvx, uv tool run, pipx run. */
typedef struct
{
  EnclavePackageKind kind;
  char *runner;  /* "npx" */
  char *package; /* "@scope/name" */
  char *version; /* (nullable): "1.2.3", "^1", "1.x"; NULL: any */
  char *program; /* (nullable): of the package; NULL: its own, or the only one */
  GStrv args;    /* for the program */
} EnclavePackageCommand;

/* @command: (out) (transfer full) (nullable): NULL with TRUE when @argv is no such command.
 * FALSE with ENCLAVE_GATE_ERROR_FAILED when it is one and can't be understood, or names no package of a registry. Pure. */
gboolean enclave_package_command_parse (const char *const *argv, EnclavePackageCommand **command, GError **error);
void enclave_package_command_free (EnclavePackageCommand *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclavePackageCommand, enclave_package_command_free)

/* Whether a package of version @version is what the command wants. Exact versions, their beginnings ("1", "1.2", "1.x"), `^`, `~`, `>=`
 * and names like "latest", which any version is. */
gboolean enclave_package_command_accepts (const EnclavePackageCommand *self, const char *version);
/* As numbers, part by part; what is left as text. <0, 0, >0. */
int enclave_package_version_compare (const char *a, const char *b);

G_END_DECLS
