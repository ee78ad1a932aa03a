/* ring.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "ring.h"

void
ring_init (Ring *ring)
{
  ring->first = 0;
  ring->count = 0;
}

bool
ring_push (Ring *ring, int number)
{
  if (ring->count == RING_SIZE - 1)
    return false;

  ring->slots[(ring->first + ring->count) % RING_SIZE] = number;
  ring->count++;
  return true;
}

bool
ring_pop (Ring *ring, int *number)
{
  if (ring->count == 0)
    return false;

  *number = ring->slots[ring->first];
  ring->first = (ring->first + 1) % RING_SIZE;
  ring->count--;
  return true;
}
