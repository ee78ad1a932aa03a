/* enclave-value-scan.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-path-resolver.h"
#include "enclave-value-hashes.h"

G_BEGIN_DECLS

/* Reads the denied files of a project into hashes, and again what has changed since. Blocks: for workers, one at a time. */
typedef struct _EnclaveValueScan EnclaveValueScan;

EnclaveValueScan *enclave_value_scan_new (EnclavePathResolver *resolver);
void enclave_value_scan_free (EnclaveValueScan *self);
/* Values that the project's other files have as words are left out, but for those that look random; a file that is
 * younger than @self does not count as one of them: whoever writes a value into it must not get the value admitted. */
void enclave_value_scan_run (EnclaveValueScan *self, EnclaveValueHashes *hashes);

/* One pass over texts that are in no file, under the same conditions. Blocks. @rule: that denies the text.
 * @random_only: of a text that nobody knows the path of only what looks random counts. */
typedef struct _EnclaveValuePass EnclaveValuePass;
EnclaveValuePass *enclave_value_scan_begin (EnclaveValueScan *self, EnclaveValueHashes *hashes);
void enclave_value_pass_add (EnclaveValuePass *pass, const char *bytes, gsize length, const char *rule, gboolean random_only);
/* Merges what was found into the hashes, and frees @pass. */
void enclave_value_pass_end (EnclaveValuePass *pass);
/* The rule that denies @path, relative to the root. Static. */
const char *enclave_value_scan_find_rule (EnclaveValueScan *self, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveValueScan, enclave_value_scan_free)

G_END_DECLS
