/* enclave-line-diff.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_DIFF_CONTEXT,
  ENCLAVE_DIFF_REMOVED,
  ENCLAVE_DIFF_ADDED,
} EnclaveDiffKind;

typedef struct
{
  EnclaveDiffKind kind;
  guint old_line;  /* from 1; 0 for an added line */
  guint new_line;  /* from 1; 0 for a removed line */
  gboolean no_newline; /* the last line of its text, and nothing ends it */
  guint length;    /* of @text */
  const char *text; /* without its line end; CR is kept where the line ends of the two texts differ */
} EnclaveDiffLine;

#define ENCLAVE_DIFF_HUNK_FEW_LINES 16

typedef struct
{
  guint old_start;  /* from 1; of an empty range: the line it stands before */
  guint old_count;
  guint new_start;
  guint new_count;
  EnclaveDiffLine *lines;
  guint n_lines;
  guint lines_room;
  GSList *blocks;   /* of the texts that are the hunk's own */
  guint block_left; /* bytes of the first one that are free */
  EnclaveDiffLine few[ENCLAVE_DIFF_HUNK_FEW_LINES]; /* @lines of most hunks */
} EnclaveDiffHunk;

EnclaveDiffHunk *enclave_diff_hunk_new (void);
void enclave_diff_hunk_free (EnclaveDiffHunk *hunk);
/* Appends a line of @length bytes and returns it; it belongs to @hunk and stays where it is until the next one is added. Line
 * numbers are the caller's to set. */
EnclaveDiffLine *enclave_diff_hunk_add_line (EnclaveDiffHunk *hunk, EnclaveDiffKind kind, const char *text,
                                             gsize length);
/* The same with a text that is NUL-terminated and lives as long as the hunk. */
EnclaveDiffLine *enclave_diff_hunk_borrow_line (EnclaveDiffHunk *hunk, EnclaveDiffKind kind, const char *text,
                                                gsize length);

/* Hunks that lead from @old_text to @new_text (Myers), with @context lines round each change.
 * Line ends count: a line that differs in CR alone is a change. Bounded work: texts that differ too
 * much are given as one hunk that replaces all.
 * Returns: (transfer full) (element-type EnclaveDiffHunk): empty when the texts are equal. */
GPtrArray *enclave_line_diff (const char *old_text, const char *new_text, guint context);
void enclave_line_diff_count (GPtrArray *hunks, guint *added, guint *removed);
/* @old_text with only the hunks applied whose entry in @accepted is TRUE. @hunks must be those of
 * enclave_line_diff (@old_text, @new_text). Returns: (transfer full). */
char *enclave_line_diff_apply_some (const char *old_text, const char *new_text, GPtrArray *hunks,
                                    const gboolean *accepted);
/* Unified diff with `--- a/PATH`, `+++ b/PATH` heads. (transfer full) */
char *enclave_line_diff_to_unified (GPtrArray *hunks, const char *path);

G_END_DECLS
