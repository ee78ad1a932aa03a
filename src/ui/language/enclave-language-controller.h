/* enclave-language-controller.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-change-set.h"
#include "enclave-editor-pane.h"
#include "enclave-language-service.h"

G_BEGIN_DECLS

/* Language servers in a window: ties the pages of an editor pane to them, and does what the person asks of them by the actions of its
 * group ("language"). Changes over files are proposed in @change_set, and nothing is written. Signals: "said" (const char *): one
 * sentence for the person; "review": something was proposed; "counted" (uint errors, uint warnings); "listed" (GtkWidget *): a list of
 * places was shown; "symbol-wanted" (const char *): a definition of that name is looked for, and no server can say. */
#define ENCLAVE_TYPE_LANGUAGE_CONTROLLER (enclave_language_controller_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLanguageController, enclave_language_controller, ENCLAVE, LANGUAGE_CONTROLLER, GObject)

/* @editor: not owned. @settings: (nullable). */
EnclaveLanguageController *enclave_language_controller_new (EnclaveEditorPane *editor, EnclaveLanguageService *service, EnclaveGate *gate,
                                                            EnclaveChangeSet *change_set, GSettings *settings);
GActionGroup *enclave_language_controller_get_actions (EnclaveLanguageController *self);
EnclaveLanguageService *enclave_language_controller_get_service (EnclaveLanguageController *self);
/* What the active document has, as its server knows it. Finish: (transfer full) (nullable) (element-type EnclaveFinderItem), in the
 * order of the text; NULL without an error: no server knows. */
void enclave_language_controller_list_outline_async (EnclaveLanguageController *self, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *enclave_language_controller_list_outline_finish (EnclaveLanguageController *self, GAsyncResult *result, GError **error);
/* Opens the place after the one of @list that was opened last, or before it. FALSE: it is empty, or none of the controller's lists. */
gboolean enclave_language_controller_step_list (EnclaveLanguageController *self, GtkWidget *list, gboolean forward);

G_END_DECLS
