/* enclave-git-marks.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

#include "enclave-git-status.h"

G_BEGIN_DECLS

/* What an open file differs in from what is staged of it: bars in the gutter, a way from one change to the next, and for each of them to
 * go back to what was, or to be staged. The comparison runs in another thread a moment after the last key. Signal: "changed". */
#define ENCLAVE_TYPE_GIT_MARKS (enclave_git_marks_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveGitMarks, enclave_git_marks, ENCLAVE, GIT_MARKS, GObject)

/* Lives with @view. @path: relative to the project. @generation: of the index, see enclave_git_marks_bring_up(). */
EnclaveGitMarks *enclave_git_marks_attach (GtkSourceView *view, EnclaveGitStatus *status, const char *path, guint generation);
/* (nullable): those of @view. Borrowed. */
EnclaveGitMarks *enclave_git_marks_get (GtkSourceView *view);
/* Reads anew what is staged, unless that was done for this @generation of the index already. */
void enclave_git_marks_bring_up (EnclaveGitMarks *self, guint generation);
guint enclave_git_marks_get_n (EnclaveGitMarks *self);
/* Moves the caret to the next change, or with -1 to the one before. */
gboolean enclave_git_marks_go (EnclaveGitMarks *self, int step);
/* The change at the caret: puts back what was there, as one step to undo. FALSE: there is none. */
gboolean enclave_git_marks_revert (EnclaveGitMarks *self);
/* The same as a diff against what is staged. (transfer full) (nullable) */
char *enclave_git_marks_dup_patch (EnclaveGitMarks *self);

G_END_DECLS
