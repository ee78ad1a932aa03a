/* enclave-file-format.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-agent-service.h"

G_BEGIN_DECLS

/* What the agent proposes for a file gets the form that the project's own formatter gives it, before it is reviewed or written. The
 * model is told which lines are others than it wrote: in the result of the call, else, after an edit in the text of a reply, with the
 * next message. What runs is the gate's: enclave_tool_scope_format_async(). */

/* The name of its runs in the audit. */
#define ENCLAVE_FILE_FORMAT_NAME "format"

/* Off unless it is set: it changes lines that the model did not write, and Prettier is a program of the project. */
void enclave_agent_service_set_format_files (EnclaveAgentService *self, gboolean format_files);

/* What a model is told of @path, whose text @text became @formatted by @program: at most ENCLAVE_FILE_FORMAT_WORDS_MAX_BYTES, or
 * that it is to read the file again. Pure. (transfer full) */
char *enclave_file_format_describe (const char *path, const char *program, const char *text, const char *formatted);

G_END_DECLS
