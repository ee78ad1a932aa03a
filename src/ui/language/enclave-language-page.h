/* enclave-language-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-language-service.h"

G_BEGIN_DECLS

/* Preferences of language servers: whether they run at all and in this project, and of each one its state, its log and a restart. */
#define ENCLAVE_TYPE_LANGUAGE_PAGE (enclave_language_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLanguagePage, enclave_language_page, ENCLAVE, LANGUAGE_PAGE, AdwPreferencesPage)

/* @service: (nullable): no project is open. Once. */
void enclave_language_page_set_up (EnclaveLanguagePage *self, EnclaveLanguageService *service, GSettings *settings);

G_END_DECLS
