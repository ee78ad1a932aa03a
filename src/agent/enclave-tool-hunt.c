/* enclave-tool-hunt.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-tool-hunt.h"

typedef struct
{
  guint first;
  guint count;
} Range;

struct _EnclaveToolHunt
{
  guint n_tools;
  GArray *waiting; /* (element-type Range): to be asked about, the next at the end */
  GArray *culprits;
  guint n_probes;
  gboolean begun;
  gboolean over;
};

EnclaveToolHunt *
enclave_tool_hunt_new (guint n_tools)
{
  EnclaveToolHunt *self = g_new0 (EnclaveToolHunt, 1);
  const Range none = { 0, 0 };

  self->n_tools = n_tools;
  self->waiting = g_array_new (FALSE, FALSE, sizeof (Range));
  self->culprits = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (self->waiting, none);
  return self;
}

void
enclave_tool_hunt_free (EnclaveToolHunt *self)
{
  g_array_unref (self->waiting);
  g_array_unref (self->culprits);
  g_free (self);
}

gboolean
enclave_tool_hunt_next (EnclaveToolHunt *self, guint *first, guint *count)
{
  const Range *next;

  g_return_val_if_fail (self != NULL && first != NULL && count != NULL, FALSE);

  if (self->over || self->waiting->len == 0 || self->n_probes >= ENCLAVE_TOOL_HUNT_MAX_PROBES)
    return FALSE;
  next = &g_array_index (self->waiting, Range, self->waiting->len - 1);
  *first = next->first;
  *count = next->count;
  return TRUE;
}

static void
split (EnclaveToolHunt *self, guint first, guint count)
{
  const Range halves[] = { { first + count / 2, count - count / 2 }, { first, count / 2 } };

  for (guint i = 0; i < G_N_ELEMENTS (halves); i++)
    if (halves[i].count > 0)
      g_array_append_val (self->waiting, halves[i]);
}

void
enclave_tool_hunt_answer (EnclaveToolHunt *self, gboolean is_refused)
{
  Range range;

  g_return_if_fail (self != NULL && self->waiting->len > 0);

  range = g_array_index (self->waiting, Range, self->waiting->len - 1);
  g_array_set_size (self->waiting, self->waiting->len - 1);
  self->n_probes++;
  if (!self->begun)
    {
      self->begun = TRUE;
      self->over = is_refused;
      if (!is_refused && self->n_tools > 0)
        split (self, 0, self->n_tools);
    }
  else if (is_refused && range.count == 1)
    g_array_append_val (self->culprits, range.first);
  else if (is_refused)
    split (self, range.first, range.count);
}

GArray *
enclave_tool_hunt_get_culprits (EnclaveToolHunt *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->culprits;
}
