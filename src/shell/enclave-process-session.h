/* enclave-process-session.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Command name of @pid. Returns: (transfer full) (nullable): valid UTF-8. */
char *enclave_process_session_dup_name (pid_t pid);
/* SIGHUP to every process of the session @session and its descendants, SIGKILL to those left after @kill_delay_ms. Processes
 * that began a session of their own are found as descendants. Does not block. */
void enclave_process_session_end (pid_t session, guint kill_delay_ms);

G_END_DECLS
