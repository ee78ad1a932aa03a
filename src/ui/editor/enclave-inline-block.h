/* enclave-inline-block.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-change-set.h"
#include "enclave-hunk-text.h"

G_BEGIN_DECLS

/* What stands below lines of an open file: the lines that would come in their place and, at the first place of a hunk, who
 * proposed it and the buttons. Signals: "go" (int): to another hunk; "back": to the text. */
#define ENCLAVE_TYPE_INLINE_BLOCK (enclave_inline_block_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveInlineBlock, enclave_inline_block, ENCLAVE, INLINE_BLOCK, GtkWidget)

/* @added: (nullable): nothing comes. @with_head: it is the first place of @hunk. */
GtkWidget *enclave_inline_block_new (EnclaveChange *change, guint hunk, EnclaveHunkText *added, gboolean with_head,
                                     guint tab_width);
guint enclave_inline_block_get_hunk (EnclaveInlineBlock *self);
gboolean enclave_inline_block_has_head (EnclaveInlineBlock *self);
guint enclave_inline_block_get_n_added (EnclaveInlineBlock *self);
int enclave_inline_block_get_line_height (EnclaveInlineBlock *self);
/* Focus on the button that decides. */
gboolean enclave_inline_block_focus (EnclaveInlineBlock *self);

G_END_DECLS
