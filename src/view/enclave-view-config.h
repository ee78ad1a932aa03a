/* enclave-view-config.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-view-private.h"

G_BEGIN_DECLS

/* What git keeps that may hold passwords: a command sees it with each byte of one drawn as `*`, so that sizes stay as they are. */
enum
{
  ENCLAVE_VIEW_CONFIG_NONE,
  ENCLAVE_VIEW_CONFIG_FILE, /* may be a configuration, or a file that one includes */
  ENCLAVE_VIEW_CONFIG_LOGS, /* git's logs of its references, and the folders of those */
  ENCLAVE_VIEW_CONFIG_POINTER, /* says where a repository or its objects are: what is not in the workspace is told */
};

/* Looks for the configuration of the workspace's repository and its submodules and for what they include. */
void enclave_view_config_files_find (EnclaveView *self);
/* Each node that was looked up as @name in @folder: sets its kind. */
void enclave_view_config_note (EnclaveView *self, const EnclaveViewNode *folder, EnclaveViewNode *node, const char *name);
/* For a node with a kind, after the judge. @fd: (out): a copy in memory without passwords; -1 when the file may be opened as it
 * is. Returns: an errno. */
int enclave_view_config_open (EnclaveView *self, EnclaveViewNode *node, int flags, int *fd);

/* Git writes its configuration into `config.lock` and renames that. Whether this is such a rename. */
gboolean enclave_view_config_is_written (EnclaveViewNode *folder, const char *name, EnclaveViewNode *new_folder,
                                         const char *new_name, unsigned int flags);
/* Does it when nothing changes but settings that make git run and trust nothing (`git init`, `git branch --track`; in a repository
 * that the box itself has begun, `git clone`, too): a checked copy takes the place, so that no descriptor of the box's leads to
 * it, with the passwords that the box has not seen. Returns: an errno. */
int enclave_view_config_write (EnclaveView *self, EnclaveViewNode *folder, const char *name, const char *new_name);

G_END_DECLS
