/* enclave-line-bar.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks for a line: `12`, `12:5`. Signals: "chosen" (uint line, uint column), both from 1, column 0 when not given;
 * "closed". */
#define ENCLAVE_TYPE_LINE_BAR (enclave_line_bar_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLineBar, enclave_line_bar, ENCLAVE, LINE_BAR, GtkWidget)

/* Shows the bar and takes the focus. */
void enclave_line_bar_open (EnclaveLineBar *self, guint n_lines);
/* Returns: FALSE when it was not open. */
gboolean enclave_line_bar_close (EnclaveLineBar *self);

/* Reads `LINE` or `LINE:COLUMN`, with blanks round it. Returns: FALSE for anything else and for line 0. */
gboolean enclave_line_bar_parse (const char *text, guint *line, guint *column);

G_END_DECLS
