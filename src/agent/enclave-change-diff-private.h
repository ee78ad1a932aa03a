/* enclave-change-diff-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-line-diff.h"

G_BEGIN_DECLS

/* What a change does to a file, and which of its origins each hunk comes from. A value: made by pure functions, in a thread
 * where the texts are long. */
typedef struct
{
  GPtrArray *hunks;   /* (element-type EnclaveDiffHunk) */
  guint added;
  guint removed;
  guint64 *masks;     /* one a hunk: bit n is set when origin n, or one from 63 on, made a piece of it */
  GByteArray *lines;  /* of each line of the new text: 0, or 1 + the origin that wrote it */
  GByteArray *gaps;   /* before each of these lines and after the last: 0, or 1 + the origin that removed lines there */
} EnclaveChangeDiff;

typedef struct
{
  char *old_text;
  char *between;             /* the new text until now; NULL: this is the first */
  char *new_text;
  GByteArray *between_lines; /* as above, of @between; (nullable) */
  GByteArray *between_gaps;
  guint origin;
} EnclaveChangeDiffInput;

void enclave_change_diff_input_free (EnclaveChangeDiffInput *input);
EnclaveChangeDiff *enclave_change_diff_new (EnclaveChangeDiffInput *input);
void enclave_change_diff_free (EnclaveChangeDiff *diff);

G_END_DECLS
