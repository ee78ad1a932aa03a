/* enclave-checkpoint-turn.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-checkpoint-turn.h"

#include <string.h>

struct _EnclaveCheckpointTurn
{
  GObject parent_instance;

  GPtrArray *records; /* by number */
  GPtrArray *standing;
  GPtrArray *undoing;
  char **paths;
};

G_DEFINE_FINAL_TYPE (EnclaveCheckpointTurn, enclave_checkpoint_turn, G_TYPE_OBJECT)

static GPtrArray *
new_records (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_checkpoint_record_unref);
}

static void
enclave_checkpoint_turn_finalize (GObject *object)
{
  EnclaveCheckpointTurn *self = ENCLAVE_CHECKPOINT_TURN (object);

  g_ptr_array_unref (self->records);
  g_ptr_array_unref (self->standing);
  g_ptr_array_unref (self->undoing);
  g_strfreev (self->paths);

  G_OBJECT_CLASS (enclave_checkpoint_turn_parent_class)->finalize (object);
}

static void
enclave_checkpoint_turn_class_init (EnclaveCheckpointTurnClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_checkpoint_turn_finalize;
}

static void
enclave_checkpoint_turn_init (EnclaveCheckpointTurn *self)
{
  self->records = new_records ();
  self->standing = new_records ();
  self->undoing = new_records ();
}

static const EnclaveCheckpointRecord *
first_record (EnclaveCheckpointTurn *self)
{
  return g_ptr_array_index (self->records, 0);
}

static gboolean
belongs (EnclaveCheckpointTurn *self, const EnclaveCheckpointRecord *record)
{
  const EnclaveCheckpointRecord *first = first_record (self);

  return *first->turn != '\0' && strcmp (first->turn, record->turn) == 0
         && strcmp (first->conversation, record->conversation) == 0;
}

/* Which record has taken which back, as it stands: number of the undone → the record. A later record decides first. */
static GHashTable *
find_undone (GPtrArray *records)
{
  GHashTable *undone = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = records->len; i > 0; i--)
    {
      EnclaveCheckpointRecord *record = g_ptr_array_index (records, i - 1);

      if (g_hash_table_contains (undone, &record->number))
        continue;
      for (guint k = 0; k < record->undoes->len; k++)
        {
          gint64 number = (gint64) g_array_index (record->undoes, guint64, k);

          if (!g_hash_table_contains (undone, &number))
            g_hash_table_insert (undone, g_memdup2 (&number, sizeof number), record);
        }
    }

  return undone;
}

static void
finish (EnclaveCheckpointTurn *self, GHashTable *undone)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  for (guint i = 0; i < self->records->len; i++)
    {
      EnclaveCheckpointRecord *record = g_ptr_array_index (self->records, i);
      EnclaveCheckpointRecord *by = g_hash_table_lookup (undone, &record->number);

      if (by == NULL)
        g_ptr_array_add (self->standing, enclave_checkpoint_record_ref (record));
      else if (!g_ptr_array_find (self->undoing, by, NULL))
        g_ptr_array_add (self->undoing, enclave_checkpoint_record_ref (by));
      for (guint k = 0; k < record->files->len; k++)
        {
          const EnclaveCheckpointFile *file = g_ptr_array_index (record->files, k);

          if (g_hash_table_add (seen, file->path))
            g_ptr_array_add (paths, g_strdup (file->path));
        }
    }
  g_ptr_array_add (paths, NULL);
  self->paths = (char **) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}

/**
 * enclave_checkpoint_turns_from_records:
 * @records: (element-type EnclaveCheckpointRecord): by number
 *
 * Returns: (transfer full) (element-type EnclaveCheckpointTurn): newest first
 */
GPtrArray *
enclave_checkpoint_turns_from_records (GPtrArray *records)
{
  GPtrArray *turns = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) undone = NULL;

  g_return_val_if_fail (records != NULL, turns);

  undone = find_undone (records);
  for (guint i = records->len; i > 0; i--)
    {
      EnclaveCheckpointRecord *record = g_ptr_array_index (records, i - 1);
      EnclaveCheckpointTurn *turn = NULL;

      for (guint k = 0; k < turns->len && turn == NULL; k++)
        if (belongs (g_ptr_array_index (turns, k), record))
          turn = g_ptr_array_index (turns, k);
      if (turn == NULL)
        {
          turn = g_object_new (ENCLAVE_TYPE_CHECKPOINT_TURN, NULL);
          g_ptr_array_add (turns, turn);
        }
      g_ptr_array_insert (turn->records, 0, enclave_checkpoint_record_ref (record));
    }
  for (guint i = 0; i < turns->len; i++)
    finish (g_ptr_array_index (turns, i), undone);

  return turns;
}

guint64
enclave_checkpoint_turn_get_number (EnclaveCheckpointTurn *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_TURN (self), 0);

  return first_record (self)->number;
}

const char *
enclave_checkpoint_turn_get_conversation (EnclaveCheckpointTurn *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_TURN (self), NULL);

  return first_record (self)->conversation;
}

const char *
enclave_checkpoint_turn_get_turn (EnclaveCheckpointTurn *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_TURN (self), NULL);

  return first_record (self)->turn;
}

const char *
enclave_checkpoint_turn_get_title (EnclaveCheckpointTurn *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_TURN (self), NULL);

  return first_record (self)->title;
}

gint64
enclave_checkpoint_turn_get_time (EnclaveCheckpointTurn *self)
{
  const EnclaveCheckpointRecord *last;

  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_TURN (self), 0);

  last = g_ptr_array_index (self->records, self->records->len - 1);

  return last->time;
}

gboolean
enclave_checkpoint_turn_get_is_undo (EnclaveCheckpointTurn *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_TURN (self), FALSE);

  return first_record (self)->undoes->len > 0;
}

gboolean
enclave_checkpoint_turn_get_undone (EnclaveCheckpointTurn *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_TURN (self), FALSE);

  return self->standing->len == 0;
}

const char *const *
enclave_checkpoint_turn_get_paths (EnclaveCheckpointTurn *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_TURN (self), NULL);

  return (const char *const *) self->paths;
}

GPtrArray *
enclave_checkpoint_turn_get_standing (EnclaveCheckpointTurn *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_TURN (self), NULL);

  return self->standing;
}

GPtrArray *
enclave_checkpoint_turn_get_undoing (EnclaveCheckpointTurn *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_TURN (self), NULL);

  return self->undoing;
}
