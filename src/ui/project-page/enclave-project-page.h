/* enclave-project-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-agent-service.h"

G_BEGIN_DECLS

/* What a model is told of the project and what it costs: the map, the memory file; and the command that builds and tests, with its
 * switch; before them what the person’s own keys start. Signals: "open-file" (string name, relative to the project), "review": a draft is to be looked at. */
#define ENCLAVE_TYPE_PROJECT_PAGE (enclave_project_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveProjectPage, enclave_project_page, ENCLAVE, PROJECT_PAGE, GtkWidget)

/* @settings, @project_settings: (nullable): where the choices are kept. */
GtkWidget *enclave_project_page_new (EnclaveAgentService *service, GSettings *settings, GSettings *project_settings);
/* Focus into the row of the command for "task-build", "task-run" or "task-test". */
void enclave_project_page_focus_task (EnclaveProjectPage *self, const char *key);

G_END_DECLS
