/* enclave-command-line.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One thing that the command line asks to open. */
typedef struct
{
  GFile *file;
  guint line;   /* from 1; 0: not said */
  guint column;
} EnclaveOpenTarget;

void enclave_open_target_free (EnclaveOpenTarget *target);

/* Reads `FOLDER | FILE[:LINE[:COLUMN]] | +LINE[:COLUMN] FILE` …. A name that exists as it stands is never cut at its
 * colons.
 * @arguments: (array zero-terminated=1): without the program's name.
 * @directory: what relative names are relative to.
 * Returns: (transfer full) (element-type EnclaveOpenTarget): NULL with G_OPTION_ERROR for `+LINE` without a file. */
GPtrArray *enclave_command_line_parse (const char *const *arguments, const char *directory, GError **error);

G_END_DECLS
