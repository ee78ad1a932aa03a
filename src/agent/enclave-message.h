/* enclave-message.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-message-block.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_ROLE_USER,
  ENCLAVE_ROLE_ASSISTANT,
} EnclaveRole;

/* One message: a GListModel of EnclaveMessageBlock. */
#define ENCLAVE_TYPE_MESSAGE (enclave_message_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMessage, enclave_message, ENCLAVE, MESSAGE, GObject)

EnclaveRole enclave_message_get_role (EnclaveMessage *self);
/* Id of the turn it belongs to: that of the person and those of the assistant that answer it have the same, unless the answer
 * was tried again. Random and for good; never NULL. */
const char *enclave_message_get_turn (EnclaveMessage *self);
/* When it was begun: seconds since 1970. */
gint64 enclave_message_get_time (EnclaveMessage *self);
/* All text blocks joined as the model wrote them (code in its fences). (transfer full) */
char *enclave_message_dup_text (EnclaveMessage *self);

G_END_DECLS
