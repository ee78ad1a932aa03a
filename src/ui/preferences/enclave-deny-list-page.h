/* enclave-deny-list-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-gate.h"

G_BEGIN_DECLS

/* The rules in force with what they hide; the person's own can be added, with a preview, and taken off, with Undo; an entry
 * tells what the rules say of a path. The toasts go to the AdwToastOverlay that the page stands in. */
#define ENCLAVE_TYPE_DENY_LIST_PAGE (enclave_deny_list_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveDenyListPage, enclave_deny_list_page, ENCLAVE, DENY_LIST_PAGE, AdwPreferencesPage)

/* Once, before it is shown. @gate: (nullable): without a project no path can be tried, and only the rules that hold
 * everywhere are listed. */
void enclave_deny_list_page_set_up (EnclaveDenyListPage *self, EnclaveGate *gate);
/* Puts the focus on the rule of this id. FALSE when there is none. */
gboolean enclave_deny_list_page_show_rule (EnclaveDenyListPage *self, const char *id);
/* Prepares an exception for exactly this file, relative to the project or absolute: a row with one button, which the person
 * presses or does not. Only ever called for a click of the person. */
void enclave_deny_list_page_prepare_exception (EnclaveDenyListPage *self, const char *path);

G_END_DECLS
