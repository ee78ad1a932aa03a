/* enclave-pinned-name-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A name that leads to one address and is never looked up again; the name is what a certificate has to be made out to. */
#define ENCLAVE_TYPE_PINNED_NAME (enclave_pinned_name_get_type ())
G_DECLARE_FINAL_TYPE (EnclavePinnedName, enclave_pinned_name, ENCLAVE, PINNED_NAME, GNetworkAddress)

/* (transfer full) */
GSocketConnectable *enclave_pinned_name_new (const char *host, GInetAddress *address, guint16 port);

G_END_DECLS
