/* enclave-ctl-ask-output.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-agent-service.h"
#include "enclave-ctl-approver.h"

G_BEGIN_DECLS

/* A turn as it goes: lines of JSON, or the text on stdout and rows about tools on stderr. */
typedef struct _EnclaveCtlAskOutput EnclaveCtlAskOutput;

/* @approver: whose open questions are told apart from failures. */
EnclaveCtlAskOutput *enclave_ctl_ask_output_new (gboolean json, EnclaveCtlApprover *approver);
void enclave_ctl_ask_output_free (EnclaveCtlAskOutput *self);
/* Begins with the event `thread`. @agent must outlive the following. */
void enclave_ctl_ask_output_follow (EnclaveCtlAskOutput *self, EnclaveAgentService *agent);
void enclave_ctl_ask_output_unfollow (EnclaveCtlAskOutput *self);
/* The last event. @error: (nullable). */
void enclave_ctl_ask_output_end (EnclaveCtlAskOutput *self, const char *reason, const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveCtlAskOutput, enclave_ctl_ask_output_free)

G_END_DECLS
