/* enclave-ignore-level.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-glob-set.h"

G_BEGIN_DECLS

/* What one folder on the way of a walk leaves out, below what the folders above it say. */
typedef struct _EnclaveIgnoreLevel EnclaveIgnoreLevel;
struct _EnclaveIgnoreLevel
{
  const EnclaveIgnoreLevel *above; /* (nullable) */
  EnclaveGlobSet *set;             /* (nullable) */
  gsize prefix_length;             /* bytes of the folder's path with its slash; 0 for the root */
};

/* Adds the lines of an ignore file (gitignore(5)). @text: is cut into its lines. */
void enclave_ignore_level_add (EnclaveIgnoreLevel *self, char *text);
/* Frees what was added, not the level. */
void enclave_ignore_level_clear (EnclaveIgnoreLevel *self);
/* @self: (nullable): the nearest that says anything about @path decides (gitignore(5)). @path: relative to the root of the walk. */
gboolean enclave_ignore_level_covers (const EnclaveIgnoreLevel *self, const char *path, gboolean is_folder);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EnclaveIgnoreLevel, enclave_ignore_level_clear)

G_END_DECLS
