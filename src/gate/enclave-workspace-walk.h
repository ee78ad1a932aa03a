/* enclave-workspace-walk.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-path-resolver.h"

G_BEGIN_DECLS

/* Visits what lies below a folder of the project, in the order of names, for search and for finding by name: `.git` and what
 * `.gitignore` files leave out is not visited, links are not followed, denied folders are not entered. Blocks: for workers. */

typedef struct
{
  const char *path;   /* relative to the project */
  const char *name;
  int folder_fd;      /* the folder that holds it */
  gboolean is_folder;
  const char *rule;   /* (nullable): the rule that denies it by name */
} EnclaveWalkEntry;

typedef enum
{
  ENCLAVE_WALK_DEFAULT = 0,
  /* For questions of the person about names: ignored and denied ones as well; no entry has its rule. */
  ENCLAVE_WALK_EVERYTHING = 1 << 0,
} EnclaveWalkFlags;

/* Returns: FALSE ends the walk. */
typedef gboolean (*EnclaveWalkFunc) (const EnclaveWalkEntry *entry, gpointer user_data);

/* @start: an opened folder. FALSE with an error: the folder itself can't be read. A folder below that can't be read is
 * left out. Ends quietly when @cancellable is cancelled or ENCLAVE_SCAN_MAX_ENTRIES have been visited. */
gboolean enclave_workspace_walk (EnclavePathResolver *resolver, const EnclaveResolvedPath *start,
                                 EnclaveWalkFlags flags, GCancellable *cancellable, EnclaveWalkFunc visit,
                                 gpointer user_data, GError **error);

G_END_DECLS
