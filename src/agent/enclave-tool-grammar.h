/* enclave-tool-grammar.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A grammar of llama.cpp (GBNF) for replies of a model that writes calls as text: what is said is free, but behind `<tool_call>` stands a
 * call of one of @tools with arguments that its schema knows, and `</tool_call>`. The order of the arguments is that of the schema,
 * those that it needs first. (transfer full) (nullable): NULL: there is no tool. */
char *enclave_tool_grammar_build (JsonArray *tools);

G_END_DECLS
