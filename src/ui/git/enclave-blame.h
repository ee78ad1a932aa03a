/* enclave-blame.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

#include "enclave-document.h"
#include "enclave-git-blame.h"

G_BEGIN_DECLS

/* Who wrote the lines of an open file: asked of git once for a commit, when somebody wants to know, and matched with the text a moment after
 * each edit, in another thread. Signals: "show-commit" (EnclaveGitCommit): it was clicked; "failed" (string): why there is nothing. */
#define ENCLAVE_TYPE_BLAME (enclave_blame_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveBlame, enclave_blame, ENCLAVE, BLAME, GObject)

/* Lives with @view, which shows @document. @path: of its file, relative to the project. @generation: of HEAD. */
EnclaveBlame *enclave_blame_attach (GtkSourceView *view, EnclaveDocument *document, EnclaveGate *gate, const char *path, guint generation);
/* (nullable): that of @view. Borrowed. */
EnclaveBlame *enclave_blame_get (GtkSourceView *view);
/* HEAD is another one: git is asked anew, if it was asked before. */
void enclave_blame_bring_up (EnclaveBlame *self, guint generation);
/* Shows the column, or takes it away. */
void enclave_blame_set_column (EnclaveBlame *self, gboolean shown);
/* Who wrote the line of the caret, of the text as it is when the answer is there. A later call takes the place of one that waits.
 * Finish: (transfer full): NULL without an error: it is not committed. */
void enclave_blame_look_async (EnclaveBlame *self, GAsyncReadyCallback callback, gpointer user_data);
EnclaveGitCommit *enclave_blame_look_finish (EnclaveBlame *self, GAsyncResult *result, GError **error);

G_END_DECLS
