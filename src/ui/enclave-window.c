/* enclave-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-late-menu.h"
#include "enclave-recent.h"
#include "enclave-settings.h"
#include "enclave-settling.h"
#include "enclave-ui-resources.h"
#include "enclave-utf8.h"
#include "enclave-window-private.h"

G_DEFINE_FINAL_TYPE (EnclaveWindow, enclave_window, ADW_TYPE_APPLICATION_WINDOW)

static void
enclave_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GTK_WIDGET_CLASS (enclave_window_parent_class)->size_allocate (widget, width, height, baseline);
  _enclave_window_layout_allocated (ENCLAVE_WINDOW (widget), width);
}

static void
save_size (EnclaveWindow *self)
{
  int width = 0;
  int height = 0;

  if (self->settings == NULL)
    return;
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (width > 0 && height > 0)
    g_settings_set (self->settings, "window-size", "(ii)", width, height);
}

static void
close_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWindow) self = user_data;
  gboolean may_close = enclave_editor_pane_query_close_finish (ENCLAVE_EDITOR_PANE (source), result, NULL);

  self->closing = FALSE;
  if (!may_close)
    return;

  /* an approval that waits counts as denied, and nothing of the agent goes on without its window */
  if (self->service != NULL)
    enclave_agent_service_stop (self->service);
  _enclave_window_stop_keeping (self);
  _enclave_window_keep_session (self, TRUE);
  enclave_terminal_pane_end_all (self->terminal);
  _enclave_window_layout_save (self);
  save_size (self);
  gtk_window_destroy (GTK_WINDOW (self));
}

static gboolean
enclave_window_close_request (GtkWindow *window)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (window);

  if (self->closing)
    return TRUE;
  self->closing = TRUE;
  enclave_editor_pane_query_close_async (self->editor, self->cancellable, close_answered_cb, g_object_ref (self));
  return TRUE;
}

static void
set_up (EnclaveWindow *self, EnclaveApplication *application)
{
  g_autoptr (EnclaveModelChoice) choice = NULL;

  g_set_object (&self->settings, enclave_application_get_settings (application));
  if (self->settings != NULL)
    {
      int width = 0;
      int height = 0;

      g_settings_bind (self->settings, "show-ignored-files", self->files, "show-ignored", G_SETTINGS_BIND_DEFAULT);
      g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
      gtk_window_set_default_size (GTK_WINDOW (self), MAX (width, 420), MAX (height, 480));
      if (g_settings_get_boolean (self->settings, "window-maximized"))
        gtk_window_maximize (GTK_WINDOW (self));
    }

  _enclave_window_install_actions (self);
  _enclave_window_install_finding (self);
  _enclave_window_install_git (self);
  _enclave_window_install_keys (self);
  _enclave_window_accept_drops (self);
  choice = enclave_model_choice_new (enclave_application_get_servers (application), self->settings);
  _enclave_window_set_choice (self, choice);
  enclave_chat_pane_set_servers (self->chat, enclave_application_get_servers (application));
  g_signal_connect_object (enclave_application_get_sandbox (application), "notify::level",
                           G_CALLBACK (_enclave_window_update_badges), self, G_CONNECT_SWAPPED);
  _enclave_window_watch_local_servers (self, application);
  _enclave_window_layout_load (self);
  _enclave_window_update_badges (self);
}

static void
enclave_window_dispose (GObject *object)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->layout_idle, g_source_remove);
  g_clear_handle_id (&self->session_source, g_source_remove);
  _enclave_window_leave_folder (self);
  g_clear_weak_pointer (&self->focus_before);
  g_clear_weak_pointer (&self->egress_page);
  g_clear_weak_pointer (&self->model_page);
  g_clear_weak_pointer (&self->project_page);
  _enclave_window_stop_keeping (self);
  _enclave_window_leave_beside (self);
  if (self->chat != NULL)
    enclave_chat_pane_set_service (self->chat, NULL, NULL);
  self->chat = NULL;
  _enclave_window_end_finding (self);
  _enclave_window_end_git (self);
  g_clear_pointer (&self->note, enclave_last_toast_free);
  _enclave_window_end_language (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_WINDOW);
  _enclave_window_end_mcp (self);
  g_clear_object (&self->service);
  g_clear_object (&self->gate);
  g_clear_object (&self->trashed);
  g_clear_object (&self->project);
  g_clear_object (&self->project_settings);
  g_clear_object (&self->choice);
  g_clear_object (&self->practice);
  g_clear_object (&self->keys);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (enclave_window_parent_class)->dispose (object);
}

static void
enclave_window_finalize (GObject *object)
{
  g_clear_object (&ENCLAVE_WINDOW (object)->cancellable);
  g_free (ENCLAVE_WINDOW (object)->link);
  G_OBJECT_CLASS (enclave_window_parent_class)->finalize (object);
}

static void
enclave_window_class_init (EnclaveWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_window_dispose;
  object_class->finalize = enclave_window_finalize;
  widget_class->size_allocate = enclave_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = enclave_window_close_request;

  enclave_ui_get_resource ();
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/enclave-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, header_bar);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, title_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, header_start);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, header_end);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, files_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, chat_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, waiting_dot);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, main_menu);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, info_box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, root_stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, outer_paned);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, inner_paned);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, middle_box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, middle_stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, work_paned);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, status_line);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, status_text);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWindow, sent_text);
}

/* The window asks for nothing but its own smallest size: what the panes shown now need together must not keep it from
 * getting so small that the layout shows fewer of them. */
static void
measure_content (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                 int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (gtk_widget_get_first_child (widget), orientation, -1, NULL, natural, NULL, NULL);
  *minimum = 0;
}

static void
allocate_content (GtkWidget *widget, int width, int height, int baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  int least = 0;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  if (ENCLAVE_IS_WINDOW (root))
    _enclave_window_layout_note_need (ENCLAVE_WINDOW (root), least, width);
  width = MAX (width, least);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &least, NULL, NULL, NULL);
  gtk_widget_allocate (child, width, MAX (height, least), baseline, NULL);
}

static void
let_shrink (EnclaveWindow *self)
{
  g_autoptr (GtkWidget) content = g_object_ref (adw_toast_overlay_get_child (self->toasts));
  GtkWidget *bin = adw_bin_new ();

  adw_toast_overlay_set_child (self->toasts, NULL);
  gtk_widget_set_layout_manager (bin, gtk_custom_layout_new (NULL, measure_content, allocate_content));
  gtk_widget_set_overflow (bin, GTK_OVERFLOW_HIDDEN);
  adw_bin_set_child (ADW_BIN (bin), content);
  adw_toast_overlay_set_child (self->toasts, bin);
}

static void
add_panes (EnclaveWindow *self)
{
  self->info_row = ENCLAVE_INFO_ROW (enclave_info_row_new ());
  gtk_box_append (self->info_box, GTK_WIDGET (self->info_row));

  self->files = ENCLAVE_FILES_PANE (enclave_files_pane_new ());
  gtk_widget_set_size_request (GTK_WIDGET (self->files), 180, -1);
  gtk_paned_set_start_child (self->outer_paned, GTK_WIDGET (self->files));

  self->editor = ENCLAVE_EDITOR_PANE (enclave_editor_pane_new ());
  gtk_widget_set_size_request (GTK_WIDGET (self->editor), 360, 160);
  gtk_paned_set_start_child (self->work_paned, GTK_WIDGET (self->editor));

  self->terminal = ENCLAVE_TERMINAL_PANE (enclave_terminal_pane_new ());
  gtk_widget_set_size_request (GTK_WIDGET (self->terminal), -1, 120);
  gtk_paned_set_end_child (self->work_paned, GTK_WIDGET (self->terminal));

  self->chat = ENCLAVE_CHAT_PANE (enclave_chat_pane_new ());
  gtk_widget_set_size_request (GTK_WIDGET (self->chat), 320, -1);
  gtk_paned_set_end_child (self->inner_paned, GTK_WIDGET (self->chat));

  gtk_box_append (self->status_line, enclave_editor_pane_get_status (self->editor));
}

static void
add_header_widgets (EnclaveWindow *self)
{
  self->model_menu = ENCLAVE_MODEL_MENU (enclave_model_menu_new ());
  gtk_box_append (self->header_start, GTK_WIDGET (self->model_menu));
  g_signal_connect_swapped (self->model_menu, "check", G_CALLBACK (_enclave_window_show_model_check), self);
  g_signal_connect_swapped (self->model_menu, "servers", G_CALLBACK (_enclave_window_enter_address), self);

  self->sandbox_badge = ENCLAVE_BADGE (enclave_badge_new ());
  gtk_box_prepend (self->header_end, GTK_WIDGET (self->sandbox_badge));
  self->network_badge = ENCLAVE_BADGE (enclave_badge_new ());
  gtk_box_prepend (self->header_end, GTK_WIDGET (self->network_badge));
  _enclave_window_show_work (self);
}

static void
enclave_window_init (EnclaveWindow *self)
{
  self->cancellable = g_cancellable_new ();
  self->single = ENCLAVE_PANE_EDITOR;
  self->compact_side = ENCLAVE_PANE_CHAT;
  self->last_pane = ENCLAVE_PANE_EDITOR;

  gtk_widget_init_template (GTK_WIDGET (self));
  enclave_settling_watch (GTK_WINDOW (self));
  _enclave_window_install_offers (self);
  enclave_late_menu_set (self->menu_button, self->main_menu);
  let_shrink (self);
  add_panes (self);
  add_header_widgets (self);
  _enclave_window_layout_connect (self);
  _enclave_window_connect_panes (self);
  _enclave_window_watch_session (self);
  _enclave_window_let_tabs_go (self);
  enclave_accessible_mend (GTK_WIDGET (self));
}

EnclaveWindow *
enclave_window_new (EnclaveApplication *application)
{
  EnclaveWindow *self;

  g_return_val_if_fail (ENCLAVE_IS_APPLICATION (application), NULL);

  self = g_object_new (ENCLAVE_TYPE_WINDOW, "application", application, NULL);
  set_up (self, application);
  return self;
}

void
enclave_window_open_folder (EnclaveWindow *self, GFile *folder)
{
  const char *const responses[] = { "close", _("_Close"), NULL };
  g_autoptr (GError) error = NULL;

  g_return_if_fail (ENCLAVE_IS_WINDOW (self));
  g_return_if_fail (G_IS_FILE (folder));

  if (enclave_window_has_folder (self, folder))
    return;
  if (self->project != NULL)
    {
      EnclaveApplication *application = ENCLAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
      EnclaveWindow *window = enclave_window_new (application);

      enclave_window_open_folder (window, folder);
      gtk_window_present (GTK_WINDOW (window));
      return;
    }
  if (!_enclave_window_set_project (self, folder, &error))
    enclave_info_row_present (self->info_row, ENCLAVE_WINDOW_NOTE_OPEN_FAILED, "dialog-warning-symbolic",
                              _("The folder could not be opened."), error->message, responses);
  if (self->project == NULL)
    enclave_window_show_welcome (self);
}

void
enclave_window_open_file (EnclaveWindow *self, GFile *file, guint line, guint column)
{
  g_return_if_fail (ENCLAVE_IS_WINDOW (self));
  g_return_if_fail (G_IS_FILE (file));

  gtk_stack_set_visible_child_name (self->root_stack, "panes");
  if (self->project == NULL)
    {
      /* a single file needs no tree and no agent: both belong to a folder */
      self->files_wanted = self->chat_wanted = self->terminal_wanted = FALSE;
      _enclave_window_layout_apply (self);
    }
  _enclave_window_update_actions (self);
  enclave_editor_pane_open (self->editor, file, line, column);
  enclave_recent_add (file, NULL);
}

gboolean
enclave_window_has_folder (EnclaveWindow *self, GFile *folder)
{
  g_return_val_if_fail (ENCLAVE_IS_WINDOW (self), FALSE);

  if (folder == NULL)
    {
      guint n_documents = 0;

      g_object_get (self->editor, "n-documents", &n_documents, NULL);
      return self->project == NULL && n_documents == 0;
    }
  return self->project != NULL && g_file_equal (enclave_project_get_folder (self->project), folder);
}

gboolean
enclave_window_contains (EnclaveWindow *self, GFile *file)
{
  g_autofree char *relative = NULL;

  g_return_val_if_fail (ENCLAVE_IS_WINDOW (self), FALSE);

  relative = self->project != NULL ? enclave_project_dup_relative (self->project, file) : NULL;
  return relative != NULL;
}

EnclaveMcpServerList *
enclave_window_get_mcp_servers (EnclaveWindow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_WINDOW (self), NULL);

  return self->mcp_servers;
}

EnclaveGate *
enclave_window_get_gate (EnclaveWindow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_WINDOW (self), NULL);

  return self->gate;
}
