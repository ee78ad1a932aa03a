/* enclave-places-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-place.h"

G_BEGIN_DECLS

/* A list of places with an entry that filters it: problems, uses of a name, symbols. Return in the entry opens the row that is
 * selected, Down goes to the list. Signals: "chosen" (EnclavePlace *); "searched" (const char *words): what was written, for lists that a
 * server fills. */
#define ENCLAVE_TYPE_PLACES_PAGE (enclave_places_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclavePlacesPage, enclave_places_page, ENCLAVE, PLACES_PAGE, GtkWidget)

/* @label: for a screen reader. @nothing: what stands there while there is nothing. @filters: FALSE: who hears "searched" does. */
GtkWidget *enclave_places_page_new (const char *label, const char *nothing, gboolean filters);
/* Above the list: "12 uses of ring_push". */
void enclave_places_page_set_heading (EnclavePlacesPage *self, const char *heading);
/* @places: (element-type EnclavePlace): in the place of those before. The selection stays at its row. */
void enclave_places_page_set_places (EnclavePlacesPage *self, GPtrArray *places);
guint enclave_places_page_get_n_places (EnclavePlacesPage *self);
/* Opens the place after the one that was opened last (or before it), round at the ends; the selected one when none was. FALSE: it is empty. */
gboolean enclave_places_page_step (EnclavePlacesPage *self, gboolean forward);
/* Stepping begins anew, at the top. */
void enclave_places_page_rewind (EnclavePlacesPage *self);
void enclave_places_page_focus (EnclavePlacesPage *self);
const char *enclave_places_page_get_words (EnclavePlacesPage *self);

G_END_DECLS
