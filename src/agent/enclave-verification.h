/* enclave-verification.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-agent-service.h"

G_BEGIN_DECLS

/* The command that tells whether an edit was right. When it is on, it runs in the sandbox after edits were written in mode Edit,
 * asked for like every command; a failure goes back to the model, which may try again, in a bounded number of rounds for one
 * message of the person. With edits that wait to be applied it runs when they are applied. */

/* The name of its row among the calls of a turn. It is no tool: a model can't call it. */
#define ENCLAVE_VERIFICATION_NAME "verify"
#define ENCLAVE_VERIFICATION_ROUNDS 3

/* @command: (nullable): a shell command line; NULL or "": none is known. @is_on: run it after edits.
 * @max_rounds: at least 1; how often it runs for one message. */
void enclave_agent_service_set_verification (EnclaveAgentService *self, const char *command, gboolean is_on, guint max_rounds);

/* The part of @output (of a command that failed) that a model with a window of @window tokens gets: its beginning and, as that is
 * where compilers and tests say what is wrong, more of its end; whole lines. Pure. (transfer full) */
char *enclave_verification_clip (const char *output, guint window);

G_END_DECLS
