/* enclave-history-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-git-log.h"

G_BEGIN_DECLS

/* The commits of a file or of the project, the newest first: content of a tab. They are read a part at a time, when one comes near the end
 * of those that are there. Signal: "show-commit" (EnclaveGitCommit). Accessible name of the list: Commits. */
#define ENCLAVE_TYPE_HISTORY_PAGE (enclave_history_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveHistoryPage, enclave_history_page, ENCLAVE, HISTORY_PAGE, GtkWidget)

GtkWidget *enclave_history_page_new (EnclaveGate *gate);
/* Reads it from its beginning. @path: (nullable): relative; NULL: the project's. */
void enclave_history_page_show (EnclaveHistoryPage *self, const char *path);
/* HEAD may be another one: read again once the page is seen, and what is being read has come; what is shown stays while it is the same. */
void enclave_history_page_refresh (EnclaveHistoryPage *self);

G_END_DECLS
