/* process-tree.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

/* What a program and all that it started needs. The caller adopts orphans before it starts the program, so that nothing gets out
 * of the tree by ending its parent. */

/* Makes this process the one that orphans of its descendants fall to. */
void process_tree_adopt (void);
/* Milliseconds on a processor of all descendants of this process, those that ended and were waited for too. */
double process_tree_get_cpu_ms (void);
/* Proportional share of memory of all descendants of this process, KiB. */
guint64 process_tree_get_pss_kib (void);
/* Ends all descendants of this process, and waits for them. */
void process_tree_end (void);
