/* enclave-airgap-bridge.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Outside of the room: leads what connects to the socket at @path to @port of this machine's loopback, so that a model server that
 * runs already can be the one of a conversation in the room. Ends with this process. Returns: its process, or -1 with @error. */
pid_t enclave_airgap_bridge_start (const char *path, guint16 port, GError **error);

G_END_DECLS
