/* enclave-tool-call-marks.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-tool-call-parser.h"

G_BEGIN_DECLS

/* What models put round a call that they write as text, and what their templates leave over. */
typedef struct
{
  const char *opening;
  const char *closing; /* NULL: nothing closes it but the end of the reply */
  gboolean keep;       /* the opening is part of what is read */
  gboolean within;     /* may also stand behind words in their line */
  gboolean token;      /* of a template: nobody writes it in a sentence */
} EnclaveCallMark;

/* The mark that @text begins with, or NULL. An element that is named like a tool counts, with @closing NULL.
 * @may: (out): when there is none: more text may make it one. */
const EnclaveCallMark *enclave_tool_call_mark_find (const char *text, EnclaveToolNameFunc resolve, gpointer user_data,
                                                    gboolean *may);
/* Bytes of the marks and leftovers of templates at the start of @text; 0: none. */
gsize enclave_tool_call_mark_skip (const char *text);
/* Bytes of leftovers of templates alone, which may stand behind any reply. */
gsize enclave_tool_call_mark_skip_end (const char *text);
/* TRUE when a line begins what only Enclave may say: the result of a call. A model that writes it makes it up.
 * @may: (out): as above. */
gboolean enclave_tool_call_mark_is_result (const char *line, gboolean *may);
/* TRUE when @line, the last words before what looks like a call, introduces an example and no call. */
gboolean enclave_tool_call_mark_introduces_example (const char *line);

G_END_DECLS
