/* enclave-tool-call-scan-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-tool-call-parser.h"

G_BEGIN_DECLS

/* Looks at what may be a call while it comes, so that what is none need not wait for its end. */
typedef struct
{
  char start[80];   /* its first bytes, without blanks and brackets */
  guint n_start;
  gboolean sure;    /* they look like a call */
  gboolean failed;
  gboolean any_code;/* a name and a parenthesis may begin it, whatever they are */
  guint depth;
  gboolean in_string;
  gboolean escaped;
} EnclaveCallScan;

/* @any_code: for a fence that says that it holds calls. */
void enclave_call_scan_begin (EnclaveCallScan *self, gboolean any_code);
/* Counts the brackets. */
void enclave_call_scan_feed (EnclaveCallScan *self, char byte);
gboolean enclave_call_scan_is_balanced (const EnclaveCallScan *self);
/* FALSE once it can be none. @byte: the next one. */
gboolean enclave_call_scan_may_be_call (EnclaveCallScan *self, char byte, EnclaveToolNameFunc resolve, gpointer user_data);
/* TRUE when a line that begins with @text may be a call by its form. @may: (inout): set when more text may make it one. */
gboolean enclave_call_scan_may_begin (const char *text, EnclaveToolNameFunc resolve, gpointer user_data, gboolean *may);

G_END_DECLS
