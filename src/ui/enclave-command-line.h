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
  guint line; /* from 1; 0: not said */
  guint column;
  gboolean is_folder; /* once it was looked at */
} EnclaveOpenTarget;

EnclaveOpenTarget *enclave_open_target_new (GFile *file);
void enclave_open_target_free (EnclaveOpenTarget *target);

/* Reads `FOLDER | FILE[:LINE[:COLUMN]] | +LINE[:COLUMN] FILE` …. A name that exists as it stands is
 * never cut at its colons.
 * @arguments: (array zero-terminated=1): without the program's name.
 * @directory: what relative names are relative to.
 * Returns: (transfer full) (element-type EnclaveOpenTarget): NULL with G_OPTION_ERROR for `+LINE`
 * without a file. It looks at files, and waits where a disk does not answer. */
GPtrArray *
enclave_command_line_parse (const char *const *arguments, const char *directory, GError **error);
/* Whether it can be read, without a look at any file. Errors: as there. */
gboolean enclave_command_line_check (const char *const *arguments, GError **error);
/* The same in a thread, and which of them are folders. */
void enclave_command_line_read_async (const char *const *arguments,
                                      const char *directory,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
/* Which of @targets are folders. They belong to the thread until the end. */
void enclave_open_targets_look_async (GPtrArray *targets,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
/* Of both. (transfer full) (element-type EnclaveOpenTarget) */
GPtrArray *enclave_command_line_read_finish (GAsyncResult *result, GError **error);

G_END_DECLS
