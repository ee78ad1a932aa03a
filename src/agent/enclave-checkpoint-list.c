/* enclave-checkpoint-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-checkpoint-list.h"

#include <string.h>

struct _EnclaveCheckpointList
{
  GObject parent_instance;

  EnclaveChangeSet *change_set;
  GPtrArray *turns; /* (element-type EnclaveCheckpointTurn) */
  GCancellable *cancellable;
  char *message;
  guint n_pruned;
  gboolean loading;
  gboolean stale; /* something was written while it was being read */
  gboolean loaded;
};

enum
{
  PROP_0,
  PROP_LOADED,
  PROP_N_PRUNED,
  PROP_MESSAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GType
enclave_checkpoint_list_get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_CHECKPOINT_TURN;
}

static guint
enclave_checkpoint_list_get_n_items (GListModel *model)
{
  return ENCLAVE_CHECKPOINT_LIST (model)->turns->len;
}

static gpointer
enclave_checkpoint_list_get_item (GListModel *model, guint position)
{
  EnclaveCheckpointList *self = ENCLAVE_CHECKPOINT_LIST (model);

  return position < self->turns->len ? g_object_ref (g_ptr_array_index (self->turns, position)) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = enclave_checkpoint_list_get_item_type;
  iface->get_n_items = enclave_checkpoint_list_get_n_items;
  iface->get_item = enclave_checkpoint_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveCheckpointList, enclave_checkpoint_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
enclave_checkpoint_list_dispose (GObject *object)
{
  EnclaveCheckpointList *self = ENCLAVE_CHECKPOINT_LIST (object);

  g_cancellable_cancel (self->cancellable);
  if (self->change_set != NULL)
    g_signal_handlers_disconnect_by_data (self->change_set, self);
  g_clear_object (&self->change_set);

  G_OBJECT_CLASS (enclave_checkpoint_list_parent_class)->dispose (object);
}

static void
enclave_checkpoint_list_finalize (GObject *object)
{
  EnclaveCheckpointList *self = ENCLAVE_CHECKPOINT_LIST (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->turns);
  g_free (self->message);

  G_OBJECT_CLASS (enclave_checkpoint_list_parent_class)->finalize (object);
}

static void
enclave_checkpoint_list_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveCheckpointList *self = ENCLAVE_CHECKPOINT_LIST (object);

  switch (prop_id)
    {
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    case PROP_N_PRUNED:
      g_value_set_uint (value, self->n_pruned);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_checkpoint_list_class_init (EnclaveCheckpointListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = enclave_checkpoint_list_dispose;
  object_class->finalize = enclave_checkpoint_list_finalize;
  object_class->get_property = enclave_checkpoint_list_get_property;
  properties[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);
  properties[PROP_N_PRUNED] = g_param_spec_uint ("n-pruned", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_checkpoint_list_init (EnclaveCheckpointList *self)
{
  self->turns = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
  self->message = g_strdup ("");
}

static void
set_state (EnclaveCheckpointList *self, guint n_pruned, const char *message)
{
  self->n_pruned = n_pruned;
  g_free (self->message);
  self->message = g_strdup (message);
  self->loaded = TRUE;
  for (guint i = PROP_LOADED; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

static void
take_turns (EnclaveCheckpointList *self, GPtrArray *turns)
{
  guint n_before = self->turns->len;

  g_ptr_array_set_size (self->turns, 0);
  for (guint i = 0; i < turns->len; i++)
    if (!enclave_checkpoint_turn_get_is_undo (g_ptr_array_index (turns, i)))
      g_ptr_array_add (self->turns, g_object_ref (g_ptr_array_index (turns, i)));
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->turns->len);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveCheckpointList) self = user_data;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  g_autoptr (GError) error = NULL;
  guint n_pruned = 0;

  records = enclave_gate_list_checkpoints_finish (ENCLAVE_GATE (source), result, &n_pruned, &error);
  self->loading = FALSE;
  if (self->change_set == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (records != NULL)
    {
      turns = enclave_checkpoint_turns_from_records (records);
      take_turns (self, turns);
    }
  set_state (self, n_pruned, error != NULL ? error->message : "");
  if (self->stale)
    enclave_checkpoint_list_refresh (self);
}

void
enclave_checkpoint_list_refresh (EnclaveCheckpointList *self)
{
  g_return_if_fail (ENCLAVE_IS_CHECKPOINT_LIST (self));

  self->stale = self->loading;
  if (self->loading || self->change_set == NULL)
    return;
  self->loading = TRUE;
  enclave_gate_list_checkpoints_async (enclave_change_set_get_gate (self->change_set), self->cancellable, listed_cb,
                                       g_object_ref (self));
}

EnclaveCheckpointList *
enclave_checkpoint_list_new (EnclaveChangeSet *change_set)
{
  EnclaveCheckpointList *self;

  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (change_set), NULL);

  self = g_object_new (ENCLAVE_TYPE_CHECKPOINT_LIST, NULL);
  self->change_set = g_object_ref (change_set);
  g_signal_connect_swapped (change_set, "history-changed", G_CALLBACK (enclave_checkpoint_list_refresh), self);
  enclave_checkpoint_list_refresh (self);

  return self;
}

gboolean
enclave_checkpoint_list_get_loaded (EnclaveCheckpointList *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_LIST (self), FALSE);

  return self->loaded;
}

guint
enclave_checkpoint_list_get_n_pruned (EnclaveCheckpointList *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_LIST (self), 0);

  return self->n_pruned;
}

const char *
enclave_checkpoint_list_get_message (EnclaveCheckpointList *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_LIST (self), NULL);

  return self->message;
}

EnclaveCheckpointTurn *
enclave_checkpoint_list_find (EnclaveCheckpointList *self, const char *conversation, const char *turn)
{
  g_return_val_if_fail (ENCLAVE_IS_CHECKPOINT_LIST (self), NULL);
  g_return_val_if_fail (conversation != NULL && turn != NULL, NULL);

  for (guint i = 0; i < self->turns->len; i++)
    {
      EnclaveCheckpointTurn *found = g_ptr_array_index (self->turns, i);

      if (strcmp (enclave_checkpoint_turn_get_turn (found), turn) == 0
          && strcmp (enclave_checkpoint_turn_get_conversation (found), conversation) == 0)
        return found;
    }

  return NULL;
}
