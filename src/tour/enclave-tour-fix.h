/* enclave-tour-fix.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* The one bug of the sample project and its fix; both stand in ring.c exactly once. */
#define ENCLAVE_TOUR_FILE "ring.c"
#define ENCLAVE_TOUR_TEST_FILE "test-ring.c"
#define ENCLAVE_TOUR_SECRET_FILE ".env"
#define ENCLAVE_TOUR_TEST_COMMAND "make test"
#define ENCLAVE_TOUR_BUG "  if (ring->count == RING_SIZE - 1)"
#define ENCLAVE_TOUR_FIX "  if (ring->count == RING_SIZE)"
