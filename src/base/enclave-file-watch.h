/* enclave-file-watch.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Tells by GFileMonitor::changed when @file changes, is made or goes; of a folder, what is in it by
 * name. Where the system gives no more watches, it looks every ENCLAVE_FILE_WATCH_POLL_S seconds
 * instead: GIO would watch nothing and say nothing. Then a change in a folder is an
 * ATTRIBUTE_CHANGED of the folder itself. Returns: (transfer full). Never blocks on the file. */
GFileMonitor *enclave_file_watch_new (GFile *file);
GFileMonitor *enclave_file_watch_new_for_folder (GFile *folder);

/* Whether a watch was asked for that the system did not give: then some of what is shown comes
 * late. */
gboolean enclave_file_watch_is_limited (void);

#define ENCLAVE_FILE_WATCH_POLL_S 2

G_END_DECLS
