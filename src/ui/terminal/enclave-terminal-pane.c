/* enclave-terminal-pane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-late-menu.h"
#include "enclave-limits.h"
#include "enclave-settings.h"
#include "enclave-style-sheet.h"
#include "enclave-tab-drops.h"
#include "enclave-terminal-pane-private.h"
#include "enclave-terminal-resources.h"

enum
{
  WANTED,
  COMMAND_ENDED,
  OPEN_LOCATION,
  OPEN_ADDRESS,
  TASK_ALLOWED,
  ASK_ABOUT_TASK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
_enclave_terminal_pane_emit_command_ended (EnclaveTerminalPane *self, int status, gint64 span_us)
{
  g_signal_emit (self, signals[COMMAND_ENDED], 0, status, span_us);
}

void
_enclave_terminal_pane_emit_open_location (EnclaveTerminalPane *self, const char *path, guint line, guint column)
{
  g_signal_emit (self, signals[OPEN_LOCATION], 0, path, line, column);
}

void
_enclave_terminal_pane_emit_open_address (EnclaveTerminalPane *self, const char *address)
{
  g_signal_emit (self, signals[OPEN_ADDRESS], 0, address);
}

static void host_iface_init (EnclaveTerminalHostInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveTerminalPane, enclave_terminal_pane, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TERMINAL_HOST, host_iface_init))

static void
update_actions (EnclaveTerminalPane *self)
{
  _enclave_terminal_pane_update_actions (self);
}

static void
n_pages_cb (EnclaveTerminalPane *self)
{
  gtk_stack_set_visible_child_name (self->stack, enclave_terminal_pane_get_n_tabs (self) > 0 ? "terminals" : "empty");
  _enclave_terminal_pane_update_actions (self);
}

static EnclaveTerminalSession *
enclave_terminal_pane_open_session (EnclaveTerminalHost *host, const char *command, const char *folder,
                                    const char *level, guint *columns, guint *rows)
{
  EnclaveTerminalPane *self = ENCLAVE_TERMINAL_PANE (host);
  EnclaveTerminalTab *active = _enclave_terminal_pane_get_active (self);
  GtkWidget *tab = enclave_terminal_tab_new_agent (self->style, self->settings, command, level);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  AdwTabPage *page = _enclave_terminal_pane_add_tab (self, ENCLAVE_TERMINAL_TAB (tab), "enclave-agent-symbolic");

  /* who types into a shell keeps it before the eyes */
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    adw_tab_page_set_needs_attention (page, TRUE);
  else
    adw_tab_view_set_selected_page (self->tab_view, page);

  enclave_terminal_tab_get_size (active != NULL ? active : ENCLAVE_TERMINAL_TAB (tab), columns, rows);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    g_signal_emit (self, signals[WANTED], 0);

  return g_object_ref (ENCLAVE_TERMINAL_SESSION (tab));
}

static void
host_iface_init (EnclaveTerminalHostInterface *iface)
{
  iface->open_session = enclave_terminal_pane_open_session;
}

static void
enclave_terminal_pane_dispose (GObject *object)
{
  EnclaveTerminalPane *self = ENCLAVE_TERMINAL_PANE (object);

  if (self->tab_view != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->tab_view, self);
      _enclave_terminal_pane_forget_tabs (self);
      enclave_terminal_pane_end_all (self);
    }
  g_queue_clear (&self->ended);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_TERMINAL_PANE);
  self->tab_view = NULL;
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (enclave_terminal_pane_parent_class)->dispose (object);
}

static void
enclave_terminal_pane_finalize (GObject *object)
{
  EnclaveTerminalPane *self = ENCLAVE_TERMINAL_PANE (object);

  g_clear_object (&self->style);
  g_clear_object (&self->settings);
  g_free (self->folder);
  g_free (self->last_folder);

  G_OBJECT_CLASS (enclave_terminal_pane_parent_class)->finalize (object);
}

static void
enclave_terminal_pane_class_init (EnclaveTerminalPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_terminal_pane_dispose;
  object_class->finalize = enclave_terminal_pane_finalize;

  signals[WANTED] = g_signal_new ("wanted", ENCLAVE_TYPE_TERMINAL_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  signals[COMMAND_ENDED] = g_signal_new ("command-ended", ENCLAVE_TYPE_TERMINAL_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT64);
  signals[OPEN_LOCATION] = g_signal_new ("open-location", ENCLAVE_TYPE_TERMINAL_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT, G_TYPE_UINT);
  signals[OPEN_ADDRESS] = g_signal_new ("open-address", ENCLAVE_TYPE_TERMINAL_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TASK_ALLOWED] = g_signal_new ("task-allowed", ENCLAVE_TYPE_TERMINAL_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_STRING);
  g_signal_new ("task-running", ENCLAVE_TYPE_TERMINAL_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                G_TYPE_BOOLEAN);
  signals[ASK_ABOUT_TASK] = g_signal_new ("ask-about-task", ENCLAVE_TYPE_TERMINAL_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /* the linker leaves a resource out that nobody names */
  enclave_terminal_get_resource ();
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/terminal/enclave-terminal-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalPane, tab_bar);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalPane, tab_view);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalPane, stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalPane, profiles_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalPane, menu_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalPane, terminal_menu);
  gtk_widget_class_bind_template_callback_full (widget_class, "close_page_cb", G_CALLBACK (_enclave_terminal_pane_close_page_cb));
  gtk_widget_class_bind_template_callback (widget_class, update_actions);
  gtk_widget_class_bind_template_callback (widget_class, n_pages_cb);
}

/* Dropped outside of all windows: a terminal has no other to go to, and comes back. */
static AdwTabView *
keep_tab_cb (AdwTabView *view)
{
  return view;
}

static void
enclave_terminal_pane_init (EnclaveTerminalPane *self)
{
  g_autoptr (GError) error = NULL;

  enclave_style_sheet_add ("/dev/enclave/Enclave/terminal/enclave-terminal.css");
  g_queue_init (&self->ended);
  self->settings = enclave_settings_new ("dev.enclave.Enclave", NULL, &error);
  if (self->settings == NULL)
    g_debug ("Terminal without settings: %s", error->message);
  self->style = enclave_text_style_new (self->settings);
  self->actions = g_simple_action_group_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  enclave_accessible_watch_tabs (self->tab_bar);
  enclave_late_menu_set (self->menu_button, self->terminal_menu);

  /* these belong to what runs in the terminal; and a tab moves where the focus is, not in every
   * pane of the window */
  adw_tab_view_remove_shortcuts (self->tab_view, ADW_TAB_VIEW_SHORTCUT_CONTROL_HOME
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_END
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_HOME
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_END
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_PAGE_UP
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_PAGE_DOWN);

  enclave_tab_drops_watch (self->tab_view);
  g_signal_connect (self->tab_view, "create-window", G_CALLBACK (keep_tab_cb), NULL);
  _enclave_terminal_pane_install_actions (self);
  _enclave_terminal_pane_watch_profiles (self);
  n_pages_cb (self);
}

GtkWidget *
enclave_terminal_pane_new (void)
{
  return g_object_new (ENCLAVE_TYPE_TERMINAL_PANE, NULL);
}

void
enclave_terminal_pane_set_folder (EnclaveTerminalPane *self, const char *folder)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));

  g_free (self->folder);
  self->folder = g_strdup (folder);
}

guint
enclave_terminal_pane_get_n_tabs (EnclaveTerminalPane *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_PANE (self), 0);

  return (guint) adw_tab_view_get_n_pages (self->tab_view);
}

static gboolean
takes_commands (EnclaveTerminalTab *tab)
{
  return !enclave_terminal_tab_get_is_agent (tab) && enclave_terminal_tab_get_running (tab)
         && !enclave_terminal_tab_get_busy (tab);
}

static void
type_into (EnclaveTerminalTab *tab, const char *command)
{
  g_autofree char *text = g_strchomp (g_strdup (command));

  enclave_terminal_tab_focus (tab);
  enclave_terminal_tab_paste_text (tab, text);
}

/* A command of the project's is for a shell, and begins in the project: the usual profile may be neither. */
static EnclaveTerminalTab *
open_plain (EnclaveTerminalPane *self)
{
  return _enclave_terminal_pane_open (self, NULL, (const char *const[]){ self->folder, NULL }, ENCLAVE_TERMINAL_TOLD_NOTHING);
}

void
enclave_terminal_pane_type_in_new_shell (EnclaveTerminalPane *self, const char *command)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));
  g_return_if_fail (command != NULL);

  type_into (open_plain (self), command);
}

void
enclave_terminal_pane_type_command (EnclaveTerminalPane *self, const char *command)
{
  g_autoptr (GPtrArray) tabs = NULL;
  EnclaveTerminalTab *tab;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));
  g_return_if_fail (command != NULL);

  tab = _enclave_terminal_pane_get_active (self);
  tabs = _enclave_terminal_pane_list (self);
  for (guint i = 0; (tab == NULL || !takes_commands (tab)) && i < tabs->len; i++)
    tab = g_ptr_array_index (tabs, i);

  if (tab == NULL || !takes_commands (tab))
    tab = open_plain (self);
  else
    _enclave_terminal_pane_show_tab (self, tab);

  type_into (tab, command);
}

char *
enclave_terminal_pane_dup_text (EnclaveTerminalPane *self)
{
  EnclaveTerminalTab *tab;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_PANE (self), NULL);

  tab = _enclave_terminal_pane_get_active (self);

  return tab != NULL ? enclave_terminal_tab_dup_text (tab) : NULL;
}

char *
enclave_terminal_pane_dup_shared (EnclaveTerminalPane *self, gboolean *is_selection)
{
  EnclaveTerminalTab *tab;
  char *text;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_PANE (self), NULL);

  tab = _enclave_terminal_pane_get_active (self);
  text = tab != NULL ? enclave_terminal_tab_dup_selection (tab) : NULL;
  if (is_selection != NULL)
    *is_selection = text != NULL;
  if (text == NULL && tab != NULL)
    text = g_strdup (enclave_terminal_tab_get_last_output (tab));

  return text;
}

void
enclave_terminal_pane_set_calm (EnclaveTerminalPane *self, gboolean calm)
{
  g_autoptr (GPtrArray) tabs = NULL;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));

  self->calm = calm;
  tabs = _enclave_terminal_pane_list (self);
  for (guint i = 0; i < tabs->len; i++)
    enclave_terminal_tab_set_calm (g_ptr_array_index (tabs, i), calm);
}

void
enclave_terminal_pane_note_key (EnclaveTerminalPane *self)
{
  g_autoptr (GPtrArray) tabs = NULL;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));

  tabs = _enclave_terminal_pane_list (self);
  for (guint i = 0; i < tabs->len; i++)
    enclave_terminal_tab_note_key (g_ptr_array_index (tabs, i));
}

gboolean
enclave_terminal_pane_focus (EnclaveTerminalPane *self)
{
  EnclaveTerminalTab *tab;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_PANE (self), FALSE);

  tab = _enclave_terminal_pane_get_active (self);
  return tab != NULL ? enclave_terminal_tab_focus (tab) : gtk_widget_child_focus (GTK_WIDGET (self->stack),
                                                                                  GTK_DIR_TAB_FORWARD);
}

void
enclave_terminal_pane_end_all (EnclaveTerminalPane *self)
{
  g_autoptr (GPtrArray) tabs = NULL;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));

  tabs = _enclave_terminal_pane_list (self);
  for (guint i = 0; i < tabs->len; i++)
    enclave_terminal_tab_end (g_ptr_array_index (tabs, i));
}
