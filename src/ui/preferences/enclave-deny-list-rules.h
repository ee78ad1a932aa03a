/* enclave-deny-list-rules.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-policy.h"

G_BEGIN_DECLS

/* Groups of rows for the rules of a policy that the page can't change: those left out, of the project, of the administrator
 * and built-in. Adds them to @page. Returns: (transfer full) (element-type GtkWidget): the groups, for taking them off
 * again. */
GPtrArray *enclave_deny_list_rules_add (AdwPreferencesPage *page, EnclavePolicy *policy);
/* A row of one or more patterns of one rule. (transfer floating) */
GtkWidget *enclave_deny_list_rules_new_row (const EnclavePolicyRule *rule, const char *patterns);
/* Writes "hides 3 files" on the rows of a widget that have a rule. @counts: id to number. */
void enclave_deny_list_rules_show_counts (GtkWidget *widget, GHashTable *counts);
/* (nullable): the first row of the rule @id in @widget. */
GtkWidget *enclave_deny_list_rules_find (GtkWidget *widget, const char *id);

G_END_DECLS
