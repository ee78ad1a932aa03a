/* enclave-chat-pane-actions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-chat-pane-private.h"
#include "enclave-settings.h"

#define ZOOM_STEP 10
#define ZOOM_MIN 50
#define ZOOM_MAX 300

static void
set_enabled (EnclaveChatPane *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

void
enclave_chat_pane_update_actions (EnclaveChatPane *self)
{
  EnclaveChangeSet *changes = self->service != NULL ? enclave_agent_service_get_change_set (self->service) : NULL;
  gboolean busy = self->service != NULL && enclave_agent_service_get_busy (self->service);
  guint n_proposed = changes != NULL ? enclave_change_set_get_n_proposed (changes) : 0;
  guint n_changes = changes != NULL ? g_list_model_get_n_items (G_LIST_MODEL (changes)) : 0;
  guint n_missed = changes != NULL ? g_list_model_get_n_items (enclave_change_set_get_missed (changes)) : 0;
  gboolean writes = changes != NULL && enclave_change_set_get_busy (changes);

  if (self->actions == NULL)
    return;

  set_enabled (self, "stop", busy);
  set_enabled (self, "retry", self->service != NULL && !busy);
  set_enabled (self, "answer-again", self->service != NULL && !busy);
  set_enabled (self, "go-on", self->service != NULL && !busy);
  set_enabled (self, "new-conversation", self->service != NULL);
  set_enabled (self, "conversations", self->keeper != NULL);
  set_enabled (self, "cycle-mode", self->service != NULL);
  set_enabled (self, "apply", n_proposed > 0 && !writes);
  set_enabled (self, "reject", n_changes > 0 && !writes);
  set_enabled (self, "review", n_changes + n_missed > 0);
  set_enabled (self, "undo-turn", changes != NULL && enclave_change_set_get_can_undo (changes));
  set_enabled (self, "redo-turn", changes != NULL && enclave_change_set_get_can_redo (changes));
  set_enabled (self, "undo-turn-of", changes != NULL && !writes);
  set_enabled (self, "undo-history", changes != NULL);
  set_enabled (self, "focus-approval", enclave_chat_approver_get_current (self->approver) != NULL
                                         || enclave_chat_server_questions_get_current (self->questions) != NULL);
}

void
enclave_chat_pane_send_withheld (EnclaveChatPane *self, EnclaveToolCall *call)
{
  g_autoptr (GError) error = NULL;

  if (self->service != NULL && !enclave_agent_service_submit_withheld (self->service, call, &error))
    enclave_chat_composer_set_error (self->composer, error->message);
  else
    enclave_chat_list_scroll_to_end (self->list);
}

static void
send_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  enclave_chat_composer_send (ENCLAVE_CHAT_PANE (user_data)->composer);
}

static void
stop_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);

  enclave_agent_service_stop (self->service);
  enclave_chat_composer_focus (self->composer);
}

/* The text is sent before the turn is stopped only if it can be: a stop gives queued words back to the composer. */
static void
send_now_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);
  g_autofree char *text = enclave_chat_composer_dup_text (self->composer);

  if (text[strspn (text, " \t\r\n")] == '\0')
    return;
  if (self->service != NULL && enclave_agent_service_get_busy (self->service))
    enclave_agent_service_stop (self->service);
  enclave_chat_composer_send (self->composer);
}

static void
retry_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);
  g_autoptr (GError) error = NULL;

  g_signal_emit (self, enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_RETRY_SERVERS], 0);
  if (!enclave_agent_service_retry (self->service, &error))
    enclave_chat_composer_set_error (self->composer, error->message);
}

/* As if the person had written it: what the model is told stands in the conversation. Not translated: it is for the model. */
static void
go_on_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);
  g_autoptr (GError) error = NULL;

  if (!enclave_agent_service_submit (self->service, "Go on.", NULL, &error))
    enclave_chat_composer_set_error (self->composer, error->message);
}

static void
focus_message_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  enclave_chat_composer_focus (ENCLAVE_CHAT_PANE (user_data)->composer);
}

static void
new_conversation_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);

  enclave_agent_service_new_conversation (self->service);
  enclave_chat_composer_focus (self->composer);
}

static void
compact_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);
  g_autoptr (GError) error = NULL;

  if (self->service == NULL)
    return;
  if (enclave_agent_service_compact (self->service, &error))
    enclave_chat_list_scroll_to_end (self->list);
  else
    enclave_chat_composer_set_error (self->composer, error->message);
}

static void
conversations_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  enclave_chat_pane_show_threads (ENCLAVE_CHAT_PANE (user_data));
}

static void
cycle_mode_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);
  EnclaveMode mode = enclave_agent_service_get_mode (self->service);

  enclave_agent_service_set_mode (self->service, mode == ENCLAVE_MODE_EDIT ? ENCLAVE_MODE_ASK : mode + 1);
  /* The administrator may have pinned less than the next. */
  if (enclave_agent_service_get_mode (self->service) == mode)
    enclave_agent_service_set_mode (self->service, ENCLAVE_MODE_ASK);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatPane) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!enclave_change_set_apply_finish (ENCLAVE_CHANGE_SET (source), result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->service != NULL)
    enclave_chat_change_bar_set_error (self->change_bar, error->message);
}

static void
apply_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);

  enclave_chat_change_bar_set_error (self->change_bar, NULL);
  enclave_change_set_apply_async (enclave_agent_service_get_change_set (self->service), NULL, self->cancellable,
                                  applied_cb, g_object_ref (self));
}

static void
reject_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);

  enclave_change_set_reject (enclave_agent_service_get_change_set (self->service), NULL);
}

static void
block_added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatPane) self = user_data;
  g_autoptr (GError) error = NULL;
  int n_changes = enclave_change_set_add_reply_finish (ENCLAVE_CHANGE_SET (source), result, &error);

  if (self->service == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (n_changes < 0)
    enclave_chat_composer_set_error (self->composer, error->message);
  else if (n_changes == 0)
    enclave_chat_composer_set_error (self->composer, _("Applying the block: it proposes no change to a file"));
  else
    enclave_chat_composer_set_error (self->composer, NULL);
}

/* The block as the model wrote it: the parser of replies reads fences. */
static void
apply_block_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);
  const char *code;
  const char *language;
  const char *path;
  g_autoptr (GString) reply = NULL;
  guint longest = 2;
  guint run = 0;
  g_autofree char *fence = NULL;

  if (self->service == NULL)
    return;

  g_variant_get (parameter, "(&s&s&s)", &code, &language, &path);
  for (const char *p = code; *p != '\0'; p++)
    {
      run = *p == '`' ? run + 1 : 0;
      longest = MAX (longest, run);
    }
  fence = g_strnfill (longest + 1, '`');
  reply = g_string_new (fence);
  g_string_append_printf (reply, "%s%s%s\n%s", language, *language != '\0' && *path != '\0' ? " " : "", path, code);
  if (!g_str_has_suffix (code, "\n"))
    g_string_append_c (reply, '\n');
  g_string_append_printf (reply, "%s\n", fence);

  enclave_change_set_add_reply_async (enclave_agent_service_get_change_set (self->service), reply->str,
                                      *path != '\0' ? path : NULL, self->cancellable, block_added_cb,
                                      g_object_ref (self));
}

static void
focus_approval_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  enclave_chat_list_focus_question (ENCLAVE_CHAT_PANE (user_data)->list);
}

static void
list_start_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  enclave_chat_list_scroll_to_start (ENCLAVE_CHAT_PANE (user_data)->list);
}

static void
list_end_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  enclave_chat_list_scroll_to_end (ENCLAVE_CHAT_PANE (user_data)->list);
}

static void
edit_message_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  enclave_chat_pane_edit (ENCLAVE_CHAT_PANE (user_data), g_variant_get_string (parameter, NULL));
}

static void
answer_again_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);
  g_autoptr (GError) error = NULL;

  if (!enclave_agent_service_answer_again (self->service, &error))
    enclave_chat_composer_set_error (self->composer, error->message);
}

static void
edit_last_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  enclave_chat_pane_edit_last (ENCLAVE_CHAT_PANE (user_data));
}

static void
review_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_signal_emit (user_data, enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_REVIEW], 0);
}

static void
insert_text_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_signal_emit (user_data, enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_INSERT_TEXT], 0,
                 g_variant_get_string (parameter, NULL));
}

static void
run_in_terminal_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_signal_emit (user_data, enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_RUN_IN_TERMINAL], 0,
                 g_variant_get_string (parameter, NULL));
}

static void
open_file_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *path;
  guint line;

  g_variant_get (parameter, "(&su)", &path, &line);
  g_signal_emit (user_data, enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_OPEN_FILE], 0, path, line);
}

static void
show_rule_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_signal_emit (user_data, enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_SHOW_RULE], 0,
                 g_variant_get_string (parameter, NULL));
}

static void
edit_rule_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_signal_emit (user_data, enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_EDIT_RULE], 0,
                 g_variant_get_string (parameter, NULL));
}

static void
take_tour_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_signal_emit (user_data, enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_TAKE_TOUR], 0);
}

static void
enter_address_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_signal_emit (user_data, enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_ENTER_ADDRESS], 0);
}

static void
retry_servers_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_signal_emit (user_data, enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_RETRY_SERVERS], 0);
}

static void
zoom_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GSettings) settings = enclave_settings_new ("dev.enclave.Enclave", NULL, NULL);
  const char *name = g_action_get_name (G_ACTION (action));
  guint zoom = settings != NULL ? g_settings_get_uint (settings, "chat-zoom") : 100;

  if (settings == NULL)
    return;
  if (g_str_equal (name, "zoom-in"))
    zoom = MIN (zoom + ZOOM_STEP, ZOOM_MAX);
  else if (g_str_equal (name, "zoom-out"))
    zoom = MAX (zoom, ZOOM_MIN + ZOOM_STEP) - ZOOM_STEP;
  else
    zoom = 100;
  g_settings_set_uint (settings, "chat-zoom", zoom);
}

void
enclave_chat_pane_add_actions (EnclaveChatPane *self)
{
  static const GActionEntry entries[] = {
    { "send", send_cb },
    { "send-now", send_now_cb },
    { "stop", stop_cb },
    { "retry", retry_cb },
    { "go-on", go_on_cb },
    { "focus-message", focus_message_cb },
    { "new-conversation", new_conversation_cb },
    { "conversations", conversations_cb },
    { "compact", compact_cb },
    { "cycle-mode", cycle_mode_cb },
    { "apply", apply_cb },
    { "reject", reject_cb },
    { "review", review_cb },
    { "focus-approval", focus_approval_cb },
    { "list-start", list_start_cb },
    { "list-end", list_end_cb },
    { "edit-last", edit_last_cb },
    { "edit-message", edit_message_cb, "s" },
    { "answer-again", answer_again_cb },
    { "apply-block", apply_block_cb, "(sss)" },
    { "insert-text", insert_text_cb, "s" },
    { "run-in-terminal", run_in_terminal_cb, "s" },
    { "open-file", open_file_cb, "(su)" },
    { "show-rule", show_rule_cb, "s" },
    { "edit-rule", edit_rule_cb, "s" },
    { "take-tour", take_tour_cb },
    { "enter-address", enter_address_cb },
    { "retry-servers", retry_servers_cb },
    { "zoom-in", zoom_cb },
    { "zoom-out", zoom_cb },
    { "zoom-reset", zoom_cb },
  };

  self->actions = g_simple_action_group_new ();
  enclave_chat_pane_add_undo_actions (self);
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "chat", G_ACTION_GROUP (self->actions));
}

void
enclave_chat_pane_run_command (EnclaveChatPane *self, const char *name, const char *argument)
{
  static const struct
  {
    const char *name;
    const char *action;
  } commands[] = {
    { "new", "chat.new-conversation" }, { "apply", "chat.apply" }, { "review", "chat.review" },
    { "undo", "chat.undo-turn" }, { "compact", "chat.compact" }, { "again", "chat.answer-again" }, { "conversations", "chat.conversations" },
  };
  EnclaveMode mode;

  if (self->service != NULL && enclave_mode_from_word (name, &mode))
    {
      enclave_agent_service_set_mode (self->service, mode);
      return;
    }
  if (enclave_chat_pane_run_prompt (self, name))
    return;
  if (strcmp (name, "init") == 0)
    enclave_chat_pane_draft_memory (self);
  else if (strcmp (name, "memory") == 0)
    enclave_chat_pane_add_memory (self, argument);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      gtk_widget_activate_action (GTK_WIDGET (self), commands[i].action, NULL);
}
