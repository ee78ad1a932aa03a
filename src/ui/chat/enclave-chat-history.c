/* enclave-chat-history.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-chat-history-row.h"
#include "enclave-chat-history.h"
#include "enclave-chat-undo.h"
#include "enclave-limits.h"

struct _EnclaveChatHistory
{
  AdwWindow parent_instance;

  GtkLabel *error;
  GtkStack *stack;
  GtkListView *view;
  GtkLabel *note;

  EnclaveChangeSet *changes;
  EnclaveCheckpointList *checkpoints;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (EnclaveChatHistory, enclave_chat_history, ADW_TYPE_WINDOW)

static void
show_error (EnclaveChatHistory *self, const char *message)
{
  gtk_label_set_text (self->error, message);
  gtk_widget_set_visible (GTK_WIDGET (self->error), *message != '\0');
}

static void
update (EnclaveChatHistory *self)
{
  guint n_pruned = enclave_checkpoint_list_get_n_pruned (self->checkpoints);
  g_autofree char *pruned = NULL;
  g_autofree char *note = NULL;

  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (G_LIST_MODEL (self->checkpoints)) > 0  ? "list"
                                    : enclave_checkpoint_list_get_loaded (self->checkpoints) ? "empty"
                                                                                             : "loading");
  if (*enclave_checkpoint_list_get_message (self->checkpoints) != '\0')
    show_error (self, enclave_checkpoint_list_get_message (self->checkpoints));
  if (n_pruned > 0)
    pruned = g_strdup_printf (ngettext (" %u older turn was let go.", " %u older turns were let go.", n_pruned), n_pruned);
  note = g_strdup_printf (_("Kept on this machine, up to %d MiB a project. Files that commands have changed are not taken "
                            "back.%s"),
                          ENCLAVE_CHECKPOINT_MAX_BYTES / 1024 / 1024, pruned != NULL ? pruned : "");
  gtk_label_set_text (self->note, note);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatHistory) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!enclave_chat_undo_finish (GTK_WIDGET (source), result, &error) && self->changes != NULL
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, error->message);
}

static void
activated_cb (EnclaveChatHistoryRow *row, gboolean redo, EnclaveChatHistory *self)
{
  EnclaveCheckpointTurn *turn = enclave_chat_history_row_get_turn (row);

  show_error (self, "");
  enclave_chat_undo_async (GTK_WIDGET (self), self->changes, enclave_checkpoint_turn_get_conversation (turn),
                           enclave_checkpoint_turn_get_turn (turn), redo, self->cancellable, undone_cb, g_object_ref (self));
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, EnclaveChatHistory *self)
{
  GtkWidget *row = enclave_chat_history_row_new ();

  g_signal_connect_object (row, "activated", G_CALLBACK (activated_cb), self, 0);
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, EnclaveChatHistory *self)
{
  EnclaveChatHistoryRow *row = ENCLAVE_CHAT_HISTORY_ROW (gtk_list_item_get_child (item));

  enclave_chat_history_row_set_turn (row, gtk_list_item_get_item (item));
  enclave_accessible_set_row_label (GTK_WIDGET (row), enclave_chat_history_row_get_words (row));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, EnclaveChatHistory *self)
{
  enclave_chat_history_row_set_turn (ENCLAVE_CHAT_HISTORY_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
enclave_chat_history_dispose (GObject *object)
{
  EnclaveChatHistory *self = ENCLAVE_CHAT_HISTORY (object);

  if (self->checkpoints != NULL)
    g_signal_handlers_disconnect_by_data (self->checkpoints, self);
  g_clear_object (&self->checkpoints);
  g_clear_object (&self->changes);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_HISTORY);

  G_OBJECT_CLASS (enclave_chat_history_parent_class)->dispose (object);
}

static void
enclave_chat_history_class_init (EnclaveChatHistoryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_chat_history_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-history.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatHistory, error);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatHistory, stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatHistory, view);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatHistory, note);
}

static void
enclave_chat_history_init (EnclaveChatHistory *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  gtk_list_view_set_factory (self->view, factory);
}

GtkWidget *
enclave_chat_history_new (GtkWindow *parent, EnclaveChangeSet *changes, EnclaveCheckpointList *checkpoints)
{
  EnclaveChatHistory *self = g_object_new (ENCLAVE_TYPE_CHAT_HISTORY, "transient-for", parent, NULL);
  g_autoptr (GtkNoSelection) selection = NULL;

  self->changes = g_object_ref (changes);
  self->checkpoints = g_object_ref (checkpoints);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (checkpoints)));
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  g_signal_connect_swapped (checkpoints, "items-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (checkpoints, "notify", G_CALLBACK (update), self);
  update (self);

  return GTK_WIDGET (self);
}
