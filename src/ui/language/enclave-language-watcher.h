/* enclave-language-watcher.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-language-service.h"

G_BEGIN_DECLS

/* Tells the language servers of files that commands, git, the agent or other programs have written. While none runs it knows nothing of
 * the project's files, and takes no memory for them. */
#define ENCLAVE_TYPE_LANGUAGE_WATCHER (enclave_language_watcher_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLanguageWatcher, enclave_language_watcher, ENCLAVE, LANGUAGE_WATCHER, GObject)

/* @root: the project's folder. */
EnclaveLanguageWatcher *enclave_language_watcher_new (EnclaveLanguageService *service, const char *root);
/* Something happened by which files may be others than before. */
void enclave_language_watcher_look (EnclaveLanguageWatcher *self);
/* While somebody works in the window there is a look now and then by itself: not all that writes files says so, a build that goes on for
 * minutes as little as a shell without marks. At once, too. */
void enclave_language_watcher_set_active (EnclaveLanguageWatcher *self, gboolean active);

G_END_DECLS
