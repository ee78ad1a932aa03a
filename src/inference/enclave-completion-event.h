/* enclave-completion-event.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_COMPLETION_TEXT,
  ENCLAVE_COMPLETION_REASONING,
  ENCLAVE_COMPLETION_WAS_REASONING, /* all TEXT before it was part of a thought; at most once, before other text */
  ENCLAVE_COMPLETION_TOOL_CALL,  /* whole: emitted once, when the reply ended properly */
  ENCLAVE_COMPLETION_TOOL_NAME,  /* a call has begun; its arguments are still coming */
  ENCLAVE_COMPLETION_PROGRESS,   /* prompt processing */
  ENCLAVE_COMPLETION_USAGE,
  ENCLAVE_COMPLETION_END,
} EnclaveCompletionKind;

typedef struct
{
  EnclaveCompletionKind kind;
  char *text;          /* TEXT, REASONING: the piece; END: reason as judged here: "stop", "length", "tool-calls" */
  char *id;            /* TOOL_CALL: the server's, or one invented */
  char *name;          /* TOOL_CALL, TOOL_NAME */
  char *arguments;     /* TOOL_CALL: JSON object as text; NULL when what came does not parse (never run) */
  guint total, cached, processed;             /* PROGRESS, tokens; cached also of USAGE: of the prompt, not read again */
  guint prompt_tokens, completion_tokens;     /* USAGE */
  double tokens_per_second;                   /* USAGE: of the reply; 0 when the server does not say */
  double prompt_tokens_per_second;            /* USAGE: of what was read anew; 0 when the server does not say */
} EnclaveCompletionEvent;

#define ENCLAVE_TYPE_COMPLETION_EVENT (enclave_completion_event_get_type ())
GType enclave_completion_event_get_type (void);
EnclaveCompletionEvent *enclave_completion_event_new (EnclaveCompletionKind kind);
EnclaveCompletionEvent *enclave_completion_event_copy (const EnclaveCompletionEvent *event);
void enclave_completion_event_free (EnclaveCompletionEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveCompletionEvent, enclave_completion_event_free)

G_END_DECLS
