/* enclave-airgap-check.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* `enclavectl airgap verify`, for the window. */
typedef struct
{
  gboolean good;
  char *verdict;    /* "nothing-left", … */
  char *text;       /* one sentence with the counters, for people */
  char *path;       /* (nullable): of the report */
  gboolean is_signed;
} EnclaveAirgapResult;

void enclave_airgap_result_free (EnclaveAirgapResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveAirgapResult, enclave_airgap_result_free)

/* Takes some seconds. Errors: that no room can be made here, say. */
void enclave_airgap_check_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveAirgapResult *enclave_airgap_check_finish (GAsyncResult *result, GError **error);

G_END_DECLS
