/* enclave-commit-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-gate.h"
#include "enclave-git-status.h"

G_BEGIN_DECLS

/* What is changed since the last commit, and a commit of what the person chooses of it: content of a tab. Signals: "show-diff" (string
 * path), "ask-message" (string text: what the agent is to be asked). Accessible names: Changed files, Commit message, Commit. */
#define ENCLAVE_TYPE_COMMIT_PAGE (enclave_commit_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveCommitPage, enclave_commit_page, ENCLAVE, COMMIT_PAGE, GtkWidget)

/* Puts @message where the person writes one, unless they have. */
void enclave_commit_page_propose (EnclaveCommitPage *self, const char *message);
GtkWidget *enclave_commit_page_new (EnclaveGitStatus *status, EnclaveGate *gate);

G_END_DECLS
