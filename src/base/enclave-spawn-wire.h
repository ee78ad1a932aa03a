/* enclave-spawn-wire.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <stdint.h>

/* What a sealed window and enclave-shell say to each other. A request is a datagram of one byte, its kind, with descriptors: a
 * file with pairs of words that each end in a NUL (`folder`, `program`, `arg`, `env`, `target`), then the child's own
 * descriptors, one for each `target`. The answer is EnclaveSpawnAnswer. */
#define ENCLAVE_SPAWN_CONFINED 'c' /* arguments for enclave-confine, and for no other program */
#define ENCLAVE_SPAWN_USER 'u'     /* a program of the user */
#define ENCLAVE_SPAWN_SESSION 's'  /* the same in a session of its own, descriptor 0 its terminal */
#define ENCLAVE_SPAWN_NET 'n'      /* enclave-net, when it has ended */
#define ENCLAVE_SPAWN_MAX_DESCRIPTORS 16

typedef struct
{
  int32_t problem; /* errno of what failed, or 0 */
  int32_t pid;     /* of the child, which has to be waited for even when it failed; 0: none was made */
} EnclaveSpawnAnswer;
