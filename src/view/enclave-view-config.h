/* enclave-view-config.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-view-private.h"

G_BEGIN_DECLS

/* Git writes its configuration into `config.lock` and renames that. Whether this is such a rename. */
gboolean enclave_view_config_is_written (EnclaveViewNode *folder, const char *name, EnclaveViewNode *new_folder,
                                         const char *new_name, unsigned int flags);
/* Does it when nothing changes but settings that make git run and trust nothing (`git init`, `git branch --track`): a checked copy
 * takes the place, so that no descriptor of the box's leads to it. Returns: an errno. */
int enclave_view_config_write (EnclaveView *self, EnclaveViewNode *folder, const char *name, const char *new_name);

G_END_DECLS
