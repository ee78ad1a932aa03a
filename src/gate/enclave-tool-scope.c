/* enclave-tool-scope.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-tool-scope-private.h"

#include "enclave-audit-mask.h"
#include "enclave-checkpoint.h"
#include "enclave-gate-private.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

struct _EnclaveToolScope
{
  GObject parent_instance;

  EnclaveGate *gate;
  char *actor;
  char *tool;
  EnclaveEffects effects;
  gboolean restricted;
  gboolean counting;
  char *withheld;          /* (nullable) */
  EnclaveCheckpointLabel *label; /* (nullable) */
  GHashTable *knowledge;   /* path as it was asked for → EnclaveKnowledge */
  char *arguments;        /* (nullable): as shown */
  char *arguments_digest; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (EnclaveToolScope, enclave_tool_scope, G_TYPE_OBJECT)

static void
enclave_tool_scope_finalize (GObject *object)
{
  EnclaveToolScope *self = ENCLAVE_TOOL_SCOPE (object);

  g_clear_object (&self->gate);
  g_clear_pointer (&self->actor, g_free);
  g_clear_pointer (&self->tool, g_free);
  g_clear_pointer (&self->arguments, g_free);
  g_clear_pointer (&self->arguments_digest, g_free);
  g_clear_pointer (&self->withheld, g_free);
  g_clear_pointer (&self->label, enclave_checkpoint_label_free);
  g_clear_pointer (&self->knowledge, g_hash_table_unref);

  G_OBJECT_CLASS (enclave_tool_scope_parent_class)->finalize (object);
}

static void
enclave_tool_scope_class_init (EnclaveToolScopeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_tool_scope_finalize;
  g_signal_new ("progress", ENCLAVE_TYPE_TOOL_SCOPE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
enclave_tool_scope_init (EnclaveToolScope *self)
{
  self->knowledge = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

EnclaveToolScope *
enclave_tool_scope_new (EnclaveGate *gate, const char *actor, const char *tool, EnclaveEffects effects)
{
  EnclaveToolScope *self = g_object_new (ENCLAVE_TYPE_TOOL_SCOPE, NULL);

  self->gate = g_object_ref (gate);
  self->actor = g_strdup (actor);
  self->tool = g_strdup (tool);
  self->effects = effects;

  return self;
}

EnclaveGate *
enclave_tool_scope_get_gate (EnclaveToolScope *self)
{
  return self->gate;
}

const char *
enclave_tool_scope_get_tool (EnclaveToolScope *self)
{
  return self->tool;
}

const char *
enclave_tool_scope_get_actor (EnclaveToolScope *self)
{
  return self->actor;
}

const EnclaveCheckpointLabel *
enclave_tool_scope_get_checkpoint (EnclaveToolScope *self)
{
  return self->label;
}

void
enclave_tool_scope_set_checkpoint (EnclaveToolScope *self, const char *conversation, const char *turn, const char *title,
                                   GArray *undoes, GPtrArray *emptied)
{
  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));

  g_clear_pointer (&self->label, enclave_checkpoint_label_free);
  self->label = enclave_checkpoint_label_new (conversation, turn, title, undoes, emptied);
}

EnclavePathResolver *
enclave_tool_scope_get_resolver (EnclaveToolScope *self)
{
  return enclave_gate_get_resolver (self->gate);
}

gboolean
enclave_tool_scope_get_restricted (EnclaveToolScope *self)
{
  return self->restricted;
}

gboolean
enclave_tool_scope_get_counting (EnclaveToolScope *self)
{
  return self->counting;
}

/**
 * enclave_tool_scope_set_counting:
 *
 * For what a person is still writing. Each reading is an audit line all the same.
 */
void
enclave_tool_scope_set_counting (EnclaveToolScope *self)
{
  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));

  self->counting = TRUE;
}

/**
 * enclave_tool_scope_get_effects:
 *
 * Returns: the doors that were declared
 */
EnclaveEffects
enclave_tool_scope_get_effects (EnclaveToolScope *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_SCOPE (self), 0);

  return self->effects;
}

/**
 * enclave_tool_scope_restrict_commands:
 *
 * From now on commands of this scope can't change the workspace. There is no way back.
 */
void
enclave_tool_scope_restrict_commands (EnclaveToolScope *self)
{
  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));

  self->restricted = TRUE;
}

void
enclave_tool_scope_take_withheld (EnclaveToolScope *self, char *text)
{
  if (text == NULL)
    return;
  g_free (self->withheld);
  self->withheld = text;
}

const char *
enclave_tool_scope_get_withheld (EnclaveToolScope *self)
{
  return self->withheld;
}

gboolean
enclave_tool_scope_has_withheld (EnclaveToolScope *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_SCOPE (self), FALSE);

  return self->withheld != NULL;
}

gboolean
enclave_tool_scope_is_of_agent (EnclaveToolScope *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_SCOPE (self), TRUE);

  return strcmp (self->actor, "user") != 0;
}

void
enclave_tool_scope_set_knowledge (EnclaveToolScope *self, const char *path, EnclaveKnowledge knowledge)
{
  g_hash_table_insert (self->knowledge, g_strdup (path), GINT_TO_POINTER (knowledge));
}

EnclaveKnowledge
enclave_tool_scope_get_knowledge (EnclaveToolScope *self, const char *path)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL_SCOPE (self), ENCLAVE_KNOWLEDGE_NONE);
  g_return_val_if_fail (path != NULL, ENCLAVE_KNOWLEDGE_NONE);

  return GPOINTER_TO_INT (g_hash_table_lookup (self->knowledge, path));
}

/**
 * enclave_tool_scope_set_arguments:
 * @json: the arguments of the call, an object as text
 */
void
enclave_tool_scope_set_arguments (EnclaveToolScope *self, const char *json)
{
  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (json != NULL);

  g_free (self->arguments);
  g_free (self->arguments_digest);
  self->arguments = enclave_audit_mask_arguments (json);
  self->arguments_digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, json, -1);
}

static const char *
effect_word (EnclaveEffects effect)
{
  return effect == ENCLAVE_EFFECT_WRITE      ? "write"
         : effect == ENCLAVE_EFFECT_RUN      ? "run"
         : effect == ENCLAVE_EFFECT_EXTERNAL ? "external"
                                             : "read";
}

static const char *
effect_of_task (GTask *task)
{
  return g_object_get_data (G_OBJECT (task), "enclave-effect");
}

static void
fill_record (EnclaveToolScope *self, EnclaveAuditRecord *record)
{
  record->actor = self->actor;
  record->tool = self->tool;
  record->arguments = self->arguments;
  record->arguments_digest = self->arguments_digest;
}

static gboolean
record_for_scope (EnclaveToolScope *self, EnclaveAuditRecord *record, const char *text, GError **error)
{
  fill_record (self, record);

  return text != NULL ? enclave_gate_record_text (self->gate, record, text, error)
                      : enclave_gate_record (self->gate, record, error);
}

gboolean
enclave_tool_scope_record (EnclaveToolScope *self, GTask *task, EnclaveAuditRecord *record, const char *text)
{
  GError *error = NULL;

  if (record->effect == NULL)
    record->effect = effect_of_task (task);
  if (record_for_scope (self, record, text, &error))
    return TRUE;
  g_task_return_error (task, error);

  return FALSE;
}

void
enclave_tool_scope_record_end (EnclaveToolScope *self, EnclaveAuditRecord *record, const char *text)
{
  record_for_scope (self, record, text, NULL);
}

gboolean
enclave_tool_scope_record_masks (EnclaveToolScope *self, const char *path, const EnclaveMaskedText *masked, GError **error)
{
  EnclaveAuditRecord record = { .path = path };

  fill_record (self, &record);

  return enclave_gate_record_masks (self->gate, &record, masked, error);
}

GTask *
enclave_tool_scope_begin (EnclaveToolScope *self, EnclaveEffects effect, const char *path, gpointer tag,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  const char *door = effect_word (effect);
  GError *error = NULL;

  g_task_set_source_tag (task, tag);
  g_object_set_data (G_OBJECT (task), "enclave-effect", (gpointer) door);
  if ((self->effects & effect) == effect)
    {
      if (g_task_return_error_if_cancelled (task))
        return NULL;
      if (enclave_gate_audit_ready (self->gate, &error))
        return g_steal_pointer (&task);
      g_task_return_error (task, error);
    }
  else
    {
      EnclaveAuditRecord record = { .path = path, .decision = ENCLAVE_AUDIT_UNDECLARED, .effect = door };

      record_for_scope (self, &record, NULL, NULL);
      g_task_return_error (task,
                           enclave_gate_error_new (ENCLAVE_GATE_ERROR_UNDECLARED, NULL, path,
                                                   N_("Tool %s: its description does not declare the effect “%s”"),
                                                   self->tool, door));
    }

  return NULL;
}

void
enclave_tool_scope_fail (EnclaveToolScope *self, GTask *task, const char *path, GError *error)
{
  EnclaveAuditRecord record = { .path = path, .effect = effect_of_task (task) };

  fill_record (self, &record);
  enclave_gate_audit_error (self->gate, &record, error);
  g_task_return_error (task, error);
  g_object_unref (task);
}

typedef struct
{
  char *path;
  char *rule;
  const char *effect;
} AskData;

static void
ask_data_free (gpointer data)
{
  AskData *ask = data;

  g_free (ask->path);
  g_free (ask->rule);
  g_free (ask);
}

static gboolean
record_answer (EnclaveToolScope *self, AskData *ask, EnclaveAuditDecision decision, GError **error)
{
  EnclaveApprover *approver = enclave_gate_get_approver (self->gate);
  EnclaveAuditRecord record = { .path = ask->path, .rule = ask->rule, .decision = decision, .effect = ask->effect };

  if (decision == ENCLAVE_AUDIT_APPROVED || decision == ENCLAVE_AUDIT_REFUSED)
    record.approver = approver != NULL ? enclave_approver_get_name (approver) : "user";

  return record_for_scope (self, &record, NULL, error);
}

static void
return_unanswered (EnclaveToolScope *self, GTask *task)
{
  AskData *ask = g_task_get_task_data (task);

  record_answer (self, ask, ENCLAVE_AUDIT_UNANSWERED, NULL);
  g_task_return_error (task, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NEEDS_APPROVAL, ask->rule, ask->path,
                                                     N_("Tool %s: this needs an approval, and nobody is there to give it"),
                                                     self->tool));
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  EnclaveToolScope *self = g_task_get_source_object (task);
  AskData *ask = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  EnclaveApprovalAnswer answer;

  answer = enclave_approver_ask_finish (ENCLAVE_APPROVER (source), result, &error);
  if (error != NULL)
    {
      record_answer (self, ask, ENCLAVE_AUDIT_UNANSWERED, NULL);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  switch (answer)
    {
    case ENCLAVE_APPROVAL_ALLOWED_ONCE:
    case ENCLAVE_APPROVAL_ALLOWED_IN_CONVERSATION:
      if (record_answer (self, ask, ENCLAVE_AUDIT_APPROVED, &error))
        g_task_return_int (task, answer == ENCLAVE_APPROVAL_ALLOWED_IN_CONVERSATION);
      else
        g_task_return_error (task, g_steal_pointer (&error));
      break;
    case ENCLAVE_APPROVAL_NOBODY_THERE:
      return_unanswered (self, task);
      break;
    case ENCLAVE_APPROVAL_DENIED:
    default:
      record_answer (self, ask, ENCLAVE_AUDIT_REFUSED, NULL);
      g_task_return_error (task, enclave_gate_error_new (ENCLAVE_GATE_ERROR_REFUSED_BY_USER, ask->rule, ask->path,
                                                         N_("Tool %s: the user said no"), self->tool));
      break;
    }
}

void
enclave_tool_scope_ask_async (EnclaveToolScope *self, EnclaveApprovalRequest *request, const char *path,
                              const char *rule, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  EnclaveApprover *approver = enclave_gate_get_approver (self->gate);
  AskData *ask = g_new0 (AskData, 1);
  EnclaveApprovalKind kind;

  g_task_set_source_tag (task, enclave_tool_scope_ask_async);
  ask->path = g_strdup (path);
  ask->rule = g_strdup (rule);
  kind = enclave_approval_request_get_kind (request);
  ask->effect = kind == ENCLAVE_APPROVAL_EXTERNAL                                         ? "external"
                : kind == ENCLAVE_APPROVAL_COMMAND || kind == ENCLAVE_APPROVAL_NETWORK ? "run"
                                                                                       : "write";
  g_task_set_task_data (task, ask, ask_data_free);

  if (approver == NULL)
    return_unanswered (self, task);
  else
    enclave_approver_ask_async (approver, request, cancellable, on_answer, g_steal_pointer (&task));
}

gboolean
enclave_tool_scope_ask_finish (EnclaveToolScope *self, GAsyncResult *result, gboolean *remember, GError **error)
{
  gssize value = g_task_propagate_int (G_TASK (result), error);

  *remember = value > 0;

  return value >= 0;
}

char *
enclave_tool_scope_dup_overlay_text (EnclaveToolScope *self, const char *true_path)
{
  EnclaveBufferOverlay *const overlays[] = { enclave_gate_get_pending_overlay (self->gate),
                                             enclave_gate_get_buffer_overlay (self->gate) };

  for (guint i = 0; i < G_N_ELEMENTS (overlays); i++)
    {
      char *text = overlays[i] != NULL ? enclave_buffer_overlay_dup_text (overlays[i], true_path) : NULL;

      if (text != NULL)
        return text;
    }

  return NULL;
}

char *
enclave_tool_scope_clip_middle (const char *text, gboolean *truncated)
{
  gsize length = strlen (text);
  gsize half = ENCLAVE_TOOL_RESULT_MAX_BYTES / 2;
  gsize head, tail;
  const char *line;

  *truncated = length > ENCLAVE_TOOL_RESULT_MAX_BYTES;
  if (!*truncated)
    return g_strdup (text);

  head = enclave_utf8_prefix_length (text, length, half);
  line = g_strrstr_len (text, (gssize) head, "\n");
  if (line != NULL && (gsize) (line - text) > half / 2)
    head = line - text + 1;

  tail = length - half;
  while (tail < length && ((guchar) text[tail] & 0xc0) == 0x80)
    tail++;
  line = memchr (text + tail, '\n', length - tail);
  if (line != NULL && (gsize) (line - text) < length - half / 2)
    tail = line - text + 1;

  return g_strdup_printf ("%.*s%s[%" G_GSIZE_FORMAT " bytes in the middle are left out]\n%s", (int) head, text,
                          head > 0 && text[head - 1] == '\n' ? "" : "\n", tail - head, text + tail);
}
