/* enclave-tool-call-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-tool-call-parser.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_TOOL_CALL_BARE,   /* nothing says that this is a call but its form */
  ENCLAVE_TOOL_CALL_MARKED, /* it stands in a tag, a fence or behind a token; the text may lack its end */
  ENCLAVE_TOOL_CALL_CLOSED, /* so, and the mark that closes it was written: brackets that are missing at the end were forgotten */
} EnclaveToolCallForm;

/* Reads the calls that @text begins with, in any of the forms that models use.
 * @calls: (element-type EnclaveParsedCall): they are appended.
 * Returns: bytes of @text that are calls, blanks and marks; 0 when there is no call. */
gsize enclave_tool_call_text_read (const char *text, EnclaveToolCallForm form, EnclaveToolNameFunc resolve,
                                   gpointer user_data, GPtrArray *calls);
/* The tool that a call which can't be read was meant for. (transfer full) (nullable) */
char *enclave_tool_call_text_guess_name (const char *text);
void enclave_parsed_call_free (EnclaveParsedCall *call);

G_END_DECLS
