/* enclave-practice-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-practice-reply.h"

G_BEGIN_DECLS

typedef struct
{
  guint number;              /* from 1 */
  const char *method;
  const char *path;          /* without its query */
  const char *authorization; /* "" when none */
  const char *body;          /* NUL-terminated */
  gsize body_length;
} EnclavePracticeRequest;

/* Returns: (transfer full): what to play. */
typedef EnclavePracticeReply *(*EnclavePracticeHandler) (const EnclavePracticeRequest *request, gpointer user_data);
/* @how: "sent", "cut" (by the reply's own end) or "disconnected" (the peer went away first). */
typedef void (*EnclavePracticeEnded) (guint number, const char *how, guint64 bytes, gpointer user_data);

/* A small HTTP/1.1 server whose every byte is ours to decide, which a library's would not let us. Not for the open
 * network: it listens on a unix socket or on loopback. */
typedef struct _EnclavePracticeServer EnclavePracticeServer;

/* @ended: (nullable). */
EnclavePracticeServer *enclave_practice_server_new (EnclavePracticeHandler handler, EnclavePracticeEnded ended,
                                                    gpointer user_data);
void enclave_practice_server_free (EnclavePracticeServer *self);
/* Mode 0600. A socket that is there already is replaced, anything else is not. */
gboolean enclave_practice_server_listen_unix (EnclavePracticeServer *self, const char *path, GError **error);
/* 127.0.0.1. @port: 0 for any. Returns: the port, or 0. */
guint16 enclave_practice_server_listen_loopback (EnclavePracticeServer *self, guint16 port, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclavePracticeServer, enclave_practice_server_free)

G_END_DECLS
