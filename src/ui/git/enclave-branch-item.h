/* enclave-branch-item.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-git-branches.h"

G_BEGIN_DECLS

/* A row of the list of branches: one to go to, or one to make. Immutable. */
#define ENCLAVE_TYPE_BRANCH_ITEM (enclave_branch_item_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveBranchItem, enclave_branch_item, ENCLAVE, BRANCH_ITEM, GObject)

/* @now: seconds since 1970. */
EnclaveBranchItem *enclave_branch_item_new (const EnclaveGitBranch *branch, gint64 now);
/* For a branch @name that does not exist. */
EnclaveBranchItem *enclave_branch_item_new_to_create (const char *name);
/* Raw bytes. */
const char *enclave_branch_item_get_name (EnclaveBranchItem *self);
gboolean enclave_branch_item_get_is_current (EnclaveBranchItem *self);
gboolean enclave_branch_item_get_creates (EnclaveBranchItem *self);
/* Printable. */
const char *enclave_branch_item_get_title (EnclaveBranchItem *self);
const char *enclave_branch_item_get_detail (EnclaveBranchItem *self);
const char *enclave_branch_item_get_age (EnclaveBranchItem *self);

G_END_DECLS
