/* enclave-inline-completion-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-inline-completion.h"

G_BEGIN_DECLS

struct _EnclaveInlineCompletion
{
  GObject parent_instance;

  EnclaveGhostView *view; /* not owned */
  EnclaveDocument *document;
  GSettings *settings;             /* (nullable) */
  EnclaveCompletionEngine *engine; /* (nullable) */
  EnclaveInlineCompletionFiles files;
  gpointer files_data;
  GCancellable *request; /* (nullable) */
  guint timer;
  int offset;    /* of the caret, where the suggestion or the wait for one belongs */
  char *problem; /* (nullable) */
  gboolean denied;
  gboolean popup;
  gboolean preedit;
  gboolean taking;
};

/* Returns: its offset. @iter: (out). */
int _enclave_inline_completion_get_caret (EnclaveInlineCompletion *self, GtkTextIter *iter);
/* @text: (nullable): NULL: there is no suggestion any more. */
void _enclave_inline_completion_announce (EnclaveInlineCompletion *self, const char *text);
void _enclave_inline_completion_ask_after_pause (EnclaveInlineCompletion *self);
/* "key-pressed" in the capture phase of the view. */
gboolean _enclave_inline_completion_key (GtkEventControllerKey *controller, guint keyval, guint keycode,
                                         GdkModifierType state, EnclaveInlineCompletion *self);

G_END_DECLS
