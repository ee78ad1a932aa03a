/* enclave-terminal-pane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-limits.h"
#include "enclave-settings.h"
#include "enclave-style-sheet.h"
#include "enclave-terminal-pane-private.h"
#include "enclave-terminal-resources.h"

/* A command that took less is seen when one looks there next. */
#define ATTENTION_US (3 * G_USEC_PER_SEC)

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

static void host_iface_init (EnclaveTerminalHostInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveTerminalPane, enclave_terminal_pane, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TERMINAL_HOST, host_iface_init))

static EnclaveTerminalTab *
get_nth (EnclaveTerminalPane *self, int position)
{
  return ENCLAVE_TERMINAL_TAB (adw_tab_page_get_child (adw_tab_view_get_nth_page (self->tab_view, position)));
}

EnclaveTerminalTab *
_enclave_terminal_pane_get_active (EnclaveTerminalPane *self)
{
  AdwTabPage *page = adw_tab_view_get_selected_page (self->tab_view);

  return page != NULL ? ENCLAVE_TERMINAL_TAB (adw_tab_page_get_child (page)) : NULL;
}

static gboolean
holds (EnclaveTerminalPane *self, EnclaveTerminalTab *tab)
{
  return gtk_widget_is_ancestor (GTK_WIDGET (tab), GTK_WIDGET (self->tab_view));
}

static void
update_tab (EnclaveTerminalTab *tab, GParamSpec *pspec, EnclaveTerminalPane *self)
{
  AdwTabPage *page;
  g_autofree char *tooltip = NULL;

  if (!holds (self, tab))
    return;

  page = adw_tab_view_get_page (self->tab_view, GTK_WIDGET (tab));
  tooltip = g_markup_escape_text (enclave_terminal_tab_get_title (tab), -1);
  adw_tab_page_set_title (page, enclave_terminal_tab_get_title (tab));
  adw_tab_page_set_tooltip (page, tooltip);
}

static void
running_cb (EnclaveTerminalTab *tab, GParamSpec *pspec, EnclaveTerminalPane *self)
{
  if (!enclave_terminal_tab_get_is_agent (tab) || enclave_terminal_tab_get_running (tab) || !holds (self, tab))
    return;

  g_queue_push_tail (&self->ended, tab);
  while (g_queue_get_length (&self->ended) > ENCLAVE_TERMINAL_MAX_ENDED_TABS)
    {
      EnclaveTerminalTab *oldest = g_queue_peek_head (&self->ended);

      /* removes itself from the queue */
      adw_tab_view_close_page (self->tab_view, adw_tab_view_get_page (self->tab_view, GTK_WIDGET (oldest)));
    }
}

static void
command_ended_cb (EnclaveTerminalTab *tab, int status, gint64 span_us, EnclaveTerminalPane *self)
{
  if (!holds (self, tab))
    return;

  if (tab != _enclave_terminal_pane_get_active (self) && span_us >= ATTENTION_US)
    adw_tab_page_set_needs_attention (adw_tab_view_get_page (self->tab_view, GTK_WIDGET (tab)), TRUE);
  _enclave_terminal_pane_update_actions (self);
  g_signal_emit (self, signals[COMMAND_ENDED], 0, status, span_us);
}

static void
open_location_cb (EnclaveTerminalTab *tab, const char *path, guint line, guint column, EnclaveTerminalPane *self)
{
  g_signal_emit (self, signals[OPEN_LOCATION], 0, path, line, column);
}

static void
open_address_cb (EnclaveTerminalTab *tab, const char *address, EnclaveTerminalPane *self)
{
  g_signal_emit (self, signals[OPEN_ADDRESS], 0, address);
}

static void
close_requested_cb (EnclaveTerminalTab *tab, EnclaveTerminalPane *self)
{
  if (!holds (self, tab))
    return;

  g_object_set_data (G_OBJECT (tab), "enclave-close-confirmed", GINT_TO_POINTER (TRUE));
  adw_tab_view_close_page (self->tab_view, adw_tab_view_get_page (self->tab_view, GTK_WIDGET (tab)));
}

static gboolean
close_page_cb (AdwTabView *view, AdwTabPage *page, EnclaveTerminalPane *self)
{
  EnclaveTerminalTab *tab = ENCLAVE_TERMINAL_TAB (adw_tab_page_get_child (page));

  if (enclave_terminal_tab_get_busy (tab)
      && g_object_get_data (G_OBJECT (tab), "enclave-close-confirmed") == NULL)
    {
      adw_tab_view_close_page_finish (view, page, FALSE);
      adw_tab_view_set_selected_page (view, page);
      enclave_terminal_tab_ask_close (tab);
      return GDK_EVENT_STOP;
    }

  g_queue_remove (&self->ended, tab);
  g_signal_handlers_disconnect_by_data (tab, self);
  enclave_terminal_tab_end (tab);
  adw_tab_view_close_page_finish (view, page, TRUE);
  return GDK_EVENT_STOP;
}

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

static AdwTabPage *
add_tab (EnclaveTerminalPane *self, GtkWidget *tab, const char *icon_name)
{
  AdwTabPage *page = adw_tab_view_append (self->tab_view, tab);
  g_autoptr (GIcon) icon = g_themed_icon_new (icon_name);

  adw_tab_page_set_icon (page, icon);
  g_signal_connect (tab, "notify::title", G_CALLBACK (update_tab), self);
  g_signal_connect (tab, "notify::running", G_CALLBACK (running_cb), self);
  g_signal_connect (tab, "close-requested", G_CALLBACK (close_requested_cb), self);
  g_signal_connect (tab, "command-ended", G_CALLBACK (command_ended_cb), self);
  g_signal_connect (tab, "open-location", G_CALLBACK (open_location_cb), self);
  g_signal_connect (tab, "open-address", G_CALLBACK (open_address_cb), self);
  enclave_terminal_tab_set_project_folder (ENCLAVE_TERMINAL_TAB (tab), self->folder);
  enclave_terminal_tab_set_calm (ENCLAVE_TERMINAL_TAB (tab), self->calm);
  update_tab (ENCLAVE_TERMINAL_TAB (tab), NULL, self);
  return page;
}

void
_enclave_terminal_pane_add_tab (EnclaveTerminalPane *self, GtkWidget *tab)
{
  add_tab (self, tab, "enclave-terminal-symbolic");
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
  AdwTabPage *page = add_tab (self, tab, "enclave-agent-symbolic");

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
      for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
        g_signal_handlers_disconnect_by_data (get_nth (self, i), self);
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
  signals[ASK_ABOUT_TASK] = g_signal_new ("ask-about-task", ENCLAVE_TYPE_TERMINAL_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /* the linker leaves a resource out that nobody names */
  enclave_terminal_get_resource ();
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/terminal/enclave-terminal-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalPane, tab_bar);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalPane, tab_view);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalPane, stack);
  gtk_widget_class_bind_template_callback (widget_class, close_page_cb);
  gtk_widget_class_bind_template_callback (widget_class, update_actions);
  gtk_widget_class_bind_template_callback (widget_class, n_pages_cb);
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

  /* these belong to what runs in the terminal */
  adw_tab_view_remove_shortcuts (self->tab_view, ADW_TAB_VIEW_SHORTCUT_CONTROL_HOME
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_END
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_HOME
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_END);

  _enclave_terminal_pane_install_actions (self);
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

static EnclaveTerminalTab *
open_shell (EnclaveTerminalPane *self, const char *folder)
{
  GtkWidget *tab = enclave_terminal_tab_new_shell (self->style, self->settings, folder);
  AdwTabPage *page = add_tab (self, tab, "enclave-terminal-symbolic");

  adw_tab_view_set_selected_page (self->tab_view, page);
  enclave_terminal_tab_start (ENCLAVE_TERMINAL_TAB (tab));
  enclave_terminal_tab_focus (ENCLAVE_TERMINAL_TAB (tab));
  return ENCLAVE_TERMINAL_TAB (tab);
}

void
enclave_terminal_pane_open_shell (EnclaveTerminalPane *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));

  open_shell (self, self->folder);
}

void
enclave_terminal_pane_open_shell_in (EnclaveTerminalPane *self, const char *folder)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));

  open_shell (self, folder);
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

void
enclave_terminal_pane_type_in_new_shell (EnclaveTerminalPane *self, const char *command)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));
  g_return_if_fail (command != NULL);

  type_into (open_shell (self, self->folder), command);
}

void
enclave_terminal_pane_type_command (EnclaveTerminalPane *self, const char *command)
{
  EnclaveTerminalTab *tab;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));
  g_return_if_fail (command != NULL);

  tab = _enclave_terminal_pane_get_active (self);
  for (int i = 0; (tab == NULL || !takes_commands (tab)) && i < adw_tab_view_get_n_pages (self->tab_view); i++)
    tab = get_nth (self, i);

  if (tab == NULL || !takes_commands (tab))
    tab = open_shell (self, self->folder);
  else
    adw_tab_view_set_selected_page (self->tab_view, adw_tab_view_get_page (self->tab_view, GTK_WIDGET (tab)));

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
  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));

  self->calm = calm;
  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    enclave_terminal_tab_set_calm (get_nth (self, i), calm);
}

void
enclave_terminal_pane_note_key (EnclaveTerminalPane *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));

  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    enclave_terminal_tab_note_key (get_nth (self, i));
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
  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));

  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    enclave_terminal_tab_end (get_nth (self, i));
}
