/* enclave-model-settings.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-model-info.h"

G_BEGIN_DECLS

/* Thinking, temperature and length of the replies of one model, kept as they are changed. */
#define ENCLAVE_TYPE_MODEL_SETTINGS (enclave_model_settings_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveModelSettings, enclave_model_settings, ENCLAVE, MODEL_SETTINGS, AdwPreferencesGroup)

GtkWidget *enclave_model_settings_new (void);
/* @model: (nullable): none is shown. */
void enclave_model_settings_set_model (EnclaveModelSettings *self, EnclaveModelInfo *model);

G_END_DECLS
