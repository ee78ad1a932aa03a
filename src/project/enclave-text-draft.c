/* enclave-text-draft.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing drafts. The object has what was not yet given to the worker.
 */

#include "config.h"

#include "enclave-limits.h"
#include "enclave-text-draft-private.h"

struct _EnclaveTextDraft
{
  GObject parent_instance;

  EnclaveTextDraftFile *file;
  GByteArray *records;
  guint write_source;
  guint sync_source;
  guint retry_source;
  guint retry_ms; /* the pause before the last try */
  char *problem; /* (nullable) */
  gboolean begun;
  gboolean discarded;
};

enum
{
  PROP_0,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveTextDraft, enclave_text_draft, G_TYPE_OBJECT)

/* Of the main thread. */
static GQueue live = G_QUEUE_INIT;

void
enclave_text_drafts_flush (guint milliseconds)
{
  for (GList *at = live.head; at != NULL; at = at->next)
    enclave_text_draft_write (at->data);
  _enclave_text_draft_wait (milliseconds);
}

static gboolean
retry_source_cb (gpointer data)
{
  EnclaveTextDraft *self = data;

  self->retry_source = 0;
  _enclave_text_draft_file_write (self->file, NULL);
  _enclave_text_draft_file_sync (self->file);
  return G_SOURCE_REMOVE;
}

/* Who does not type on has no other way to have their text kept. */
static void
try_again_later (EnclaveTextDraft *self)
{
  if (self->retry_source != 0 || self->discarded)
    return;
  self->retry_ms = self->retry_ms == 0 ? ENCLAVE_DRAFT_RETRY_MS : MIN (2 * self->retry_ms, ENCLAVE_DRAFT_RETRY_MAX_MS);
  self->retry_source = g_timeout_add (self->retry_ms, retry_source_cb, self);
}

static void
clear_sources (EnclaveTextDraft *self)
{
  g_clear_handle_id (&self->write_source, g_source_remove);
  g_clear_handle_id (&self->sync_source, g_source_remove);
  g_clear_handle_id (&self->retry_source, g_source_remove);
}

void
_enclave_text_draft_report (EnclaveTextDraft *self, const char *problem)
{
  if (problem != NULL)
    try_again_later (self);
  else
    {
      g_clear_handle_id (&self->retry_source, g_source_remove);
      self->retry_ms = 0;
    }
  if (g_strcmp0 (self->problem, problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static gboolean
sync_source_cb (gpointer data)
{
  EnclaveTextDraft *self = data;

  self->sync_source = 0;
  if (!self->discarded)
    _enclave_text_draft_file_sync (self->file);
  return G_SOURCE_REMOVE;
}

void
enclave_text_draft_write (EnclaveTextDraft *self)
{
  g_return_if_fail (ENCLAVE_IS_TEXT_DRAFT (self));

  g_clear_handle_id (&self->write_source, g_source_remove);
  if (self->discarded || (self->begun && self->records->len == 0))
    return;
  self->begun = TRUE;
  _enclave_text_draft_file_write (self->file, self->records);
  self->records = g_byte_array_new ();
  if (self->sync_source == 0)
    self->sync_source = g_timeout_add (ENCLAVE_DRAFT_SYNC_MS, sync_source_cb, self);
}

static gboolean
write_source_cb (gpointer data)
{
  EnclaveTextDraft *self = data;

  self->write_source = 0;
  enclave_text_draft_write (self);
  return G_SOURCE_REMOVE;
}

void
enclave_text_draft_edit (EnclaveTextDraft *self, guint64 offset, guint64 n_deleted, const char *text, gsize length)
{
  g_autoptr (GByteArray) payload = NULL;
  guint64 numbers[2] = { GUINT64_TO_LE (offset), GUINT64_TO_LE (n_deleted) };

  g_return_if_fail (ENCLAVE_IS_TEXT_DRAFT (self));
  g_return_if_fail (length == 0 || text != NULL);

  if (self->discarded)
    return;
  payload = g_byte_array_new ();
  g_byte_array_append (payload, (const guint8 *) numbers, sizeof numbers);
  g_byte_array_append (payload, (const guint8 *) text, (guint) length);
  _enclave_text_draft_append_record (self->records, payload->data, payload->len);
  if (self->write_source == 0)
    self->write_source = g_timeout_add (ENCLAVE_DRAFT_WRITE_MS, write_source_cb, self);
}

void
enclave_text_draft_replace (EnclaveTextDraft *self, const char *id)
{
  g_return_if_fail (ENCLAVE_IS_TEXT_DRAFT (self));
  g_return_if_fail (id != NULL);
  g_return_if_fail (!self->discarded);

  enclave_text_draft_write (self);
  _enclave_text_draft_file_replace (self->file, id);
}

void
enclave_text_draft_discard (EnclaveTextDraft *self)
{
  g_return_if_fail (ENCLAVE_IS_TEXT_DRAFT (self));

  if (self->discarded)
    return;
  self->discarded = TRUE;
  clear_sources (self);
  if (self->begun)
    _enclave_text_draft_file_discard (self->file);
}

void
enclave_text_draft_take_over (EnclaveTextDraft *self, EnclaveTextDraft *older)
{
  g_return_if_fail (ENCLAVE_IS_TEXT_DRAFT (self));
  g_return_if_fail (ENCLAVE_IS_TEXT_DRAFT (older));
  g_return_if_fail (self != older && !self->discarded);

  if (older->discarded)
    return;
  /* before the new one needs the room: should it get none, the old one is as new */
  if (older->records->len > 0)
    enclave_text_draft_write (older);
  older->discarded = TRUE;
  clear_sources (older);
  enclave_text_draft_write (self);
  _enclave_text_draft_file_take_over (self->file, older->file);
}

const char *
enclave_text_draft_get_problem (EnclaveTextDraft *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_DRAFT (self), NULL);

  return self->problem;
}

static void
enclave_text_draft_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_PROBLEM)
    g_value_set_string (value, ENCLAVE_TEXT_DRAFT (object)->problem);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
enclave_text_draft_dispose (GObject *object)
{
  EnclaveTextDraft *self = ENCLAVE_TEXT_DRAFT (object);

  g_queue_remove (&live, self);
  /* What is unsaved when its window goes stays kept. */
  if (self->records != NULL && self->records->len > 0)
    enclave_text_draft_write (self);
  clear_sources (self);

  G_OBJECT_CLASS (enclave_text_draft_parent_class)->dispose (object);
}

static void
enclave_text_draft_finalize (GObject *object)
{
  EnclaveTextDraft *self = ENCLAVE_TEXT_DRAFT (object);

  g_clear_pointer (&self->file, _enclave_text_draft_file_unref);
  g_clear_pointer (&self->records, g_byte_array_unref);
  g_free (self->problem);

  G_OBJECT_CLASS (enclave_text_draft_parent_class)->finalize (object);
}

static void
enclave_text_draft_class_init (EnclaveTextDraftClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = enclave_text_draft_get_property;
  object_class->dispose = enclave_text_draft_dispose;
  object_class->finalize = enclave_text_draft_finalize;

  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_text_draft_init (EnclaveTextDraft *self)
{
  self->records = g_byte_array_new ();
  g_queue_push_tail (&live, self);
}

EnclaveTextDraft *
enclave_text_draft_new (const char *path, const char *title, const char *project, GBytes *base)
{
  EnclaveTextDraft *self;
  g_autoptr (GVariant) head = NULL;
  g_autoptr (GBytes) head_bytes = NULL;

  g_return_val_if_fail (base != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_TEXT_DRAFT, NULL);
  head = g_variant_ref_sink (g_variant_new ("(u^ay^ay^ay)", GUINT32_TO_LE (DRAFT_FORMAT), path != NULL ? path : "",
                                            title != NULL ? title : "", project != NULL ? project : ""));
  head_bytes = g_variant_get_data_as_bytes (head);
  self->file = _enclave_text_draft_file_new (self, head_bytes, base, path);
  return self;
}
