/* enclave-context-item.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How a mask begins; the rule and a `]` follow. What stands for a text that was not shown can't be edited or written. */
#define ENCLAVE_MASK_OF_SECRET "[secret masked: "
#define ENCLAVE_MASK_OF_VALUE "[value of a denied file masked: "
/* How many masks stand in @text. */
guint enclave_context_item_count_masks (const char *text);

/* Text that the gate has admitted to the model, with where it came from. Only the gate can make one:
 * what has no item does not reach a conversation. Immutable. */
#define ENCLAVE_TYPE_CONTEXT_ITEM (enclave_context_item_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveContextItem, enclave_context_item, ENCLAVE, CONTEXT_ITEM, GObject)

/* Valid UTF-8 without NUL. Borrowed. */
const char *enclave_context_item_get_text (EnclaveContextItem *self);
/* "src/ring.c lines 1–96", "command", "message": for people. Borrowed. */
const char *enclave_context_item_get_source (EnclaveContextItem *self);
/* One short fact for the tool row ("lines 1–96", "7 matches in 3 files", "exit 1"); "" when none. */
const char *enclave_context_item_get_summary (EnclaveContextItem *self);
/* TRUE when something was left out for size. */
gboolean enclave_context_item_get_truncated (EnclaveContextItem *self);

G_END_DECLS
