/* enclave-tool-call-reader-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-tool-call-text.h"

G_BEGIN_DECLS

/* What the files that read calls share. Each read_ function begins at *at, where there is no blank, and moves it behind what it
 * has read; FALSE leaves it where it was. */
typedef struct
{
  EnclaveToolCallForm form;
  EnclaveToolNameFunc resolve;
  gpointer user_data;
  GPtrArray *calls;  /* (element-type EnclaveParsedCall) */
} EnclaveCallReader;

/* @name: as the model wrote it. @arguments: (nullable): none. FALSE when there is no such tool. */
gboolean enclave_call_reader_add (EnclaveCallReader *self, const char *name, JsonObject *arguments);
/* The real name of a tool that is called @name, also where it stands behind a name space. Borrowed; NULL: none. */
const char *enclave_call_reader_resolve (EnclaveCallReader *self, const char *name);
/* Blanks, commas, and marks where marks may stand. */
const char *enclave_call_reader_skip (EnclaveCallReader *self, const char *text);
/* The JSON value at *at, repaired where that is certain. (transfer full) (nullable) */
JsonNode *enclave_call_reader_take_json (EnclaveCallReader *self, const char **at);

gboolean enclave_call_reader_read_json (EnclaveCallReader *self, const char **at);
/* `<function=NAME>` and its kin. */
gboolean enclave_call_reader_read_markup (EnclaveCallReader *self, const char **at);
/* Parameters as elements, up to what is none. @arguments: they are added. FALSE: there is none. */
gboolean enclave_call_reader_read_elements (const char **at, JsonObject *arguments);
/* A name and what follows it: `NAME(…)`, `NAME{…}`. */
gboolean enclave_call_reader_read_named (EnclaveCallReader *self, const char **at);
/* `[NAME(…), NAME(…)]` */
gboolean enclave_call_reader_read_list (EnclaveCallReader *self, const char **at);

/* Bytes of the name of a tool, an argument or an element at the start of @text; 0: none, or one that is none for its length. */
gsize enclave_call_text_name_length (const char *text);
const char *enclave_call_text_skip_blanks (const char *text);

G_END_DECLS
