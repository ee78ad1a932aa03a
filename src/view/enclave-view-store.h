/* enclave-view-store.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-view-private.h"

G_BEGIN_DECLS

/* What is shown of the git object stores in the workspace. Their files are named by what they hold, so that no rule about names can judge
 * them; instead the gate says before a command which stored files may be seen as they are and brings packs in place of the others. */
EnclaveViewStore *enclave_view_store_new (void);
/* @objects: path of an object store, as the kernel names it.
 * @folder: made by the gate (see enclave-git-store.c): `loose` names the loose objects that may be read, one a line, `packs` the
 *   packs that are shown as they are; `pack/` holds the packs that stand in for what is left out. */
gboolean enclave_view_store_add (EnclaveViewStore *self, const char *objects, const char *folder, GError **error);

gboolean enclave_view_store_is (EnclaveViewStore *self, const char *path);
/* Whether @path, absolute, is a store or in it. */
gboolean enclave_view_store_has (EnclaveViewStore *self, const char *path);
/* Whether nothing may be made or removed under @name. A pack that was made from what is shown would carry the notices under the
 * names of what is hidden into the repository. */
gboolean enclave_view_store_refuses (EnclaveViewStore *self, EnclaveViewNode *folder, const char *name);
/* Whether @name of @folder is left out; for listing. */
gboolean enclave_view_store_hides (EnclaveViewStore *self, EnclaveViewNode *folder, const char *name);
/* Returns: a descriptor of what is shown instead; -1 when the store has no say in it; a negated errno below -1 when it is left
 * out. @is_foreign: (out): not of the workspace. */
int enclave_view_store_open (EnclaveViewStore *self, EnclaveViewNode *folder, const char *name, gboolean *is_foreign);
/* From now on @name is one that the box itself has made. */
void enclave_view_store_made (EnclaveViewStore *self, EnclaveViewNode *folder, const char *name);
/* (nullable) (transfer none): names that @folder has beside its own. */
const char *const *enclave_view_store_get_more (EnclaveViewStore *self, EnclaveViewNode *folder);

G_END_DECLS
