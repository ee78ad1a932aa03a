/* enclave-chat-composer-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-chat-completion.h"
#include "enclave-chat-composer.h"

G_BEGIN_DECLS

struct _EnclaveChatComposer
{
  GtkWidget parent_instance;

  GtkWidget *frame;
  GtkFlowBox *chips;
  GtkScrolledWindow *window;
  GtkTextView *view;
  GtkLabel *placeholder;
  GtkLabel *error;
  GtkLabel *queued;
  GtkDropDown *mode;
  GtkLevelBar *meter;
  GtkLabel *meter_text;
  GtkLabel *meter_used;
  GtkLabel *meter_window;
  GtkStack *stack;
  GtkWidget *send;
  GtkWidget *stop;

  EnclaveAgentService *service;
  EnclaveChatCompletion *completion;
  GPtrArray *items; /* (element-type EnclaveContextItem) */
  gboolean in_review;
  gboolean mode_follows; /* within our own change of the mode */
};

/* Shows mode, meter, placeholder and button as they are now. */
void enclave_chat_composer_update (EnclaveChatComposer *self);
/* Makes the chips anew from the attachments. */
void enclave_chat_composer_update_chips (EnclaveChatComposer *self);

G_END_DECLS
