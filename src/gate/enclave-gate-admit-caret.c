/* enclave-gate-admit-caret.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text around a caret, for a model that fills in. Both sides are masked as one text: a secret on both sides of the caret has
 * its form only then.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-gate-private.h"

#include "enclave-context-item-private.h"
#include "enclave-limits.h"
#include "enclave-path-resolver.h"

typedef struct
{
  char *path; /* (nullable) */
  char *before;
  char *after;
  gsize before_bytes;
  gsize after_bytes;
  EnclaveContextItem *items[2];
} Caret;

static void
caret_free (gpointer data)
{
  Caret *caret = data;

  g_free (caret->path);
  g_free (caret->before);
  g_free (caret->after);
  g_clear_object (&caret->items[0]);
  g_clear_object (&caret->items[1]);
  g_free (caret);
}

static EnclaveAuditRecord
record_for (const char *path)
{
  return (EnclaveAuditRecord){ .actor = "user", .tool = "complete", .path = path, .effect = "read" };
}

/* The beginning of what is kept of @text: a line's, so that nothing stands there half; at most @bytes before its end. */
static const char *
cut_before (const char *text, gsize bytes)
{
  gsize length = strlen (text);
  const char *at;

  if (length <= bytes)
    return text;
  at = strchr (text + (length - bytes), '\n');
  return at != NULL ? at + 1 : text + length;
}

/* Bytes that are kept of @text, which is behind the caret. */
static gsize
cut_after (const char *text, gsize bytes)
{
  gsize length = strlen (text);

  if (length <= bytes)
    return length;
  length = bytes;
  while (length > 0 && text[length - 1] != '\n')
    length--;
  return length;
}

static gboolean
judge (EnclaveGate *self, Caret *caret, GError **error)
{
  g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
  g_autoptr(GError) local_error = NULL;
  EnclaveAuditRecord refused = record_for (caret->path);

  if (!enclave_gate_audit_ready (self, error))
    return FALSE;
  if (caret->path == NULL
      || enclave_path_resolver_open (self->resolver, ENCLAVE_EFFECT_READ, caret->path,
                                     ENCLAVE_RESOLVE_REGULAR | ENCLAVE_RESOLVE_ALLOW_MISSING, &resolved, &local_error))
    return TRUE;

  enclave_gate_audit_error (self, &refused, local_error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Finds the caret in what was masked. FALSE: it stands in a value. */
static gboolean
split (EnclaveGate *self, Caret *caret, const EnclaveMaskedText *masked)
{
  g_autoptr(EnclaveMaskedText) before = NULL;
  g_autoptr(EnclaveMaskedText) after = NULL;
  gsize length;

  if (masked->values->len + masked->secrets->len == 0)
    return TRUE;
  before = enclave_text_admission_mask (self->admission, caret->before, ENCLAVE_ADMISSION_NONE);
  after = enclave_text_admission_mask (self->admission, caret->after, ENCLAVE_ADMISSION_NONE);
  length = strlen (before->text);
  if (strncmp (masked->text, before->text, length) != 0 || strcmp (masked->text + length, after->text) != 0)
    return FALSE;
  g_free (caret->before);
  g_free (caret->after);
  caret->before = g_steal_pointer (&before->text);
  caret->after = g_steal_pointer (&after->text);
  return TRUE;
}

static gboolean
admit (EnclaveGate *self, Caret *caret, const EnclaveMaskedText *masked, GError **error)
{
  EnclaveAuditRecord masks, record;
  g_autofree char *after = NULL;
  g_autofree char *given = NULL;
  const char *before;

  masks = record = record_for (caret->path);
  if (!split (self, caret, masked))
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_DENIED, NULL, caret->path,
                                                        N_("Completing: the caret stands in a value that is kept from models")));
      return FALSE;
    }
  before = cut_before (caret->before, caret->before_bytes);
  after = g_strndup (caret->after, cut_after (caret->after, caret->after_bytes));
  if (!enclave_gate_record_masks (self, &masks, masked, error))
    return FALSE;
  given = g_strconcat (before, after, NULL);
  if (!enclave_gate_record_text (self, &record, given, error))
    return FALSE;
  caret->items[0] = enclave_context_item_new (before, "completion", NULL, before != caret->before);
  caret->items[1] = enclave_context_item_new (after, "completion", NULL, strlen (after) < strlen (caret->after));
  return TRUE;
}

static void
on_masked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  EnclaveGate *self = g_task_get_source_object (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnclaveMaskedText) masked
    = enclave_text_admission_mask_finish (ENCLAVE_TEXT_ADMISSION (source), result, &error);

  if (masked == NULL || !admit (self, g_task_get_task_data (task), masked, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * enclave_gate_admit_caret_async:
 * @text: what the caret stands in, valid UTF-8
 * @caret: its place in bytes, between two characters
 * @before_bytes: how much of the text before it is wanted at most
 * @after_bytes: the same behind it
 * @path: (nullable): the file of the text, judged for reading
 *
 * What is masked is found in ENCLAVE_FILL_LOOK_BYTES on each side, on a worker that waits until the values of denied files are known.
 * What is given begins and ends with whole lines. It is one record in the audit, of the bytes that are given.
 */
void
enclave_gate_admit_caret_async (EnclaveGate *self, const char *text, gsize caret, gsize before_bytes, gsize after_bytes,
                                const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *head = NULL;
  Caret *data;

  g_return_if_fail (ENCLAVE_IS_GATE (self));
  g_return_if_fail (text != NULL && caret <= strlen (text));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_gate_admit_caret_async);
  data = g_new0 (Caret, 1);
  g_task_set_task_data (task, data, caret_free);
  data->path = g_strdup (path);
  data->before_bytes = before_bytes;
  data->after_bytes = after_bytes;
  head = g_strndup (text, caret);
  data->before = g_strdup (cut_before (head, ENCLAVE_FILL_LOOK_BYTES));
  data->after = g_strndup (text + caret, cut_after (text + caret, ENCLAVE_FILL_LOOK_BYTES));
  if (!judge (self, data, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  enclave_text_admission_mask_async (self->admission, g_strconcat (data->before, data->after, NULL), ENCLAVE_ADMISSION_NONE,
                                     cancellable, on_masked, g_steal_pointer (&task));
}

/**
 * enclave_gate_admit_caret_finish:
 * @before: (out) (transfer full): what is before the caret
 * @after: (out) (transfer full): what is behind it
 *
 * Returns: %FALSE with %ENCLAVE_GATE_ERROR (DENIED also when the caret stands in a value that is masked) or %G_IO_ERROR_CANCELLED
 */
gboolean
enclave_gate_admit_caret_finish (EnclaveGate *self, GAsyncResult *result, EnclaveContextItem **before,
                                 EnclaveContextItem **after, GError **error)
{
  Caret *caret;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  caret = g_task_get_task_data (G_TASK (result));
  *before = g_steal_pointer (&caret->items[0]);
  *after = g_steal_pointer (&caret->items[1]);
  return TRUE;
}
