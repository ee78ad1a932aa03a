/* enclave-activity-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-activity-page.h"

#include "enclave-accessible.h"
#include "enclave-activity-filter.h"
#include "enclave-activity-resources.h"
#include "enclave-activity-row.h"
#include "enclave-audit-view.h"
#include "enclave-file-watch.h"
#include "enclave-limits.h"

/* Records come in bursts; the list is read again once in this time. */
#define RELOAD_DELAY_MS 250
/* In front of the single conversations. */
#define N_GROUPS 3
#define PROJECT_GROUP 1

struct _EnclaveActivityPage
{
  GtkWidget parent_instance;

  GtkWidget *head;
  GtkWidget *filters;
  GtkLabel *count;
  GtkEditable *search;
  GtkDropDown *kinds;
  GtkDropDown *conversations;
  GtkStack *stack;
  AdwStatusPage *failed;
  GtkListView *list;

  EnclaveGate *gate; /* (nullable) */
  GListStore *entries;
  GtkFilterListModel *shown;
  GtkCustomFilter *filter;
  GtkStringList *conversation_names;
  GPtrArray *sessions; /* of the rows below the groups */
  GStrv words;
  GFileMonitor *monitor;      /* of the folder: the log may not be there yet */
  GFileMonitor *log_monitor;  /* of the log: where only looking tells, a folder is as it was when a file in it has grown */
  GCancellable *cancellable;
  guint reload_source;
  gboolean loading;
  gboolean load_again;
  gboolean updating;
};

enum
{
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveActivityPage, enclave_activity_page, GTK_TYPE_WIDGET)

static gboolean
in_conversation (EnclaveActivityPage *self, EnclaveAuditEntry *entry)
{
  guint selected = gtk_drop_down_get_selected (self->conversations);
  const char *session = enclave_audit_entry_get_string (entry, "session");

  if (selected == 0)
    return self->gate != NULL && g_strcmp0 (session, enclave_gate_get_audit_session (self->gate)) == 0;
  if (selected == PROJECT_GROUP)
    return self->gate != NULL
           && g_strcmp0 (enclave_audit_entry_get_string (entry, "folder"), enclave_gate_get_root (self->gate)) == 0;
  if (selected < N_GROUPS || selected - N_GROUPS >= self->sessions->len)
    return TRUE;
  return g_strcmp0 (session, g_ptr_array_index (self->sessions, selected - N_GROUPS)) == 0;
}

static gboolean
filter_cb (gpointer item, gpointer user_data)
{
  EnclaveActivityPage *self = user_data;

  return in_conversation (self, item)
         && enclave_activity_matches (item, (EnclaveActivityKind) gtk_drop_down_get_selected (self->kinds),
                                      (const char *const *) self->words);
}

/* Those that would be shown if they were asked for. */
static guint
count_hidden_queries (EnclaveActivityPage *self)
{
  guint n_entries = g_list_model_get_n_items (G_LIST_MODEL (self->entries));
  guint count = 0;

  if (gtk_drop_down_get_selected (self->kinds) != ENCLAVE_ACTIVITY_WITHOUT_GIT_QUERIES)
    return 0;
  for (guint i = 0; i < n_entries; i++)
    {
      g_autoptr (EnclaveAuditEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->entries), i);

      count += enclave_activity_is_git_query (entry) && in_conversation (self, entry)
               && enclave_activity_matches (entry, ENCLAVE_ACTIVITY_EVERYTHING, (const char *const *) self->words);
    }
  return count;
}

/* Whether the person chose less than the page shows by itself. */
static gboolean
is_narrowed (EnclaveActivityPage *self)
{
  return (self->words != NULL && self->words[0] != NULL) || gtk_drop_down_get_selected (self->conversations) != PROJECT_GROUP
         || gtk_drop_down_get_selected (self->kinds) > ENCLAVE_ACTIVITY_EVERYTHING;
}

static void
update_state (EnclaveActivityPage *self)
{
  guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->shown));
  guint n_entries = g_list_model_get_n_items (G_LIST_MODEL (self->entries));
  guint n_queries = count_hidden_queries (self);
  g_autofree char *count = g_strdup_printf (ngettext ("%u record", "%u records", n_shown), n_shown);
  g_autofree char *queries = g_strdup_printf (ngettext ("%u git query left out", "%u git queries left out", n_queries), n_queries);
  g_autofree char *both = n_shown > 0 && n_queries > 0 ? g_strdup_printf ("%s · %s", count, queries) : NULL;

  gtk_label_set_text (self->count, both != NULL ? both : n_shown > 0 ? count : n_queries > 0 ? queries : "");
  gtk_stack_set_visible_child_name (self->stack, n_shown > 0 ? "list" : is_narrowed (self) && n_entries > n_queries ? "no-match" : "empty");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "activity.export", n_shown > 0);
}

static void
filter_changed_cb (EnclaveActivityPage *self)
{
  g_autofree char *folded = g_utf8_casefold (gtk_editable_get_text (self->search), -1);
  g_auto (GStrv) parts = g_strsplit (folded, " ", -1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  if (self->updating)
    return;
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_ptr_array_add (words, g_strdup (parts[i]));
  g_ptr_array_add (words, NULL);
  g_strfreev (self->words);
  self->words = (GStrv) g_ptr_array_free (g_steal_pointer (&words), FALSE);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  update_state (self);
}

/* A row for every conversation of this project that the log knows, the newest first. */
static void
update_conversations (EnclaveActivityPage *self)
{
  guint n_entries = g_list_model_get_n_items (G_LIST_MODEL (self->entries));
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint selected = gtk_drop_down_get_selected (self->conversations);
  g_autofree char *chosen = NULL;

  if (selected >= N_GROUPS && selected - N_GROUPS < self->sessions->len)
    chosen = g_strdup (g_ptr_array_index (self->sessions, selected - N_GROUPS));
  self->updating = TRUE;
  gtk_string_list_splice (self->conversation_names, N_GROUPS,
                          g_list_model_get_n_items (G_LIST_MODEL (self->conversation_names)) - N_GROUPS, NULL);
  g_ptr_array_set_size (self->sessions, 0);
  for (guint i = 0; i < n_entries; i++)
    {
      g_autoptr (EnclaveAuditEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->entries), i);
      const char *session = enclave_audit_entry_get_string (entry, "session");
      g_autofree char *time = NULL;
      g_autofree char *name = NULL;

      if (session == NULL || self->gate == NULL || g_hash_table_contains (seen, session)
          || g_strcmp0 (enclave_audit_entry_get_string (entry, "folder"), enclave_gate_get_root (self->gate)) != 0)
        continue;
      time = enclave_activity_dup_time (entry, "%x %X");
      name = g_strdup_printf (_ ("Until %s"), time);
      gtk_string_list_append (self->conversation_names, name);
      g_ptr_array_add (self->sessions, g_strdup (session));
      g_hash_table_add (seen, g_ptr_array_index (self->sessions, self->sessions->len - 1));
    }
  if (chosen != NULL)
    {
      guint at = 0;

      selected = g_ptr_array_find_with_equal_func (self->sessions, chosen, g_str_equal, &at) ? at + N_GROUPS : PROJECT_GROUP;
    }
  gtk_drop_down_set_selected (self->conversations, selected);
  self->updating = FALSE;
}

/* What is new goes on top; the rest stays where it is, with focus and scrolling. */
static void
merge (EnclaveActivityPage *self, GPtrArray *loaded)
{
  g_autoptr (EnclaveAuditEntry) newest = g_list_model_get_item (G_LIST_MODEL (self->entries), 0);
  g_autoptr (GPtrArray) fresh = g_ptr_array_new ();
  gboolean met = FALSE;

  for (guint i = loaded->len; i > 0 && !met; i--)
    {
      EnclaveAuditEntry *entry = g_ptr_array_index (loaded, i - 1);

      met = newest != NULL
            && strcmp (enclave_audit_entry_get_line (newest), enclave_audit_entry_get_line (entry)) == 0;
      if (!met && g_strcmp0 (enclave_audit_entry_get_string (entry, "kind"), "seal") != 0)
        g_ptr_array_add (fresh, entry);
    }
  g_list_store_splice (self->entries, 0, met ? 0 : g_list_model_get_n_items (G_LIST_MODEL (self->entries)), fresh->pdata,
                       fresh->len);
}

static void reload (EnclaveActivityPage *self);

/* A path in it may look like markup. */
static void
show_failure (EnclaveActivityPage *self, const GError *error)
{
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_status_page_set_description (self->failed, escaped);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveActivityPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) loaded = enclave_audit_view_load_finish (result, &error);

  self->loading = FALSE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->gate == NULL)
    return;
  if (loaded == NULL)
    {
      show_failure (self, error);
      gtk_stack_set_visible_child_name (self->stack, "failed");
    }
  else
    {
      merge (self, loaded);
      update_conversations (self);
      filter_changed_cb (self);
    }
  if (self->load_again)
    reload (self);
}

static void
reload (EnclaveActivityPage *self)
{
  self->load_again = self->loading;
  if (self->loading)
    return;
  self->loading = TRUE;
  enclave_audit_view_load_async (ENCLAVE_ACTIVITY_MAX_RECORDS, self->cancellable, loaded_cb, g_object_ref (self));
}

static gboolean
reload_cb (gpointer user_data)
{
  EnclaveActivityPage *self = user_data;

  self->reload_source = 0;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    reload (self);
  return G_SOURCE_REMOVE;
}

static void
log_changed_cb (EnclaveActivityPage *self)
{
  if (self->reload_source == 0)
    self->reload_source = g_timeout_add (RELOAD_DELAY_MS, reload_cb, self);
}

static void
watch (EnclaveActivityPage *self)
{
  g_autofree char *path = enclave_audit_dup_folder ();
  g_autofree char *log_path = enclave_audit_dup_path ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GFile) log = g_file_new_for_path (log_path);

  if (self->monitor != NULL)
    return;
  self->monitor = enclave_file_watch_new_for_folder (folder);
  g_signal_connect_swapped (self->monitor, "changed", G_CALLBACK (log_changed_cb), self);
  self->log_monitor = enclave_file_watch_new (log);
  g_signal_connect_swapped (self->log_monitor, "changed", G_CALLBACK (log_changed_cb), self);
}

static void
enclave_activity_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (enclave_activity_page_parent_class)->map (widget);
  watch (ENCLAVE_ACTIVITY_PAGE (widget));
  reload (ENCLAVE_ACTIVITY_PAGE (widget));
}

char *
enclave_activity_page_dup_export (EnclaveActivityPage *self, gboolean as_text)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_items;

  g_return_val_if_fail (ENCLAVE_IS_ACTIVITY_PAGE (self), NULL);

  n_items = g_list_model_get_n_items (G_LIST_MODEL (self->shown));
  for (guint i = n_items; i > 0; i--)
    {
      g_autoptr (EnclaveAuditEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->shown), i - 1);
      g_autofree char *line = as_text ? enclave_audit_entry_to_text (entry)
                                      : g_strdup (enclave_audit_entry_get_line (entry));

      g_string_append_printf (text, "%s\n", line);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveActivityPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error) || self->gate == NULL)
    return;
  show_failure (self, error);
  gtk_stack_set_visible_child_name (self->stack, "failed");
}

static void
export_response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  EnclaveActivityPage *self = user_data;
  g_autoptr (GFile) file = NULL;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL)
    {
      name = g_file_get_basename (file);
      text = enclave_activity_page_dup_export (self, !g_str_has_suffix (name, ".jsonl"));
      bytes = g_bytes_new_take (text, strlen (text));
      text = NULL;
      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, self->cancellable, exported_cb,
                                           g_object_ref (self));
    }
  g_object_unref (dialog);
}

static void
export_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
    _ ("Export the activity: .jsonl for programs, any other name for people"), GTK_WINDOW (gtk_widget_get_root (widget)),
    GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), _ ("_Cancel"));

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), "activity.jsonl");
  g_signal_connect_object (dialog, "response", G_CALLBACK (export_response_cb), widget, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
close_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CLOSED], 0);
}

/* Esc leaves the search first, then the page. */
static void
stop_search_cb (EnclaveActivityPage *self)
{
  if (*gtk_editable_get_text (self->search) != '\0')
    gtk_editable_set_text (self->search, "");
  else
    g_signal_emit (self, signals[CLOSED], 0);
}

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, enclave_activity_row_new ());
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  enclave_activity_row_set_entry (ENCLAVE_ACTIVITY_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
enclave_activity_page_dispose (GObject *object)
{
  EnclaveActivityPage *self = ENCLAVE_ACTIVITY_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->reload_source, g_source_remove);
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
  if (self->log_monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->log_monitor, self);
  g_clear_object (&self->log_monitor);
  g_clear_object (&self->gate);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_ACTIVITY_PAGE);

  G_OBJECT_CLASS (enclave_activity_page_parent_class)->dispose (object);
}

static void
enclave_activity_page_finalize (GObject *object)
{
  EnclaveActivityPage *self = ENCLAVE_ACTIVITY_PAGE (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->entries);
  g_clear_object (&self->shown);
  g_clear_pointer (&self->sessions, g_ptr_array_unref);
  g_clear_pointer (&self->words, g_strfreev);

  G_OBJECT_CLASS (enclave_activity_page_parent_class)->finalize (object);
}

static void
enclave_activity_page_class_init (EnclaveActivityPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_activity_page_dispose;
  object_class->finalize = enclave_activity_page_finalize;
  widget_class->map = enclave_activity_page_map;
  signals[CLOSED] = g_signal_new ("closed", ENCLAVE_TYPE_ACTIVITY_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);

  enclave_activity_get_resource ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/enclave/Enclave/activity/enclave-activity-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveActivityPage, head);
  gtk_widget_class_bind_template_child (widget_class, EnclaveActivityPage, filters);
  gtk_widget_class_bind_template_child (widget_class, EnclaveActivityPage, count);
  gtk_widget_class_bind_template_child (widget_class, EnclaveActivityPage, search);
  gtk_widget_class_bind_template_child (widget_class, EnclaveActivityPage, kinds);
  gtk_widget_class_bind_template_child (widget_class, EnclaveActivityPage, conversations);
  gtk_widget_class_bind_template_child (widget_class, EnclaveActivityPage, stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveActivityPage, failed);
  gtk_widget_class_bind_template_child (widget_class, EnclaveActivityPage, list);
  gtk_widget_class_install_action (widget_class, "activity.export", NULL, export_cb);
  gtk_widget_class_install_action (widget_class, "activity.close", NULL, close_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "activity.close", NULL);
}

static void
make_list (EnclaveActivityPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkSingleSelection *selection;

  self->entries = g_list_store_new (ENCLAVE_TYPE_AUDIT_ENTRY);
  self->filter = gtk_custom_filter_new (filter_cb, self, NULL);
  self->shown = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->entries)), GTK_FILTER (self->filter));
  selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->shown)));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row_cb), NULL);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_object_unref (factory);
  g_object_unref (selection);
}

static void
enclave_activity_page_init (EnclaveActivityPage *self)
{
  const char *kinds[] = { _ ("Without git queries"), _ ("Everything"), _ ("Read"), _ ("Wrote"), _ ("Ran"), _ ("Refused"), NULL };
  const char *groups[] = { _ ("This conversation"), _ ("This project"), _ ("All projects"), NULL };
  g_autoptr (GtkStringList) kind_names = gtk_string_list_new (kinds);

  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  self->sessions = g_ptr_array_new_with_free_func (g_free);
  gtk_drop_down_set_model (self->kinds, G_LIST_MODEL (kind_names));
  self->conversation_names = gtk_string_list_new (groups);
  gtk_drop_down_set_model (self->conversations, G_LIST_MODEL (self->conversation_names));
  g_object_unref (self->conversation_names);
  gtk_drop_down_set_selected (self->conversations, PROJECT_GROUP);
  make_list (self);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (filter_changed_cb), self);
  g_signal_connect_swapped (self->search, "stop-search", G_CALLBACK (stop_search_cb), self);
  g_signal_connect_swapped (self->kinds, "notify::selected", G_CALLBACK (filter_changed_cb), self);
  g_signal_connect_swapped (self->conversations, "notify::selected", G_CALLBACK (filter_changed_cb), self);
  enclave_accessible_label_drop_down (self->kinds, _ ("Kind of activity"));
  enclave_accessible_label_drop_down (self->conversations, _ ("Conversation"));
  update_state (self);
}

GtkWidget *
enclave_activity_page_new (void)
{
  return g_object_new (ENCLAVE_TYPE_ACTIVITY_PAGE, NULL);
}

/**
 * enclave_activity_page_set_gate:
 * @gate: the gate of the window's project
 */
void
enclave_activity_page_set_gate (EnclaveActivityPage *self, EnclaveGate *gate)
{
  g_return_if_fail (ENCLAVE_IS_ACTIVITY_PAGE (self));
  g_return_if_fail (ENCLAVE_IS_GATE (gate));

  if (g_set_object (&self->gate, gate) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    reload (self);
}

/**
 * enclave_activity_page_focus:
 *
 * Returns: whether something took the focus
 */
gboolean
enclave_activity_page_focus (EnclaveActivityPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_ACTIVITY_PAGE (self), FALSE);

  return gtk_widget_grab_focus (GTK_WIDGET (self->search));
}
