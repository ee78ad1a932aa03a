/* enclave-inline-gutter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* The column of the gutter that shows what is proposed for the open file: − beside lines that would go, + beside lines that
 * would come, which stand below the line they follow. */
#define ENCLAVE_TYPE_INLINE_GUTTER (enclave_inline_gutter_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveInlineGutter, enclave_inline_gutter, ENCLAVE, INLINE_GUTTER, GtkSourceGutterRenderer)

GtkSourceGutterRenderer *enclave_inline_gutter_new (void);
void enclave_inline_gutter_clear (EnclaveInlineGutter *self);
/* @line: from 0. */
void enclave_inline_gutter_set_removed (EnclaveInlineGutter *self, guint line);
/* Below @line there is @room, and in it @n_lines of @line_height that would come, the last of which ends @below above the next
 * line. */
void enclave_inline_gutter_set_added (EnclaveInlineGutter *self, guint line, guint n_lines, int line_height, int below,
                                      int room);

G_END_DECLS
