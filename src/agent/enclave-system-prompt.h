/* enclave-system-prompt.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-agent-service.h"

G_BEGIN_DECLS

/* The fixed front of each request: the same bytes for all requests of a conversation in one mode. What changes (date,
 * mode, what the user applied) stands in the newest message.
 * @memory: (nullable): text of the project's memory file. Returns: (transfer full). */
char *enclave_system_prompt_build (EnclaveMode mode, const char *memory);

G_END_DECLS
