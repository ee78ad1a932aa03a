/* enclave-model-switches.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-chat-request.h"
#include "enclave-model-info.h"

G_BEGIN_DECLS

/* How one model is to answer: kept for its digest in the state folder, with defaults of its family. */
typedef struct
{
  EnclaveThinking thinking;
  double temperature;  /* 0 to 2; negative: the server's own */
  guint reply_tokens;  /* of a reply at most, thoughts included; 0: as many as the window leaves */
} EnclaveModelSwitches;

/* "auto", "on", "off". */
const char *enclave_thinking_to_word (EnclaveThinking thinking);
/* FALSE for another word; @thinking is left as it was. */
gboolean enclave_thinking_from_word (const char *word, EnclaveThinking *thinking);
/* The family's. Sources: the models' own cards; lower than there for families that are made to write code, as an edit that
 * applies and a call that parses are worth more here than variety. */
void enclave_model_switches_default (EnclaveModelInfo *model, EnclaveModelSwitches *switches);
/* What the person has set, else the default. Returns: whether anything was set. */
gboolean enclave_model_switches_load (EnclaveModelInfo *model, EnclaveModelSwitches *switches);
gboolean enclave_model_switches_save (const EnclaveModelSwitches *switches, EnclaveModelInfo *model, GError **error);
gboolean enclave_model_switches_equal (const EnclaveModelSwitches *a, const EnclaveModelSwitches *b);
/* "Qwen3"; "" for a family that has no row of its own. */
const char *enclave_model_switches_get_family (EnclaveModelInfo *model);
/* Whether the thinking of @model on its server can be switched at all. */
gboolean enclave_model_switches_can_think (EnclaveModelInfo *model);
/* Sets thinking and temperature on @request, and its limit where that is larger than @switches allow. */
void enclave_model_switches_apply (const EnclaveModelSwitches *switches, EnclaveModelInfo *model,
                                   EnclaveChatRequest *request);

G_END_DECLS
