/* enclave-airgap-count.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-airgap-room.h"

G_BEGIN_DECLS

/* A socket that is given every packet of this network namespace that is not plainly within loopback, or asks a name server.
 * Returns: -1 with errno. */
int enclave_airgap_count_open (void);
/* Counts what has come; does not block. */
void enclave_airgap_count_read (int fd, EnclaveAirgapCounts *counts);
/* The kernel's own counters, at the end. */
void enclave_airgap_count_read_kernel (int fd, EnclaveAirgapCounts *counts);

G_END_DECLS
