/* enclave-git-hunk.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

#include "enclave-line-diff.h"

G_BEGIN_DECLS

/* One change between two texts, as something to do. Pure. */

/* A unified diff that makes it in a file of the first text, each line with the line end it has, for `git apply --unidiff-zero`.
 * @hunk: without context. (transfer full): NULL for a path that no such diff can name. */
char *enclave_git_hunk_dup_patch (const EnclaveDiffHunk *hunk, const char *old_text, const char *new_text, const char *path);
/* The lines of @text from @start (from 1) on, @count of them, with their ends: (out) as bytes of @text. */
void enclave_git_hunk_find_lines (const char *text, guint start, guint count, const char **from, const char **to);
/* The hunk that has the line @line (from 1) of the new text, or stands just there; NULL: none. Borrowed. */
const EnclaveDiffHunk *enclave_git_hunk_find (GPtrArray *hunks, guint line);

G_END_DECLS
