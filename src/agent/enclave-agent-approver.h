/* enclave-agent-approver.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-approver.h"

G_BEGIN_DECLS

/* Stands between the gate and whoever asks the user, so that the agent knows while a question is open. */
#define ENCLAVE_TYPE_AGENT_APPROVER (enclave_agent_approver_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveAgentApprover, enclave_agent_approver, ENCLAVE, AGENT_APPROVER, GObject)

typedef void (*EnclaveWaitingFunc) (gboolean waiting, gpointer user_data);

EnclaveAgentApprover *enclave_agent_approver_new (EnclaveWaitingFunc notify, gpointer user_data);
/* Weak, nullable: nobody is there. */
void enclave_agent_approver_set_target (EnclaveAgentApprover *self, EnclaveApprover *target);
/* No more notifications: the owner goes. */
void enclave_agent_approver_detach (EnclaveAgentApprover *self);

G_END_DECLS
