/* enclave-missed-edit.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-patch.h"

G_BEGIN_DECLS

/* An edit of the agent that has no place in its file, for a person to see: nothing of it can be applied. Immutable. */
#define ENCLAVE_TYPE_MISSED_EDIT (enclave_missed_edit_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMissedEdit, enclave_missed_edit, ENCLAVE, MISSED_EDIT, GObject)

EnclaveMissedEdit *enclave_missed_edit_new (const EnclavePatchMiss *miss);
/* As the model named it; "" when it named none. */
const char *enclave_missed_edit_get_path (EnclaveMissedEdit *self);
/* Why, in the language of the person. */
const char *enclave_missed_edit_get_reason (EnclaveMissedEdit *self);
/* The old lines, the first of them; "" for none. */
const char *enclave_missed_edit_get_searched (EnclaveMissedEdit *self);
/* The nearest real lines, or those of all places, each as `   12| text`; "" for none. */
const char *enclave_missed_edit_get_found (EnclaveMissedEdit *self);
/* Which block of how many it was, and which of them were taken: "Block 2 of 3. Blocks 1, 3 were taken." (transfer full) (nullable): the
 * only one. */
char *enclave_missed_edit_dup_blocks (EnclaveMissedEdit *self);
/* All of it, to be pasted elsewhere. (transfer full) */
char *enclave_missed_edit_dup_text (EnclaveMissedEdit *self);
/* What asks the model for it once more: not translated. (transfer full) */
char *enclave_missed_edit_dup_request (EnclaveMissedEdit *self);

G_END_DECLS
