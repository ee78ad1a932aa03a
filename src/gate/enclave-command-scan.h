/* enclave-command-scan.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-policy.h"

G_BEGIN_DECLS

/* What has to be hidden from a command: paths relative to @root whose names the policy denies for reading, and other names of the
 * same inodes. The walk runs on a worker thread, on copies of its input.
 * Finish: (transfer full) (element-type filename): ENCLAVE_GATE_ERROR_NOT_CONFINED when it could not be walked whole (more than
 * ENCLAVE_SCAN_MAX_ENTRIES): a command then does not run. @covers: (out) (transfer full) (element-type utf8): by turns the path of
 * a configuration of git that holds passwords and the text without them that is to be shown. @frozen: (out) (transfer full)
 * (element-type filename): what is there of what a rule lets only a person change. */
void enclave_command_scan_async (EnclavePolicy *policy, const char *root, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *enclave_command_scan_finish (GAsyncResult *result, GPtrArray **covers, GPtrArray **frozen, GError **error);
/* The same on the calling thread, for workers. @found, @frozen: (element-type filename): get what was found until the
 * walk ended; @frozen: (nullable). */
gboolean enclave_command_scan_collect (EnclavePolicy *policy, const char *root, GPtrArray *found, GPtrArray *frozen,
                                       GCancellable *cancellable, GError **error);

G_END_DECLS
