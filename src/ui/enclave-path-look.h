/* enclave-path-look.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Called in a thread. */
typedef gboolean (*EnclavePathTest) (const char *path);

gboolean enclave_path_is_there (const char *path);
gboolean enclave_path_is_file (const char *path);
gboolean enclave_path_is_folder (const char *path);
/* A file that may be run. */
gboolean enclave_path_is_program (const char *path);

/* Looks for the first of @paths that @test finds right, without holding the window up where a disk
 * or a network does not answer.
 * @limit_ms: one that does not answer in that time counts as not there; 0: its answer is waited
 * for.
 * @callback: the caller sees there whether the answer is still wanted. */
void enclave_path_look_async (const char *const *paths,
                              EnclavePathTest test,
                              guint limit_ms,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* (transfer full) (nullable): NULL: none of them. */
char *enclave_path_look_finish (GAsyncResult *result);

G_END_DECLS
