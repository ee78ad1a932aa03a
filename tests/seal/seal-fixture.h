/* seal-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SEAL_FIXTURE_REPLY "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"

/* Ports of this machine: of a server, another process, that says SEAL_FIXTURE_REPLY; where nobody answers; and of a listener whose
 * queue is full, so that who connects there waits. */
extern guint16 seal_fixture_server_port;
extern guint16 seal_fixture_closed_port;
extern guint16 seal_fixture_full_port;

/* Seals this process as the window is, in a home of its own, and runs the tests that @add_tests adds. Returns: what main() does. */
int seal_fixture_run (int *argc, char ***argv, void (*add_tests) (void));

/* What @script prints, started through enclave-shell. (transfer full) */
char *seal_fixture_run_script (char kind, const char *script, const char *const *environment, int *wait_status);
/* @user_data: a GAsyncResult *. */
void seal_fixture_take_result (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *seal_fixture_wait_for (GAsyncResult **result);
/* Returns: the status, or 0 with @error. */
guint seal_fixture_ask_server (guint16 port, GError **error);
/* Returns: the bytes that came over the socket at @path, 0 for none. */
gssize seal_fixture_talk (const char *path);
/* (transfer full) */
GStrv seal_fixture_list_children (pid_t parent);
/* The helper called @name, a child of this process. */
pid_t seal_fixture_find_helper (const char *name);
/* Until all that enclave-net has is the process for the next connection. (transfer full) */
GStrv seal_fixture_wait_for_idle (pid_t helper);

G_END_DECLS
