/* enclave-git-filters.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"

G_BEGIN_DECLS

/* Those of @paths (element-type utf8) that git would send through a filter, git-lfs say, when it writes them: as the attributes are in the
 * folder now, or as they are in @commit, which may bring others. The box has no filter of the person's, and without its filter git writes
 * what the repository holds in place of the file. Errors: as of enclave_git_command_async(); G_IO_ERROR_FAILED: what git says of them
 * can't be read. */
void enclave_git_filters_find_async (EnclaveGate *gate, const char *commit, GPtrArray *paths, GAsyncReadyCallback callback,
                                     gpointer user_data);
/* (transfer full) (element-type utf8): each once. */
GPtrArray *enclave_git_filters_find_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);

/* The bytes of `git check-attr -z filter`, any bytes. @n: (out): the names in it. NULL: it is none.
 * (transfer full) (nullable) (element-type utf8): those with a filter, each once */
GPtrArray *enclave_git_filters_parse (const char *bytes, gsize length, guint *n);

G_END_DECLS
