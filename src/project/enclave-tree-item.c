/* enclave-tree-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-project-tree-private.h"
#include "enclave-utf8.h"

struct _EnclaveTreeItem
{
  GObject parent_instance;

  GFile *file;
  char *name;
  EnclaveTreeEntry *entry;
  EnclaveGate *gate;
  char *rule;
  gboolean judged;
  gboolean follows; /* only those that somebody has looked at listen to the gate */
};

enum
{
  PROP_NAME = 1,
  PROP_DENIED,
  PROP_IGNORED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveTreeItem, enclave_tree_item, G_TYPE_OBJECT)

static void
enclave_tree_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  EnclaveTreeItem *self = ENCLAVE_TREE_ITEM (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_DENIED:
      g_value_set_boolean (value, enclave_tree_item_get_rule (self) != NULL);
      break;
    case PROP_IGNORED:
      g_value_set_boolean (value, self->entry->ignored);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
enclave_tree_item_finalize (GObject *object)
{
  EnclaveTreeItem *self = ENCLAVE_TREE_ITEM (object);

  g_clear_object (&self->file);
  g_clear_object (&self->gate);
  g_clear_pointer (&self->entry, enclave_tree_entry_free);
  g_free (self->name);
  g_free (self->rule);

  G_OBJECT_CLASS (enclave_tree_item_parent_class)->finalize (object);
}

static void
enclave_tree_item_class_init (EnclaveTreeItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = enclave_tree_item_get_property;
  object_class->finalize = enclave_tree_item_finalize;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_DENIED] = g_param_spec_boolean ("denied", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IGNORED] = g_param_spec_boolean ("ignored", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_tree_item_init (EnclaveTreeItem *self)
{
}

/* @entry: (transfer full). */
EnclaveTreeItem *
enclave_tree_item_new (GFile *folder, EnclaveTreeEntry *entry, EnclaveGate *gate)
{
  EnclaveTreeItem *self = g_object_new (ENCLAVE_TYPE_TREE_ITEM, NULL);

  self->file = g_file_get_child (folder, entry->name);
  self->name = enclave_utf8_display_name (entry->name);
  self->entry = entry;
  self->gate = gate != NULL ? g_object_ref (gate) : NULL;
  return self;
}

const EnclaveTreeEntry *
enclave_tree_item_get_entry (EnclaveTreeItem *self)
{
  return self->entry;
}

GFile *
enclave_tree_item_get_file (EnclaveTreeItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TREE_ITEM (self), NULL);
  return self->file;
}

const char *
enclave_tree_item_get_name (EnclaveTreeItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TREE_ITEM (self), NULL);
  return self->name;
}

gboolean
enclave_tree_item_get_is_folder (EnclaveTreeItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TREE_ITEM (self), FALSE);
  return self->entry->is_folder;
}

gboolean
enclave_tree_item_get_ignored (EnclaveTreeItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TREE_ITEM (self), FALSE);
  return self->entry->ignored;
}

void
enclave_tree_item_set_ignored (EnclaveTreeItem *self, gboolean ignored)
{
  if (self->entry->ignored == ignored)
    return;
  self->entry->ignored = ignored;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IGNORED]);
}

/* By other rules now; judged again when somebody asks. */
static void
policy_changed_cb (EnclaveTreeItem *self)
{
  g_autofree char *before = g_steal_pointer (&self->rule);

  self->judged = FALSE;
  if (g_strcmp0 (before, enclave_tree_item_get_rule (self)) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DENIED]);
}

/* Judged when the row is first shown: a folder may have ten thousand entries, a screen has forty rows. */
const char *
enclave_tree_item_get_rule (EnclaveTreeItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TREE_ITEM (self), NULL);

  if (!self->judged && self->gate != NULL)
    {
      EnclaveDecision decision = enclave_gate_judge_name (self->gate, ENCLAVE_EFFECT_READ,
                                                          g_file_peek_path (self->file), self->entry->is_folder);

      if (decision.verdict == ENCLAVE_VERDICT_DENY)
        self->rule = g_strdup (decision.rule != NULL ? decision.rule : "policy");
      if (!self->follows)
        g_signal_connect_object (self->gate, "policy-changed", G_CALLBACK (policy_changed_cb), self, G_CONNECT_SWAPPED);
      self->follows = TRUE;
    }
  self->judged = TRUE;
  return self->rule;
}
