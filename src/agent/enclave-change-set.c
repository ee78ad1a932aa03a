/* enclave-change-set.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-change-set-private.h"

enum
{
  PROP_0,
  PROP_BUSY,
  PROP_N_PROPOSED,
  PROP_N_APPLIED,
  PROP_ADDED,
  PROP_REMOVED,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  PROP_N_MISSED,
  N_PROPS
};

enum
{
  HISTORY_CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static GType
enclave_change_set_get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_CHANGE;
}

static guint
enclave_change_set_get_n_items (GListModel *model)
{
  return ENCLAVE_CHANGE_SET (model)->changes->len;
}

static gpointer
enclave_change_set_get_item (GListModel *model, guint position)
{
  EnclaveChangeSet *self = ENCLAVE_CHANGE_SET (model);

  return position < self->changes->len ? g_object_ref (g_ptr_array_index (self->changes, position)) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = enclave_change_set_get_item_type;
  iface->get_n_items = enclave_change_set_get_n_items;
  iface->get_item = enclave_change_set_get_item;
}

static char *
enclave_change_set_dup_text (EnclaveBufferOverlay *overlay, const char *path)
{
  EnclaveChangeSet *self = ENCLAVE_CHANGE_SET (overlay);
  EnclaveChange *change = NULL;

  /* Applying and undoing compare with what is on disk. */
  if (!self->busy)
    change = enclave_change_set_find (self, path, ENCLAVE_CHANGE_PROPOSED);

  return change != NULL ? g_strdup (enclave_proposal_get_new_text (enclave_change_get_proposal (change))) : NULL;
}

static gboolean
enclave_change_set_replace_text (EnclaveBufferOverlay *overlay, const char *path, const char *text)
{
  return FALSE;
}

static char **
enclave_change_set_dup_paths (EnclaveBufferOverlay *overlay)
{
  EnclaveChangeSet *self = ENCLAVE_CHANGE_SET (overlay);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  for (guint i = 0; !self->busy && i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (EnclaveChange) change = g_list_model_get_item (G_LIST_MODEL (self), i);

      if (enclave_change_get_status (change) == ENCLAVE_CHANGE_PROPOSED)
        g_ptr_array_add (paths, g_strdup (enclave_proposal_get_true_path (enclave_change_get_proposal (change))));
    }
  g_ptr_array_add (paths, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}

static void
buffer_overlay_iface_init (EnclaveBufferOverlayInterface *iface)
{
  iface->dup_text = enclave_change_set_dup_text;
  iface->replace_text = enclave_change_set_replace_text;
  iface->dup_paths = enclave_change_set_dup_paths;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveChangeSet, enclave_change_set, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init)
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_BUFFER_OVERLAY, buffer_overlay_iface_init))

void
enclave_change_turn_clear (EnclaveChangeTurn *turn)
{
  g_clear_pointer (&turn->conversation, g_free);
  g_clear_pointer (&turn->turn, g_free);
  g_clear_pointer (&turn->title, g_free);
}

void
enclave_change_turn_set (EnclaveChangeTurn *turn, const char *conversation, const char *id, const char *title)
{
  EnclaveChangeTurn set = { g_strdup (conversation), g_strdup (id), g_strdup (title) };

  enclave_change_turn_clear (turn);
  *turn = set;
}

void
enclave_change_set_mark_applied (EnclaveChangeSet *self)
{
  enclave_change_turn_set (&self->applied, self->turn.conversation, self->turn.turn, self->turn.title);
  self->can_undo = TRUE;
  self->can_redo = FALSE;
}

void
enclave_change_set_emit_history_changed (EnclaveChangeSet *self)
{
  g_signal_emit (self, signals[HISTORY_CHANGED], 0);
}

static void
append_fact (EnclaveChangeSet *self, GString *facts, EnclaveChangeStatus status, const char *label)
{
  gboolean first = TRUE;

  for (guint i = 0; i < self->changes->len; i++)
    {
      EnclaveChange *change = g_ptr_array_index (self->changes, i);

      if (enclave_change_get_status (change) != status)
        continue;
      g_string_append_printf (facts, "%s%s", first ? label : ", ", enclave_change_get_path (change));
      first = FALSE;
    }
  if (!first)
    g_string_append (facts, ". ");
}

char *
enclave_change_set_dup_facts (EnclaveChangeSet *self)
{
  g_autoptr (GString) facts = g_string_new (NULL);

  /* For the model, so not translated. */
  append_fact (self, facts, ENCLAVE_CHANGE_APPLIED, "Applied: ");
  append_fact (self, facts, ENCLAVE_CHANGE_REJECTED, "Rejected by the user: ");
  append_fact (self, facts, ENCLAVE_CHANGE_UNDONE, "Undone: ");
  append_fact (self, facts, ENCLAVE_CHANGE_CONFLICT, "Not applied, the file changed: ");
  append_fact (self, facts, ENCLAVE_CHANGE_PROPOSED, "Proposed, not on disk yet: ");

  return g_strchomp (g_string_free (g_steal_pointer (&facts), FALSE));
}

static void
enclave_change_set_dispose (GObject *object)
{
  EnclaveChangeSet *self = ENCLAVE_CHANGE_SET (object);

  g_clear_object (&self->gate);
  g_clear_object (&self->missed);

  G_OBJECT_CLASS (enclave_change_set_parent_class)->dispose (object);
}

static void
enclave_change_set_finalize (GObject *object)
{
  EnclaveChangeSet *self = ENCLAVE_CHANGE_SET (object);

  g_ptr_array_unref (self->changes);
  enclave_change_turn_clear (&self->turn);
  enclave_change_turn_clear (&self->applied);

  G_OBJECT_CLASS (enclave_change_set_parent_class)->finalize (object);
}

static void
enclave_change_set_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveChangeSet *self = ENCLAVE_CHANGE_SET (object);

  switch (prop_id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, self->busy);
      break;
    case PROP_N_PROPOSED:
      g_value_set_uint (value, self->n_proposed);
      break;
    case PROP_N_APPLIED:
      g_value_set_uint (value, self->n_applied);
      break;
    case PROP_ADDED:
      g_value_set_uint (value, self->added);
      break;
    case PROP_REMOVED:
      g_value_set_uint (value, self->removed);
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, enclave_change_set_get_can_undo (self));
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, enclave_change_set_get_can_redo (self));
      break;
    case PROP_N_MISSED:
      g_value_set_uint (value, g_list_model_get_n_items (G_LIST_MODEL (self->missed)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_change_set_class_init (EnclaveChangeSetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = enclave_change_set_dispose;
  object_class->finalize = enclave_change_set_finalize;
  object_class->get_property = enclave_change_set_get_property;

  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  properties[PROP_N_PROPOSED] = g_param_spec_uint ("n-proposed", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_APPLIED] = g_param_spec_uint ("n-applied", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ADDED] = g_param_spec_uint ("added", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_REMOVED] = g_param_spec_uint ("removed", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  properties[PROP_N_MISSED] = g_param_spec_uint ("n-missed", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[HISTORY_CHANGED] = g_signal_new ("history-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                           NULL, G_TYPE_NONE, 0);
}

static void
missed_changed_cb (EnclaveChangeSet *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MISSED]);
}

static void
enclave_change_set_init (EnclaveChangeSet *self)
{
  self->changes = g_ptr_array_new_with_free_func (g_object_unref);
  self->missed = g_list_store_new (ENCLAVE_TYPE_MISSED_EDIT);
  g_signal_connect_object (self->missed, "items-changed", G_CALLBACK (missed_changed_cb), self, G_CONNECT_SWAPPED);
}

static void
begin_unnamed_turn (EnclaveChangeSet *self)
{
  g_autofree char *turn = g_uuid_string_random ();

  enclave_change_turn_set (&self->turn, "", turn, "");
}

/**
 * enclave_change_set_new:
 * @gate: where changes are judged and written
 *
 * Returns: (transfer full): an empty set
 */
EnclaveChangeSet *
enclave_change_set_new (EnclaveGate *gate)
{
  EnclaveChangeSet *self;

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);

  self = g_object_new (ENCLAVE_TYPE_CHANGE_SET, NULL);
  self->gate = g_object_ref (gate);
  begin_unnamed_turn (self);

  return self;
}

void
enclave_change_set_update (EnclaveChangeSet *self)
{
  guint n_proposed = 0;
  guint n_applied = 0;
  guint added = 0;
  guint removed = 0;

  for (guint i = 0; i < self->changes->len; i++)
    {
      EnclaveChange *change = g_ptr_array_index (self->changes, i);
      EnclaveChangeStatus status = enclave_change_get_status (change);

      n_proposed += status == ENCLAVE_CHANGE_PROPOSED;
      /* Not waited for: this runs again when they are counted. */
      if (status == ENCLAVE_CHANGE_PROPOSED && enclave_change_get_ready (change))
        {
          added += enclave_change_get_added (change);
          removed += enclave_change_get_removed (change);
        }
      n_applied += status == ENCLAVE_CHANGE_APPLIED;
    }

  g_object_freeze_notify (G_OBJECT (self));
  if (self->n_proposed != n_proposed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_PROPOSED]);
  if (self->n_applied != n_applied)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_APPLIED]);
  if (self->added != added)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ADDED]);
  if (self->removed != removed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REMOVED]);
  self->n_proposed = n_proposed;
  self->n_applied = n_applied;
  self->added = added;
  self->removed = removed;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_REDO]);
  g_object_thaw_notify (G_OBJECT (self));
}

guint
enclave_change_set_get_n_proposed (EnclaveChangeSet *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (self), 0);

  return self->n_proposed;
}

guint
enclave_change_set_get_n_applied (EnclaveChangeSet *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (self), 0);

  return self->n_applied;
}

guint
enclave_change_set_get_added (EnclaveChangeSet *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (self), 0);

  return self->added;
}

guint
enclave_change_set_get_removed (EnclaveChangeSet *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (self), 0);

  return self->removed;
}

gboolean
enclave_change_set_get_busy (EnclaveChangeSet *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (self), FALSE);

  return self->busy;
}

gboolean
enclave_change_set_get_can_undo (EnclaveChangeSet *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (self), FALSE);

  return self->can_undo && !self->busy;
}

gboolean
enclave_change_set_get_can_redo (EnclaveChangeSet *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (self), FALSE);

  return self->can_redo && !self->busy;
}

EnclaveGate *
enclave_change_set_get_gate (EnclaveChangeSet *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (self), NULL);

  return self->gate;
}

void
enclave_change_set_name_turn (EnclaveChangeSet *self, const char *conversation, const char *turn, const char *title)
{
  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));
  g_return_if_fail (conversation != NULL && turn != NULL && title != NULL);

  enclave_change_turn_set (&self->turn, conversation, turn, title);
}

const char *
enclave_change_set_get_turn (EnclaveChangeSet *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (self), NULL);

  return self->turn.turn;
}

void
enclave_change_set_set_busy (EnclaveChangeSet *self, gboolean busy)
{
  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));

  if (self->busy == busy)
    return;

  self->busy = busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_REDO]);
}

EnclaveChange *
enclave_change_set_find (EnclaveChangeSet *self, const char *true_path, EnclaveChangeStatus status)
{
  for (guint i = 0; i < self->changes->len; i++)
    {
      EnclaveChange *change = g_ptr_array_index (self->changes, i);

      if (enclave_change_get_status (change) == status
          && g_strcmp0 (enclave_proposal_get_true_path (enclave_change_get_proposal (change)), true_path) == 0)
        return change;
    }

  return NULL;
}

void
enclave_change_set_append (EnclaveChangeSet *self, EnclaveChange *change)
{
  g_ptr_array_add (self->changes, g_object_ref (change));
  g_signal_connect_object (change, "notify::added", G_CALLBACK (enclave_change_set_update), self, G_CONNECT_SWAPPED);
  g_list_model_items_changed (G_LIST_MODEL (self), self->changes->len - 1, 0, 1);
}

void
enclave_change_set_remove (EnclaveChangeSet *self, EnclaveChange *change)
{
  guint index;

  if (!g_ptr_array_find (self->changes, change, &index))
    return;

  g_signal_handlers_disconnect_by_func (change, enclave_change_set_update, self);
  g_ptr_array_remove_index (self->changes, index);
  g_list_model_items_changed (G_LIST_MODEL (self), index, 1, 0);
}

/**
 * enclave_change_set_begin_turn:
 * @self: a set
 *
 * What is decided goes from the list; what still waits for the user stays. What can be undone is kept until this
 * turn applies something itself.
 */
void
enclave_change_set_begin_turn (EnclaveChangeSet *self)
{
  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));

  for (guint i = self->changes->len; i > 0; i--)
    {
      EnclaveChange *change = g_ptr_array_index (self->changes, i - 1);

      if (enclave_change_get_status (change) != ENCLAVE_CHANGE_PROPOSED)
        enclave_change_set_remove (self, change);
    }
  enclave_change_set_drop_missed_of (self, NULL);
  begin_unnamed_turn (self);
  self->n_turns++;
  enclave_change_set_update (self);
}

/**
 * enclave_change_set_add:
 * @self: a set
 * @proposal: a change that was judged
 * @quality: how its pieces were found
 *
 * A further edit of a file that is proposed already becomes part of that change.
 *
 * Returns: (transfer none): the change. One whose edits take each other back has the status UNDONE
 */
EnclaveChange *
enclave_change_set_add (EnclaveChangeSet *self, EnclaveProposal *proposal, EnclaveMatchQuality quality)
{
  const EnclaveChangeOrigin origin = { .tool = "reply", .quality = quality };

  return enclave_change_set_add_from (self, proposal, &origin);
}

EnclaveChange *
enclave_change_set_add_from (EnclaveChangeSet *self, EnclaveProposal *proposal, const EnclaveChangeOrigin *given)
{
  EnclaveChangeOrigin origin;
  EnclaveChange *change;

  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (self), NULL);
  g_return_val_if_fail (ENCLAVE_IS_PROPOSAL (proposal), NULL);
  g_return_val_if_fail (given != NULL, NULL);

  origin = *given;
  origin.turn = self->n_turns;
  origin.time = g_get_real_time () / G_USEC_PER_SEC;
  enclave_change_set_drop_missed_of (self, enclave_proposal_get_path (proposal));

  /* While changes are written, what is proposed on top of them stands by itself: it must not be taken for written. */
  change = self->busy ? NULL
                      : enclave_change_set_find (self, enclave_proposal_get_true_path (proposal), ENCLAVE_CHANGE_PROPOSED);
  if (change == NULL)
    {
      g_autoptr (EnclaveChange) created = enclave_change_new (proposal, &origin);

      enclave_change_set_append (self, created);
      change = created;
    }
  else
    {
      g_autoptr (EnclaveProposal) combined =
        enclave_proposal_with_new_text (enclave_change_get_proposal (change),
                                        enclave_proposal_get_new_text (proposal));

      enclave_change_set_proposal (change, combined, &origin);
    }
  /* What it takes back may have been decided while it was prepared. */
  if (enclave_proposal_changes_nothing (enclave_change_get_proposal (change)))
    enclave_change_set_status (change, ENCLAVE_CHANGE_UNDONE, NULL);
  enclave_change_set_update (self);

  return change;
}

/**
 * enclave_change_set_reject:
 * @self: a set
 * @change: (nullable): the change that the user does not want; %NULL all that are proposed
 */
void
enclave_change_set_reject (EnclaveChangeSet *self, EnclaveChange *change)
{
  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));
  g_return_if_fail (change == NULL || ENCLAVE_IS_CHANGE (change));

  for (guint i = 0; i < self->changes->len; i++)
    {
      EnclaveChange *candidate = g_ptr_array_index (self->changes, i);
      EnclaveChangeStatus status = enclave_change_get_status (candidate);

      if ((change == NULL || change == candidate)
          && (status == ENCLAVE_CHANGE_PROPOSED || status == ENCLAVE_CHANGE_CONFLICT))
        enclave_change_set_status (candidate, ENCLAVE_CHANGE_REJECTED, NULL);
    }
  enclave_change_set_update (self);
}
