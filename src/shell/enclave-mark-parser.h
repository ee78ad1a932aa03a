/* enclave-mark-parser.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Follows the bytes of a terminal from one escape sequence to the next, in whatever pieces they come, and finds the marks that a shell
 * with integration sets: OSC 133 (the FinalTerm marks of prompt, input, output and end of a command) and OSC 7 (the folder). VTE 0.70
 * takes OSC 133 in without a word. Pure: no input or output, no allocation while it runs but the one buffer.
 *
 * Whatever runs in the terminal can write a mark: what they say is shown to the person and decides nothing. */

typedef enum
{
  ENCLAVE_MARK_PROMPT, /* A: a prompt begins */
  ENCLAVE_MARK_INPUT,  /* B: it has ended, what the person types begins */
  ENCLAVE_MARK_OUTPUT, /* C: the command runs from here */
  ENCLAVE_MARK_DONE,   /* D: it has ended */
  ENCLAVE_MARK_FOLDER, /* OSC 7 */
} EnclaveMarkKind;

#define ENCLAVE_MARK_STATUS_UNKNOWN (-1)

typedef struct
{
  EnclaveMarkKind kind;
  int status;       /* of ENCLAVE_MARK_DONE: 0 to 255, ENCLAVE_MARK_STATUS_UNKNOWN when it was not told */
  const char *text; /* (nullable): of ENCLAVE_MARK_FOLDER: the URI as it came, any bytes; valid during the call */
} EnclaveMark;

typedef struct _EnclaveMarkParser EnclaveMarkParser;

/* @end: offset in the bytes of this call at which the mark's sequence has ended. */
typedef void (*EnclaveMarkFunc) (const EnclaveMark *mark, gsize end, gpointer user_data);

EnclaveMarkParser *enclave_mark_parser_new (void);
void enclave_mark_parser_free (EnclaveMarkParser *self);
/* As if nothing had come: for after bytes were left out. */
void enclave_mark_parser_reset (EnclaveMarkParser *self);
/* @func: (nullable) (scope call).
 * Returns: the last offset found up to which no sequence and no character is cut: something may be put in there. 0 when there is no such
 * place, or only the beginning and that is none: see enclave_mark_parser_is_between(). */
gsize enclave_mark_parser_feed (EnclaveMarkParser *self, const char *bytes, gsize length, EnclaveMarkFunc func,
                                gpointer user_data);
/* TRUE when what came so far ends between two sequences and two characters. */
gboolean enclave_mark_parser_is_between (const EnclaveMarkParser *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMarkParser, enclave_mark_parser_free)

G_END_DECLS
