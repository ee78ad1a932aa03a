/* enclave-preferences-rows.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Shows only the rows below @page whose title, subtitle, group's title or data "enclave-search-words" contains @words (all
 * of them, case ignored); a group without such a row is hidden. Empty @words shows all. Returns: the number of rows shown. */
guint enclave_preferences_rows_filter (GtkWidget *page, const char *words);
/* A short word on a tinted ground ("Ready"). @kind: (nullable): "success", "warning" or "error". (transfer floating) */
GtkWidget *enclave_preferences_rows_new_tag (const char *text, const char *kind);
/* Shows @message below the entry and marks it; NULL takes both back. */
void enclave_preferences_rows_set_error (GtkWidget *entry, GtkLabel *label, const char *message);
/* A row with a switch, or with a number in the key's range that steps by @step, bound to @key of @settings, which may be pinned. */
void enclave_preferences_rows_add_switch (AdwPreferencesGroup *group, GSettings *settings, const char *key, const char *title,
                                          const char *subtitle);
void enclave_preferences_rows_add_number (AdwPreferencesGroup *group, GSettings *settings, const char *key, const char *title,
                                          const char *subtitle, guint step);
/* Where the administrator has pinned @key: the row around @widget says so and by what, has a lock, and can't be used unless a
 * choice is left. Nothing happens for a key that is free. */
void enclave_preferences_rows_show_pin (GtkWidget *widget, const char *key);

G_END_DECLS
