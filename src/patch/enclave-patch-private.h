/* enclave-patch-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-line-diff.h"
#include "enclave-line-index-private.h"
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

/* CR goes only when all lines have it: then it is the text's, not the file's.
 * @n_lines: (out): at least 1. Returns: (transfer full): in one block: g_free() frees it with the lines. */
char **enclave_patch_split_lines (const char *text, guint *n_lines);

/* Of one of the lines that enclave_patch_split_lines() has given: they lie one behind the other, and of the last one its end is
 * known. Only a CR that was taken off leaves a NUL before that end. */
static inline gsize
enclave_patch_line_length (char *const *lines, guint at)
{
  gsize length = (gsize) (lines[at + 1] - lines[at]) - 1;

  return length - (length > 0 && lines[at][length - 1] == '\0');
}

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

/* --- enclave-patch-indent.c --- */

/* A line that is looked for. */
typedef struct
{
  const char *text;
  gsize length;  /* without a CR at the end */
  gsize trimmed; /* without blanks at the end either */
  gboolean cr;
} EnclavePatternLine;

/* How the lines of a piece differ in front from those of the file, all in one way. */
typedef struct
{
  char *shift;        /* what is added to a new line, or taken off; NULL with a tab width */
  gboolean removed;
  guint tab_width;    /* not 0: columns count, and this is how wide a tab is */
  gboolean with_tabs; /* the file's own lines begin with tabs */
  gint columns;       /* how far the file's lines stand to the right */
} EnclaveIndentation;

/* @result: (nullable). Returns: FALSE when there is no such way, or nothing differs. */
gboolean enclave_indentation_find (const EnclaveTextLine *lines, const EnclavePatternLine *old, guint n,
                                   EnclaveIndentation *result);
/* @text as it stands in the file. (transfer full) NULL when it can't be moved so far to the left. */
char *enclave_indentation_apply (const EnclaveIndentation *indentation, const char *text);
void enclave_indentation_clear (EnclaveIndentation *indentation);

/* --- enclave-patch-match.c --- */

gsize enclave_text_trimmed_length (const char *text, gsize length);
gboolean enclave_text_line_is_blank (const char *text, gsize length);
/* Whether the file's line is @text to the letter, its line end included: a CR at the end of @text is of that. */
gboolean enclave_text_line_is (const EnclaveTextLine *line, const char *text, gsize length);

/* Where the old lines of a hunk stand. */
typedef struct
{
  EnclaveMatchQuality quality;
  gint *lines;        /* BLANK_LINES: for each old line of the hunk the file's line from 0, or -1 (a blank line it lacks);
                       * otherwise NULL: one below the other */
  guint n_lines;
  guint first;        /* the file's first matched line */
  EnclaveIndentation indentation; /* INDENTATION */
} EnclaveHunkMatch;

void enclave_hunk_match_clear (EnclaveHunkMatch *match);
/* @lowest, @highest: the layers to try. Returns: FALSE with NO_MATCH, AMBIGUOUS or TOO_LARGE. */
gboolean enclave_hunk_match_find (EnclaveLineIndex *file, const EnclaveDiffHunk *hunk, EnclaveMatchQuality lowest,
                                  EnclaveMatchQuality highest, EnclaveHunkMatch *match, GError **error);
/* The same within the file's lines from @from to before @to. */
gboolean enclave_hunk_match_find_within (EnclaveLineIndex *file, guint from, guint to, const EnclaveDiffHunk *hunk,
                                         EnclaveMatchQuality lowest, EnclaveMatchQuality highest,
                                         EnclaveHunkMatch *match, GError **error);

/* Whether the old lines stand in the file, at any one place, without a message. */
gboolean enclave_hunk_match_probe (EnclaveLineIndex *file, const EnclaveDiffHunk *hunk, EnclaveHunkMatch *match);

/* --- enclave-patch-exact.c --- */

#define ENCLAVE_PATCH_NO_PLACE G_MAXUINT

/* The first line, from 0, of each hunk that stands in @file (element-type EnclaveTextLine) to the letter and in no second place.
 * ENCLAVE_PATCH_NO_PLACE: it doesn't, or that takes a closer look, as enclave_hunk_match_find() does. (transfer full) */
guint *enclave_patch_find_exact (GArray *file, GPtrArray *hunks);

/* --- enclave-elision-mark.c --- */

#define ENCLAVE_ELISION_MARK_MAX_BYTES 120

/* Whether the line says that lines were left out there (`// ... rest unchanged`). @certain: (out): FALSE when it may as well
 * be code (`...` in Python). */
gboolean enclave_elision_is_mark (const char *text, gsize length, gboolean *certain);

/* --- enclave-patch-elision.c --- */

/* Whether a line of @text is such a mark and no line of @base. */
gboolean enclave_elision_has_mark (EnclaveLineIndex *base, const char *text, gboolean only_certain);
/* @text with the lines of @base for its marks, where it can be told which. (transfer full) NULL with NO_MATCH. */
char *enclave_elision_fill (EnclaveLineIndex *base, const char *base_text, const char *text, GError **error);
/* Replaces what @old_text, which has such marks, stands for. (transfer full) NULL with NO_MATCH or AMBIGUOUS. */
char *enclave_elision_replace (EnclaveLineIndex *file, const char *text, const char *old_text, const char *new_text,
                               GError **error);
/* Where one of the pieces stands, at or behind line @from. One that is not the only one of its kind is the one within the block
 * that the first piece, at @first_place (-1: this is the first), begins. */
gboolean enclave_elision_find_piece (EnclaveLineIndex *file, guint from, gint first_place, const EnclaveDiffHunk *piece,
                                     EnclaveHunkMatch *match, GError **error);
/* The hunk in pieces, without the context lines that are marks; NULL when it has none. Their lines are those of @hunk, borrowed.
 * (transfer full) */
GPtrArray *enclave_elision_split_hunk (EnclaveLineIndex *file, const EnclaveDiffHunk *hunk);

/* --- enclave-patch-apply.c --- */

/* Of a text that a hunk or an old text is to be found in. */
gboolean enclave_patch_check_size (const char *text, GError **error);
/* @quality: (out): of the weakest match. Returns: (transfer full): NULL when one of the hunks has no place. */
char *enclave_patch_apply_hunks (EnclaveLineIndex *file, GPtrArray *hunks, EnclaveMatchQuality lowest,
                                 EnclaveMatchQuality *quality, GError **error);

/* --- enclave-patch-replace.c --- */

#define ENCLAVE_PATCH_BOM "\xef\xbb\xbf"

/* 1: CRLF alone, 0: none, -1: mixed. */
int enclave_patch_line_end_habit (const char *text);
/* Each LF as CRLF. (transfer full) */
char *enclave_patch_with_crlf (const char *text);
/* The two texts as one hunk, so that lines which both have keep the file's own bytes. (transfer full) */
GPtrArray *enclave_patch_hunk_from_texts (const char *old_text, const char *new_text);

/* --- enclave-patch-message.c --- */

/* NO_MATCH, with the real lines that look most like the hunk's old ones. */
void enclave_patch_set_no_match (EnclaveLineIndex *file, const EnclaveDiffHunk *hunk, GError **error);
/* AMBIGUOUS, naming the @n first lines (from 0) where it stands. */
void enclave_patch_set_ambiguous (GArray *file, const guint *lines, guint n, GError **error);

G_END_DECLS
