/* enclave-draft.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-draft.h"

struct _EnclaveDraft
{
  GObject parent_instance;

  char *words;
  GPtrArray *attachments; /* (element-type EnclaveDraftAttachment) */
  GPtrArray *items;       /* (element-type EnclaveContextItem) */
  GStrv secrets;
  GStrv values;
  gboolean harmless;
};

G_DEFINE_FINAL_TYPE (EnclaveDraft, enclave_draft, G_TYPE_OBJECT)

EnclaveDraftAttachment *
enclave_draft_attachment_new (const char *text, const char *path, const char *source)
{
  EnclaveDraftAttachment *attachment = g_new0 (EnclaveDraftAttachment, 1);

  attachment->text = g_strdup (text);
  attachment->path = g_strdup (path);
  attachment->source = g_strdup (source);

  return attachment;
}

void
enclave_draft_attachment_free (EnclaveDraftAttachment *attachment)
{
  g_free (attachment->text);
  g_free (attachment->path);
  g_free (attachment->source);
  g_free (attachment);
}

static void
enclave_draft_finalize (GObject *object)
{
  EnclaveDraft *self = ENCLAVE_DRAFT (object);

  g_free (self->words);
  g_ptr_array_unref (self->attachments);
  g_ptr_array_unref (self->items);
  g_strfreev (self->secrets);
  g_strfreev (self->values);

  G_OBJECT_CLASS (enclave_draft_parent_class)->finalize (object);
}

static void
enclave_draft_class_init (EnclaveDraftClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_draft_finalize;
}

static void
enclave_draft_init (EnclaveDraft *self)
{
  self->attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_draft_attachment_free);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

/* Returns: (transfer full) (nullable). */
static EnclaveContextItem *
look_at (EnclaveGate *gate, const EnclaveDraftAttachment *part, GStrvBuilder *secrets, GStrvBuilder *values)
{
  g_auto (GStrv) more_secrets = NULL;
  g_auto (GStrv) more_values = NULL;
  EnclaveContextItem *item =
    enclave_gate_look_at_text (gate, part->text, part->path, part->source, &more_secrets, &more_values, NULL);

  g_strv_builder_addv (secrets, (const char **) more_secrets);
  g_strv_builder_addv (values, (const char **) more_values);

  return item;
}

static void
look (EnclaveDraft *self, EnclaveGate *gate)
{
  const EnclaveDraftAttachment words = { .text = self->words, .source = (char *) "message" };
  g_autoptr (GStrvBuilder) secrets = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) values = g_strv_builder_new ();
  g_autoptr (EnclaveContextItem) item = look_at (gate, &words, secrets, values);

  self->harmless = item != NULL && g_str_equal (enclave_context_item_get_text (item), self->words);
  for (guint i = 0; i < self->attachments->len; i++)
    {
      EnclaveContextItem *attached = look_at (gate, g_ptr_array_index (self->attachments, i), secrets, values);

      if (attached != NULL)
        g_ptr_array_add (self->items, attached);
    }
  self->secrets = g_strv_builder_end (secrets);
  self->values = g_strv_builder_end (values);
}

static void
learnt_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveDraft *draft = g_task_get_task_data (task);
  GError *error = NULL;

  if (!enclave_gate_learn_values_finish (ENCLAVE_GATE (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  look (draft, ENCLAVE_GATE (source));
  g_task_return_pointer (task, g_object_ref (draft), g_object_unref);
}

void
enclave_draft_look_async (EnclaveGate *gate, const char *words, GPtrArray *attachments, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveDraft *draft;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));
  g_return_if_fail (words != NULL);

  task = g_task_new (gate, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_draft_look_async);
  draft = g_object_new (ENCLAVE_TYPE_DRAFT, NULL);
  draft->words = g_strdup (words);
  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    {
      const EnclaveDraftAttachment *attachment = g_ptr_array_index (attachments, i);

      g_ptr_array_add (draft->attachments, enclave_draft_attachment_new (attachment->text, attachment->path, attachment->source));
    }
  g_task_set_task_data (task, draft, g_object_unref);
  enclave_gate_learn_values_async (gate, cancellable, learnt_cb, task);
}

EnclaveDraft *
enclave_draft_look_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

const char *
enclave_draft_get_words (EnclaveDraft *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DRAFT (self), NULL);

  return self->words;
}

GPtrArray *
enclave_draft_get_items (EnclaveDraft *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DRAFT (self), NULL);

  return self->items;
}

GStrv
enclave_draft_get_secrets (EnclaveDraft *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DRAFT (self), NULL);

  return self->secrets;
}

GStrv
enclave_draft_get_values (EnclaveDraft *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DRAFT (self), NULL);

  return self->values;
}

gboolean
enclave_draft_is_harmless (EnclaveDraft *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DRAFT (self), FALSE);

  return self->harmless;
}
