/* enclave-checkpoint-label.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-checkpoint-label.h"

EnclaveCheckpointLabel *
enclave_checkpoint_label_new (const char *conversation, const char *turn, const char *title, GArray *undoes,
                              GPtrArray *emptied)
{
  EnclaveCheckpointLabel *label = g_new0 (EnclaveCheckpointLabel, 1);

  label->conversation = g_strdup (conversation != NULL ? conversation : "");
  label->turn = g_strdup (turn != NULL ? turn : "");
  label->title = g_strdup (title != NULL ? title : "");
  label->undoes = undoes != NULL ? g_array_copy (undoes) : NULL;
  if (emptied != NULL)
    {
      label->emptied = g_ptr_array_new_with_free_func (g_free);
      for (guint i = 0; i < emptied->len; i++)
        g_ptr_array_add (label->emptied, g_strdup (g_ptr_array_index (emptied, i)));
    }

  return label;
}

EnclaveCheckpointLabel *
enclave_checkpoint_label_copy (const EnclaveCheckpointLabel *label)
{
  return enclave_checkpoint_label_new (label->conversation, label->turn, label->title, label->undoes,
                                       label->emptied);
}

void
enclave_checkpoint_label_free (EnclaveCheckpointLabel *label)
{
  g_free (label->conversation);
  g_free (label->turn);
  g_free (label->title);
  g_clear_pointer (&label->undoes, g_array_unref);
  g_clear_pointer (&label->emptied, g_ptr_array_unref);
  g_free (label);
}
