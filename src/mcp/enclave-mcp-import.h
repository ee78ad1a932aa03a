/* enclave-mcp-import.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-server-entry.h"

G_BEGIN_DECLS

/* Our own mcp.json with the servers of a file of another host beside those that are there, each written so that it means the same
 * here; one of a name that is taken stays as it is. Pure. @own: (nullable): a file that is not there yet. @n_added: (out).
 * Returns: (transfer full): NULL with ENCLAVE_JSON_ERROR, of either file. */
char *enclave_mcp_import (const char *own, EnclaveMcpSource source, const char *other, guint *n_added, GError **error);

G_END_DECLS
