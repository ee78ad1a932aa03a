/* enclave-language-completion.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-completion.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-language-proposal-item.h"

#define KEY "complete-while-typing"
/* Of a model whose answer was only a part: what is proposed depends on what is written next. */
#define PART "enclave-part"
/* The word that it was asked for. */
#define ASKED "enclave-asked"
/* How it comes to a question, in the numbers of the protocol. */
#define TRIGGER_INVOKED 1
#define TRIGGER_INCOMPLETE 3

struct _EnclaveLanguageCompletion
{
  GObject parent_instance;

  EnclaveLanguageEditor *editor; /* (nullable) (weak) */
  GSettings *settings;           /* (nullable) */
  GtkTextBuffer *buffer;         /* (nullable) (weak) */
  GCancellable *signature;       /* (nullable): the question that stands */
  GCancellable *rest;            /* (nullable): the question for what a part of has come */
  guint signature_source;
  gboolean follows_call;
};

typedef struct
{
  EnclaveLanguageCompletion *completion;
  GtkSourceCompletionContext *context;
  GListModel *model;
} Rest;

static void
rest_free (Rest *rest)
{
  g_object_unref (rest->completion);
  g_object_unref (rest->context);
  g_object_unref (rest->model);
  g_free (rest);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rest, rest_free)

static void provider_init (GtkSourceCompletionProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveLanguageCompletion, enclave_language_completion, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROVIDER, provider_init))

static void
enclave_language_completion_dispose (GObject *object)
{
  EnclaveLanguageCompletion *self = ENCLAVE_LANGUAGE_COMPLETION (object);

  g_clear_handle_id (&self->signature_source, g_source_remove);
  if (self->signature != NULL)
    g_cancellable_cancel (self->signature);
  g_clear_object (&self->signature);
  if (self->rest != NULL)
    g_cancellable_cancel (self->rest);
  g_clear_object (&self->rest);
  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_clear_weak_pointer (&self->buffer);
  g_clear_weak_pointer (&self->editor);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (enclave_language_completion_parent_class)->dispose (object);
}

static void
enclave_language_completion_class_init (EnclaveLanguageCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_language_completion_dispose;
}

static void
enclave_language_completion_init (EnclaveLanguageCompletion *self)
{
}

static void
stop_following (EnclaveLanguageCompletion *self)
{
  self->follows_call = FALSE;
  if (self->editor != NULL)
    enclave_language_editor_hide_text (self->editor);
}

static void
on_signature (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveLanguageCompletion) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, &error);
  EnclaveLanguageSignature *signature = enclave_language_read_signature (node);
  g_autoptr (GString) text = NULL;
  GtkTextIter caret;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->buffer == NULL || self->editor == NULL || signature == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        stop_following (self);
      g_clear_pointer (&signature, enclave_language_signature_free);
      return;
    }
  text = g_string_new (NULL);
  if (signature->end > signature->start)
    {
      g_autofree char *head = g_utf8_substring (signature->label, 0, signature->start);
      g_autofree char *part = g_utf8_substring (signature->label, signature->start, signature->end);

      /* Marked without colour: what is in hand stands between angle quotes, for ears too. */
      g_string_append_printf (text, "%s‹%s›%s", head, part, g_utf8_offset_to_pointer (signature->label, signature->end));
    }
  else
    g_string_append (text, signature->label);
  if (signature->documentation != NULL)
    g_string_append_printf (text, "\n\n%s", signature->documentation);
  enclave_language_signature_free (signature);
  self->follows_call = TRUE;
  gtk_text_buffer_get_iter_at_mark (self->buffer, &caret, gtk_text_buffer_get_insert (self->buffer));
  enclave_language_editor_show_text (self->editor, &caret, text->str, FALSE);
}

void
enclave_language_completion_show_signature (EnclaveLanguageCompletion *self)
{
  EnclaveLanguageServer *server;
  EnclaveLanguagePosition position;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_COMPLETION (self));

  if (self->signature != NULL)
    g_cancellable_cancel (self->signature);
  g_clear_object (&self->signature);
  server = self->editor != NULL ? enclave_language_editor_prepare (self->editor, "signatureHelpProvider", NULL, &position) : NULL;
  if (server == NULL)
    {
      stop_following (self);
      return;
    }
  self->signature = g_cancellable_new ();
  enclave_language_server_request_async (
    server, "textDocument/signatureHelp",
    enclave_language_server_new_params (server, enclave_language_editor_get_path (self->editor), &position), self->signature,
    on_signature, g_object_ref (self));
}

gboolean
enclave_language_completion_follows_call (EnclaveLanguageCompletion *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_COMPLETION (self), FALSE);

  return self->follows_call;
}

static gboolean
on_signature_due (gpointer user_data)
{
  EnclaveLanguageCompletion *self = user_data;

  self->signature_source = 0;
  enclave_language_completion_show_signature (self);
  return G_SOURCE_REMOVE;
}

static void
ask_signature_soon (EnclaveLanguageCompletion *self)
{
  if (self->signature_source == 0)
    self->signature_source = g_timeout_add (50, on_signature_due, self);
}

static gboolean
is_trigger_of (EnclaveLanguageCompletion *self, const char *capability, gunichar character)
{
  EnclaveLanguageServer *server = self->editor != NULL ? enclave_language_editor_prepare (self->editor, capability, NULL, NULL) : NULL;
  g_autofree char *triggers = server != NULL ? enclave_language_server_dup_triggers (server, capability) : NULL;

  return triggers != NULL && g_utf8_strchr (triggers, -1, character) != NULL;
}

/* What a person types comes one character at a time, in the view that has the focus. */
static void
on_inserted (GtkTextBuffer *buffer, GtkTextIter *iter, const char *text, int length, EnclaveLanguageCompletion *self)
{
  EnclaveEditorPage *page = self->editor != NULL ? enclave_language_editor_get_page (self->editor) : NULL;

  if (page == NULL || g_utf8_strlen (text, length) != 1 || !gtk_widget_has_focus (GTK_WIDGET (enclave_editor_page_get_view (page))))
    return;
  if (self->follows_call || strchr ("(,", *text) != NULL)
    if (self->follows_call || is_trigger_of (self, "signatureHelpProvider", g_utf8_get_char (text)))
      ask_signature_soon (self);
}

static void
on_deleted (EnclaveLanguageCompletion *self)
{
  if (self->follows_call)
    ask_signature_soon (self);
}

void
enclave_language_completion_caret_moved (EnclaveLanguageCompletion *self)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_COMPLETION (self));

  if (self->follows_call)
    ask_signature_soon (self);
}

EnclaveLanguageCompletion *
enclave_language_completion_new (EnclaveLanguageEditor *editor, GSettings *settings)
{
  EnclaveLanguageCompletion *self = g_object_new (ENCLAVE_TYPE_LANGUAGE_COMPLETION, NULL);
  GtkSourceView *view = enclave_editor_page_get_view (enclave_language_editor_get_page (editor));

  g_set_weak_pointer (&self->editor, editor);
  g_set_object (&self->settings, settings);
  g_set_weak_pointer (&self->buffer, gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)));
  g_signal_connect_after (self->buffer, "insert-text", G_CALLBACK (on_inserted), self);
  g_signal_connect_object (self->buffer, "delete-range", G_CALLBACK (on_deleted), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  return self;
}

static char *
get_title (GtkSourceCompletionProvider *provider)
{
  return g_strdup (_ ("Language server"));
}

static int
get_priority (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context)
{
  return 100;
}

static gboolean
comes_by_itself (EnclaveLanguageCompletion *self)
{
  return self->settings == NULL || g_settings_get_boolean (self->settings, KEY);
}

static gboolean
is_trigger (GtkSourceCompletionProvider *provider, const GtkTextIter *iter, gunichar character)
{
  EnclaveLanguageCompletion *self = ENCLAVE_LANGUAGE_COMPLETION (provider);

  return comes_by_itself (self) && is_trigger_of (self, "completionProvider", character);
}

static gboolean
key_activates (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GtkSourceCompletionProposal *proposal,
               guint keyval, GdkModifierType state)
{
  return FALSE;
}

/* (nullable): what @server knows of the text. */
static EnclaveLanguageText *
get_text (EnclaveLanguageCompletion *self, EnclaveLanguageServer *server)
{
  const char *path = self->editor != NULL ? enclave_language_editor_get_path (self->editor) : NULL;

  return path != NULL ? enclave_language_server_get_text (server, path) : NULL;
}

/* (transfer full) (nullable): the server can't be asked. @server: (out). */
static JsonObject *
new_question (EnclaveLanguageCompletion *self, int trigger, EnclaveLanguageServer **server)
{
  EnclaveLanguagePosition position;
  JsonObject *params;
  JsonObject *how;

  *server = self->editor != NULL ? enclave_language_editor_prepare (self->editor, "completionProvider", NULL, &position) : NULL;
  if (*server == NULL)
    return NULL;
  params = enclave_language_server_new_params (*server, enclave_language_editor_get_path (self->editor), &position);
  how = json_object_new ();
  json_object_set_int_member (how, "triggerKind", trigger);
  json_object_set_object_member (params, "context", how);
  return params;
}

static void
on_rest (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Rest) rest = user_data;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, NULL);
  EnclaveLanguageText *text = get_text (rest->completion, ENCLAVE_LANGUAGE_SERVER (source));
  g_autofree char *word = NULL;
  GPtrArray *proposals;
  gboolean incomplete;

  /* What was proposed before is still better than nothing. */
  if (node == NULL || text == NULL)
    return;
  word = gtk_source_completion_context_get_word (rest->context);
  proposals = enclave_language_read_proposals (node, &incomplete);
  g_object_set_data (G_OBJECT (rest->model), PART, GINT_TO_POINTER (incomplete));
  enclave_language_proposal_model_replace (rest->model, proposals, text, word);
}

static void
ask_for_rest (EnclaveLanguageCompletion *self, GtkSourceCompletionContext *context, GListModel *model)
{
  g_autofree char *word = gtk_source_completion_context_get_word (context);
  EnclaveLanguageServer *server;
  JsonObject *params;
  Rest *rest;

  /* A list that is made anew for the same word would lose what was selected in it. */
  if (g_strcmp0 (word, g_object_get_data (G_OBJECT (model), ASKED)) == 0)
    return;
  g_object_set_data_full (G_OBJECT (model), ASKED, g_steal_pointer (&word), g_free);
  if (self->rest != NULL)
    g_cancellable_cancel (self->rest);
  g_clear_object (&self->rest);
  params = new_question (self, TRIGGER_INCOMPLETE, &server);
  if (params == NULL)
    return;
  self->rest = g_cancellable_new ();
  rest = g_new0 (Rest, 1);
  rest->completion = g_object_ref (self);
  rest->context = g_object_ref (context);
  rest->model = g_object_ref (model);
  enclave_language_server_request_async (server, "textDocument/completion", params, self->rest, on_rest, rest);
}

static void
on_proposals (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GtkSourceCompletionContext *context = g_task_get_task_data (task);
  EnclaveLanguageCompletion *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, &error);
  g_autofree char *word = NULL;
  EnclaveLanguageText *text = get_text (self, ENCLAVE_LANGUAGE_SERVER (source));
  GPtrArray *proposals;
  GListModel *model;
  gboolean incomplete;

  if (node == NULL || text == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Nothing is proposed");
      return;
    }
  word = gtk_source_completion_context_get_word (context);
  proposals = enclave_language_read_proposals (node, &incomplete);
  model = enclave_language_proposal_model_new (proposals, text, word);
  g_object_set_data (G_OBJECT (model), PART, GINT_TO_POINTER (incomplete));
  g_object_set_data_full (G_OBJECT (model), ASKED, g_strdup (g_object_get_data (G_OBJECT (task), ASKED)), g_free);
  /* Keys that came before there was a list. */
  if (incomplete)
    ask_for_rest (self, context, model);
  g_task_return_pointer (task, model, g_object_unref);
}

static void
populate_async (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GCancellable *cancellable,
                GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveLanguageCompletion *self = ENCLAVE_LANGUAGE_COMPLETION (provider);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  gboolean asked_for = gtk_source_completion_context_get_activation (context) == GTK_SOURCE_COMPLETION_ACTIVATION_USER_REQUESTED;
  EnclaveLanguageServer *server = NULL;
  JsonObject *params = NULL;

  g_task_set_source_tag (task, populate_async);
  g_task_set_task_data (task, g_object_ref (context), g_object_unref);
  if (asked_for || comes_by_itself (self))
    params = new_question (self, TRIGGER_INVOKED, &server);
  if (params == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Nothing is proposed");
      return;
    }
  g_object_set_data_full (G_OBJECT (task), ASKED, gtk_source_completion_context_get_word (context), g_free);
  enclave_language_server_request_async (server, "textDocument/completion", params, cancellable, on_proposals, g_steal_pointer (&task));
}

static GListModel *
populate_finish (GtkSourceCompletionProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
refilter (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GListModel *model)
{
  g_autofree char *word = gtk_source_completion_context_get_word (context);

  enclave_language_proposal_model_filter (model, word);
  if (g_object_get_data (G_OBJECT (model), PART) == NULL)
    return;
  /* Until the answer comes: a list that is gone for a moment takes no keys when it is back (GtkSourceView 5.6). */
  if (g_list_model_get_n_items (model) == 0)
    enclave_language_proposal_model_filter (model, NULL);
  ask_for_rest (ENCLAVE_LANGUAGE_COMPLETION (provider), context, model);
}

static void
display (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GtkSourceCompletionProposal *proposal,
         GtkSourceCompletionCell *cell)
{
  g_autofree char *word = gtk_source_completion_context_get_word (context);

  enclave_language_proposal_item_display (ENCLAVE_LANGUAGE_PROPOSAL_ITEM (proposal), cell, word);
}

static void
activate (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GtkSourceCompletionProposal *proposal)
{
  EnclaveLanguageCompletion *self = ENCLAVE_LANGUAGE_COMPLETION (provider);
  GtkTextIter start;
  GtkTextIter end;

  if (self->buffer == NULL || !gtk_source_completion_context_get_bounds (context, &start, &end))
    return;
  if (enclave_language_proposal_item_insert (ENCLAVE_LANGUAGE_PROPOSAL_ITEM (proposal), self->buffer, &start, &end))
    ask_signature_soon (self);
}

static void
provider_init (GtkSourceCompletionProviderInterface *iface)
{
  iface->get_title = get_title;
  iface->get_priority = get_priority;
  iface->is_trigger = is_trigger;
  iface->key_activates = key_activates;
  iface->populate_async = populate_async;
  iface->populate_finish = populate_finish;
  iface->refilter = refilter;
  iface->display = display;
  iface->activate = activate;
}
