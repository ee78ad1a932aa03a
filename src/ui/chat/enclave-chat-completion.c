/* enclave-chat-completion.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-chat-completion.h"
#include "enclave-utf8.h"

#define MAX_ROWS 8
#define QUIET_MS 80
#define MAX_WORD_BYTES 200

struct _EnclaveChatCompletion
{
  GObject parent_instance;

  GtkTextView *view; /* not owned */
  GtkWidget *popover;
  GtkListBox *list;
  EnclaveGate *gate;
  GCancellable *cancellable;
  guint timer;
  char sign; /* of what is listed */
  char *word;
  gboolean dismissed; /* until the word changes its start */
};

enum
{
  COMMAND,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

typedef struct
{
  const char *name;
  const char *title;
} Command;

static const Command commands[] = {
  { "new", N_("New conversation") },
  { "ask", N_("Mode Ask: reads only") },
  { "plan", N_("Mode Plan: reads, proposes") },
  { "edit", N_("Mode Edit") },
  { "apply", N_("Apply what is proposed") },
  { "review", N_("Review the changes") },
  { "undo", N_("Undo turn") },
  { "again", N_("Answer the last message again, in a branch") },
  { "compact", N_("Shorten what the model gets of this conversation") },
  { "conversations", N_("Open, rename, export or delete conversations") },
};

G_DEFINE_FINAL_TYPE (EnclaveChatCompletion, enclave_chat_completion, G_TYPE_OBJECT)

char
enclave_chat_completion_find_word (const char *text, gsize cursor, char **word, gsize *start)
{
  gsize i = cursor;

  g_return_val_if_fail (text != NULL && word != NULL && start != NULL, 0);

  *word = NULL;
  *start = 0;
  while (i > 0 && !g_ascii_isspace (text[i - 1]) && cursor - i <= MAX_WORD_BYTES)
    i--;
  if (i == cursor || cursor - i > MAX_WORD_BYTES || (text[i] != '@' && !(text[i] == '/' && i == 0)))
    return 0;

  *word = g_strndup (text + i + 1, cursor - i - 1);
  *start = i;

  return text[i];
}

static char *
dup_before_cursor (EnclaveChatCompletion *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_iter_at_mark (buffer, &end, gtk_text_buffer_get_insert (buffer));
  start = end;
  /* A word never crosses a line; `/` counts on the first one only. */
  gtk_text_iter_set_line_offset (&start, 0);
  if (gtk_text_iter_get_offset (&end) - gtk_text_iter_get_offset (&start) > 4 * MAX_WORD_BYTES)
    gtk_text_iter_set_offset (&start, gtk_text_iter_get_offset (&end) - 4 * MAX_WORD_BYTES);

  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

static gboolean
is_on_first_line (EnclaveChatCompletion *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter cursor;

  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));

  return gtk_text_iter_get_line (&cursor) == 0;
}

static void
hide (EnclaveChatCompletion *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
clear_list (EnclaveChatCompletion *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
}

static GtkWidget *
add_row (EnclaveChatCompletion *self, const char *value, const char *icon_name, const char *title, const char *detail)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *title_label = gtk_label_new (title);
  GtkWidget *detail_label = gtk_label_new (detail);

  gtk_label_set_xalign (GTK_LABEL (title_label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title_label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (title_label, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (detail_label), PANGO_ELLIPSIZE_START);
  gtk_widget_add_css_class (detail_label, "enclave-quiet");
  gtk_widget_add_css_class (detail_label, "enclave-chat-small");
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon_name));
  gtk_box_append (GTK_BOX (box), title_label);
  gtk_box_append (GTK_BOX (box), detail_label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_can_focus (row, FALSE);
  g_object_set_data_full (G_OBJECT (row), "enclave-value", g_strdup (value), g_free);
  gtk_list_box_append (self->list, row);

  return row;
}

static void
show_list (EnclaveChatCompletion *self)
{
  GtkListBoxRow *first = gtk_list_box_get_row_at_index (self->list, 0);

  if (first == NULL)
    {
      hide (self);
      return;
    }
  for (int i = 0; first != NULL && !gtk_widget_get_sensitive (GTK_WIDGET (first)); i++)
    first = gtk_list_box_get_row_at_index (self->list, i);
  gtk_list_box_select_row (self->list, first);
  gtk_widget_set_size_request (self->popover, gtk_widget_get_width (gtk_widget_get_parent (self->popover)), -1);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
list_commands (EnclaveChatCompletion *self)
{
  clear_list (self);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *title = g_strconcat ("/", commands[i].name, NULL);

      if (g_str_has_prefix (commands[i].name, self->word))
        add_row (self, commands[i].name, "media-playback-start-symbolic", title, _(commands[i].title));
    }
  show_list (self);
}

/* One line of the gate's answer: a path, or a path and "(denied: RULE)". */
static void
add_file (EnclaveChatCompletion *self, const char *line)
{
  const char *mark = strstr (line, " (denied: ");
  g_autofree char *path = mark != NULL ? g_strndup (line, (gsize) (mark - line)) : g_strdup (line);
  g_autofree char *shown_path = enclave_utf8_display_name (path);
  g_autofree char *name = g_path_get_basename (shown_path);
  g_autofree char *folder = g_path_get_dirname (shown_path);
  EnclaveDecision decision;

  if (*path == '\0' || *path == '(' || g_str_has_suffix (path, "/"))
    return;

  decision = enclave_gate_judge_name (self->gate, ENCLAVE_EFFECT_READ, path, FALSE);
  if (mark != NULL || decision.verdict == ENCLAVE_VERDICT_DENY)
    {
      g_autofree char *rule = decision.rule != NULL ? g_strdup (decision.rule)
                                                    : g_strndup (mark != NULL ? mark + 10 : "",
                                                                 mark != NULL ? strcspn (mark + 10, ")") : 0);
      g_autofree char *detail = g_strdup_printf (_("denied, %s"), rule);

      gtk_widget_set_sensitive (add_row (self, path, "changes-prevent-symbolic", name, detail), FALSE);
    }
  else
    {
      add_row (self, path, "text-x-generic-symbolic", name, strcmp (folder, ".") == 0 ? "" : folder);
    }
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatCompletion) self = user_data;
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  item = enclave_tool_scope_find_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->popover == NULL || self->gate == NULL)
    return;

  clear_list (self);
  if (item != NULL)
    lines = g_strsplit (enclave_context_item_get_text (item), "\n", 4 * MAX_ROWS);
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    if (strchr (lines[i], '\n') == NULL && gtk_list_box_get_row_at_index (self->list, MAX_ROWS - 1) == NULL)
      add_file (self, lines[i]);
  show_list (self);
}

static void
list_files (EnclaveChatCompletion *self)
{
  g_autoptr (EnclaveToolScope) scope = NULL;
  g_autoptr (GString) pattern = g_string_new ("*");

  if (self->gate == NULL)
    {
      hide (self);
      return;
    }

  for (const char *p = self->word; *p != '\0'; p++)
    g_string_append_c (pattern, strchr ("*?[]{}\\", *p) != NULL ? '?' : *p);
  g_string_append_c (pattern, '*');

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  scope = enclave_gate_open_scope (self->gate, "user", "complete", ENCLAVE_EFFECT_READ);
  enclave_tool_scope_find_async (scope, pattern->str, self->cancellable, found_cb, g_object_ref (self));
}

static gboolean
quiet_cb (gpointer user_data)
{
  EnclaveChatCompletion *self = ENCLAVE_CHAT_COMPLETION (user_data);

  self->timer = 0;
  if (self->sign == '/')
    list_commands (self);
  else if (self->sign == '@')
    list_files (self);

  return G_SOURCE_REMOVE;
}

static void
text_changed_cb (EnclaveChatCompletion *self)
{
  g_autofree char *text = dup_before_cursor (self);
  g_autofree char *word = NULL;
  gsize start;
  char sign = enclave_chat_completion_find_word (text, strlen (text), &word, &start);

  if (sign == '/' && !is_on_first_line (self))
    sign = 0;
  if (sign == 0 || sign != self->sign)
    self->dismissed = FALSE;
  self->sign = sign;
  g_free (self->word);
  self->word = g_steal_pointer (&word);
  g_clear_handle_id (&self->timer, g_source_remove);
  if (sign == 0 || self->dismissed)
    hide (self);
  else
    self->timer = g_timeout_add (QUIET_MS, quiet_cb, self);
}

static void
choose (EnclaveChatCompletion *self, GtkListBoxRow *row)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  g_autofree char *value = g_strdup (g_object_get_data (G_OBJECT (row), "enclave-value"));
  g_autofree char *before = dup_before_cursor (self);
  g_autofree char *word = NULL;
  g_autofree char *text = NULL;
  GtkTextIter from;
  GtkTextIter to;
  gsize start;
  char sign = enclave_chat_completion_find_word (before, strlen (before), &word, &start);

  if (sign == 0 || !gtk_widget_get_sensitive (GTK_WIDGET (row)))
    return;

  gtk_text_buffer_get_iter_at_mark (buffer, &to, gtk_text_buffer_get_insert (buffer));
  from = to;
  gtk_text_iter_backward_chars (&from, (int) g_utf8_strlen (before + start, -1));
  if (sign == '@')
    text = strpbrk (value, " \t\"") != NULL ? g_strdup_printf ("@\"%s\" ", value) : g_strdup_printf ("@%s ", value);

  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &from, &to);
  if (text != NULL)
    gtk_text_buffer_insert (buffer, &from, text, -1);
  gtk_text_buffer_end_user_action (buffer);
  hide (self);
  if (sign == '/')
    g_signal_emit (self, signals[COMMAND], 0, value);
}

static void
row_activated_cb (EnclaveChatCompletion *self, GtkListBoxRow *row)
{
  choose (self, row);
}

static void
move_selection (EnclaveChatCompletion *self, int step)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int index = row != NULL ? gtk_list_box_row_get_index (row) : -1;

  do
    row = gtk_list_box_get_row_at_index (self->list, index += step);
  while (row != NULL && !gtk_widget_get_sensitive (GTK_WIDGET (row)));
  if (row != NULL)
    gtk_list_box_select_row (self->list, row);
}

gboolean
enclave_chat_completion_handle_key (EnclaveChatCompletion *self, guint keyval, GdkModifierType state)
{
  GtkListBoxRow *row;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_COMPLETION (self), FALSE);

  if (!enclave_chat_completion_get_shown (self)
      || (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;

  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      move_selection (self, -1);
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      move_selection (self, 1);
      return TRUE;
    case GDK_KEY_Escape:
      self->dismissed = TRUE;
      hide (self);
      return TRUE;
    case GDK_KEY_Tab:
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      row = gtk_list_box_get_selected_row (self->list);
      if (row == NULL)
        return FALSE;
      choose (self, row);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
enclave_chat_completion_finalize (GObject *object)
{
  EnclaveChatCompletion *self = ENCLAVE_CHAT_COMPLETION (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->gate);
  g_clear_pointer (&self->word, g_free);

  G_OBJECT_CLASS (enclave_chat_completion_parent_class)->finalize (object);
}

static void
enclave_chat_completion_class_init (EnclaveChatCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_chat_completion_finalize;

  signals[COMMAND] = g_signal_new ("command", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
enclave_chat_completion_init (EnclaveChatCompletion *self)
{
}

EnclaveChatCompletion *
enclave_chat_completion_new (GtkTextView *view, GtkWidget *anchor)
{
  EnclaveChatCompletion *self;

  g_return_val_if_fail (GTK_IS_TEXT_VIEW (view) && GTK_IS_WIDGET (anchor), NULL);

  self = g_object_new (ENCLAVE_TYPE_CHAT_COMPLETION, NULL);
  self->view = view;
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  gtk_widget_set_can_focus (GTK_WIDGET (self->list), FALSE);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self, G_CONNECT_SWAPPED);

  self->popover = gtk_popover_new ();
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_autohide (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_TOP);
  gtk_widget_set_can_focus (self->popover, FALSE);
  gtk_widget_add_css_class (self->popover, "enclave-chat-completion");
  gtk_popover_set_child (GTK_POPOVER (self->popover), GTK_WIDGET (self->list));
  gtk_widget_set_parent (self->popover, anchor);
  g_signal_connect_object (gtk_text_view_get_buffer (view), "changed", G_CALLBACK (text_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

void
enclave_chat_completion_detach (EnclaveChatCompletion *self)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_COMPLETION (self));

  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
}

void
enclave_chat_completion_set_gate (EnclaveChatCompletion *self, EnclaveGate *gate)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_COMPLETION (self));

  g_set_object (&self->gate, gate);
}

gboolean
enclave_chat_completion_get_shown (EnclaveChatCompletion *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_COMPLETION (self), FALSE);

  return self->popover != NULL && gtk_widget_get_visible (self->popover);
}
