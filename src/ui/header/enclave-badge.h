/* enclave-badge.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A flat button of the header bar that says how things stand, with the facts in a popover. */
#define ENCLAVE_TYPE_BADGE (enclave_badge_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveBadge, enclave_badge, ENCLAVE, BADGE, GtkWidget)

GtkWidget *enclave_badge_new (void);
/* @warning: drawn in the warning colour; the words say the same. */
void enclave_badge_set (EnclaveBadge *self, const char *icon_name, const char *label, gboolean warning);
/* @facts: (array zero-terminated=1): label, value, label, value …. @note: (nullable): a closing sentence. */
void enclave_badge_set_facts (EnclaveBadge *self, const char *title, const char *const *facts, const char *note);
/* TRUE shows the icon alone; the label stays its accessible name and tooltip. */
void enclave_badge_set_compact (EnclaveBadge *self, gboolean compact);

G_END_DECLS
