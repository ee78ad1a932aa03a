/* enclave-language-service.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-service-private.h"

#include <string.h>

/* The name of the person's answer. */
#define CONSENT "language-servers"
#define CONSENT_GIVEN "given"
#define CONSENT_REFUSED "refused"
/* Rules are often read twice in a row: when they are written here, and when the file is seen to have changed. */
#define START_AGAIN_MS 150

enum
{
  CONSENT_CHANGED,
  WANTED,
  DIAGNOSTICS_CHANGED,
  EDIT_WANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);
static void message_source_init (EnclaveMessageSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveLanguageService, enclave_language_service, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                                 G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_MESSAGE_SOURCE, message_source_init))

static void
enclave_language_service_dispose (GObject *object)
{
  EnclaveLanguageService *self = ENCLAVE_LANGUAGE_SERVICE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->start_again, g_source_remove);
  g_clear_handle_id (&self->tell_changes, g_source_remove);
  g_clear_pointer (&self->changes, g_ptr_array_unref);
  for (guint i = 0; i < self->servers->len; i++)
    {
      g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->servers, i), self);
      enclave_language_server_stop (g_ptr_array_index (self->servers, i));
    }
  g_ptr_array_set_size (self->servers, 0);
  if (self->gate != NULL)
    g_signal_handlers_disconnect_by_data (self->gate, self);
  g_clear_object (&self->gate);
  g_clear_object (&self->policy);
  G_OBJECT_CLASS (enclave_language_service_parent_class)->dispose (object);
}

static void
enclave_language_service_finalize (GObject *object)
{
  EnclaveLanguageService *self = ENCLAVE_LANGUAGE_SERVICE (object);

  g_ptr_array_unref (self->servers);
  g_hash_table_unref (self->open);
  g_strfreev (self->off);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (enclave_language_service_parent_class)->finalize (object);
}

static void
enclave_language_service_class_init (EnclaveLanguageServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_language_service_dispose;
  object_class->finalize = enclave_language_service_finalize;

  signals[CONSENT_CHANGED] = g_signal_new ("consent-changed", ENCLAVE_TYPE_LANGUAGE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 0);
  signals[WANTED] = g_signal_new ("wanted", ENCLAVE_TYPE_LANGUAGE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DIAGNOSTICS_CHANGED] = g_signal_new ("diagnostics-changed", ENCLAVE_TYPE_LANGUAGE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                               NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[EDIT_WANTED] = g_signal_new ("edit-wanted", ENCLAVE_TYPE_LANGUAGE_SERVICE, G_SIGNAL_RUN_LAST, 0,
                                       g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 2, JSON_TYPE_OBJECT,
                                       ENCLAVE_TYPE_LANGUAGE_SERVER);
}

static void
enclave_language_service_init (EnclaveLanguageService *self)
{
  self->servers = g_ptr_array_new_with_free_func (g_object_unref);
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) enclave_language_text_unref);
  self->cancellable = g_cancellable_new ();
  self->enabled = TRUE;
}

gboolean
_enclave_language_service_is_off (EnclaveLanguageService *self, EnclaveLanguageServer *server)
{
  return self->off != NULL && g_strv_contains ((const char *const *) self->off, enclave_language_server_get_kind (server)->id);
}

EnclaveLanguageServer *
_enclave_language_service_choose (EnclaveLanguageService *self, const char *path)
{
  for (guint i = 0; i < self->servers->len; i++)
    {
      EnclaveLanguageServer *server = g_ptr_array_index (self->servers, i);

      if (enclave_language_kind_knows (enclave_language_server_get_kind (server), path) && !_enclave_language_service_is_off (self, server)
          && enclave_language_server_get_state (server) != ENCLAVE_LANGUAGE_SERVER_MISSING)
        return server;
    }
  return NULL;
}

static void
tell (EnclaveLanguageService *self, const char *path, EnclaveLanguageText *text)
{
  EnclaveLanguageServer *server = _enclave_language_service_choose (self, path);

  if (server == NULL || !self->enabled || enclave_gate_judge_name (self->gate, ENCLAVE_EFFECT_READ, path, FALSE).verdict == ENCLAVE_VERDICT_DENY)
    return;
  /* Nobody is asked about what is not installed. */
  if (self->consent == ENCLAVE_LANGUAGE_CONSENT_NONE && enclave_language_server_get_program (server) == NULL)
    enclave_language_server_look_for_program (server);
  else if (self->consent == ENCLAVE_LANGUAGE_CONSENT_NONE)
    g_signal_emit (self, signals[WANTED], 0);
  if (self->consent != ENCLAVE_LANGUAGE_CONSENT_GIVEN)
    return;
  if (enclave_language_server_open (server, path, text))
    enclave_language_server_start (server);
}

static void
tell_all (EnclaveLanguageService *self)
{
  g_autoptr (GList) paths = g_hash_table_get_keys (self->open);

  for (GList *at = paths; at != NULL; at = at->next)
    tell (self, at->data, g_hash_table_lookup (self->open, at->data));
}

static void
stop_all (EnclaveLanguageService *self, gboolean only_off)
{
  for (guint i = 0; i < self->servers->len; i++)
    {
      EnclaveLanguageServer *server = g_ptr_array_index (self->servers, i);
      g_autoptr (GList) paths = NULL;

      if (only_off && !_enclave_language_service_is_off (self, server))
        continue;
      paths = g_hash_table_get_keys (self->open);
      for (GList *at = paths; at != NULL; at = at->next)
        enclave_language_server_close (server, at->data);
      enclave_language_server_stop (server);
    }
}

static void
on_server_changed (EnclaveLanguageServer *server, EnclaveLanguageService *self)
{
  /* Another one may know what it does not. */
  if (enclave_language_server_get_state (server) == ENCLAVE_LANGUAGE_SERVER_MISSING
      || (self->consent == ENCLAVE_LANGUAGE_CONSENT_NONE && enclave_language_server_get_program (server) != NULL))
    tell_all (self);
}

static void
on_diagnostics (EnclaveLanguageServer *server, const char *path, EnclaveLanguageService *self)
{
  g_signal_emit (self, signals[DIAGNOSTICS_CHANGED], 0, path);
}

static gboolean
on_edit_wanted (EnclaveLanguageServer *server, JsonObject *edit, EnclaveLanguageService *self)
{
  gboolean taken = FALSE;

  g_signal_emit (self, signals[EDIT_WANTED], 0, edit, server, &taken);
  return taken;
}

static gboolean
on_start_again (gpointer user_data)
{
  EnclaveLanguageService *self = user_data;

  self->start_again = 0;
  tell_all (self);
  return G_SOURCE_REMOVE;
}

/* What a server sees of the project is made at its start, by the rules of then: it ends at once, and starts again under the new ones. */
static void
on_policy_changed (EnclaveLanguageService *self)
{
  EnclavePolicy *policy = enclave_gate_get_policy (self->gate);
  gboolean is_same = enclave_policy_has_same_rules (self->policy, policy);

  /* Rules that can't be read leave those before in force; and a file may be read again for no more than a new time, or a folder. */
  g_set_object (&self->policy, policy);
  if (is_same)
    return;
  for (guint i = 0; i < self->servers->len; i++)
    {
      EnclaveLanguageServer *server = g_ptr_array_index (self->servers, i);
      EnclaveLanguageServerState state = enclave_language_server_get_state (server);

      enclave_language_server_judge_again (server);
      if (state == ENCLAVE_LANGUAGE_SERVER_STARTING || state == ENCLAVE_LANGUAGE_SERVER_READY)
        enclave_language_server_stop (server);
    }
  g_clear_handle_id (&self->start_again, g_source_remove);
  self->start_again = g_timeout_add (START_AGAIN_MS, on_start_again, self);
}

static void
on_consent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveLanguageService) self = user_data;
  g_autoptr (GBytes) record = enclave_gate_look_at_consent_finish (ENCLAVE_GATE (source), result, NULL);
  gsize size = 0;
  const char *bytes = record != NULL ? g_bytes_get_data (record, &size) : NULL;

  if (g_cancellable_is_cancelled (self->cancellable) || self->consent != ENCLAVE_LANGUAGE_CONSENT_UNKNOWN)
    return;
  if (bytes != NULL && size == strlen (CONSENT_GIVEN) && memcmp (bytes, CONSENT_GIVEN, size) == 0)
    self->consent = ENCLAVE_LANGUAGE_CONSENT_GIVEN;
  else
    self->consent = bytes != NULL && size > 0 ? ENCLAVE_LANGUAGE_CONSENT_REFUSED : ENCLAVE_LANGUAGE_CONSENT_NONE;
  g_signal_emit (self, signals[CONSENT_CHANGED], 0);
  tell_all (self);
}

EnclaveLanguageService *
enclave_language_service_new (EnclaveGate *gate)
{
  EnclaveLanguageService *self;
  const EnclaveLanguageKind *kinds;
  guint n_kinds;

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);

  self = g_object_new (ENCLAVE_TYPE_LANGUAGE_SERVICE, NULL);
  self->gate = g_object_ref (gate);
  self->policy = g_object_ref (enclave_gate_get_policy (gate));
  kinds = enclave_language_kind_get_all (&n_kinds);
  for (guint i = 0; i < n_kinds; i++)
    {
      EnclaveLanguageServer *server = enclave_language_server_new (gate, &kinds[i]);

      g_signal_connect (server, "changed", G_CALLBACK (on_server_changed), self);
      g_signal_connect (server, "diagnostics-changed", G_CALLBACK (on_diagnostics), self);
      g_signal_connect (server, "edit-wanted", G_CALLBACK (on_edit_wanted), self);
      g_ptr_array_add (self->servers, server);
    }
  g_signal_connect_object (gate, "policy-changed", G_CALLBACK (on_policy_changed), self, G_CONNECT_SWAPPED);
  enclave_gate_set_message_source (gate, ENCLAVE_MESSAGE_SOURCE (self));
  enclave_gate_look_at_consent_async (gate, CONSENT, self->cancellable, on_consent, g_object_ref (self));
  return self;
}

void
enclave_language_service_configure (EnclaveLanguageService *self, gboolean enabled, const char *const *off)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self));

  self->enabled = enabled;
  g_strfreev (self->off);
  self->off = g_strdupv ((char **) off);
  stop_all (self, enabled);
  tell_all (self);
}

EnclaveLanguageConsent
enclave_language_service_get_consent (EnclaveLanguageService *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self), ENCLAVE_LANGUAGE_CONSENT_UNKNOWN);

  return self->consent;
}

static void
on_consent_kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!enclave_gate_keep_consent_finish (ENCLAVE_GATE (source), result, &error))
    g_message ("What was said of language servers holds for now only: %s", error->message);
}

void
enclave_language_service_set_consent (EnclaveLanguageService *self, EnclaveLanguageConsent consent)
{
  const char *word = consent == ENCLAVE_LANGUAGE_CONSENT_GIVEN ? CONSENT_GIVEN : CONSENT_REFUSED;
  g_autoptr (GBytes) record = NULL;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self));
  g_return_if_fail (consent != ENCLAVE_LANGUAGE_CONSENT_UNKNOWN);

  if (self->consent == consent)
    return;
  self->consent = consent;
  if (consent != ENCLAVE_LANGUAGE_CONSENT_NONE)
    record = g_bytes_new_static (word, strlen (word));
  enclave_gate_keep_consent_async (self->gate, CONSENT, "language servers", record, NULL, on_consent_kept, NULL);
  if (consent != ENCLAVE_LANGUAGE_CONSENT_GIVEN)
    stop_all (self, FALSE);
  g_signal_emit (self, signals[CONSENT_CHANGED], 0);
  tell_all (self);
}

void
enclave_language_service_open (EnclaveLanguageService *self, const char *path, EnclaveLanguageText *text)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self));
  g_return_if_fail (path != NULL && text != NULL);

  if (enclave_language_id_of_path (path) == NULL)
    return;
  g_hash_table_replace (self->open, g_strdup (path), enclave_language_text_ref (text));
  tell (self, path, text);
}

void
enclave_language_service_change (EnclaveLanguageService *self, const char *path, EnclaveLanguageText *text)
{
  EnclaveLanguageServer *server;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self));
  g_return_if_fail (path != NULL && text != NULL);

  if (!g_hash_table_contains (self->open, path))
    return;
  g_hash_table_replace (self->open, g_strdup (path), enclave_language_text_ref (text));
  server = enclave_language_service_get_server (self, path);
  if (server != NULL)
    enclave_language_server_change (server, path, text);
  else
    tell (self, path, text);
}

void
enclave_language_service_saved (EnclaveLanguageService *self, const char *path)
{
  EnclaveLanguageServer *server = enclave_language_service_get_server (self, path);

  if (server != NULL)
    enclave_language_server_saved (server, path);
}

void
enclave_language_service_close (EnclaveLanguageService *self, const char *path)
{
  EnclaveLanguageServer *server = enclave_language_service_get_server (self, path);

  if (server != NULL)
    enclave_language_server_close (server, path);
  g_hash_table_remove (self->open, path);
}

EnclaveLanguageServer *
enclave_language_service_get_server (EnclaveLanguageService *self, const char *path)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  for (guint i = 0; i < self->servers->len; i++)
    if (enclave_language_server_get_text (g_ptr_array_index (self->servers, i), path) != NULL
        && enclave_language_server_get_state (g_ptr_array_index (self->servers, i)) != ENCLAVE_LANGUAGE_SERVER_MISSING)
      return g_ptr_array_index (self->servers, i);
  return NULL;
}

EnclaveLanguageServer *
enclave_language_service_get_ready (EnclaveLanguageService *self, const char *path)
{
  EnclaveLanguageServer *server;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self), NULL);

  server = path != NULL ? enclave_language_service_get_server (self, path) : NULL;
  if (server != NULL && enclave_language_server_get_state (server) == ENCLAVE_LANGUAGE_SERVER_READY)
    return server;
  for (guint i = 0; i < self->servers->len; i++)
    if (enclave_language_server_get_state (g_ptr_array_index (self->servers, i)) == ENCLAVE_LANGUAGE_SERVER_READY)
      return g_ptr_array_index (self->servers, i);
  return NULL;
}

GPtrArray *
enclave_language_service_dup_diagnostics (EnclaveLanguageService *self, const char *path)
{
  GPtrArray *all;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  all = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_diagnostic_unref);
  for (guint i = 0; i < self->servers->len; i++)
    {
      GPtrArray *some = enclave_language_server_get_diagnostics (g_ptr_array_index (self->servers, i), path);

      for (guint k = 0; some != NULL && k < some->len; k++)
        g_ptr_array_add (all, enclave_diagnostic_ref (g_ptr_array_index (some, k)));
    }
  return all;
}

static GType
get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_LANGUAGE_SERVER;
}

static guint
get_n_items (GListModel *model)
{
  return ENCLAVE_LANGUAGE_SERVICE (model)->servers->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  EnclaveLanguageService *self = ENCLAVE_LANGUAGE_SERVICE (model);

  return position < self->servers->len ? g_object_ref (g_ptr_array_index (self->servers, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
file_message_free (gpointer message)
{
  enclave_file_message_free (message);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) diagnostics = enclave_language_server_look_finish (ENCLAVE_LANGUAGE_SERVER (source), result, &error);
  g_autoptr (GPtrArray) messages = NULL;

  if (diagnostics == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  messages = g_ptr_array_new_with_free_func (file_message_free);
  for (guint i = 0; i < diagnostics->len; i++)
    {
      const EnclaveDiagnostic *diagnostic = g_ptr_array_index (diagnostics, i);
      EnclaveFileMessage *message;

      if (diagnostic->severity > ENCLAVE_DIAGNOSTIC_WARNING)
        continue;
      message = g_new0 (EnclaveFileMessage, 1);
      message->line = diagnostic->range.start.line + 1;
      message->is_error = diagnostic->severity == ENCLAVE_DIAGNOSTIC_ERROR;
      message->text = enclave_diagnostic_to_line (diagnostic);
      g_ptr_array_add (messages, message);
    }
  g_task_return_pointer (task, g_steal_pointer (&messages), (GDestroyNotify) g_ptr_array_unref);
}

static void
look_async (EnclaveMessageSource *source, const char *path, const char *text, GCancellable *cancellable, GAsyncReadyCallback callback,
            gpointer user_data)
{
  EnclaveLanguageService *self = ENCLAVE_LANGUAGE_SERVICE (source);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  EnclaveLanguageServer *server = _enclave_language_service_choose (self, path);

  g_task_set_source_tag (task, look_async);
  if (server == NULL || enclave_language_server_get_state (server) != ENCLAVE_LANGUAGE_SERVER_READY)
    {
      g_task_return_pointer (task, NULL, NULL);
      g_object_unref (task);
      return;
    }
  enclave_language_server_look_async (server, path, text, cancellable, on_looked, task);
}

static GPtrArray *
look_finish (EnclaveMessageSource *source, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
message_source_init (EnclaveMessageSourceInterface *iface)
{
  iface->look_async = look_async;
  iface->look_finish = look_finish;
}
