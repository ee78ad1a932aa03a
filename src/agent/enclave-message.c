/* enclave-message.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-message-private.h"

#include "enclave-message-block-private.h"

struct _EnclaveMessage
{
  GObject parent_instance;

  EnclaveRole role;
  char *turn;
  gint64 time; /* seconds since 1970 */
  guint mark;
  GPtrArray *blocks;
};

static GType
enclave_message_get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_MESSAGE_BLOCK;
}

static guint
enclave_message_get_n_items (GListModel *model)
{
  return ENCLAVE_MESSAGE (model)->blocks->len;
}

static gpointer
enclave_message_get_item (GListModel *model, guint position)
{
  EnclaveMessage *self = ENCLAVE_MESSAGE (model);

  return position < self->blocks->len ? g_object_ref (g_ptr_array_index (self->blocks, position)) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = enclave_message_get_item_type;
  iface->get_n_items = enclave_message_get_n_items;
  iface->get_item = enclave_message_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveMessage, enclave_message, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
enclave_message_finalize (GObject *object)
{
  EnclaveMessage *self = ENCLAVE_MESSAGE (object);

  g_ptr_array_unref (self->blocks);
  g_clear_pointer (&self->turn, g_free);

  G_OBJECT_CLASS (enclave_message_parent_class)->finalize (object);
}

static void
enclave_message_class_init (EnclaveMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_message_finalize;
}

static void
enclave_message_init (EnclaveMessage *self)
{
  self->blocks = g_ptr_array_new_with_free_func (g_object_unref);
}

EnclaveMessage *
enclave_message_new (EnclaveRole role, const char *turn, gint64 time)
{
  EnclaveMessage *self;

  g_return_val_if_fail (turn != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_MESSAGE, NULL);
  self->role = role;
  self->turn = g_strdup (turn);
  self->time = time;

  return self;
}

void
enclave_message_close (EnclaveMessage *self)
{
  g_return_if_fail (ENCLAVE_IS_MESSAGE (self));

  if (self->blocks->len > 0)
    enclave_message_block_close (g_ptr_array_index (self->blocks, self->blocks->len - 1));
}

void
enclave_message_add_block (EnclaveMessage *self, EnclaveMessageBlock *block)
{
  g_return_if_fail (ENCLAVE_IS_MESSAGE (self));
  g_return_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (block));

  enclave_message_close (self);
  g_ptr_array_add (self->blocks, g_object_ref (block));
  g_list_model_items_changed (G_LIST_MODEL (self), self->blocks->len - 1, 0, 1);
}

void
enclave_message_truncate (EnclaveMessage *self, guint n)
{
  guint n_before;

  g_return_if_fail (ENCLAVE_IS_MESSAGE (self));

  n_before = self->blocks->len;
  if (n >= n_before)
    return;
  enclave_message_close (self);
  g_ptr_array_set_size (self->blocks, (int) n);
  g_list_model_items_changed (G_LIST_MODEL (self), n, n_before - n, 0);
}

EnclaveRole
enclave_message_get_role (EnclaveMessage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE (self), ENCLAVE_ROLE_USER);

  return self->role;
}

const char *
enclave_message_get_turn (EnclaveMessage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE (self), NULL);

  return self->turn;
}

gint64
enclave_message_get_time (EnclaveMessage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE (self), 0);

  return self->time;
}

guint
enclave_message_get_mark (EnclaveMessage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE (self), 0);

  return self->mark;
}

void
enclave_message_set_mark (EnclaveMessage *self, guint mark)
{
  g_return_if_fail (ENCLAVE_IS_MESSAGE (self));

  self->mark = mark;
}

char *
enclave_message_dup_text (EnclaveMessage *self)
{
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MESSAGE (self), NULL);

  text = g_string_new (NULL);
  for (guint i = 0; i < self->blocks->len; i++)
    {
      EnclaveMessageBlock *block = g_ptr_array_index (self->blocks, i);
      EnclaveBlockKind kind = enclave_message_block_get_kind (block);

      if (kind != ENCLAVE_BLOCK_PARAGRAPH && kind != ENCLAVE_BLOCK_CODE)
        continue;

      if (text->len > 0)
        g_string_append (text, "\n\n");
      if (kind == ENCLAVE_BLOCK_CODE)
        {
          g_autofree char *code = enclave_message_block_dup_fenced (block);

          g_string_append (text, code);
        }
      else
        g_string_append (text, enclave_message_block_get_text (block));
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}
