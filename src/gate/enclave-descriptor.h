/* enclave-descriptor.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* "/proc/self/fd/N" of @fd, which is not negative. */
#define ENCLAVE_DESCRIPTOR_LINK_MAX 32
void enclave_descriptor_link (int fd, char link[ENCLAVE_DESCRIPTOR_LINK_MAX]);
/* The absolute name that the kernel has for what is open as @fd, which is not negative. From any thread.
 * Returns: (transfer full) (nullable): NULL when it can't be told, or not whole. */
char *enclave_descriptor_dup_name (int fd);
/* @st: (out): what fstat() says. @mount_id: (out): the mount that the file was found in, 0 where the kernel does not tell.
 * Returns: FALSE with errno. */
gboolean enclave_descriptor_ask (int fd, struct stat *st, guint64 *mount_id);
/* A file of nobody that holds @bytes, to be read from its beginning, closed by programs that are started. @name: for /proc.
 * Returns: -1 with errno. */
int enclave_descriptor_new_memory (const char *name, const char *bytes, gsize length);

G_END_DECLS
