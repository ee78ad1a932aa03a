/* enclave-text-hits.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a search found in a file. */

typedef struct
{
  guint line;      /* from 1 */
  guint column;    /* from 1, in characters */
  char *text;      /* of the line, raw; what is long is cut round the match */
  guint32 start;   /* the first match, in bytes of @text */
  guint32 end;
} EnclaveTextHit;

typedef struct
{
  char *path;      /* relative, raw */
  GArray *hits;    /* (element-type EnclaveTextHit): one a line */
} EnclaveTextHits;

/* @path: copied. */
EnclaveTextHits *enclave_text_hits_new (const char *path);
void enclave_text_hits_free (EnclaveTextHits *hits);
/* A match from @start to @end in the line from @line_start to @line_end, which is number @line. Of a long one what stands round the match. */
void enclave_text_hits_add (EnclaveTextHits *hits, guint line, const char *line_start, const char *line_end, const char *start,
                            const char *end);

G_END_DECLS
