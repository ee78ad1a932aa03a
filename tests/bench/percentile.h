/* percentile.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

/* Sorts what was measured, n values. */
void percentile_sort (double *values, guint n);
/* That which so many of a hundred of the sorted values, n and more than 0, are not above; 100 gives the largest. */
double percentile_get (const double *values, guint n, guint of_hundred);
