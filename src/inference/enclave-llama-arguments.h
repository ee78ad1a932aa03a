/* enclave-llama-arguments.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *program;  /* absolute path */
  const char *model;    /* absolute path */
  const char *name;     /* of the model, for people */
  const char *socket;   /* where it is to be reached */
  const char *key_path; /* (nullable): file with the key */
  guint window;         /* tokens */
  guint port;           /* inside; used when it can't listen on a socket */
} EnclaveLlamaOptions;

/* Whether @help, what the program says to --help, knows the option @flag ("--offline"), as a word of its own. */
gboolean enclave_llama_help_knows (const char *help, const char *flag);
/* Whether the program listens at a socket when --host ends with .sock. */
gboolean enclave_llama_help_knows_sockets (const char *help);
/* How to start llama-server with @options so that it loads nothing from elsewhere, has no tools of its own, and serves one
 * conversation: every option that not all versions have is left out unless @help knows it. @use_socket: else it listens at
 * 127.0.0.1:@port. (transfer full) */
GStrv enclave_llama_arguments_new (const EnclaveLlamaOptions *options, const char *help, gboolean use_socket);

G_END_DECLS
