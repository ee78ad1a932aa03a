/* enclave-editor-status.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-editor-page.h"

G_BEGIN_DECLS

/* Line and column, indentation, encoding, line ends, language of one page; nothing while there is none. */
#define ENCLAVE_TYPE_EDITOR_STATUS (enclave_editor_status_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveEditorStatus, enclave_editor_status, ENCLAVE, EDITOR_STATUS, GtkWidget)

GtkWidget *enclave_editor_status_new (void);
/* @page: (nullable). Not owned. */
void enclave_editor_status_set_page (EnclaveEditorStatus *self, EnclaveEditorPage *page);

G_END_DECLS
