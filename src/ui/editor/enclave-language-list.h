/* enclave-language-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* Popover to choose a language for highlighting, with a search field. Signal "chosen" (GtkSourceLanguage, nullable: plain
 * text). The rows are made when it is first shown. */
#define ENCLAVE_TYPE_LANGUAGE_LIST (enclave_language_list_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLanguageList, enclave_language_list, ENCLAVE, LANGUAGE_LIST, GtkPopover)

GtkWidget *enclave_language_list_new (void);

G_END_DECLS
