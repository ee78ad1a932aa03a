/* enclave-blame-lines.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-git-blame.h"

G_BEGIN_DECLS

/* For each line of @text, as a GtkTextBuffer counts them, the commit that it is from; NULL: it is not committed. What is edited since the
 * commit is not asked of git again: the lines at hand are matched with those of HEAD, which takes milliseconds. Where the two have too
 * little in common, all is taken for not committed; a line never stands under the name of another. @encoding: (nullable): of the file.
 * Pure, in any thread. (transfer full) (element-type EnclaveGitCommit) */
GPtrArray *enclave_blame_lines_map (EnclaveGitBlame *blame, const char *text, const char *encoding);

G_END_DECLS
