/* enclave-tool-call-state-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-tool-call-marks.h"
#include "enclave-tool-call-scan-private.h"

G_BEGIN_DECLS

/* What the two files of the parser share. @out: text for the reader. */

/* Of the words before a call, as much as is looked at. */
#define ENCLAVE_CALL_INTRODUCTION_MAX_BYTES 400

typedef enum
{
  ENCLAVE_CALL_IN_TEXT,
  ENCLAVE_CALL_IN_MARK,       /* behind an opening mark */
  ENCLAVE_CALL_IN_CALL_FENCE, /* a fence that may hold a call */
  ENCLAVE_CALL_IN_CODE_FENCE, /* any other fence */
  ENCLAVE_CALL_IN_BARE,       /* what may be a call by its form alone */
  ENCLAVE_CALL_IN_MADE_UP,    /* behind a result that the model wrote itself */
} EnclaveCallState;

struct _EnclaveToolCallParser
{
  EnclaveToolNameFunc resolve;
  gpointer user_data;
  gboolean thought;

  EnclaveCallState state;
  GString *held;       /* of the element or line that is not decided */
  gboolean decided;    /* ENCLAVE_CALL_IN_TEXT, ENCLAVE_CALL_IN_CODE_FENCE: the rest of the line is text */
  gsize content_start; /* where the content of the fence or mark begins in held */
  gsize line_start;    /* ENCLAVE_CALL_IN_CALL_FENCE: of the last line in held */
  EnclaveCallScan scan;

  const EnclaveCallMark *mark;
  gboolean within;     /* ENCLAVE_CALL_IN_TEXT, ENCLAVE_CALL_IN_MARK: behind words in their line */
  guint n_closings;
  gsize fence_length;
  char fence_char;
  gboolean fence_names_tool;

  GString *line;         /* the current line of text, as far as it is out */
  GString *introduction; /* the last line that says something */
  gboolean seen_text;

  GString *pending_text; /* of calls that are none if words follow */
  GPtrArray *pending;
  GPtrArray *calls;
  gsize n_fed;
  gsize own_length;
};

gboolean enclave_call_text_is_blank (const char *text);
/* Remembers what the words before the next call are. */
void enclave_call_state_note_line (EnclaveToolCallParser *self, const char *text);
/* Words after a call that nothing marks mean that it was an example. */
void enclave_call_state_put_text (EnclaveToolCallParser *self, GString *out, const char *text);
void enclave_call_state_begin (EnclaveToolCallParser *self, EnclaveCallState state);
/* What is held is text. @is_prose: words, and no code or element that was no call. */
void enclave_call_state_release (EnclaveToolCallParser *self, GString *out, gboolean is_prose);
/* The calls that waited for the end of the reply are calls. */
void enclave_call_state_settle (EnclaveToolCallParser *self);
/* @closed: its closing mark was written; otherwise the reply has ended. */
void enclave_call_state_end_mark (EnclaveToolCallParser *self, GString *out, gsize content_length, gboolean closed);
void enclave_call_state_end_fence (EnclaveToolCallParser *self, GString *out, gsize content_end);
/* The form is complete, or, @at_end, the reply has ended. */
void enclave_call_state_end_bare (EnclaveToolCallParser *self, GString *out, gboolean at_end);

G_END_DECLS
