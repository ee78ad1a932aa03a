/* enclave-installed-program-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-installed-program.h"
#include "enclave-package-command.h"

G_BEGIN_DECLS

/* One search, on a worker. */
typedef struct
{
  GStrv argv;
  GStrv environment;  /* (nullable) */
  char *workspace;    /* (nullable) */
  const char *home;
  gboolean without_digests;
  GPtrArray *looked_in; /* (element-type utf8): for people */
} EnclaveProgramSearch;

/* (nullable): of @search->environment. Borrowed. */
const char *enclave_program_search_getenv (EnclaveProgramSearch *search, const char *name);
/* @name on the PATH, or itself with a `/` in it; a regular file that may be executed. (transfer full) (nullable): without links. */
char *enclave_program_search_find_in_path (EnclaveProgramSearch *search, const char *name);
/* The program that rustup starts when it is called as @name. (transfer full): without links. NULL with ENCLAVE_GATE_ERROR_NOT_FOUND. */
char *enclave_program_search_find_rustup (EnclaveProgramSearch *search, const char *name, GError **error);
/* Opens a regular file, whatever leads to it. -1 with errno. @real: (out) (transfer full) (optional): without links. */
int enclave_program_search_open (const char *path, char **real);
/* Whether the file begins with "#!" and names @word there. */
gboolean enclave_program_search_is_script_of (const char *path, const char *word);

/* Where a package is. */
typedef struct
{
  char *program;  /* absolute */
  char *manifest; /* (nullable) */
  char *version;  /* (nullable) */
  char *folder;   /* to be readable */
} EnclavePackagePlace;

void enclave_package_place_free (EnclavePackagePlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclavePackagePlace, enclave_package_place_free)

/* (transfer full) (nullable). */
EnclavePackagePlace *enclave_package_place_find_node (EnclaveProgramSearch *search, const EnclavePackageCommand *command);
EnclavePackagePlace *enclave_package_place_find_python (EnclaveProgramSearch *search, const EnclavePackageCommand *command);

G_END_DECLS
