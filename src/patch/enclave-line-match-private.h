/* enclave-line-match-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Marks in @old_changed and @new_changed (as long as the lists) which lines don't belong to both. Lines
 * are given as numbers, equal lines by equal numbers below @n_ids.
 * Returns: FALSE when the work went beyond its bound; the marks then say that all has changed. */
gboolean enclave_line_match (const guint *old_ids, guint n_old, const guint *new_ids, guint n_new, guint n_ids,
                             gboolean *old_changed, gboolean *new_changed);

G_END_DECLS
