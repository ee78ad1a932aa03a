/* enclave-terminal-pane-tabs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The terminals of a pane: in tabs, and beside and below each other within one.
 */

#include "config.h"

#include "enclave-limits.h"
#include "enclave-settling.h"
#include "enclave-terminal-pane-private.h"

/* A command that took less is seen when one looks there next. */
#define ATTENTION_US (3 * G_USEC_PER_SEC)
#define CONFIRMED "enclave-close-confirmed"
/* Set on a terminal that has been asked for all of its tab: which question it was. */
#define ASKED_FOR_ALL "enclave-close-all"
/* Set on each terminal that was asked about: the last question that was, and what ran then. */
#define ASKED_ABOUT "enclave-close-asked"
#define ASKED_JOB "enclave-close-job"

static EnclaveTerminalSplit *
get_split (AdwTabPage *page)
{
  return ENCLAVE_TERMINAL_SPLIT (adw_tab_page_get_child (page));
}

GPtrArray *
_enclave_terminal_pane_list (EnclaveTerminalPane *self)
{
  GPtrArray *tabs = g_ptr_array_new ();

  for (int i = 0; self->tab_view != NULL && i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      GPtrArray *some = enclave_terminal_split_list (get_split (adw_tab_view_get_nth_page (self->tab_view, i)));

      g_ptr_array_extend_and_steal (tabs, some);
    }
  return tabs;
}

EnclaveTerminalTab *
_enclave_terminal_pane_get_active (EnclaveTerminalPane *self)
{
  AdwTabPage *page = adw_tab_view_get_selected_page (self->tab_view);

  return page != NULL ? enclave_terminal_split_get_active (get_split (page)) : NULL;
}

/* (nullable): NULL while it is on its way out. */
static AdwTabPage *
find_page (EnclaveTerminalPane *self, EnclaveTerminalTab *tab)
{
  EnclaveTerminalSplit *split = self->tab_view != NULL ? enclave_terminal_split_of (tab) : NULL;

  if (split == NULL || !gtk_widget_is_ancestor (GTK_WIDGET (split), GTK_WIDGET (self->tab_view)))
    return NULL;
  return adw_tab_view_get_page (self->tab_view, GTK_WIDGET (split));
}

void
_enclave_terminal_pane_show_tab (EnclaveTerminalPane *self, EnclaveTerminalTab *tab)
{
  AdwTabPage *page = find_page (self, tab);

  if (page == NULL)
    return;

  adw_tab_view_set_selected_page (self->tab_view, page);
  enclave_terminal_split_set_active (get_split (page), tab);
}

static void
update_page (EnclaveTerminalPane *self, AdwTabPage *page)
{
  EnclaveTerminalSplit *split = get_split (page);
  EnclaveTerminalTab *active = enclave_terminal_split_get_active (split);
  g_autoptr (GPtrArray) tabs = enclave_terminal_split_list (split);
  const char *title = enclave_terminal_tab_get_title (active);
  g_autofree char *numbered = NULL;
  g_autofree char *tooltip = NULL;
  guint at = 0;

  if (tabs->len > 1 && g_ptr_array_find (tabs, active, &at))
    /* first, since a tab cuts the end of a long name */
    numbered = g_strdup_printf ("%u/%u · %s", at + 1, tabs->len, title);
  tooltip = g_markup_escape_text (numbered != NULL ? numbered : title, -1);
  adw_tab_page_set_title (page, numbered != NULL ? numbered : title);
  adw_tab_page_set_tooltip (page, tooltip);
}

static void
title_cb (EnclaveTerminalTab *tab, GParamSpec *pspec, EnclaveTerminalPane *self)
{
  AdwTabPage *page = find_page (self, tab);

  if (page != NULL)
    update_page (self, page);
}

static void
active_changed_cb (EnclaveTerminalSplit *split, EnclaveTerminalPane *self)
{
  AdwTabPage *page;

  if (self->tab_view == NULL || !gtk_widget_is_ancestor (GTK_WIDGET (split), GTK_WIDGET (self->tab_view)))
    return;

  page = adw_tab_view_get_page (self->tab_view, GTK_WIDGET (split));
  update_page (self, page);
  _enclave_terminal_pane_update_actions (self);
}

static void
forget_tab (EnclaveTerminalPane *self, EnclaveTerminalTab *tab)
{
  if (enclave_terminal_tab_get_folder (tab) != NULL)
    {
      g_free (self->last_folder);
      self->last_folder = g_strdup (enclave_terminal_tab_get_folder (tab));
    }
  g_queue_remove (&self->ended, tab);
  g_signal_handlers_disconnect_by_data (tab, self);
}

void
_enclave_terminal_pane_forget_tabs (EnclaveTerminalPane *self)
{
  g_autoptr (GPtrArray) tabs = _enclave_terminal_pane_list (self);

  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    g_signal_handlers_disconnect_by_data (get_split (adw_tab_view_get_nth_page (self->tab_view, i)), self);
  for (guint i = 0; i < tabs->len; i++)
    forget_tab (self, g_ptr_array_index (tabs, i));
}

/* What was beside it takes the room. */
static void
take_out (EnclaveTerminalPane *self, EnclaveTerminalSplit *split, EnclaveTerminalTab *tab)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean had_focus = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (tab));

  forget_tab (self, tab);
  enclave_terminal_tab_end (tab);
  enclave_terminal_split_remove (split, tab);
  if (had_focus)
    enclave_terminal_tab_focus (enclave_terminal_split_get_active (split));
}

/* @busy: (element-type EnclaveTerminalTab): what the answer may end. */
static void
ask_close (EnclaveTerminalPane *self, EnclaveTerminalTab *asked, GPtrArray *busy, gboolean for_all)
{
  static guint last_number;

  last_number++;
  for (guint i = 0; i < busy->len; i++)
    {
      EnclaveTerminalTab *tab = g_ptr_array_index (busy, i);

      g_object_set_data (G_OBJECT (tab), ASKED_ABOUT, GUINT_TO_POINTER (last_number));
      g_object_set_data (G_OBJECT (tab), ASKED_JOB, GINT_TO_POINTER (enclave_terminal_tab_get_job (tab)));
    }
  g_object_set_data (G_OBJECT (asked), ASKED_FOR_ALL, for_all ? GUINT_TO_POINTER (last_number) : NULL);
  _enclave_terminal_pane_show_tab (self, asked);
  enclave_terminal_tab_ask_close (asked, busy->len);
}

static gboolean
was_asked_about (EnclaveTerminalTab *tab, guint number)
{
  return !enclave_terminal_tab_get_busy (tab)
         || (GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (tab), ASKED_ABOUT)) == number
             && GPOINTER_TO_INT (g_object_get_data (G_OBJECT (tab), ASKED_JOB)) == enclave_terminal_tab_get_job (tab));
}

static gboolean
was_asked_about_all (EnclaveTerminalSplit *split, guint number)
{
  g_autoptr (GPtrArray) tabs = enclave_terminal_split_list (split);

  for (guint i = 0; i < tabs->len; i++)
    if (!was_asked_about (g_ptr_array_index (tabs, i), number))
      return FALSE;
  return TRUE;
}

void
_enclave_terminal_pane_close_tab (EnclaveTerminalPane *self, EnclaveTerminalTab *tab)
{
  AdwTabPage *page = find_page (self, tab);

  if (page == NULL)
    return;
  if (enclave_terminal_split_get_n_tabs (get_split (page)) == 1)
    {
      adw_tab_view_close_page (self->tab_view, page);
      return;
    }
  if (enclave_terminal_tab_get_busy (tab) && g_object_get_data (G_OBJECT (tab), CONFIRMED) == NULL)
    {
      g_autoptr (GPtrArray) busy = g_ptr_array_new ();

      g_ptr_array_add (busy, tab);
      ask_close (self, tab, busy, FALSE);
      return;
    }
  take_out (self, get_split (page), tab);
}

static gboolean
close_over_cb (gpointer user_data)
{
  EnclaveTerminalTab *tab = user_data;
  GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (tab), ENCLAVE_TYPE_TERMINAL_PANE);
  EnclaveTerminalSplit *split = enclave_terminal_split_of (tab);

  /* the one beside it may have ended in the meantime, too: one of them stays */
  if (pane != NULL && split != NULL && enclave_terminal_tab_get_is_over (tab) && enclave_terminal_split_get_n_tabs (split) > 1)
    _enclave_terminal_pane_close_tab (ENCLAVE_TERMINAL_PANE (pane), tab);
  return G_SOURCE_REMOVE;
}

static void
running_cb (EnclaveTerminalTab *tab, GParamSpec *pspec, EnclaveTerminalPane *self)
{
  AdwTabPage *page = find_page (self, tab);

  if (page == NULL || enclave_terminal_tab_get_running (tab))
    return;
  if (!enclave_terminal_tab_get_is_agent (tab))
    {
      /* later: the terminal is still at it. The last one of a tab stays, and offers to begin anew. */
      if (enclave_terminal_split_get_n_tabs (get_split (page)) > 1 && enclave_terminal_tab_get_is_over (tab))
        g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, close_over_cb, g_object_ref (tab), g_object_unref);
      return;
    }

  g_queue_push_tail (&self->ended, tab);
  /* the person's shell beside one stays */
  while (g_queue_get_length (&self->ended) > ENCLAVE_TERMINAL_MAX_ENDED_TABS)
    _enclave_terminal_pane_close_tab (self, g_queue_pop_head (&self->ended));
}

static void
command_ended_cb (EnclaveTerminalTab *tab, int status, gint64 span_us, EnclaveTerminalPane *self)
{
  AdwTabPage *page = find_page (self, tab);

  if (page == NULL)
    return;

  if (page != adw_tab_view_get_selected_page (self->tab_view) && span_us >= ATTENTION_US)
    adw_tab_page_set_needs_attention (page, TRUE);
  _enclave_terminal_pane_update_actions (self);
  _enclave_terminal_pane_emit_command_ended (self, status, span_us);
}

static void
open_location_cb (EnclaveTerminalTab *tab, const char *path, guint line, guint column, EnclaveTerminalPane *self)
{
  _enclave_terminal_pane_emit_open_location (self, path, line, column);
}

static void
open_address_cb (EnclaveTerminalTab *tab, const char *address, EnclaveTerminalPane *self)
{
  _enclave_terminal_pane_emit_open_address (self, address);
}

/* What has begun since the question is not ended by its answer: it is asked about in its turn. */
static void
close_requested_cb (EnclaveTerminalTab *tab, EnclaveTerminalPane *self)
{
  AdwTabPage *page = find_page (self, tab);
  guint for_all = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (tab), ASKED_FOR_ALL));
  guint number = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (tab), ASKED_ABOUT));

  if (page == NULL)
    return;

  /* what was beside it may have gone in the meantime */
  if (for_all > 0 || enclave_terminal_split_get_n_tabs (get_split (page)) == 1)
    {
      if (was_asked_about_all (get_split (page), for_all > 0 ? for_all : number))
        g_object_set_data (G_OBJECT (get_split (page)), CONFIRMED, GINT_TO_POINTER (TRUE));
      adw_tab_view_close_page (self->tab_view, page);
      return;
    }
  if (was_asked_about (tab, number))
    g_object_set_data (G_OBJECT (tab), CONFIRMED, GINT_TO_POINTER (TRUE));
  _enclave_terminal_pane_close_tab (self, tab);
}

gboolean
_enclave_terminal_pane_close_page_cb (AdwTabView *view, AdwTabPage *page, EnclaveTerminalPane *self)
{
  EnclaveTerminalSplit *split = get_split (page);
  g_autoptr (GPtrArray) tabs = enclave_terminal_split_list (split);
  g_autoptr (GPtrArray) busy = g_ptr_array_new ();
  guint at = 0;

  for (guint i = 0; i < tabs->len; i++)
    if (enclave_terminal_tab_get_busy (g_ptr_array_index (tabs, i)))
      g_ptr_array_add (busy, g_ptr_array_index (tabs, i));
  if (busy->len > 0 && g_object_get_data (G_OBJECT (split), CONFIRMED) == NULL)
    {
      adw_tab_view_close_page_finish (view, page, FALSE);
      /* the one where the person is, or else the first */
      g_ptr_array_find (busy, enclave_terminal_split_get_active (split), &at);
      ask_close (self, g_ptr_array_index (busy, at), busy, TRUE);
      return GDK_EVENT_STOP;
    }

  g_signal_handlers_disconnect_by_data (split, self);
  for (guint i = 0; i < tabs->len; i++)
    {
      forget_tab (self, g_ptr_array_index (tabs, i));
      enclave_terminal_tab_end (g_ptr_array_index (tabs, i));
    }
  adw_tab_view_close_page_finish (view, page, TRUE);
  return GDK_EVENT_STOP;
}

static void
connect_tab (EnclaveTerminalPane *self, EnclaveTerminalTab *tab)
{
  g_signal_connect (tab, "notify::title", G_CALLBACK (title_cb), self);
  g_signal_connect (tab, "notify::running", G_CALLBACK (running_cb), self);
  g_signal_connect (tab, "close-requested", G_CALLBACK (close_requested_cb), self);
  g_signal_connect (tab, "command-ended", G_CALLBACK (command_ended_cb), self);
  g_signal_connect (tab, "open-location", G_CALLBACK (open_location_cb), self);
  g_signal_connect (tab, "open-address", G_CALLBACK (open_address_cb), self);
  enclave_terminal_tab_set_project_folder (tab, self->folder);
  enclave_terminal_tab_set_calm (tab, self->calm);
}

AdwTabPage *
_enclave_terminal_pane_add_tab (EnclaveTerminalPane *self, EnclaveTerminalTab *tab, const char *icon_name)
{
  GtkWidget *split = enclave_terminal_split_new (tab);
  AdwTabPage *page = enclave_settling_append_tab (self->tab_bar, split);
  g_autoptr (GIcon) icon = g_themed_icon_new (icon_name);

  adw_tab_page_set_icon (page, icon);
  g_signal_connect (split, "active-changed", G_CALLBACK (active_changed_cb), self);
  connect_tab (self, tab);
  update_page (self, page);
  return page;
}

void
_enclave_terminal_pane_add_beside (EnclaveTerminalPane *self, EnclaveTerminalTab *tab, EnclaveTerminalTab *added,
                                   GtkOrientation orientation)
{
  connect_tab (self, added);
  enclave_terminal_split_add (enclave_terminal_split_of (tab), tab, added, orientation);
}
