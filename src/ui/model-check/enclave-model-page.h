/* enclave-model-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-model-choice.h"

G_BEGIN_DECLS

/* The model check: what a model can do in plain words, found out on request, item by item; with how it is to answer, what to
 * expect of it here, and what it is used for. Shows the model in use until another is chosen on the page.
 * Signal "checked": a check is done and kept. */
#define ENCLAVE_TYPE_MODEL_PAGE (enclave_model_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveModelPage, enclave_model_page, ENCLAVE, MODEL_PAGE, GtkWidget)

/* @settings: (nullable): where the roles are kept. */
GtkWidget *enclave_model_page_new (EnclaveModelChoice *choice, GSettings *settings);

G_END_DECLS
