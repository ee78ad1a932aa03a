/* enclave-completion-event.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-completion-event.h"

G_DEFINE_BOXED_TYPE (EnclaveCompletionEvent, enclave_completion_event, enclave_completion_event_copy,
                     enclave_completion_event_free)

EnclaveCompletionEvent *
enclave_completion_event_new (EnclaveCompletionKind kind)
{
  EnclaveCompletionEvent *event = g_new0 (EnclaveCompletionEvent, 1);

  event->kind = kind;
  return event;
}

EnclaveCompletionEvent *
enclave_completion_event_copy (const EnclaveCompletionEvent *event)
{
  EnclaveCompletionEvent *copy = g_memdup2 (event, sizeof *event);

  copy->text = g_strdup (event->text);
  copy->id = g_strdup (event->id);
  copy->name = g_strdup (event->name);
  copy->arguments = g_strdup (event->arguments);
  return copy;
}

void
enclave_completion_event_free (EnclaveCompletionEvent *event)
{
  if (event == NULL)
    return;
  g_free (event->text);
  g_free (event->id);
  g_free (event->name);
  g_free (event->arguments);
  g_free (event);
}
