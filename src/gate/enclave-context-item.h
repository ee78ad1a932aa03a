/* enclave-context-item.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

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
