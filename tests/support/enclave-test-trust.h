/* enclave-test-trust.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"

G_BEGIN_DECLS

/* As the person would: what the folder brings for the agent now is trusted. Nothing when it brings nothing. */
void enclave_test_trust (EnclaveGate *gate);

G_END_DECLS
