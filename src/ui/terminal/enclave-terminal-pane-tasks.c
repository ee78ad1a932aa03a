/* enclave-terminal-pane-tasks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-terminal-pane-private.h"

#define TITLE "enclave-task-title"

/* Of the tasks the one that @accepts, the shown one before the others, then the newest. */
static EnclaveTerminalTab *
find_task (EnclaveTerminalPane *self, gboolean (*accepts) (EnclaveTerminalTab *tab, gconstpointer data), gconstpointer data)
{
  EnclaveTerminalTab *active = _enclave_terminal_pane_get_active (self);
  g_autoptr (GPtrArray) tabs = _enclave_terminal_pane_list (self);

  if (active != NULL && enclave_terminal_tab_get_is_task (active) && accepts (active, data))
    return active;
  for (guint i = tabs->len; i > 0; i--)
    {
      EnclaveTerminalTab *tab = g_ptr_array_index (tabs, i - 1);

      if (enclave_terminal_tab_get_is_task (tab) && accepts (tab, data))
        return tab;
    }

  return NULL;
}

static gboolean
has_command (EnclaveTerminalTab *tab, gconstpointer command)
{
  return g_strcmp0 (enclave_terminal_tab_get_command (tab), command) == 0;
}

static gboolean
is_running (EnclaveTerminalTab *tab, gconstpointer data)
{
  return enclave_terminal_tab_get_running (tab);
}

static gboolean
has_problems (EnclaveTerminalTab *tab, gconstpointer data)
{
  return enclave_terminal_tab_get_n_problems (tab) > 0;
}

static void
task_answer_cb (EnclaveTerminalTab *tab, const char *id, EnclaveTerminalPane *self)
{
  if (g_str_equal (id, "always") || g_str_equal (id, "ask"))
    g_signal_emit_by_name (self, g_str_equal (id, "ask") ? "ask-about-task" : "task-allowed",
                           g_str_equal (id, "ask") ? enclave_terminal_tab_get_last_output (tab)
                                                   : enclave_terminal_tab_get_command (tab));
  if (g_str_equal (id, "cancel"))
    _enclave_terminal_pane_close_tab (self, tab);
  else if (!g_str_equal (id, "ask"))
    enclave_terminal_tab_start (tab);
}

static void
running_cb (EnclaveTerminalPane *self, GParamSpec *pspec, EnclaveTerminalTab *tab)
{
  g_signal_emit_by_name (self, "task-running", g_object_get_data (G_OBJECT (tab), TITLE), enclave_terminal_tab_get_running (tab));
}

static void
gone_cb (EnclaveTerminalPane *self, EnclaveTerminalTab *tab)
{
  g_signal_emit_by_name (self, "task-running", g_object_get_data (G_OBJECT (tab), TITLE), FALSE);
}

/* Another command under the same title takes the place of what has ended. */
static void
close_ended (EnclaveTerminalPane *self, const char *title, EnclaveTerminalTab *kept)
{
  g_autoptr (GPtrArray) tabs = _enclave_terminal_pane_list (self);

  for (guint i = 0; i < tabs->len; i++)
    {
      EnclaveTerminalTab *tab = g_ptr_array_index (tabs, i);

      if (tab == kept || enclave_terminal_tab_get_running (tab) || g_strcmp0 (g_object_get_data (G_OBJECT (tab), TITLE), title) != 0)
        continue;
      /* Its widget may go after the other has begun, and would say that nothing runs. */
      g_signal_handlers_disconnect_by_func (tab, gone_cb, self);
      _enclave_terminal_pane_close_tab (self, tab);
    }
}

void
enclave_terminal_pane_run_task (EnclaveTerminalPane *self, const char *title, const char *command, gboolean allowed)
{
  EnclaveTerminalTab *tab;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));
  g_return_if_fail (title != NULL && command != NULL);
  g_return_if_fail (self->folder != NULL);

  tab = find_task (self, has_command, command);
  if (tab == NULL)
    {
      GtkWidget *widget = enclave_terminal_tab_new_task (self->style, self->settings, self->folder, title, command);

      _enclave_terminal_pane_add_tab (self, ENCLAVE_TERMINAL_TAB (widget), "enclave-terminal-symbolic");
      g_object_set_data_full (G_OBJECT (widget), TITLE, g_strdup (title), g_free);
      g_signal_connect (widget, "task-answer", G_CALLBACK (task_answer_cb), self);
      g_signal_connect_object (widget, "notify::running", G_CALLBACK (running_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (widget, "destroy", G_CALLBACK (gone_cb), self, G_CONNECT_SWAPPED);
      tab = ENCLAVE_TERMINAL_TAB (widget);
      close_ended (self, title, tab);
    }
  _enclave_terminal_pane_show_tab (self, tab);
  if (enclave_terminal_tab_get_running (tab))
    return;

  if (allowed)
    enclave_terminal_tab_start (tab);
  else
    enclave_terminal_tab_ask_run (tab);
}

gboolean
enclave_terminal_pane_stop_task (EnclaveTerminalPane *self)
{
  EnclaveTerminalTab *tab;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_PANE (self), FALSE);

  tab = find_task (self, is_running, NULL);
  if (tab == NULL)
    return FALSE;

  enclave_terminal_tab_end (tab);
  return TRUE;
}

gboolean
enclave_terminal_pane_step_problem (EnclaveTerminalPane *self, gboolean forward)
{
  EnclaveTerminalTab *tab;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_PANE (self), FALSE);

  tab = find_task (self, has_problems, NULL);
  return tab != NULL && enclave_terminal_tab_step_problem (tab, forward) != NULL;
}
