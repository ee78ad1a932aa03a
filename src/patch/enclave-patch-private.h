/* enclave-patch-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-line-diff.h"
#include "enclave-patch.h"

G_BEGIN_DECLS

/* Lines of a reply or a diff, without their LF. Positions in messages are lines of this, from 1. */
typedef struct
{
  char *const *lines;
  guint at;
  guint end;        /* one past the last line that may be read */
  gboolean bounded; /* the range holds a diff and nothing else: a fence or a tool's argument */
} EnclavePatchReader;

/* --- enclave-patch-path.c --- */

/* The path that @line is, apart from decoration (`**path**`, `### path:`, `File: path`), or NULL when
 * there is more in it. (transfer full) */
char *enclave_patch_path_from_line (const char *line);
/* The path in a fence's info string, or NULL. (transfer full) */
char *enclave_patch_path_from_info (const char *info);
/* The path of a `---` or `+++` line behind the mark: date cut off, unquoted. (transfer full) */
char *enclave_patch_path_from_head (const char *text);

/* --- enclave-patch-reply.c --- */

/* CR goes only when all lines have it: then it is the text's, not the file's. */
char **enclave_patch_split_lines (const char *text);

/* --- enclave-patch-diff.c --- */

/* TRUE when a unified diff's head, or `*** Begin Patch`, begins at @at. */
gboolean enclave_patch_reader_is_at_diff (const EnclavePatchReader *reader);
/* Appends the operations of the diff that begins at @at and moves on behind it.
 * @path: (nullable): for hunks without a head (bounded only). */
gboolean enclave_patch_reader_read_diff (EnclavePatchReader *reader, const char *path, EnclavePatch *patch,
                                         GError **error);
gboolean enclave_patch_fail_at (guint line, const char *what, GError **error);

/* --- enclave-patch-begin.c --- */

/* The form `*** Begin Patch`; @at stands on that line. */
gboolean enclave_patch_reader_read_begin_patch (EnclavePatchReader *reader, EnclavePatch *patch, GError **error);
/* Reads lines up to the next head into @hunk, whatever a head's counts say. */
void enclave_patch_reader_read_hunk_lines (EnclavePatchReader *reader, EnclaveDiffHunk *hunk);
gboolean enclave_diff_hunk_changes (const EnclaveDiffHunk *hunk);

/* --- enclave-patch-match.c --- */

/* A line of the file. */
typedef struct
{
  const char *text;
  gsize length;     /* without the line end */
  gsize end_length; /* 0 at the end of a text without a last newline */
} EnclaveTextLine;

GArray *enclave_text_lines_new (const char *text); /* (element-type EnclaveTextLine) */
gboolean enclave_text_line_is_blank (const char *text, gsize length);

/* Where the old lines of a hunk stand. */
typedef struct
{
  EnclaveMatchQuality quality;
  gint *lines;        /* for each old line of the hunk: the file's line from 0, or -1 (a blank line it lacks) */
  guint n_lines;
  guint first;        /* the file's first matched line */
  char *indentation;  /* INDENTATION: what is added to new lines, or taken off */
  gboolean indentation_removed;
} EnclaveHunkMatch;

void enclave_hunk_match_clear (EnclaveHunkMatch *match);
/* @layers: the highest quality value to try. Returns: FALSE with NO_MATCH, AMBIGUOUS or TOO_LARGE. */
gboolean enclave_hunk_match_find (GArray *file, const EnclaveDiffHunk *hunk, EnclaveMatchQuality lowest,
                                  EnclaveMatchQuality highest, EnclaveHunkMatch *match, GError **error);

/* Whether the old lines stand in the file, at any one place, without a message. */
gboolean enclave_hunk_match_probe (GArray *file, const EnclaveDiffHunk *hunk, EnclaveHunkMatch *match);

/* --- enclave-patch-apply.c --- */

/* Of a text that a hunk or an old text is to be found in. */
gboolean enclave_patch_check_size (const char *text, GError **error);
/* @quality: (out): of the weakest match. Returns: (transfer full): NULL when one of the hunks has no place. */
char *enclave_patch_apply_hunks (const char *text, GPtrArray *hunks, EnclaveMatchQuality lowest,
                                 EnclaveMatchQuality *quality, GError **error);

/* --- enclave-patch-replace.c --- */

#define ENCLAVE_PATCH_BOM "\xef\xbb\xbf"

/* 1: CRLF alone, 0: none, -1: mixed. */
int enclave_patch_line_end_habit (const char *text);
/* Each LF as CRLF. (transfer full) */
char *enclave_patch_with_crlf (const char *text);

/* --- enclave-patch-message.c --- */

/* NO_MATCH, with the real lines that look most like the hunk's old ones. */
void enclave_patch_set_no_match (GArray *file, const EnclaveDiffHunk *hunk, GError **error);
/* AMBIGUOUS, naming the @n first lines (from 0) where it stands. */
void enclave_patch_set_ambiguous (const guint *lines, guint n, GError **error);

G_END_DECLS
