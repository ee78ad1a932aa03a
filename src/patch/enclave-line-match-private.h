/* enclave-line-match-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* What is compared as a whole, a line or a word, as it lies in a text that outlives it. */
typedef struct
{
  const char *start;
  gsize length;
} EnclaveTextPiece;

static inline gboolean
enclave_text_piece_equal (gconstpointer a, gconstpointer b)
{
  const EnclaveTextPiece *first = a;
  const EnclaveTextPiece *second = b;

  return first->length == second->length && memcmp (first->start, second->start, first->length) == 0;
}

/* Keeps the number of each piece that it was asked for. (transfer full) */
GHashTable *enclave_text_piece_numbers_new (void);
/* Equal pieces have the same number, from 0 on without a gap. @piece must outlive @numbers. */
guint enclave_text_piece_number (GHashTable *numbers, const EnclaveTextPiece *piece);

/* Marks in @old_changed and @new_changed (as long as the lists) which lines don't belong to both. Lines
 * are given as numbers, equal lines by equal numbers below @n_ids.
 * Returns: FALSE when the work went beyond its bound; the marks then say that all has changed. */
gboolean enclave_line_match (const guint *old_ids, guint n_old, const guint *new_ids, guint n_new, guint n_ids,
                             gboolean *old_changed, gboolean *new_changed);

G_END_DECLS
