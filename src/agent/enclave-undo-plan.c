/* enclave-undo-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-undo-plan-private.h"

struct _EnclaveUndoPlan
{
  GObject parent_instance;

  EnclaveGate *gate;
  EnclaveToolScope *scope;
  GPtrArray *records; /* (element-type EnclaveCheckpointRecord) */
  GPtrArray *files;   /* (element-type EnclaveUndoFile) */
  guint next;         /* the file that is being looked at */
  guint n_undecided;
  char *conversation;
  char *turn;
};

enum
{
  PROP_0,
  PROP_N_UNDECIDED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GType
enclave_undo_plan_get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_UNDO_FILE;
}

static guint
enclave_undo_plan_get_n_items (GListModel *model)
{
  return ENCLAVE_UNDO_PLAN (model)->files->len;
}

static gpointer
enclave_undo_plan_get_item (GListModel *model, guint position)
{
  EnclaveUndoPlan *self = ENCLAVE_UNDO_PLAN (model);

  return position < self->files->len ? g_object_ref (g_ptr_array_index (self->files, position)) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = enclave_undo_plan_get_item_type;
  iface->get_n_items = enclave_undo_plan_get_n_items;
  iface->get_item = enclave_undo_plan_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveUndoPlan, enclave_undo_plan, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
enclave_undo_plan_dispose (GObject *object)
{
  EnclaveUndoPlan *self = ENCLAVE_UNDO_PLAN (object);

  for (guint i = 0; i < self->files->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->files, i), self);
  g_ptr_array_set_size (self->files, 0);
  g_clear_object (&self->scope);
  g_clear_object (&self->gate);

  G_OBJECT_CLASS (enclave_undo_plan_parent_class)->dispose (object);
}

static void
enclave_undo_plan_finalize (GObject *object)
{
  EnclaveUndoPlan *self = ENCLAVE_UNDO_PLAN (object);

  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->records);
  g_free (self->conversation);
  g_free (self->turn);

  G_OBJECT_CLASS (enclave_undo_plan_parent_class)->finalize (object);
}

static void
enclave_undo_plan_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_N_UNDECIDED:
      g_value_set_uint (value, ENCLAVE_UNDO_PLAN (object)->n_undecided);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_undo_plan_class_init (EnclaveUndoPlanClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_undo_plan_dispose;
  object_class->finalize = enclave_undo_plan_finalize;
  object_class->get_property = enclave_undo_plan_get_property;
  properties[PROP_N_UNDECIDED] = g_param_spec_uint ("n-undecided", NULL, NULL, 0, G_MAXUINT, 0,
                                                    G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_undo_plan_init (EnclaveUndoPlan *self)
{
  self->files = g_ptr_array_new_with_free_func (g_object_unref);
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_checkpoint_record_unref);
}

static void
count_undecided (EnclaveUndoPlan *self)
{
  guint n = 0;

  for (guint i = 0; i < self->files->len; i++)
    n += enclave_undo_file_is_undecided (g_ptr_array_index (self->files, i));
  if (self->n_undecided == n)
    return;
  self->n_undecided = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNDECIDED]);
}

EnclaveUndoPlan *
enclave_undo_plan_new (EnclaveGate *gate, GPtrArray *records, const char *conversation, const char *turn, const char *title)
{
  EnclaveUndoPlan *self;
  g_autofree char *own_turn = g_uuid_string_random ();
  g_autoptr (GArray) undoes = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GPtrArray) emptied = g_ptr_array_new ();

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);
  g_return_val_if_fail (records != NULL, NULL);
  g_return_val_if_fail (conversation != NULL && turn != NULL && title != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_UNDO_PLAN, NULL);
  self->gate = g_object_ref (gate);
  self->conversation = g_strdup (conversation);
  self->turn = g_strdup (turn);
  for (guint i = 0; i < records->len; i++)
    {
      EnclaveCheckpointRecord *record = g_ptr_array_index (records, i);

      g_ptr_array_add (self->records, enclave_checkpoint_record_ref (record));
      g_array_append_val (undoes, record->number);
      for (guint k = 0; k < record->folders->len; k++)
        g_ptr_array_add (emptied, g_ptr_array_index (record->folders, k));
    }
  self->scope = enclave_gate_open_scope (gate, "user", "undo", ENCLAVE_EFFECT_WRITE);
  enclave_tool_scope_set_checkpoint (self->scope, conversation, own_turn, title, undoes, emptied);

  return self;
}

gboolean
enclave_undo_plan_get_is_redo (EnclaveUndoPlan *self)
{
  g_return_val_if_fail (ENCLAVE_IS_UNDO_PLAN (self), FALSE);

  return self->records->len > 0
         && ((EnclaveCheckpointRecord *) g_ptr_array_index (self->records, 0))->undoes->len > 0;
}

gboolean
enclave_undo_plan_is_of_turn (EnclaveUndoPlan *self, const char *conversation, const char *turn)
{
  g_return_val_if_fail (ENCLAVE_IS_UNDO_PLAN (self), FALSE);

  return g_strcmp0 (self->conversation, conversation) == 0 && g_strcmp0 (self->turn, turn) == 0;
}

char *
enclave_undo_plan_dup_true_path (EnclaveUndoPlan *self, EnclaveUndoFile *file)
{
  const char *root = enclave_gate_get_root (self->gate);

  return g_strconcat (root, g_str_has_suffix (root, "/") ? "" : "/", enclave_undo_file_get_path (file), NULL);
}

static void look_at_next (GTask *owned_task);

static void
looked_at_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveUndoPlan *self = g_task_get_source_object (task);
  EnclaveUndoFile *file = g_ptr_array_index (self->files, self->next);
  g_autoptr (EnclaveProposal) proposal = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *true_path = NULL;

  proposal = enclave_tool_scope_prepare_write_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  true_path = enclave_undo_plan_dup_true_path (self, file);
  enclave_undo_file_look_at (file, proposal, true_path, error);
  self->next++;
  look_at_next (g_steal_pointer (&task));
}

static void
look_at_next (GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  EnclaveUndoPlan *self = g_task_get_source_object (task);

  if (self->next < self->files->len)
    {
      /* The text is a stand-in: what is to be written depends on what is found. */
      enclave_tool_scope_prepare_write_async (self->scope,
                                              enclave_undo_file_get_path (g_ptr_array_index (self->files, self->next)),
                                              NULL, "", g_task_get_cancellable (task), looked_at_cb,
                                              g_object_ref (task));
      return;
    }

  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, self->files->len);
  count_undecided (self);
  g_task_return_boolean (task, TRUE);
}

static EnclaveUndoFile *
find_file (EnclaveUndoPlan *self, const char *path)
{
  EnclaveUndoFile *file;

  for (guint i = 0; i < self->files->len; i++)
    if (strcmp (enclave_undo_file_get_path (g_ptr_array_index (self->files, i)), path) == 0)
      return g_ptr_array_index (self->files, i);

  file = enclave_undo_file_new (path);
  g_signal_connect_swapped (file, "notify::decision", G_CALLBACK (count_undecided), self);
  g_ptr_array_add (self->files, file);

  return file;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveUndoPlan *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) texts = NULL;
  g_autoptr (GError) error = NULL;

  texts = enclave_tool_scope_load_checkpoints_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (texts == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  for (guint i = 0; i < texts->len; i++)
    {
      const EnclaveCheckpointText *text = g_ptr_array_index (texts, i);

      enclave_undo_file_add_step (find_file (self, text->path), text);
    }
  self->next = 0;
  look_at_next (g_steal_pointer (&task));
}

void
enclave_undo_plan_prepare_async (EnclaveUndoPlan *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_UNDO_PLAN (self));
  g_return_if_fail (self->files->len == 0);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_undo_plan_prepare_async);
  enclave_tool_scope_load_checkpoints_async (self->scope, self->records, cancellable, loaded_cb, g_object_ref (task));
}

gboolean
enclave_undo_plan_prepare_finish (EnclaveUndoPlan *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

guint
enclave_undo_plan_get_n_undecided (EnclaveUndoPlan *self)
{
  g_return_val_if_fail (ENCLAVE_IS_UNDO_PLAN (self), 0);

  return self->n_undecided;
}

void
enclave_undo_plan_decide_all (EnclaveUndoPlan *self, EnclaveUndoDecision decision)
{
  g_return_if_fail (ENCLAVE_IS_UNDO_PLAN (self));

  for (guint i = 0; i < self->files->len; i++)
    {
      EnclaveUndoFile *file = g_ptr_array_index (self->files, i);

      if (enclave_undo_file_is_undecided (file))
        enclave_undo_file_set_decision (file, decision);
    }
}

static GPtrArray *
collect (EnclaveUndoPlan *self)
{
  GPtrArray *proposals = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->files->len; i++)
    {
      EnclaveProposal *proposal = enclave_undo_file_dup_proposal (g_ptr_array_index (self->files, i));

      if (proposal != NULL)
        g_ptr_array_add (proposals, proposal);
    }

  return proposals;
}

guint
enclave_undo_plan_get_n_changes (EnclaveUndoPlan *self)
{
  g_autoptr (GPtrArray) proposals = NULL;

  g_return_val_if_fail (ENCLAVE_IS_UNDO_PLAN (self), 0);

  proposals = collect (self);

  return proposals->len;
}

static GError *
explain_undecided (EnclaveUndoPlan *self)
{
  g_autoptr (GString) text = g_string_new (enclave_undo_plan_get_is_redo (self) ? _("Nothing was done again")
                                                                              : _("Nothing was undone"));
  const char *path = NULL;

  for (guint i = 0; i < self->files->len; i++)
    {
      EnclaveUndoFile *file = g_ptr_array_index (self->files, i);

      if (!enclave_undo_file_is_undecided (file))
        continue;
      g_string_append_printf (text, "%s%s: %s", path == NULL ? ": " : "; ", enclave_undo_file_get_path (file),
                              enclave_undo_file_get_message (file));
      if (path == NULL)
        path = enclave_undo_file_get_path (file);
    }

  return enclave_gate_error_new (ENCLAVE_GATE_ERROR_CHANGED, NULL, path, "%s", text->str);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveUndoPlan *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (enclave_tool_scope_apply_finish (ENCLAVE_TOOL_SCOPE (source), result, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_prefix_error (&error, "%s", enclave_undo_plan_get_is_redo (self) ? _("Nothing was done again: ") : _("Nothing was undone: "));
  g_task_return_error (task, g_steal_pointer (&error));
}

void
enclave_undo_plan_apply_async (EnclaveUndoPlan *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GPtrArray) proposals = NULL;

  g_return_if_fail (ENCLAVE_IS_UNDO_PLAN (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_undo_plan_apply_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self->n_undecided > 0)
    {
      g_task_return_error (task, explain_undecided (self));
      return;
    }
  proposals = collect (self);
  /* With no file to write it is kept all the same: the turn counts as taken back from now on. */
  enclave_tool_scope_apply_async (self->scope, proposals, cancellable, applied_cb, g_object_ref (task));
}

gboolean
enclave_undo_plan_apply_finish (EnclaveUndoPlan *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
