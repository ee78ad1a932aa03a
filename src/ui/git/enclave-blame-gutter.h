/* enclave-blame-gutter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

#include "enclave-git-log.h"

G_BEGIN_DECLS

/* A column beside the text: of each run of lines its commit, its author and its date. A click on it chooses the commit.
 * Signal: "chosen" (EnclaveGitCommit). */
#define ENCLAVE_TYPE_BLAME_GUTTER (enclave_blame_gutter_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveBlameGutter, enclave_blame_gutter, ENCLAVE, BLAME_GUTTER, GtkSourceGutterRenderer)

GtkSourceGutterRenderer *enclave_blame_gutter_new (void);
/* @lines: (nullable) (element-type EnclaveGitCommit): of each line, NULL for what is not committed. */
void enclave_blame_gutter_set_lines (EnclaveBlameGutter *self, GPtrArray *lines);

G_END_DECLS
