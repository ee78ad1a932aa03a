/* enclave-model-menu.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-model-choice.h"

G_BEGIN_DECLS

/* The model pill: state and name of the model, and the list of all models in a popover. Signals: "servers", "check":
 * the person wants to see the servers, or the check of the model. Accessible name: Model. */
#define ENCLAVE_TYPE_MODEL_MENU (enclave_model_menu_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveModelMenu, enclave_model_menu, ENCLAVE, MODEL_MENU, GtkWidget)

GtkWidget *enclave_model_menu_new (void);
/* @choice: (nullable). */
void enclave_model_menu_set_choice (EnclaveModelMenu *self, EnclaveModelChoice *choice);
/* The dot is amber while the agent waits for the person. */
void enclave_model_menu_set_waiting (EnclaveModelMenu *self, gboolean waiting);
/* Returns: (transfer none): the button whose popover lists the models. */
GtkMenuButton *enclave_model_menu_get_button (EnclaveModelMenu *self);

G_END_DECLS
