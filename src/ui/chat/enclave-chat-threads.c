/* enclave-chat-threads.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-chat-thread-row.h"
#include "enclave-chat-threads.h"
#include "enclave-utf8.h"

struct _EnclaveChatThreads
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkEditable *search;
  GtkStack *stack;
  GtkListView *view;
  GtkLabel *nothing;
  GtkStack *foot;
  GtkWidget *open;
  GtkWidget *rename;
  GtkWidget *export;
  GtkWidget *delete;
  GtkEditable *title;
  GtkLabel *question;
  GtkWidget *keep;

  EnclaveChatKeeper *keeper;
  GtkSingleSelection *selection;
  GCancellable *cancellable;
  EnclaveSession *asked; /* (nullable): the one that the foot asks about; a list that arrives meanwhile selects another */
};

enum
{
  DONE,
  SAID,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveChatThreads, enclave_chat_threads, GTK_TYPE_WIDGET)

static EnclaveSession *
get_selected (EnclaveChatThreads *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

/* The focus goes to @focus before what has it can't hold it any more. */
static void
show_foot (EnclaveChatThreads *self, const char *name, GtkWidget *focus)
{
  gboolean is_choice = strcmp (name, "actions") == 0;

  if (is_choice)
    {
      gtk_widget_set_sensitive (GTK_WIDGET (self->search), TRUE);
      gtk_widget_grab_focus (focus);
      gtk_stack_set_visible_child_name (self->foot, name);
    }
  else
    {
      gtk_stack_set_visible_child_name (self->foot, name);
      gtk_widget_grab_focus (focus);
      gtk_widget_set_sensitive (GTK_WIDGET (self->search), FALSE);
    }
  gtk_widget_set_sensitive (GTK_WIDGET (self->view), is_choice);
}

/* Else the foot asks about one. */
static gboolean
chooses (EnclaveChatThreads *self)
{
  return strcmp (gtk_stack_get_visible_child_name (self->foot), "actions") == 0;
}

static void
update (EnclaveChatThreads *self)
{
  gboolean any = get_selected (self) != NULL;
  GtkWidget *const buttons[] = { self->open, self->rename, self->export, self->delete };

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    gtk_widget_set_sensitive (buttons[i], any);
  gtk_widget_set_visible (GTK_WIDGET (self->foot), any || !chooses (self));
  if (any)
    gtk_stack_set_visible_child_name (self->stack, "list");
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatThreads) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) sessions = enclave_session_store_list_finish (ENCLAVE_SESSION_STORE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->selection == NULL)
    return;
  gtk_single_selection_set_model (self->selection, sessions);
  gtk_single_selection_set_selected (self->selection, 0);
  gtk_label_set_label (self->nothing, error != NULL                                      ? error->message
                                      : *gtk_editable_get_text (self->search) != '\0' ? _("Nothing found")
                                                                                       : _("No conversations yet"));
  gtk_stack_set_visible_child_name (self->stack, "nothing");
  update (self);
}

static void
list (EnclaveChatThreads *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  enclave_session_store_list_async (enclave_chat_keeper_get_store (self->keeper), gtk_editable_get_text (self->search),
                                    self->cancellable, listed_cb, g_object_ref (self));
}

static void
search_changed_cb (EnclaveChatThreads *self)
{
  list (self);
}

static void
stop_search_cb (EnclaveChatThreads *self)
{
  if (*gtk_editable_get_text (self->search) != '\0')
    gtk_editable_set_text (self->search, "");
  else
    g_signal_emit (self, signals[DONE], 0);
}

static void
open_cb (EnclaveChatThreads *self)
{
  EnclaveSession *session = get_selected (self);

  if (session == NULL)
    return;
  enclave_chat_keeper_open (self->keeper, enclave_session_get_id (session));
  g_signal_emit (self, signals[DONE], 0);
}

static void
cancel_cb (EnclaveChatThreads *self)
{
  show_foot (self, "actions", GTK_WIDGET (self->search));
  update (self);
}

static void
rename_cb (EnclaveChatThreads *self)
{
  EnclaveSession *session = get_selected (self);

  if (session == NULL)
    return;
  g_set_object (&self->asked, session);
  gtk_editable_set_text (self->title, enclave_session_get_title (session));
  show_foot (self, "rename", GTK_WIDGET (self->title));
}

static void
rename_confirmed_cb (EnclaveChatThreads *self)
{
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (self->title)));

  if (self->asked != NULL && *title != '\0')
    enclave_chat_keeper_rename (self->keeper, enclave_session_get_id (self->asked), title);
  cancel_cb (self);
  list (self);
}

static void
delete_cb (EnclaveChatThreads *self)
{
  EnclaveSession *session = get_selected (self);
  g_autofree char *title = NULL;
  g_autofree char *question = NULL;

  if (session == NULL)
    return;
  g_set_object (&self->asked, session);
  title = enclave_utf8_display_name (enclave_session_get_title (session));
  question = g_strdup_printf (_("Delete “%s”?"), title);
  gtk_label_set_label (self->question, question);
  show_foot (self, "delete", self->keep);
}

static void
deleted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatThreads) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!enclave_chat_keeper_delete_finish (ENCLAVE_CHAT_KEEPER (source), result, &error))
    g_signal_emit (self, signals[SAID], 0, error->message);
  if (self->selection != NULL)
    list (self);
}

static void
delete_confirmed_cb (EnclaveChatThreads *self)
{
  if (self->asked != NULL)
    enclave_chat_keeper_delete (self->keeper, enclave_session_get_id (self->asked), deleted_cb, g_object_ref (self));
  cancel_cb (self);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatThreads) self = user_data;
  g_autoptr (GError) error = NULL;
  int n_masked = enclave_chat_keeper_export_finish (ENCLAVE_CHAT_KEEPER (source), result, &error);
  g_autofree char *words = NULL;

  if (n_masked < 0)
    words = g_strdup (error->message);
  else if (n_masked > 0)
    words = g_strdup_printf (ngettext ("Exported; secrets in %d message are masked",
                                       "Exported; secrets in %d messages are masked", n_masked),
                             n_masked);
  else
    words = g_strdup (_("Exported"));
  g_signal_emit (self, signals[SAID], 0, words);
}

typedef struct
{
  EnclaveChatThreads *threads;
  char *id;
} ExportChoice;

static void
export_choice_free (gpointer data, GClosure *closure)
{
  ExportChoice *choice = data;

  g_object_unref (choice->threads);
  g_free (choice->id);
  g_free (choice);
}

static void
export_response_cb (GtkNativeDialog *dialog, int response, ExportChoice *choice)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

      enclave_chat_keeper_export_async (choice->threads->keeper, choice->id, file, exported_cb,
                                        g_object_ref (choice->threads));
    }
  g_object_unref (dialog);
}

/* A name that any file system takes. */
static char *
dup_file_name (const char *title)
{
  g_autofree char *name = g_strdup (title);

  for (char *p = name; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || strchr ("/\\:*?\"<>|", *p) != NULL)
      *p = '-';
  g_strstrip (name);
  if (*name == '\0' || *name == '.')
    return g_strdup_printf ("%s.md", _("Conversation"));

  return g_strconcat (name, ".md", NULL);
}

static void
export_cb (EnclaveChatThreads *self)
{
  EnclaveSession *session = get_selected (self);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkFileChooserNative *dialog;
  g_autofree char *name = NULL;
  ExportChoice *choice;

  if (session == NULL || !GTK_IS_WINDOW (root))
    return;
  dialog = gtk_file_chooser_native_new (_("Export the conversation"), GTK_WINDOW (root), GTK_FILE_CHOOSER_ACTION_SAVE,
                                        _("_Export"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  name = dup_file_name (enclave_session_get_title (session));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  choice = g_new0 (ExportChoice, 1);
  choice->threads = g_object_ref (self);
  choice->id = g_strdup (enclave_session_get_id (session));
  g_signal_connect_data (dialog, "response", G_CALLBACK (export_response_cb), choice, export_choice_free, 0);
  g_signal_emit (self, signals[DONE], 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
move_selection (EnclaveChatThreads *self, int step)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint selected = gtk_single_selection_get_selected (self->selection);

  if (n == 0)
    return;
  selected = selected == GTK_INVALID_LIST_POSITION ? 0 : (guint) CLAMP ((int) selected + step, 0, (int) n - 1);
  gtk_single_selection_set_selected (self->selection, selected);
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", selected);
}

static gboolean
key_pressed_cb (EnclaveChatThreads *self, guint keyval, guint keycode, GdkModifierType state)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean writes = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->search));

  if (!chooses (self))
    {
      if (keyval != GDK_KEY_Escape)
        return GDK_EVENT_PROPAGATE;
      cancel_cb (self);
      return GDK_EVENT_STOP;
    }
  if (writes && (keyval == GDK_KEY_Up || keyval == GDK_KEY_Down))
    move_selection (self, keyval == GDK_KEY_Down ? 1 : -1);
  else if (keyval == GDK_KEY_F2)
    rename_cb (self);
  else if ((keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete) && (!writes || (state & GDK_SHIFT_MASK) != 0))
    delete_cb (self);
  else
    return GDK_EVENT_PROPAGATE;

  return GDK_EVENT_STOP;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, enclave_chat_thread_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, EnclaveChatThreads *self)
{
  EnclaveSession *session = gtk_list_item_get_item (item);
  GtkWidget *row = gtk_list_item_get_child (item);

  enclave_chat_thread_row_set_session (ENCLAVE_CHAT_THREAD_ROW (row), session,
                                       strcmp (enclave_session_get_id (session),
                                               enclave_chat_keeper_get_current (self->keeper)) == 0);
  enclave_accessible_set_row_label (row, enclave_chat_thread_row_get_words (ENCLAVE_CHAT_THREAD_ROW (row)));
}

static void
enclave_chat_threads_dispose (GObject *object)
{
  EnclaveChatThreads *self = ENCLAVE_CHAT_THREADS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_THREADS);
  g_clear_object (&self->selection);
  g_clear_object (&self->asked);
  g_clear_object (&self->keeper);

  G_OBJECT_CLASS (enclave_chat_threads_parent_class)->dispose (object);
}

static void
enclave_chat_threads_class_init (EnclaveChatThreadsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_chat_threads_dispose;

  signals[DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SAID] = g_signal_new ("said", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                G_TYPE_STRING);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-threads.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, search);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, view);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, nothing);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, foot);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, open);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, rename);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, export);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, delete);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, question);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatThreads, keep);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, rename_cb);
  gtk_widget_class_bind_template_callback (widget_class, rename_confirmed_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_confirmed_cb);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
enclave_chat_threads_init (EnclaveChatThreads *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  self->selection = gtk_single_selection_new (NULL);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  update (self);
}

GtkWidget *
enclave_chat_threads_new (EnclaveChatKeeper *keeper)
{
  EnclaveChatThreads *self;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_KEEPER (keeper), NULL);

  self = g_object_new (ENCLAVE_TYPE_CHAT_THREADS, NULL);
  self->keeper = g_object_ref (keeper);

  return GTK_WIDGET (self);
}

void
enclave_chat_threads_refresh (EnclaveChatThreads *self)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_THREADS (self));

  gtk_editable_set_text (self->search, "");
  show_foot (self, "actions", GTK_WIDGET (self->search));
  list (self);
}
