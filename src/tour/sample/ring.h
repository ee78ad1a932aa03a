/* ring.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stddef.h>

#define RING_SIZE 4

/* A queue of RING_SIZE numbers: first in, first out. */
typedef struct
{
  int slots[RING_SIZE];
  size_t first;
  size_t count;
} Ring;

void ring_init (Ring *ring);
/* False when the ring is full; the number is then left out. */
bool ring_push (Ring *ring, int number);
/* False when the ring is empty. */
bool ring_pop (Ring *ring, int *number);

#endif
