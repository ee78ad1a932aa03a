/* test-ring.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <stdio.h>

#include "ring.h"

static int failures;

static void
check (bool good, const char *what)
{
  printf ("%s - %s\n", good ? "ok" : "not ok", what);
  if (!good)
    failures++;
}

static void
test_keeps_the_order (void)
{
  Ring ring;
  int a = 0, b = 0;

  ring_init (&ring);
  ring_push (&ring, 7);
  ring_push (&ring, 8);
  check (ring_pop (&ring, &a) && ring_pop (&ring, &b) && a == 7 && b == 8, "first in, first out");
}

static void
test_says_when_it_is_empty (void)
{
  Ring ring;
  int number;

  ring_init (&ring);
  check (!ring_pop (&ring, &number), "an empty ring gives nothing");
}

static void
test_holds_what_it_promises (void)
{
  Ring ring;
  int taken = 0;

  ring_init (&ring);
  for (int i = 0; i < RING_SIZE + 1; i++)
    if (ring_push (&ring, i))
      taken++;
  check (taken == RING_SIZE, "a ring of RING_SIZE holds RING_SIZE numbers");
}

int
main (void)
{
  test_keeps_the_order ();
  test_says_when_it_is_empty ();
  test_holds_what_it_promises ();
  printf ("%s\n", failures == 0 ? "all tests passed" : "a test failed");
  return failures == 0 ? 0 : 1;
}
