/* enclave-flow-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-agent-service.h"
#include "enclave-context-report.h"
#include "enclave-flow-server.h"
#include "enclave-test-approver.h"
#include "enclave-test-project.h"

G_BEGIN_DECLS

#define ENCLAVE_FLOW_CANARY "canary-0123456789"
#define ENCLAVE_FLOW_RING "int a;\nint b;\nint c;\n"

/* Everything of a window but the window: server, client, gate, agent, project. */
typedef struct
{
  EnclaveTestProject *project;
  EnclaveSandbox *sandbox;
  EnclaveGate *gate;
  EnclaveTestApprover *approver;
  EnclaveAgentService *service;
  EnclaveFlowServer *server;
  EnclaveInferenceClient *client;
  EnclaveModelInfo *model;

  GString *text;      /* of "text" */
  GString *reasons;   /* of "turn-ended", each followed by a blank */
  GPtrArray *unqueued;
  EnclaveTurnState stop_in; /* stop as soon as this state is reached; IDLE: never */
} EnclaveFlow;

/* For g_test_add(). */
void enclave_flow_set_up (EnclaveFlow *flow, gconstpointer data);
/* Every object must be gone after this. */
void enclave_flow_tear_down (EnclaveFlow *flow, gconstpointer data);
/* Connects to another server than the flow's own. */
void enclave_flow_connect (EnclaveFlow *flow, const char *address);
gboolean enclave_flow_can_confine (EnclaveFlow *flow);

/* Submits and waits for the end of the turn (and of what is queued). */
void enclave_flow_ask (EnclaveFlow *flow, const char *text);
void enclave_flow_submit (EnclaveFlow *flow, const char *text);
/* At most 20 s. */
void enclave_flow_wait_idle (EnclaveFlow *flow);
void enclave_flow_wait_state (EnclaveFlow *flow, EnclaveTurnState state);

/* What a person is writing. @attachments: (nullable) (element-type EnclaveDraftAttachment). (transfer full) */
EnclaveDraft *enclave_flow_look (EnclaveFlow *flow, const char *words, GPtrArray *attachments);
/* What it takes of the window. (transfer full) */
EnclaveContextReport *enclave_flow_count (EnclaveFlow *flow, const char *words, GPtrArray *attachments);
/* In the project's folder, until it has ended well. */
void enclave_flow_run (EnclaveFlow *flow, const char *const *argv);

/* The last message. (transfer full) */
EnclaveMessage *enclave_flow_last_message (EnclaveFlow *flow);
/* The @index-th call of the last message; NULL when there are fewer. Borrowed. */
EnclaveToolCall *enclave_flow_last_call (EnclaveFlow *flow, guint index);
/* The notice at the end of the last message; NONE when there is none. */
EnclaveNoticeKind enclave_flow_last_notice (EnclaveFlow *flow);
char *enclave_flow_last_notice_text (EnclaveFlow *flow);
EnclaveChange *enclave_flow_change (EnclaveFlow *flow, guint index);
/* What the service's conversation would be after a restart. @lines: (element-type utf8). (transfer full) */
EnclaveConversation *enclave_flow_restore (EnclaveFlow *flow, GPtrArray *lines, GError **error);
void enclave_flow_apply (EnclaveFlow *flow, GError **error);
void enclave_flow_undo (EnclaveFlow *flow, GError **error);
void enclave_flow_assert_file (EnclaveFlow *flow, const char *path, const char *text);

G_END_DECLS
