/* enclave-spawner.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-spawn-wire.h"

G_BEGIN_DECLS

/* Starts the children of this process. Where the window is sealed it can't do that itself, since what it has denied itself its
 * children could not do either: the program enclave-shell, which was started before, makes each child in its place, and the child
 * is the window's all the same: it is waited for and signalled as ever. Everywhere else children are started directly. */

typedef struct
{
  char kind;                      /* of enclave-spawn-wire.h */
  const char *folder;             /* (nullable): / */
  const char *const *argv;        /* the program with its path, or a name that is looked for in PATH */
  const char *const *environment;
  const int *sources;             /* descriptors of this process; they stay open here */
  const int *targets;             /* what each is in the child; 0, 1 and 2 among them */
  gsize n_descriptors;
} EnclaveSpawnRequest;

/* @socket: (transfer full): the socket to enclave-shell. Once, before anything is started. */
void enclave_spawner_take_socket (int socket);
/* FALSE: children are started directly. */
gboolean enclave_spawner_is_remote (void);
/* FALSE once enclave-shell has gone: nothing can be started any more in this run. */
gboolean enclave_spawner_is_alive (void);
/* Blocks until the program runs or has failed to. @pid is waited for by g_child_watch_add(). Any thread. */
gboolean enclave_spawner_spawn (const EnclaveSpawnRequest *request, GPid *pid, GError **error);

/* For this process alone, not for the user's programs. Before there are threads. */
void enclave_spawner_set_own_variable (const char *name, const char *value);
/* The environment as the user has started this process with, for programs that are the user's own. (transfer full) */
GStrv enclave_spawner_get_user_environment (void);

/* Waits for @pid, whose end nobody asks for. */
void enclave_spawner_reap (GPid pid);

G_END_DECLS
