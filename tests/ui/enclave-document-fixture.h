/* enclave-document-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <sys/resource.h>

#include "enclave-document.h"

G_BEGIN_DECLS

/* Documents and drafts as a test wants them: each call waits for its end. */

/* (transfer full): loaded; a file that can't be fails the test. */
EnclaveDocument *enclave_test_open_document (const char *path);
/* The same, and .editorconfig files count. */
EnclaveDocument *enclave_test_open_document_with_config (const char *path);
/* Returns: whether it was saved. */
gboolean enclave_test_save_document (EnclaveDocument *document);
/* (transfer full) (element-type EnclaveTextDraftInfo) */
GPtrArray *enclave_test_list_drafts (void);
/* (transfer full) (nullable) */
char *enclave_test_load_draft (const char *id);
/* (transfer full) (nullable): of the only one there is, which is in use. */
char *enclave_test_load_only_draft (void);
void enclave_test_assert_no_drafts (void);
/* Fails the test after 20 seconds. */
void enclave_test_wait_disk_state (EnclaveDocument *document, EnclaveDiskState state);
void enclave_test_wait_text (EnclaveDocument *document, const char *wanted);

/* So long a file of this program may be at most; RLIM_INFINITY: any. */
void enclave_test_limit_files (rlim_t bytes);

G_END_DECLS
