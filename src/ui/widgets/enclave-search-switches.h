/* enclave-search-switches.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The switches of whatever searches (case, whole words, expressions) and the keys of the action table that press them.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lets the key of @action, of the table ("search.regex"), press @button as long as the focus is in @place, and says so in its tooltip. */
void enclave_search_switches_add (GtkWidget *place, const char *action, GtkToggleButton *button);
/* What searches around @focus, and has such switches. @focus: (nullable). Borrowed; (nullable): nothing. */
GtkWidget *enclave_search_switches_find (GtkWidget *focus);

G_END_DECLS
