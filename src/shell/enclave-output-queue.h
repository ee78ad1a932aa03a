/* enclave-output-queue.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes of a terminal that wait for its view, in the order they came; and which of them nobody will
 * ever see, because so many lines stand behind them that they would leave the memory of the view at
 * once. These can be passed over: what the view shows and keeps in the end is the same, to the last
 * cell.
 *
 * That holds of lines of text with colours alone. Whatever else a program writes (moves of the
 * cursor, modes, marks, titles, the bell) goes to the view, and so does all that stands before it;
 * and nothing is passed while lines scroll in a part of the screen only. Pure: no input or output.
 */

typedef struct _EnclaveOutputQueue EnclaveOutputQueue;

/* @bytes: the next of those that are passed over, valid during the call. */
typedef void (*EnclaveOutputFunc) (const char *bytes, gsize length, gpointer user_data);

EnclaveOutputQueue *enclave_output_queue_new (void);
void enclave_output_queue_free (EnclaveOutputQueue *self);
/* As if nothing had come: for a view that was reset, too. */
void enclave_output_queue_clear (EnclaveOutputQueue *self);
gsize enclave_output_queue_get_size (const EnclaveOutputQueue *self);
gboolean enclave_output_queue_is_empty (const EnclaveOutputQueue *self);
void enclave_output_queue_push (EnclaveOutputQueue *self, GBytes *bytes);
/* Returns: (transfer full) (nullable): at most @max_bytes, the oldest; NULL when nothing waits. */
GBytes *enclave_output_queue_pop (EnclaveOutputQueue *self, gsize max_bytes);
/* Drops the oldest @n_bytes, whatever they are. From then on nothing is passed over until the
 * terminal is reset. */
void enclave_output_queue_leave_out (EnclaveOutputQueue *self, gsize n_bytes);

/* All that waits is lines of text with colours, which scroll over the whole of @n_rows rows.
 * Returns: what a line of them needs, with those that came before, in bytes; 0: it is not so. */
gsize enclave_output_queue_get_line_bytes (const EnclaveOutputQueue *self, guint n_rows);
/* Passes over lines behind which at least @n_lines wait, if what the view has had so far ends
 * between two sequences and two characters; their colours stay. @n_rows: of the view, which keeps
 * no more than @n_lines with them. @func: (nullable) (scope call). Returns: how many bytes wait no
 * more. */
gsize enclave_output_queue_pass (EnclaveOutputQueue *self,
                                 gsize n_lines,
                                 guint n_rows,
                                 EnclaveOutputFunc func,
                                 gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveOutputQueue, enclave_output_queue_free)

G_END_DECLS
