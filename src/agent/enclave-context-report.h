/* enclave-context-report.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-agent-service.h"
#include "enclave-draft.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_CONTEXT_INSTRUCTIONS, /* Enclave's own words and the tools */
  ENCLAVE_CONTEXT_MEMORY,       /* the project's memory file */
  ENCLAVE_CONTEXT_CONVERSATION, /* what was said, and what is being written */
  ENCLAVE_CONTEXT_FILES,        /* attachments and results of tools */
  ENCLAVE_CONTEXT_N_KINDS,
} EnclaveContextKind;

/* What the next request would hold, in tokens. */
typedef struct
{
  guint tokens[ENCLAVE_CONTEXT_N_KINDS];
  guint total;         /* their sum */
  guint window;        /* 0: not known */
  guint reply;         /* of the window, what is kept for the reply */
  gboolean counted;    /* by the server; otherwise reckoned, with what its earlier counts have taught */
  GPtrArray *left_out; /* (element-type utf8): "src/a.c: 900 of 4,100 tokens", translated */
} EnclaveContextReport;

/* @draft: (nullable): what the user is writing; of what it mentions, what was read for the last count.
 * Returns: (transfer full) (nullable): NULL without a model. Costs about a millisecond for a hundred kilobytes. */
EnclaveContextReport *enclave_agent_service_report_context (EnclaveAgentService *self, EnclaveDraft *draft);
/* The same with all that a turn would add to it (what is mentioned, and for the first message the front and the map), and with the
 * server's own count where it can tell (enclave-token-count.h). Nothing is generated. What is being written was not sent yet: it, and
 * what it mentions, goes to a server on this machine only, and only when nothing of the words would be masked. Finish: (nullable): NULL
 * also when it was cancelled. */
void enclave_agent_service_count_context_async (EnclaveAgentService *self, EnclaveDraft *draft, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
EnclaveContextReport *enclave_agent_service_count_context_finish (EnclaveAgentService *self, GAsyncResult *result);
void enclave_context_report_free (EnclaveContextReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveContextReport, enclave_context_report_free)

G_END_DECLS
