/* enclave-approver.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_APPROVAL_COMMAND,
  ENCLAVE_APPROVAL_WRITE,
  ENCLAVE_APPROVAL_PROTECTED_WRITE,
  ENCLAVE_APPROVAL_NETWORK,
  ENCLAVE_APPROVAL_EXTERNAL, /* a tool of an MCP server */
} EnclaveApprovalKind;

typedef enum
{
  ENCLAVE_APPROVAL_DENIED,
  ENCLAVE_APPROVAL_ALLOWED_ONCE,
  ENCLAVE_APPROVAL_ALLOWED_IN_CONVERSATION,
  ENCLAVE_APPROVAL_NOBODY_THERE, /* the answer of a run without a person: NEEDS_APPROVAL */
} EnclaveApprovalAnswer;

/* One question. Immutable. The answer holds for exactly the bytes in subject, once. */
#define ENCLAVE_TYPE_APPROVAL_REQUEST (enclave_approval_request_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveApprovalRequest, enclave_approval_request, ENCLAVE, APPROVAL_REQUEST, GObject)

EnclaveApprovalRequest *enclave_approval_request_new (EnclaveApprovalKind kind, const char *subject,
                                                      gboolean can_remember);
/* Facts are shown in the order added: ("Runs in", "ringlog · sandbox, no network"). Before the request is
 * handed to an approver only. */
void enclave_approval_request_add_fact (EnclaveApprovalRequest *self, const char *label, const char *value);
EnclaveApprovalKind enclave_approval_request_get_kind (EnclaveApprovalRequest *self);
/* The literal command or unified diff. Borrowed. */
const char *enclave_approval_request_get_subject (EnclaveApprovalRequest *self);
/* FALSE for compound commands and protected files: then only once. */
gboolean enclave_approval_request_get_can_remember (EnclaveApprovalRequest *self);
guint enclave_approval_request_get_n_facts (EnclaveApprovalRequest *self);
const char *enclave_approval_request_get_fact (EnclaveApprovalRequest *self, guint index, const char **label);

/* Asks the user: a row in the chat, a script in tests. Cancelling ends the question unanswered. */
#define ENCLAVE_TYPE_APPROVER (enclave_approver_get_type ())
G_DECLARE_INTERFACE (EnclaveApprover, enclave_approver, ENCLAVE, APPROVER, GObject)

struct _EnclaveApproverInterface
{
  GTypeInterface parent_iface;

  void (*ask_async) (EnclaveApprover *self, EnclaveApprovalRequest *request, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data);
  EnclaveApprovalAnswer (*ask_finish) (EnclaveApprover *self, GAsyncResult *result, GError **error);
  const char *(*get_name) (EnclaveApprover *self); /* optional */
};

void enclave_approver_ask_async (EnclaveApprover *self, EnclaveApprovalRequest *request,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Who answers, for the audit: "user" unless the implementation says otherwise. Borrowed. */
const char *enclave_approver_get_name (EnclaveApprover *self);
/* On an error (cancelled) the answer is ENCLAVE_APPROVAL_DENIED. */
EnclaveApprovalAnswer enclave_approver_ask_finish (EnclaveApprover *self, GAsyncResult *result, GError **error);

G_END_DECLS
