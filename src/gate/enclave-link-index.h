/* enclave-link-index.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

#include "enclave-policy.h"

G_BEGIN_DECLS

/* Which inodes belong to denied files, so that another name of such a file (a hard link) is denied, too. May be used from any thread. */
#define ENCLAVE_TYPE_LINK_INDEX (enclave_link_index_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLinkIndex, enclave_link_index, ENCLAVE, LINK_INDEX, GObject)

EnclaveLinkIndex *enclave_link_index_new (EnclavePolicy *policy, const char *root);
/* @always: also when the file has one name only: another one may be a mount. Scans again when what is known may be older
 * than @st, but not within @tolerance_us of the last scan (0: always): a walk over fresh files would scan for each.
 * Blocks: for workers.
 * Returns: (nullable): the rule that denies one of the file's names, borrowed from the policy. */
const char *enclave_link_index_find (EnclaveLinkIndex *self, const struct stat *st, gboolean always,
                                     gint64 tolerance_us);

/* For writing: the rule that asks about another name of the file, among those of the scan that
 * enclave_link_index_find() has just seen to; borrowed from the policy. (nullable) */
const char *enclave_link_index_find_asking (EnclaveLinkIndex *self, const struct stat *st);

G_END_DECLS
