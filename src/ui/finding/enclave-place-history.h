/* enclave-place-history.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where a person was, for going back and forward as in a book: at most 100 places. */
#define ENCLAVE_TYPE_PLACE_HISTORY (enclave_place_history_get_type ())
G_DECLARE_FINAL_TYPE (EnclavePlaceHistory, enclave_place_history, ENCLAVE, PLACE_HISTORY, GObject)

typedef struct
{
  GFile *file;
  guint line;   /* from 1; 0: where it was */
  guint column;
} EnclavePlace;

EnclavePlaceHistory *enclave_place_history_new (void);
/* The person goes elsewhere from this place; what lay ahead is forgotten. A place within a few lines of the last one takes its
 * place. */
void enclave_place_history_leave (EnclavePlaceHistory *self, GFile *file, guint line, guint column);
gboolean enclave_place_history_get_can_go (EnclavePlaceHistory *self, int step);
/* @step: -1 back, 1 forward. @here: (nullable): where the person is now, to come back to. Returns: (nullable): where to go;
 * borrowed until the next call. */
const EnclavePlace *enclave_place_history_go (EnclavePlaceHistory *self, int step, const EnclavePlace *here);

G_END_DECLS
