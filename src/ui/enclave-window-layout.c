/* enclave-window-layout.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-window-private.h"

#define WIDE_FROM 1100
#define COMPACT_FROM 800
#define FILES_MIN 180
#define FILES_MAX 360
#define CHAT_MIN 320
#define CHAT_MAX 640
#define MIDDLE_MIN 360
#define MIDDLE_MIN_COMPACT 480
#define TERMINAL_MIN 120
/* The first allocation of a wide window is right already; what is left to do can wait until it has been drawn. */
#define FIRST_LAYOUT_SETTLED_MS 500
/* Of the height of editor and terminal together. */
#define TERMINAL_MAX_PART 0.7

static EnclaveWidthClass
class_of_width (EnclaveWindow *self, int width)
{
  if (width >= MAX (WIDE_FROM, self->needed[ENCLAVE_WIDTH_WIDE]))
    return ENCLAVE_WIDTH_WIDE;
  return width >= MAX (COMPACT_FROM, self->needed[ENCLAVE_WIDTH_COMPACT]) ? ENCLAVE_WIDTH_COMPACT
                                                                          : ENCLAVE_WIDTH_SINGLE;
}

void
_enclave_window_layout_note_need (EnclaveWindow *self, int least, int width)
{
  /* while a class waits to be applied, what is shown is still that of the one before */
  if (self->laid_out && self->layout_idle == 0 && least > width)
    self->needed[self->width_class] = MAX (self->needed[self->width_class], least);
}

gboolean
_enclave_window_in_review (EnclaveWindow *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->middle_stack), "review") == 0;
}

gboolean
_enclave_window_in_activity (EnclaveWindow *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->middle_stack), "activity") == 0;
}

gboolean
_enclave_window_pane_is_shown (EnclaveWindow *self, EnclavePane pane)
{
  gboolean middle = self->width_class != ENCLAVE_WIDTH_SINGLE || self->single == ENCLAVE_PANE_EDITOR;

  switch (pane)
    {
    case ENCLAVE_PANE_FILES:
      if (self->width_class == ENCLAVE_WIDTH_SINGLE)
        return self->single == ENCLAVE_PANE_FILES;
      return self->files_wanted
             && (self->width_class == ENCLAVE_WIDTH_WIDE || self->compact_side == ENCLAVE_PANE_FILES);
    case ENCLAVE_PANE_CHAT:
      if (self->width_class == ENCLAVE_WIDTH_SINGLE)
        return self->single == ENCLAVE_PANE_CHAT;
      return self->chat_wanted
             && (self->width_class == ENCLAVE_WIDTH_WIDE || self->compact_side == ENCLAVE_PANE_CHAT);
    case ENCLAVE_PANE_TERMINAL:
      return middle && self->terminal_wanted && !_enclave_window_in_review (self) && !_enclave_window_in_activity (self);
    case ENCLAVE_PANE_EDITOR:
    default:
      return middle;
    }
}

/* Until the first allocation nobody knows the window's width, so the wanted sizes are asked for as if they were the least:
 * the first picture is then the final one, instead of being laid out and drawn twice. */
static void
request_sizes (EnclaveWindow *self, gboolean wanted)
{
  gtk_widget_set_size_request (GTK_WIDGET (self->files),
                               wanted ? CLAMP (self->files_width, FILES_MIN, FILES_MAX) : FILES_MIN, -1);
  gtk_widget_set_size_request (GTK_WIDGET (self->chat),
                               wanted ? CLAMP (self->chat_width, CHAT_MIN, CHAT_MAX) : CHAT_MIN, -1);
  gtk_widget_set_size_request (GTK_WIDGET (self->terminal), -1, wanted ? self->terminal_height : TERMINAL_MIN);
}

/* Where the dividers stand follows from the widths of the side panes: in pixels, the middle takes the rest. */
static void
place_dividers (EnclaveWindow *self)
{
  int total = gtk_widget_get_width (GTK_WIDGET (self->outer_paned));
  int available = gtk_widget_get_height (GTK_WIDGET (self->outer_paned));
  int middle_min = self->width_class == ENCLAVE_WIDTH_COMPACT ? MIDDLE_MIN_COMPACT : MIDDLE_MIN;
  gboolean files = _enclave_window_pane_is_shown (self, ENCLAVE_PANE_FILES);
  gboolean chat = _enclave_window_pane_is_shown (self, ENCLAVE_PANE_CHAT);
  int used = 0;

  if (!self->laid_out)
    {
      int width = 0;
      int height = 0;

      gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
      request_sizes (self, width >= WIDE_FROM);
      return;
    }
  if (total <= 0)
    return;
  self->placed = TRUE;
  if (self->width_class == ENCLAVE_WIDTH_SINGLE)
    return;

  self->placing = TRUE;
  if (files)
    {
      int width = CLAMP (self->files_width, FILES_MIN, FILES_MAX);

      gtk_paned_set_position (self->outer_paned, width);
      used = width + 1;
    }
  if (chat)
    {
      int width = CLAMP (self->chat_width, CHAT_MIN, CHAT_MAX);

      width = MAX (CHAT_MIN, MIN (width, total - used - middle_min));
      /* of its width now: when that changes with Files, the paned keeps the chat's width by itself */
      gtk_paned_set_position (self->inner_paned, gtk_widget_get_width (GTK_WIDGET (self->inner_paned)) - width - 1);
    }
  if (_enclave_window_pane_is_shown (self, ENCLAVE_PANE_TERMINAL))
    {
      int terminal = CLAMP (self->terminal_height, TERMINAL_MIN, (int) (available * TERMINAL_MAX_PART));

      gtk_paned_set_position (self->work_paned, available - terminal - 1);
    }
  self->placing = FALSE;
}

void
_enclave_window_layout_apply (EnclaveWindow *self)
{
  gboolean files = _enclave_window_pane_is_shown (self, ENCLAVE_PANE_FILES);
  gboolean chat = _enclave_window_pane_is_shown (self, ENCLAVE_PANE_CHAT);
  gboolean middle = _enclave_window_pane_is_shown (self, ENCLAVE_PANE_EDITOR);
  gboolean compact = self->width_class != ENCLAVE_WIDTH_WIDE;

  /* A divider beside a pane that was hidden until now counts from the sizes before: it is placed again after the
   * allocation that such a change always brings. */
  self->place_again = self->laid_out
                      && (gtk_widget_get_visible (GTK_WIDGET (self->files)) != files
                          || gtk_widget_get_visible (GTK_WIDGET (self->chat)) != chat
                          || gtk_widget_get_visible (GTK_WIDGET (self->middle_box)) != middle
                          || gtk_widget_get_visible (GTK_WIDGET (self->terminal)) != self->terminal_wanted);
  gtk_widget_set_visible (GTK_WIDGET (self->files), files);
  gtk_widget_set_visible (GTK_WIDGET (self->chat), chat);
  gtk_widget_set_visible (GTK_WIDGET (self->middle_box), middle);
  gtk_widget_set_visible (GTK_WIDGET (self->inner_paned), chat || middle);
  gtk_widget_set_visible (GTK_WIDGET (self->terminal), self->terminal_wanted);

  enclave_badge_set_compact (self->network_badge, compact);
  enclave_badge_set_compact (self->sandbox_badge, compact);
  adw_header_bar_set_centering_policy (self->header_bar,
                                       compact ? ADW_CENTERING_POLICY_LOOSE : ADW_CENTERING_POLICY_STRICT);
  /* in one pane there is no room for both ends and a title */
  gtk_widget_set_visible (GTK_WIDGET (self->title_button), self->width_class != ENCLAVE_WIDTH_SINGLE);

  place_dividers (self);
  _enclave_window_update_actions (self);
}

static gboolean
layout_idle_cb (gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  self->layout_idle = 0;
  _enclave_window_layout_apply (self);
  request_sizes (self, FALSE);
  return G_SOURCE_REMOVE;
}

static gboolean
place_idle_cb (gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  self->layout_idle = 0;
  place_dividers (self);
  return G_SOURCE_REMOVE;
}

void
_enclave_window_layout_allocated (EnclaveWindow *self, int width)
{
  EnclaveWidthClass width_class = class_of_width (self, width);
  gboolean first = !self->laid_out;
  /* the panes come up behind the welcome page and have no size before it goes */
  gboolean comes_up = !self->placed && gtk_widget_get_width (GTK_WIDGET (self->outer_paned)) > 0;

  self->panes_width = gtk_widget_get_width (GTK_WIDGET (self->outer_paned));
  self->panes_height = gtk_widget_get_height (GTK_WIDGET (self->outer_paned));
  if (self->laid_out && width_class == self->width_class && !comes_up)
    {
      if (self->place_again && self->layout_idle == 0)
        {
          self->place_again = FALSE;
          self->layout_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, place_idle_cb, self, NULL);
        }
      return;
    }
  self->laid_out = TRUE;
  if (width_class == ENCLAVE_WIDTH_SINGLE && self->width_class != ENCLAVE_WIDTH_SINGLE)
    {
      EnclavePane pane = _enclave_window_get_focused_pane (self);

      self->single = pane == ENCLAVE_PANE_TERMINAL ? ENCLAVE_PANE_EDITOR : pane;
    }
  if (!first && width_class != self->width_class)
    g_clear_handle_id (&self->layout_idle, g_source_remove);
  self->width_class = width_class;
  /* never from within an allocation: showing and hiding queues another one */
  if (self->layout_idle == 0)
    self->layout_idle = first && width_class == ENCLAVE_WIDTH_WIDE
                          ? g_timeout_add (FIRST_LAYOUT_SETTLED_MS, layout_idle_cb, self)
                          : g_idle_add_full (G_PRIORITY_HIGH_IDLE, layout_idle_cb, self, NULL);
}

void
_enclave_window_toggle_pane (EnclaveWindow *self, EnclavePane pane)
{
  gboolean shown = _enclave_window_pane_is_shown (self, pane);
  gboolean had_focus = shown && _enclave_window_get_focused_pane (self) == pane;

  if (pane == ENCLAVE_PANE_TERMINAL)
    {
      self->terminal_wanted = !shown;
      if (!shown && self->width_class == ENCLAVE_WIDTH_SINGLE)
        self->single = ENCLAVE_PANE_EDITOR;
    }
  else if (self->width_class == ENCLAVE_WIDTH_SINGLE)
    self->single = shown ? ENCLAVE_PANE_EDITOR : pane;
  else if (self->width_class == ENCLAVE_WIDTH_COMPACT && !shown)
    {
      /* the other one is hidden by the window, not by the person: it comes back in a wide window */
      self->compact_side = pane;
      if (pane == ENCLAVE_PANE_FILES)
        self->files_wanted = TRUE;
      else
        self->chat_wanted = TRUE;
    }
  else if (pane == ENCLAVE_PANE_FILES)
    self->files_wanted = !shown;
  else
    self->chat_wanted = !shown;

  _enclave_window_layout_apply (self);
  _enclave_window_layout_save (self);
  if (had_focus)
    _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}

static GtkWidget *
get_pane_widget (EnclaveWindow *self, EnclavePane pane)
{
  switch (pane)
    {
    case ENCLAVE_PANE_FILES:
      return GTK_WIDGET (self->files);
    case ENCLAVE_PANE_TERMINAL:
      return GTK_WIDGET (self->terminal);
    case ENCLAVE_PANE_CHAT:
      return GTK_WIDGET (self->chat);
    case ENCLAVE_PANE_EDITOR:
    default:
      return GTK_WIDGET (self->middle_stack);
    }
}

EnclavePane
_enclave_window_get_focused_pane (EnclaveWindow *self)
{
  static const EnclavePane panes[] = { ENCLAVE_PANE_FILES, ENCLAVE_PANE_TERMINAL, ENCLAVE_PANE_CHAT,
                                       ENCLAVE_PANE_EDITOR };
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus != NULL)
    for (gsize i = 0; i < G_N_ELEMENTS (panes); i++)
      {
        GtkWidget *widget = get_pane_widget (self, panes[i]);

        if (focus == widget || gtk_widget_is_ancestor (focus, widget))
          return self->last_pane = panes[i];
      }
  return self->last_pane;
}

void
_enclave_window_focus_pane (EnclaveWindow *self, EnclavePane pane)
{
  if (!_enclave_window_pane_is_shown (self, pane))
    {
      if (self->width_class == ENCLAVE_WIDTH_SINGLE && pane != ENCLAVE_PANE_TERMINAL)
        {
          self->single = pane;
          _enclave_window_layout_apply (self);
        }
      else
        {
          if (pane == ENCLAVE_PANE_TERMINAL && _enclave_window_in_review (self))
            _enclave_window_hide_review (self);
          if (pane == ENCLAVE_PANE_TERMINAL)
            _enclave_window_hide_activity (self);
          if (!_enclave_window_pane_is_shown (self, pane))
            _enclave_window_toggle_pane (self, pane);
        }
    }

  switch (pane)
    {
    case ENCLAVE_PANE_FILES:
      enclave_files_pane_focus (self->files);
      break;
    case ENCLAVE_PANE_TERMINAL:
      enclave_terminal_pane_focus (self->terminal);
      break;
    case ENCLAVE_PANE_CHAT:
      enclave_chat_pane_focus (self->chat);
      break;
    case ENCLAVE_PANE_EDITOR:
    default:
      if (_enclave_window_in_review (self))
        enclave_review_page_focus (self->review);
      else if (_enclave_window_in_activity (self))
        enclave_activity_page_focus (self->activity);
      else
        enclave_editor_pane_focus (self->editor);
      break;
    }
  self->last_pane = pane;
}

void
_enclave_window_step_pane (EnclaveWindow *self, int step)
{
  static const EnclavePane order[] = { ENCLAVE_PANE_FILES, ENCLAVE_PANE_EDITOR, ENCLAVE_PANE_TERMINAL,
                                       ENCLAVE_PANE_CHAT };
  const int n = G_N_ELEMENTS (order);
  EnclavePane now = _enclave_window_get_focused_pane (self);
  int at = 0;

  for (int i = 0; i < n; i++)
    if (order[i] == now)
      at = i;
  for (int i = 1; i <= n; i++)
    {
      EnclavePane candidate = order[(at + step * i + n * i) % n];

      if (_enclave_window_pane_is_shown (self, candidate))
        {
          _enclave_window_focus_pane (self, candidate);
          return;
        }
    }
}

static void
position_cb (EnclaveWindow *self)
{
  int total = gtk_widget_get_width (GTK_WIDGET (self->inner_paned));
  int height = gtk_widget_get_height (GTK_WIDGET (self->work_paned));

  /* Only what the person drags counts, and only where there is room to drag freely. A window that is being resized moves
   * the dividers as well. */
  if (self->placing || self->place_again || !self->placed || self->layout_idle != 0
      || self->width_class != ENCLAVE_WIDTH_WIDE
      || gtk_widget_get_width (GTK_WIDGET (self->outer_paned)) != self->panes_width
      || gtk_widget_get_height (GTK_WIDGET (self->outer_paned)) != self->panes_height)
    return;
  if (gtk_widget_get_mapped (GTK_WIDGET (self->files)))
    self->files_width = CLAMP (gtk_paned_get_position (self->outer_paned), FILES_MIN, FILES_MAX);
  if (gtk_widget_get_mapped (GTK_WIDGET (self->chat)) && total > 0)
    self->chat_width = CLAMP (total - gtk_paned_get_position (self->inner_paned) - 1, CHAT_MIN, CHAT_MAX);
  if (gtk_widget_get_mapped (GTK_WIDGET (self->terminal)) && height > 0)
    self->terminal_height = MAX (TERMINAL_MIN, height - gtk_paned_get_position (self->work_paned) - 1);
}

void
_enclave_window_layout_connect (EnclaveWindow *self)
{
  g_signal_connect_swapped (self->outer_paned, "notify::position", G_CALLBACK (position_cb), self);
  g_signal_connect_swapped (self->inner_paned, "notify::position", G_CALLBACK (position_cb), self);
  g_signal_connect_swapped (self->work_paned, "notify::position", G_CALLBACK (position_cb), self);
}

void
_enclave_window_layout_load (EnclaveWindow *self)
{
  self->files_width = 212;
  self->chat_width = 400;
  self->terminal_height = 196;
  self->files_wanted = self->chat_wanted = self->terminal_wanted = TRUE;
  if (self->project_settings == NULL)
    return;
  self->files_width = g_settings_get_int (self->project_settings, "files-width");
  self->chat_width = g_settings_get_int (self->project_settings, "chat-width");
  self->terminal_height = g_settings_get_int (self->project_settings, "terminal-height");
  self->files_wanted = g_settings_get_boolean (self->project_settings, "files-visible");
  self->chat_wanted = g_settings_get_boolean (self->project_settings, "chat-visible");
  self->terminal_wanted = g_settings_get_boolean (self->project_settings, "terminal-visible");
}

void
_enclave_window_layout_save (EnclaveWindow *self)
{
  if (self->project_settings == NULL)
    return;
  g_settings_set_int (self->project_settings, "files-width", self->files_width);
  g_settings_set_int (self->project_settings, "chat-width", self->chat_width);
  g_settings_set_int (self->project_settings, "terminal-height", self->terminal_height);
  g_settings_set_boolean (self->project_settings, "files-visible", self->files_wanted);
  g_settings_set_boolean (self->project_settings, "chat-visible", self->chat_wanted);
  g_settings_set_boolean (self->project_settings, "terminal-visible", self->terminal_wanted);
}
