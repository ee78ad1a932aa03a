/* enclave-line-merge.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @ours with what leads from @base to @theirs, line by line: changes of both sides that neither overlap nor touch are made,
 * changes that both sides have made alike are made once. Line ends are part of a line, and every byte outside of a change
 * stays. Nothing is guessed: @conflict_line (out) (optional) is the line of @ours, from 1, from which on both sides have first
 * changed the same place; 0 without a conflict.
 * Returns: (transfer full) (nullable): NULL for a conflict. */
char *enclave_line_merge (const char *base, const char *ours, const char *theirs, guint *conflict_line);

G_END_DECLS
