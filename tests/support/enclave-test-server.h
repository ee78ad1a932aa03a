/* enclave-test-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The practice engine as a server that a test scripts: see the head of src/tour/enclave-practice-script.c for what a
 * script may say. It runs as a child that goes with the test. A failure to start ends the test. */
typedef struct _EnclaveTestServer EnclaveTestServer;

/* @script: JSON text. On a port of 127.0.0.1. */
EnclaveTestServer *enclave_test_server_new (const char *script);
/* The same on a unix socket. @script: (nullable): NULL plays the tour, without waiting between words. */
EnclaveTestServer *enclave_test_server_new_on_socket (const char *script);
void enclave_test_server_free (EnclaveTestServer *self);
/* "http://127.0.0.1:PORT" or "unix:/…/sock", as an endpoint takes it. Borrowed. */
const char *enclave_test_server_get_address (EnclaveTestServer *self);
/* Ends the child, as a server that dies. */
void enclave_test_server_stop (EnclaveTestServer *self);

/* SIGSTOP and SIGCONT: as a machine that sleeps. */
void enclave_test_server_send_signal (EnclaveTestServer *self, int signal_number);

/* Requests to @path so far (all when NULL). */
guint enclave_test_server_count_requests (EnclaveTestServer *self, const char *path);
/* The @nth request (from 0) to @path: {"request", "method", "path", "authorization", "body", "at_us"}. (transfer full),
 * NULL when there is none. */
JsonObject *enclave_test_server_dup_request (EnclaveTestServer *self, const char *path, guint nth);
/* How the reply to the @nth request to @path ended, runs the main loop until it did, for at most @timeout_ms.
 * Returns: "sent", "cut", "disconnected", or NULL. @at_us: (out) (optional): monotonic time. */
const char *enclave_test_server_wait_ended (EnclaveTestServer *self, const char *path, guint nth, guint timeout_ms,
                                            gint64 *at_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveTestServer, enclave_test_server_free)

G_END_DECLS
