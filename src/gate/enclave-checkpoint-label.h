/* enclave-checkpoint-label.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whose an application is, for the history of changes. */
typedef struct
{
  char *conversation; /* "" outside of one */
  char *turn;
  char *title;
  GArray *undoes; /* (nullable) (element-type guint64) */
  GPtrArray *emptied; /* (nullable) (element-type utf8): folders that go when they are empty then, outermost first */
} EnclaveCheckpointLabel;

EnclaveCheckpointLabel *enclave_checkpoint_label_new (const char *conversation, const char *turn, const char *title,
                                                      GArray *undoes, GPtrArray *emptied);
EnclaveCheckpointLabel *enclave_checkpoint_label_copy (const EnclaveCheckpointLabel *label);
void enclave_checkpoint_label_free (EnclaveCheckpointLabel *label);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveCheckpointLabel, enclave_checkpoint_label_free)

G_END_DECLS
