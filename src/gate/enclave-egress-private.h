/* enclave-egress-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-egress.h"

G_BEGIN_DECLS

/* @take: is given each connection that is open in this process, with its bytes so far. */
void _enclave_egress_foreach_open (void (*take) (const EnclaveEgressConnection *, guint64, guint64, gpointer), gpointer user_data);

G_END_DECLS
