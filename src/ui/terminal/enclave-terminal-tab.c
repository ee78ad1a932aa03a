/* enclave-terminal-tab.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-terminal-tab-private.h"
#include "enclave-utf8.h"

#define MIN_ROWS 4
#define MIN_ROWS_DIVIDED 2
/* Questions and their answers don't fit beside each other below this width. */
#define NARROW_PIXELS 480

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_RUNNING,
  N_PROPS
};

enum
{
  CLOSE_REQUESTED,
  COMMAND_ENDED,
  OPEN_LOCATION,
  OPEN_ADDRESS,
  TASK_ANSWER,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveTerminalTab, enclave_terminal_tab, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TERMINAL_SESSION,
                                                      _enclave_terminal_tab_session_init))

static void
set_title (EnclaveTerminalTab *self, const char *title)
{
  if (g_strcmp0 (self->title, title) == 0)
    return;

  g_free (self->title);
  self->title = g_strdup (title);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

void
_enclave_terminal_tab_update_title (EnclaveTerminalTab *self)
{
  g_autofree char *program = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *title = NULL;

  if (self->name != NULL)
    {
      set_title (self, self->name);
      return;
    }
  if (self->agent)
    {
      title = enclave_utf8_display_name (self->command);
      set_title (self, title);
      return;
    }

  if (self->shell != NULL)
    program = enclave_shell_dup_foreground_name (self->shell);
  if (self->folder != NULL)
    folder = g_path_get_basename (self->folder);
  shown = enclave_utf8_display_name (program != NULL          ? program
                                     : self->profile != NULL ? self->profile->name
                                                             : _ ("Terminal"));
  if (folder != NULL)
    {
      g_autofree char *name = enclave_utf8_display_name (folder);

      title = g_strdup_printf ("%s · %s", shown, name);
    }

  set_title (self, title != NULL ? title : shown);
}

void
_enclave_terminal_tab_set_running (EnclaveTerminalTab *self, gboolean running)
{
  if (self->running == running)
    return;

  self->running = running;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

static void
response_cb (EnclaveInfoRow *row, guint key, const char *id, EnclaveTerminalTab *self)
{
  if (g_str_equal (id, "profiles"))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.terminal-profiles", NULL);
  else if (key == NOTE_PASTE)
    _enclave_terminal_tab_answer_paste (self, g_str_equal (id, "paste"));
  else if (key == NOTE_TASK || (key == NOTE_ENDED && g_str_equal (id, "ask")))
    _enclave_terminal_tab_emit_task_answer (self, id);
  else if (key == NOTE_ENDED)
    {
      enclave_terminal_tab_start (self);
      enclave_terminal_tab_focus (self);
    }
  else if (key == NOTE_CLOSE && g_str_equal (id, "close"))
    g_signal_emit (self, signals[CLOSE_REQUESTED], 0);
  else
    enclave_terminal_tab_focus (self);
}

void
_enclave_terminal_tab_emit_command_ended (EnclaveTerminalTab *self, int status, gint64 span_us)
{
  g_signal_emit (self, signals[COMMAND_ENDED], 0, status, span_us);
}

void
_enclave_terminal_tab_emit_task_answer (EnclaveTerminalTab *self, const char *id)
{
  g_signal_emit (self, signals[TASK_ANSWER], 0, id);
}

void
_enclave_terminal_tab_emit_open_location (EnclaveTerminalTab *self, const char *path, guint line, guint column)
{
  g_signal_emit (self, signals[OPEN_LOCATION], 0, path, line, column);
}

void
_enclave_terminal_tab_emit_open_address (EnclaveTerminalTab *self, const char *address)
{
  g_signal_emit (self, signals[OPEN_ADDRESS], 0, address);
}

void
enclave_terminal_tab_ask_close (EnclaveTerminalTab *self, guint n_programs)
{
  g_autofree char *program = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  if (self->shell != NULL)
    program = enclave_shell_dup_foreground_name (self->shell);
  if (n_programs > 1)
    text = g_strdup_printf (ngettext ("%u program is still running in this tab. Closing ends it.",
                                      "%u programs are still running in this tab. Closing ends them.", n_programs), n_programs);
  else if (self->agent)
    text = g_strdup (_ ("The agent’s command is still running. Closing ends it."));
  else
    text = g_strdup_printf (_ ("“%s” is still running. Closing ends it."), program != NULL ? program : _ ("A program"));

  enclave_info_row_present (self->info_row, NOTE_CLOSE, "dialog-warning-symbolic", text, NULL,
                            (const char *const[]){ "cancel", _ ("Cancel"), "!close", _ ("End and close"), NULL });
  enclave_info_row_focus (self->info_row);
}

static void
folder_changed_cb (VteTerminal *terminal, EnclaveTerminalTab *self)
{
  const char *uri = vte_terminal_get_current_directory_uri (terminal);
  g_autofree char *folder = uri != NULL ? g_filename_from_uri (uri, NULL, NULL) : NULL;

  /* anything that runs in the terminal can say this: it is shown, and a shell begins there, no more; a task that was allowed for a
   * project runs in that project */
  if (self->agent || self->task || folder == NULL || !g_path_is_absolute (folder))
    return;

  g_free (self->folder);
  self->folder = g_steal_pointer (&folder);
  _enclave_terminal_tab_update_title (self);
}

/* A note that is narrow is high. */
static GtkSizeRequestMode
enclave_terminal_tab_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
enclave_terminal_tab_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                              int *minimum_baseline, int *natural_baseline)
{
  EnclaveTerminalTab *self = ENCLAVE_TERMINAL_TAB (widget);
  int head_minimum;
  int head_natural;

  gtk_widget_measure (self->head, orientation, orientation == GTK_ORIENTATION_VERTICAL ? for_size : -1, &head_minimum, &head_natural,
                      NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      int body_minimum;
      int body_natural;

      gtk_widget_measure (self->body, orientation, -1, &body_minimum, &body_natural, NULL, NULL);
      /* beside another one it gets what there is, and sorts itself to it */
      *minimum = self->divided ? body_minimum : MAX (head_minimum, body_minimum);
      *natural = MAX (head_natural, body_natural);
    }
  else
    {
      int rows = (self->divided ? MIN_ROWS_DIVIDED : MIN_ROWS) * (int) vte_terminal_get_char_height (self->terminal) + enclave_terminal_tab_get_least (self, GTK_ORIENTATION_VERTICAL, 0, 0);

      /* Notes push the text together rather than the window apart; what one asks is seen whole, with no text at all if need be. */
      *minimum = self->divided ? rows : MAX (rows, head_minimum);
      *natural = head_natural + rows;
    }
}

static gboolean
narrow_cb (gpointer user_data)
{
  EnclaveTerminalTab *self = user_data;

  self->narrow_source = 0;
  enclave_info_row_set_stacked (self->info_row, self->narrow);
  enclave_terminal_find_set_narrow (self->find, self->narrow);
  return G_SOURCE_REMOVE;
}

static void
enclave_terminal_tab_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  EnclaveTerminalTab *self = ENCLAVE_TERMINAL_TAB (widget);
  int row_height = MAX (1, (int) vte_terminal_get_char_height (self->terminal));
  int padding = enclave_terminal_tab_get_least (self, GTK_ORIENTATION_VERTICAL, 0, 0);
  int head_width;
  int head;
  int body_minimum;
  int body;
  guint columns;
  guint rows;

  /* what is in it can't change while places are given */
  if ((width < NARROW_PIXELS) != self->narrow)
    {
      self->narrow = !self->narrow;
      if (self->narrow_source == 0)
        self->narrow_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, narrow_cb, self, NULL);
    }

  gtk_widget_measure (self->head, GTK_ORIENTATION_HORIZONTAL, -1, &head_width, NULL, NULL, NULL);
  head_width = MAX (head_width, width);
  gtk_widget_measure (self->head, GTK_ORIENTATION_VERTICAL, head_width, &head, NULL, NULL, NULL);
  gtk_widget_measure (self->body, GTK_ORIENTATION_VERTICAL, width, &body_minimum, NULL, NULL, NULL);

  /* no half line at the bottom */
  body = MAX (height - head - padding, 0) / row_height * row_height + padding;
  body = MAX (body, body_minimum);

  gtk_widget_size_allocate (self->head, &(GtkAllocation){ 0, 0, head_width, head }, -1);
  gtk_widget_size_allocate (self->body, &(GtkAllocation){ 0, head, width, body }, -1);

  enclave_terminal_tab_get_size (self, &columns, &rows);
  if (columns == self->columns && rows == self->rows)
    return;

  /* the view wraps its lines anew: rows have other numbers then */
  if (columns != self->columns)
    g_array_set_size (self->prompts, 0);
  self->columns = columns;
  self->rows = rows;
  if (self->shell != NULL)
    enclave_shell_resize (self->shell, columns, rows);
  else if (self->agent && self->running)
    enclave_terminal_session_emit_resized (ENCLAVE_TERMINAL_SESSION (self), columns, rows);
}

static void
enclave_terminal_tab_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveTerminalTab *self = ENCLAVE_TERMINAL_TAB (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_terminal_tab_dispose (GObject *object)
{
  EnclaveTerminalTab *self = ENCLAVE_TERMINAL_TAB (object);

  _enclave_terminal_tab_drop_shell (self);
  _enclave_terminal_tab_clear_queue (self);
  g_clear_handle_id (&self->clock, g_source_remove);
  g_clear_handle_id (&self->narrow_source, g_source_remove);
  if (self->terminal != NULL)
    g_signal_handlers_disconnect_by_data (self->terminal, self);
  g_clear_handle_id (&self->mirror_source, g_source_remove);
  g_clear_pointer (&self->matches, g_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_TERMINAL_TAB);
  self->terminal = NULL;
  g_clear_object (&self->style);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (enclave_terminal_tab_parent_class)->dispose (object);
}

static void
enclave_terminal_tab_finalize (GObject *object)
{
  EnclaveTerminalTab *self = ENCLAVE_TERMINAL_TAB (object);

  _enclave_terminal_tab_free_marks (self);
  g_clear_pointer (&self->queue, enclave_output_queue_free);
  g_free (self->folder);
  g_strfreev (self->other_folders);
  g_free (self->begins_in);
  g_free (self->project_folder);
  g_free (self->name);
  g_free (self->command);
  g_free (self->level);
  g_free (self->title);
  g_free (self->paste);
  enclave_terminal_profile_free (self->profile);

  G_OBJECT_CLASS (enclave_terminal_tab_parent_class)->finalize (object);
}

static void
enclave_terminal_tab_class_init (EnclaveTerminalTabClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = enclave_terminal_tab_get_property;
  object_class->dispose = enclave_terminal_tab_dispose;
  object_class->finalize = enclave_terminal_tab_finalize;
  widget_class->get_request_mode = enclave_terminal_tab_get_request_mode;
  widget_class->measure = enclave_terminal_tab_measure;
  widget_class->size_allocate = enclave_terminal_tab_size_allocate;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CLOSE_REQUESTED] = g_signal_new ("close-requested", ENCLAVE_TYPE_TERMINAL_TAB, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  signals[COMMAND_ENDED] = g_signal_new ("command-ended", ENCLAVE_TYPE_TERMINAL_TAB, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT64);
  signals[OPEN_LOCATION] = g_signal_new ("open-location", ENCLAVE_TYPE_TERMINAL_TAB, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT, G_TYPE_UINT);
  signals[OPEN_ADDRESS] = g_signal_new ("open-address", ENCLAVE_TYPE_TERMINAL_TAB, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TASK_ANSWER] = g_signal_new ("task-answer", ENCLAVE_TYPE_TERMINAL_TAB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (VTE_TYPE_TERMINAL);
  g_type_ensure (ENCLAVE_TYPE_INFO_ROW);
  g_type_ensure (ENCLAVE_TYPE_TERMINAL_FIND);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/terminal/enclave-terminal-tab.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalTab, head);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalTab, agent_bar);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalTab, agent_label);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalTab, agent_facts);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalTab, take_over);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalTab, stop);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalTab, info_row);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalTab, find);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalTab, body);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalTab, terminal);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalTab, text_scroller);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalTab, text_view);
}

static void
enclave_terminal_tab_init (EnclaveTerminalTab *self)
{
  self->queue = enclave_output_queue_new ();
  _enclave_terminal_tab_init_marks (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self->text_view), ENCLAVE_TEXT_STYLE_CLASS);

  vte_terminal_set_mouse_autohide (self->terminal, TRUE);
  _enclave_terminal_tab_connect_input (self);
  _enclave_terminal_tab_connect_links (self);
  enclave_terminal_find_set_terminal (self->find, self->terminal);
  g_signal_connect_swapped (self->terminal, "contents-changed", G_CALLBACK (_enclave_terminal_tab_queue_mirror), self);
  g_signal_connect_swapped (self->terminal, "char-size-changed", G_CALLBACK (gtk_widget_queue_resize), self);
  g_signal_connect (self->terminal, "current-directory-uri-changed", G_CALLBACK (folder_changed_cb), self);
  g_signal_connect (self->info_row, "response", G_CALLBACK (response_cb), self);
  g_signal_connect_swapped (self->find, "closed", G_CALLBACK (enclave_terminal_tab_focus), self);
}

static EnclaveTerminalTab *
tab_new (EnclaveTextStyle *style, GSettings *settings)
{
  EnclaveTerminalTab *self = g_object_new (ENCLAVE_TYPE_TERMINAL_TAB, NULL);

  self->style = g_object_ref (style);
  if (settings != NULL)
    self->settings = g_object_ref (settings);
  _enclave_terminal_tab_follow_settings (self);

  return self;
}

GtkWidget *
enclave_terminal_tab_new_shell (EnclaveTextStyle *style, GSettings *settings, const EnclaveTerminalProfile *profile,
                                const char *folder)
{
  EnclaveTerminalTab *self = tab_new (style, settings);

  self->folder = g_strdup (folder);
  if (profile != NULL)
    {
      self->profile = enclave_terminal_profile_copy (profile);
      _enclave_terminal_tab_apply_look (self);
    }
  _enclave_terminal_tab_update_title (self);
  return GTK_WIDGET (self);
}

GtkWidget *
enclave_terminal_tab_new_agent (EnclaveTextStyle *style, GSettings *settings, const char *command, const char *level)
{
  EnclaveTerminalTab *self = tab_new (style, settings);

  self->agent = TRUE;
  self->running = TRUE;
  self->command = g_strdup (command);
  self->level = g_strdup (level != NULL ? level : "");
  enclave_terminal_tab_get_size (self, &self->columns, &self->rows);
  _enclave_terminal_tab_begin_agent (self);
  _enclave_terminal_tab_update_title (self);
  return GTK_WIDGET (self);
}

const char *
enclave_terminal_tab_get_title (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), NULL);

  return self->title;
}

gboolean
enclave_terminal_tab_get_is_agent (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), FALSE);

  return self->agent;
}

gboolean
enclave_terminal_tab_get_running (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), FALSE);

  return self->running;
}

gboolean
enclave_terminal_tab_get_busy (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), FALSE);

  /* a program that is no shell has the terminal from its beginning to its end, as an idle shell has it */
  return self->running && (self->agent || self->task || self->no_shell || (self->shell != NULL && !enclave_shell_get_is_idle (self->shell)));
}

void
enclave_terminal_tab_get_size (EnclaveTerminalTab *self, guint *columns, guint *rows)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));
  g_return_if_fail (columns != NULL && rows != NULL);

  *columns = (guint) vte_terminal_get_column_count (self->terminal);
  *rows = (guint) vte_terminal_get_row_count (self->terminal);
}

gboolean
enclave_terminal_tab_focus (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), FALSE);

  return gtk_widget_grab_focus (enclave_terminal_tab_get_show_text (self) ? GTK_WIDGET (self->text_view)
                                                                          : GTK_WIDGET (self->terminal));
}
