/* enclave-place-history.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-place-history.h"

#define MAX_PLACES 100
/* So near is the same place. */
#define NEAR_LINES 5

struct _EnclavePlaceHistory
{
  GObject parent_instance;

  GArray *behind; /* (element-type EnclavePlace): the last one is the nearest; the same for @ahead */
  GArray *ahead;
  EnclavePlace last; /* gone to */
};

G_DEFINE_FINAL_TYPE (EnclavePlaceHistory, enclave_place_history, G_TYPE_OBJECT)

static void
clear_place (gpointer data)
{
  EnclavePlace *place = data;

  g_clear_object (&place->file);
}

static void
enclave_place_history_finalize (GObject *object)
{
  EnclavePlaceHistory *self = ENCLAVE_PLACE_HISTORY (object);

  g_array_unref (self->behind);
  g_array_unref (self->ahead);
  clear_place (&self->last);

  G_OBJECT_CLASS (enclave_place_history_parent_class)->finalize (object);
}

static void
enclave_place_history_class_init (EnclavePlaceHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_place_history_finalize;
}

static void
enclave_place_history_init (EnclavePlaceHistory *self)
{
  self->behind = g_array_new (FALSE, FALSE, sizeof (EnclavePlace));
  self->ahead = g_array_new (FALSE, FALSE, sizeof (EnclavePlace));
  g_array_set_clear_func (self->behind, clear_place);
  g_array_set_clear_func (self->ahead, clear_place);
}

EnclavePlaceHistory *
enclave_place_history_new (void)
{
  return g_object_new (ENCLAVE_TYPE_PLACE_HISTORY, NULL);
}

static gboolean
is_near (const EnclavePlace *place, GFile *file, guint line)
{
  return g_file_equal (place->file, file)
         && (place->line == 0 || line == 0 || ABS ((int) place->line - (int) line) <= NEAR_LINES);
}

static void
push (GArray *places, GFile *file, guint line, guint column)
{
  EnclavePlace place = { g_object_ref (file), line, column };

  if (places->len > 0 && is_near (&g_array_index (places, EnclavePlace, places->len - 1), file, line))
    g_array_set_size (places, places->len - 1);
  g_array_append_val (places, place);
  if (places->len > MAX_PLACES)
    g_array_remove_index (places, 0);
}

void
enclave_place_history_leave (EnclavePlaceHistory *self, GFile *file, guint line, guint column)
{
  g_return_if_fail (ENCLAVE_IS_PLACE_HISTORY (self));
  g_return_if_fail (G_IS_FILE (file));

  push (self->behind, file, line, column);
  g_array_set_size (self->ahead, 0);
}

gboolean
enclave_place_history_get_can_go (EnclavePlaceHistory *self, int step)
{
  g_return_val_if_fail (ENCLAVE_IS_PLACE_HISTORY (self), FALSE);

  return (step < 0 ? self->behind : self->ahead)->len > 0;
}

const EnclavePlace *
enclave_place_history_go (EnclavePlaceHistory *self, int step, const EnclavePlace *here)
{
  GArray *from;
  GArray *to;
  EnclavePlace place;

  g_return_val_if_fail (ENCLAVE_IS_PLACE_HISTORY (self), NULL);

  from = step < 0 ? self->behind : self->ahead;
  to = step < 0 ? self->ahead : self->behind;
  /* Back to where one is already is no way back. */
  while (from->len > 1 && here != NULL && is_near (&g_array_index (from, EnclavePlace, from->len - 1), here->file, here->line))
    g_array_set_size (from, from->len - 1);
  if (from->len == 0)
    return NULL;
  place = g_array_index (from, EnclavePlace, from->len - 1);
  g_set_object (&self->last.file, place.file);
  self->last.line = place.line;
  self->last.column = place.column;
  g_array_set_size (from, from->len - 1);
  if (here != NULL)
    push (to, here->file, here->line, here->column);

  return &self->last;
}
