/* enclave-chat-pane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "enclave-chat-pane-private.h"
#include "enclave-chat-resources.h"
#include "enclave-limits.h"
#include "enclave-settling.h"
#include "enclave-style-sheet.h"

/* Without a key for this long nobody is in the middle of a word. */
#define KEY_QUIET_US G_USEC_PER_SEC

enum
{
  PROP_0,
  PROP_APPROVAL_WAITING,
  PROP_APPROVAL_SUBJECT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
guint enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveChatPane, enclave_chat_pane, GTK_TYPE_WIDGET)

static gboolean
has_model (EnclaveChatPane *self)
{
  g_autofree char *model = NULL;

  if (self->service != NULL)
    g_object_get (self->service, "model", &model, NULL);

  return model != NULL && *model != '\0';
}

static gboolean
is_empty (EnclaveChatPane *self)
{
  return self->conversation == NULL || g_list_model_get_n_items (G_LIST_MODEL (self->conversation)) == 0;
}

/* TRUE once every place was looked at and nothing there can be asked. */
static gboolean
lacks_server (EnclaveChatPane *self)
{
  EnclaveServer *server;
  EnclaveModelInfo *model;
  gboolean busy;

  if (self->servers == NULL || self->practice || has_model (self))
    return FALSE;

  g_object_get (self->servers, "busy", &busy, NULL);
  self->looked |= busy;
  if (busy)
    return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "servers") == 0;

  /* Without any address to look at there is none as well. */
  return (self->looked || g_list_model_get_n_items (G_LIST_MODEL (self->servers)) > 0)
         && !enclave_server_list_find_model (self->servers, NULL, &server, &model);
}

static gboolean
is_offline (EnclaveChatPane *self)
{
  g_autoptr (EnclaveMessageBlock) last = enclave_chat_list_dup_last_block (self->list);

  return last != NULL && enclave_message_block_get_kind (last) == ENCLAVE_BLOCK_NOTICE
         && enclave_message_block_get_notice (last) == ENCLAVE_NOTICE_OFFLINE
         && !enclave_agent_service_get_busy (self->service);
}

static gboolean
look_cb (gpointer user_data)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (user_data);

  g_signal_emit (self, enclave_chat_pane_signals[ENCLAVE_CHAT_PANE_RETRY_SERVERS], 0);

  return G_SOURCE_CONTINUE;
}

static void
update_page (EnclaveChatPane *self)
{
  gboolean empty = is_empty (self);
  gboolean lacks = lacks_server (self);
  gboolean looks = (empty && lacks) || (!empty && is_offline (self));
  g_autofree char *model = NULL;
  g_autofree char *name = NULL;

  enclave_settling_show_page (self->stack, !empty || enclave_chat_server_questions_get_current (self->questions) != NULL ? "list"
                                           : lacks ? "servers" : "empty");
  if (self->service != NULL)
    g_object_get (self->service, "model", &model, NULL);
  name = model != NULL ? enclave_model_id_dup_name (model) : NULL;
  enclave_chat_empty_page_set_names (self->empty_page, self->project_name, name, NULL);

  /* What the page and the card say is what happens, also while the pane is hidden: a server may come back. */
  if (looks && self->look_timer == 0)
    self->look_timer = g_timeout_add (ENCLAVE_SERVER_RETRY_MS, look_cb, self);
  else if (!looks)
    g_clear_handle_id (&self->look_timer, g_source_remove);
}

static void
update_title (EnclaveChatPane *self)
{
  const char *title = self->conversation != NULL ? enclave_conversation_get_title (self->conversation) : "";

  gtk_label_set_text (self->title, *title != '\0' ? title : _("New conversation"));
}

static void
update_all (EnclaveChatPane *self)
{
  update_page (self);
  update_title (self);
  enclave_chat_pane_update_actions (self);
}

static void
conversation_changed_cb (EnclaveChatPane *self)
{
  EnclaveConversation *conversation = self->service != NULL ? enclave_agent_service_get_conversation (self->service)
                                                            : NULL;

  if (self->conversation != NULL)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  if (g_set_object (&self->conversation, conversation))
    enclave_chat_composer_set_edited (self->composer, NULL);
  if (conversation != NULL)
    {
      g_signal_connect_swapped (conversation, "notify::title", G_CALLBACK (update_title), self);
      g_signal_connect_swapped (conversation, "items-changed", G_CALLBACK (update_all), self);
    }
  update_all (self);
}

static void
question_changed_cb (EnclaveChatPane *self)
{
  EnclaveChatQuestion *question = enclave_chat_approver_get_current (self->approver);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_APPROVAL_WAITING]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_APPROVAL_SUBJECT]);
  enclave_chat_pane_update_actions (self);
  if (question == NULL)
    {
      /* The buttons that had the focus are gone. */
      if (focus == NULL || (gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list))))
        enclave_chat_composer_focus (self->composer);
      return;
    }

  {
    g_autofree char *summary = enclave_chat_question_dup_summary (question);
    g_autofree char *words = g_strdup_printf (_("Waits for you: %s"), summary);

    enclave_chat_pane_announce (self, words);
  }
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self))
      && g_get_monotonic_time () - self->last_key > KEY_QUIET_US)
    enclave_chat_list_focus_question (self->list);
}

static void
server_question_cb (EnclaveChatPane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  update_all (self);
  if (enclave_chat_server_questions_get_current (self->questions) == NULL
      && (focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list))))
    enclave_chat_composer_focus (self->composer);
}

static void
template_cb (EnclaveChatPane *self, const char *target)
{
  enclave_chat_pane_fill_template (self, target);
}

static gboolean
key_pressed_cb (EnclaveChatPane *self)
{
  self->last_key = g_get_monotonic_time ();

  return GDK_EVENT_PROPAGATE;
}

static gboolean
submit_cb (EnclaveChatPane *self, const char *text, GPtrArray *items)
{
  return enclave_chat_pane_submit (self, text, items);
}

static void
command_cb (EnclaveChatPane *self, const char *name, const char *argument)
{
  enclave_chat_pane_run_command (self, name, argument);
}

static void
edit_last_cb (EnclaveChatPane *self)
{
  enclave_chat_pane_edit_last (self);
}

static void
suggested_cb (EnclaveChatPane *self, const char *text)
{
  enclave_chat_composer_add_text (self->composer, text);
  enclave_chat_composer_focus (self->composer);
}

static void
unqueued_cb (EnclaveChatPane *self, const char *text)
{
  enclave_chat_composer_add_text (self->composer, text);
}

static void
used_changed_cb (EnclaveChatPane *self, const char *name, guint n_bytes)
{
  enclave_chat_composer_set_instructions (self->composer, name, n_bytes);
}

static void
trust_text_cb (EnclaveChatPane *self)
{
  const char *text = enclave_chat_trust_bar_get_text (self->trust_bar);

  if (text != NULL)
    enclave_chat_pane_announce (self, text);
}

/* The file may have changed while the person was elsewhere, or the agent was at work. */
static void
look_at_instructions (EnclaveChatPane *self)
{
  enclave_chat_trust_bar_refresh (self->trust_bar);
}

static void
busy_cb (EnclaveChatPane *self)
{
  if (!enclave_agent_service_get_busy (self->service))
    look_at_instructions (self);
}

static void
active_cb (EnclaveChatPane *self, GParamSpec *pspec, GtkWindow *window)
{
  if (gtk_window_is_active (window))
    look_at_instructions (self);
}

static void
root_cb (EnclaveChatPane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (GTK_IS_WINDOW (root))
    g_signal_connect_object (root, "notify::is-active", G_CALLBACK (active_cb), self, G_CONNECT_SWAPPED);
}

static void
forget_service (EnclaveChatPane *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->conversation != NULL)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_clear_object (&self->conversation);
  if (self->service == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->service, self);
  g_signal_handlers_disconnect_by_data (enclave_agent_service_get_change_set (self->service), self);
  enclave_agent_service_set_approver (self->service, NULL);
  g_clear_object (&self->service);
}

static void
enclave_chat_pane_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (object);
  EnclaveChatQuestion *question = enclave_chat_approver_get_current (self->approver);

  switch (prop_id)
    {
    case PROP_APPROVAL_WAITING:
      g_value_set_boolean (value, question != NULL);
      break;
    case PROP_APPROVAL_SUBJECT:
      g_value_set_string (value, question != NULL ? enclave_approval_request_get_subject (
                                                      enclave_chat_question_get_request (question))
                                                  : NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_chat_pane_dispose (GObject *object)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (object);

  enclave_chat_pane_stop_announcing (self);
  g_clear_handle_id (&self->look_timer, g_source_remove);
  if (self->approver != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->approver, self);
      enclave_chat_approver_deny_all (self->approver);
    }
  if (self->questions != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->questions, self);
      enclave_chat_server_questions_cancel_all (self->questions);
    }
  forget_service (self);
  enclave_chat_pane_set_keeper (self, NULL);
  if (self->servers != NULL)
    g_signal_handlers_disconnect_by_data (self->servers, self);
  g_clear_object (&self->servers);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_PANE);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (enclave_chat_pane_parent_class)->dispose (object);
}

static void
enclave_chat_pane_finalize (GObject *object)
{
  EnclaveChatPane *self = ENCLAVE_CHAT_PANE (object);

  g_clear_object (&self->approver);
  g_clear_object (&self->questions);
  g_clear_pointer (&self->project_name, g_free);
  g_clear_pointer (&self->next_announcement, g_free);

  G_OBJECT_CLASS (enclave_chat_pane_parent_class)->finalize (object);
}

static guint
new_signal (EnclaveChatPaneClass *klass, const char *name, guint n_parameters, GType first, GType second)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       n_parameters, first, second);
}

static void
enclave_chat_pane_class_init (EnclaveChatPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  guint *signals = enclave_chat_pane_signals;

  object_class->dispose = enclave_chat_pane_dispose;
  object_class->finalize = enclave_chat_pane_finalize;
  object_class->get_property = enclave_chat_pane_get_property;

  properties[PROP_APPROVAL_WAITING] = g_param_spec_boolean ("approval-waiting", NULL, NULL, FALSE, flags);
  properties[PROP_APPROVAL_SUBJECT] = g_param_spec_string ("approval-subject", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[ENCLAVE_CHAT_PANE_REVIEW] = new_signal (klass, "review", 0, G_TYPE_NONE, G_TYPE_NONE);
  signals[ENCLAVE_CHAT_PANE_INSERT_TEXT] = new_signal (klass, "insert-text", 1, G_TYPE_STRING, G_TYPE_NONE);
  signals[ENCLAVE_CHAT_PANE_RUN_IN_TERMINAL] = new_signal (klass, "run-in-terminal", 1, G_TYPE_STRING, G_TYPE_NONE);
  signals[ENCLAVE_CHAT_PANE_OPEN_FILE] = new_signal (klass, "open-file", 2, G_TYPE_STRING, G_TYPE_UINT);
  signals[ENCLAVE_CHAT_PANE_SHOW_RULE] = new_signal (klass, "show-rule", 1, G_TYPE_STRING, G_TYPE_NONE);
  signals[ENCLAVE_CHAT_PANE_EDIT_RULE] = new_signal (klass, "edit-rule", 1, G_TYPE_STRING, G_TYPE_NONE);
  signals[ENCLAVE_CHAT_PANE_TAKE_TOUR] = new_signal (klass, "take-tour", 0, G_TYPE_NONE, G_TYPE_NONE);
  signals[ENCLAVE_CHAT_PANE_ENTER_ADDRESS] = new_signal (klass, "enter-address", 0, G_TYPE_NONE, G_TYPE_NONE);
  signals[ENCLAVE_CHAT_PANE_RETRY_SERVERS] = new_signal (klass, "retry-servers", 0, G_TYPE_NONE, G_TYPE_NONE);

  /* Referring to it keeps it in a program that links this as an archive. */
  enclave_chat_get_resource ();
  g_type_ensure (ADW_TYPE_CLAMP);
  g_type_ensure (ENCLAVE_TYPE_CHAT_LIST);
  g_type_ensure (ENCLAVE_TYPE_CHAT_EMPTY_PAGE);
  g_type_ensure (ENCLAVE_TYPE_CHAT_SERVERS_PAGE);
  g_type_ensure (ENCLAVE_TYPE_CHAT_CHANGE_BAR);
  g_type_ensure (ENCLAVE_TYPE_CHAT_TRUST_BAR);
  g_type_ensure (ENCLAVE_TYPE_CHAT_COMPOSER);
  gtk_widget_class_set_css_name (widget_class, "enclave-chat");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_REGION);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPane, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPane, title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPane, practice_label);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPane, trust_bar);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPane, stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPane, list);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPane, empty_page);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPane, servers_page);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPane, change_bar);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPane, composer);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPane, announcement);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatPane, threads_button);
  gtk_widget_class_bind_template_callback (widget_class, used_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, trust_text_cb);
  gtk_widget_class_bind_template_callback (widget_class, suggested_cb);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, command_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_last_cb);
}

static void
enclave_chat_pane_init (EnclaveChatPane *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  enclave_style_sheet_add ("/dev/enclave/Enclave/chat/enclave-chat.css");
  /* Tab walks through the messages: it should not mark each of them. */
  g_object_set (gtk_settings_get_default (), "gtk-label-select-on-focus", FALSE, NULL);
  self->approver = enclave_chat_approver_new ();
  self->questions = enclave_chat_server_questions_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Chat"), -1);
  enclave_chat_pane_add_actions (self);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (self->approver, "notify::current", G_CALLBACK (question_changed_cb), self);
  g_signal_connect (self, "notify::root", G_CALLBACK (root_cb), NULL);
  enclave_chat_list_set_service (self->list, NULL, self->approver);
  enclave_chat_list_set_questions (self->list, G_LIST_MODEL (self->questions));
  g_signal_connect_swapped (self->questions, "items-changed", G_CALLBACK (server_question_cb), self);
  g_signal_connect_object (self->composer, "template", G_CALLBACK (template_cb), self, G_CONNECT_SWAPPED);
  update_all (self);
}

GtkWidget *
enclave_chat_pane_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_PANE, NULL);
}

void
enclave_chat_pane_set_service (EnclaveChatPane *self, EnclaveAgentService *service, const char *project_name)
{
  static const char *const followed[] = { "notify::busy", "notify::model" };

  g_return_if_fail (ENCLAVE_IS_CHAT_PANE (self));
  g_return_if_fail (service == NULL || ENCLAVE_IS_AGENT_SERVICE (service));

  enclave_chat_approver_deny_all (self->approver);
  enclave_chat_server_questions_cancel_all (self->questions);
  forget_service (self);
  g_free (self->project_name);
  self->project_name = g_strdup (project_name);
  self->cancellable = g_cancellable_new ();

  if (service != NULL)
    {
      self->service = g_object_ref (service);
      for (guint i = 0; i < G_N_ELEMENTS (followed); i++)
        g_signal_connect_swapped (service, followed[i], G_CALLBACK (update_all), self);
      g_signal_connect_swapped (service, "notify::conversation", G_CALLBACK (conversation_changed_cb), self);
      g_signal_connect_swapped (service, "notify::state", G_CALLBACK (enclave_chat_pane_announce_turn), self);
      g_signal_connect_swapped (service, "unqueued", G_CALLBACK (unqueued_cb), self);
      g_signal_connect_swapped (service, "instructions", G_CALLBACK (look_at_instructions), self);
      g_signal_connect_swapped (service, "notify::busy", G_CALLBACK (busy_cb), self);
      g_signal_connect_swapped (enclave_agent_service_get_change_set (service), "notify",
                                G_CALLBACK (enclave_chat_pane_update_actions), self);
      enclave_agent_service_set_approver (service, ENCLAVE_APPROVER (self->approver));
    }
  enclave_chat_list_set_service (self->list, service, self->approver);
  enclave_chat_composer_set_service (self->composer, service);
  enclave_chat_trust_bar_set_gate (self->trust_bar, service != NULL ? enclave_agent_service_get_gate (service) : NULL);
  enclave_chat_change_bar_set_changes (self->change_bar, service != NULL
                                                           ? enclave_agent_service_get_change_set (service)
                                                           : NULL);
  conversation_changed_cb (self);
}

void
enclave_chat_pane_set_servers (EnclaveChatPane *self, EnclaveServerList *servers)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_PANE (self));
  g_return_if_fail (servers == NULL || ENCLAVE_IS_SERVER_LIST (servers));

  if (self->servers != NULL)
    g_signal_handlers_disconnect_by_data (self->servers, self);
  g_set_object (&self->servers, servers);
  if (servers != NULL)
    {
      g_signal_connect_swapped (servers, "notify::busy", G_CALLBACK (update_page), self);
      g_signal_connect_swapped (servers, "items-changed", G_CALLBACK (update_page), self);
    }
  enclave_chat_servers_page_set_servers (self->servers_page, servers);
  self->looked = FALSE;
  update_page (self);
}

void
enclave_chat_pane_set_practice (EnclaveChatPane *self, gboolean practice, const char *text)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_PANE (self));

  self->practice = practice;
  gtk_widget_set_visible (self->practice_label, practice);
  if (text != NULL)
    enclave_chat_composer_set_text (self->composer, text);
  update_page (self);
}

gboolean
enclave_chat_pane_attach (EnclaveChatPane *self, const char *text, const char *path, const char *source, GError **error)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_PANE (self), FALSE);

  return enclave_chat_composer_attach (self->composer, text, path, source, error);
}

void
enclave_chat_pane_set_text_func (EnclaveChatPane *self, EnclaveChatTextFunc func, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_PANE (self));

  enclave_chat_composer_set_text_func (self->composer, func, user_data);
}

gboolean
enclave_chat_pane_focus (EnclaveChatPane *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_PANE (self), FALSE);

  return enclave_chat_composer_focus (self->composer);
}

void
enclave_chat_pane_set_in_review (EnclaveChatPane *self, gboolean in_review)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_PANE (self));

  enclave_chat_change_bar_set_in_review (self->change_bar, in_review);
  enclave_chat_composer_set_in_review (self->composer, in_review);
}
