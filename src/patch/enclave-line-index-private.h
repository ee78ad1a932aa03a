/* enclave-line-index-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A line of a text, borrowed from it. */
typedef struct
{
  const char *text;
  guint length;         /* without the line end */
  guint end_length : 2; /* 0 at the end of a text without a last newline */
} EnclaveTextLine;

/* Lines that are the same apart from the blanks at their ends, and a few others that happen to be there too. */
typedef struct
{
  guint first; /* line from 1; 0: none */
  guint count;
} EnclaveLineBucket;

/* The lines of a text, and where each stands: a hunk looks at its rarest line's places only, so 400 hunks of a file
 * cost little more than reading it once. The text must live as long. */
typedef struct
{
  GArray *lines; /* (element-type EnclaveTextLine) */
  EnclaveLineBucket *buckets; /* NULL until a line is asked for, as @next */
  guint *next;   /* for a line from 1: the next one of its bucket, further down; 0: none */
  guint mask;
} EnclaveLineIndex;

EnclaveLineIndex *enclave_line_index_new (const char *text);
void enclave_line_index_free (EnclaveLineIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveLineIndex, enclave_line_index_free)

/* The lines that may be @text apart from blanks at both ends: a superset. */
const EnclaveLineBucket *enclave_line_index_find (EnclaveLineIndex *self, const char *text, gsize length);
/* Whether a line is @text apart from blanks at both ends. */
gboolean enclave_line_index_has (EnclaveLineIndex *self, const char *text, gsize length);

/* (element-type EnclaveTextLine) */
GArray *enclave_text_lines_new (const char *text);
/* Looks at three places of a long line only. Lines that collide cost a comparison, and comparisons are bounded. */
guint enclave_text_line_hash (const char *text, gsize length);

G_END_DECLS
