/* enclave-git-gutter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* Bars beside the lines that differ from what is staged: whole for added ones, broken for changed ones, a wedge where some are gone. */
#define ENCLAVE_TYPE_GIT_GUTTER (enclave_git_gutter_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveGitGutter, enclave_git_gutter, ENCLAVE, GIT_GUTTER, GtkSourceGutterRenderer)

GtkSourceGutterRenderer *enclave_git_gutter_new (void);
/* @hunks: (nullable) (element-type EnclaveDiffHunk): without context. */
void enclave_git_gutter_set_hunks (EnclaveGitGutter *self, GPtrArray *hunks);

G_END_DECLS
