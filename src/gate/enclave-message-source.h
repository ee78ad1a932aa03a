/* enclave-message-source.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a compiler, or what else knows the language, says of one line. */
typedef struct
{
  guint line;             /* from 1 */
  gboolean is_error;
  char *text;             /* "error: expected ‘;’ before ‘}’ token" */
} EnclaveFileMessage;

void enclave_file_message_free (EnclaveFileMessage *message);

/* A program that is running already and knows a file's language better than a compiler that is started for it: a language server.
 * The gate asks it before it runs a program of its own, and masks what it says like any other text for the model. */
#define ENCLAVE_TYPE_MESSAGE_SOURCE (enclave_message_source_get_type ())
G_DECLARE_INTERFACE (EnclaveMessageSource, enclave_message_source, ENCLAVE, MESSAGE_SOURCE, GObject)

struct _EnclaveMessageSourceInterface
{
  GTypeInterface parent_iface;

  void (*look_async) (EnclaveMessageSource *self, const char *path, const char *text, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data);
  GPtrArray *(*look_finish) (EnclaveMessageSource *self, GAsyncResult *result, GError **error);
};

/* @path: relative to the project. @text: what stands, or stood, in the file. Finish: (transfer full) (nullable) (element-type
 * EnclaveFileMessage): NULL, with an error or without: it can't say, and somebody else is to be asked. */
void enclave_message_source_look_async (EnclaveMessageSource *self, const char *path, const char *text, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *enclave_message_source_look_finish (EnclaveMessageSource *self, GAsyncResult *result, GError **error);

G_END_DECLS
