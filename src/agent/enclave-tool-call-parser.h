/* enclave-tool-call-parser.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Finds tool calls that a model writes as text, while the text streams. Forms: a JSON object or an array of them, alone, in a fence,
 * in `<tool_call>` and its kin or behind the tokens of a template; `<function=NAME>`, `<invoke name="NAME">` and elements that are
 * named like a tool, with parameters as elements; `[NAME(…)]` as in Python; `Action: NAME`.
 *
 * What is never a call: text in a sentence, in inline code, in a quote or in code of a language; what the words before it introduce
 * as an example; what words follow, unless a tag stood at the start of a line; the schema of a tool; anything behind a result that
 * the model has made up. All of that comes out again as text, except made-up results. Pure. */
typedef struct _EnclaveToolCallParser EnclaveToolCallParser;

typedef struct
{
  char *name;      /* of a tool, or as the model wrote it when there is no such tool */
  char *arguments; /* JSON object as text; NULL: a call was meant and can't be read */
} EnclaveParsedCall;

/* @name: as the model wrote it. The name of the tool that is meant, borrowed; NULL when there is none. */
typedef const char *(*EnclaveToolNameFunc) (const char *name, gpointer user_data);

/* @resolve: (scope notified). */
EnclaveToolCallParser *enclave_tool_call_parser_new (EnclaveToolNameFunc resolve, gpointer user_data);
void enclave_tool_call_parser_free (EnclaveToolCallParser *self);
/* In a thought, only what ends it counts: all before is a draft. Before the first text. */
void enclave_tool_call_parser_set_thought (EnclaveToolCallParser *self);
/* @text: valid UTF-8. Returns: (transfer full): what is certainly text for the reader; may be "". */
char *enclave_tool_call_parser_feed (EnclaveToolCallParser *self, const char *text);
/* The reply is whole. Returns: (transfer full): the rest of its text. */
char *enclave_tool_call_parser_finish (EnclaveToolCallParser *self);
/* After finish: (element-type EnclaveParsedCall), in order. Borrowed. */
GPtrArray *enclave_tool_call_parser_get_calls (EnclaveToolCallParser *self);
/* After finish: bytes of the reply before what the model has made up of a result; all of them when it has not. */
gsize enclave_tool_call_parser_get_own_length (EnclaveToolCallParser *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveToolCallParser, enclave_tool_call_parser_free)

G_END_DECLS
