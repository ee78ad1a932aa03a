/* percentile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "percentile.h"

#include <stdlib.h>

static int
compare (gconstpointer a, gconstpointer b)
{
  const double *x = a;
  const double *y = b;

  return *x < *y ? -1 : *x > *y;
}

void
percentile_sort (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare);
}

double
percentile_get (const double *values, guint n, guint of_hundred)
{
  return values[MIN (n * of_hundred / 100, n - 1)];
}
