/* enclave-chat-completion.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-chat-completion-row.h"
#include "enclave-chat-completion.h"
#include "enclave-chat-mention-search.h"

#define MAX_ROWS 10
#define QUIET_MS 80
/* The project is looked at anew when an `@` is typed, but not for each of several. */
#define SURVEY_AGE_US (5 * G_USEC_PER_SEC)
#define MAX_WORD_BYTES 200

struct _EnclaveChatCompletion
{
  GObject parent_instance;

  GtkTextView *view; /* not owned */
  GtkWidget *card;   /* not owned */
  GtkWidget *popover;
  GtkListBox *list;
  EnclaveAgentService *service;
  GCancellable *cancellable;
  gboolean surveying;
  gint64 surveyed_at; /* monotonic; 0: not yet */
  guint timer;
  char sign; /* of what is listed */
  char *word;
  gboolean dismissed; /* until the word changes its start */
  gboolean searching; /* what is listed is of an earlier word */
  gboolean choosing;  /* what is found, once it is */
  gboolean moved;     /* another row than the first is chosen */
};

enum
{
  COMMAND,
  MENTION,
  TEMPLATE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

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

static void choose (EnclaveChatCompletion *self, GtkListBoxRow *row);

static void
hide (EnclaveChatCompletion *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->searching = self->choosing = self->moved = FALSE;
  if (self->popover == NULL)
    return;
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  gtk_list_box_unselect_all (self->list);
}

static void
clear_list (EnclaveChatCompletion *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
}

/* The focus is in the text all the time: what a reader says of it tells what is chosen. */
static void
row_selected_cb (EnclaveChatCompletion *self, GtkListBoxRow *row)
{
  const char *words = row != NULL ? enclave_chat_completion_row_get_words (GTK_WIDGET (row)) : NULL;

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words != NULL ? words : "", -1);
}

/* Over the card, and as wide. */
static void
place (EnclaveChatCompletion *self)
{
  graphene_rect_t bounds;
  GdkRectangle card;

  if (!gtk_widget_compute_bounds (self->card, gtk_widget_get_parent (self->popover), &bounds))
    return;
  card = (GdkRectangle){ (int) bounds.origin.x, (int) bounds.origin.y, (int) bounds.size.width, (int) bounds.size.height };
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &card);
  gtk_widget_set_size_request (self->popover, card.width, -1);
}

/* @value: (nullable): of the row that was chosen before. */
static void
show_list (EnclaveChatCompletion *self, const char *value)
{
  GtkListBoxRow *row = enclave_chat_completion_row_find (self->list, value);

  if (gtk_list_box_get_row_at_index (self->list, 0) == NULL)
    {
      hide (self);
      return;
    }
  gtk_list_box_select_row (self->list, row);
  place (self);
  gtk_popover_popup (GTK_POPOVER (self->popover));
  if (self->choosing && row != NULL)
    choose (self, row);
  self->choosing = FALSE;
}

static void
list_commands (EnclaveChatCompletion *self)
{
  EnclaveMcpToolbox *toolbox = self->service != NULL ? enclave_agent_service_get_toolbox (self->service) : NULL;

  clear_list (self);
  enclave_chat_completion_row_add_commands (self->list, self->word);
  if (toolbox != NULL && enclave_mcp_toolbox_get_catalog (toolbox) != NULL)
    enclave_chat_completion_row_add_prompts (self->list, self->word, enclave_mcp_toolbox_get_catalog (toolbox));
  show_list (self, NULL);
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatCompletion) self = user_data;
  g_autoptr (GPtrArray) matches = enclave_chat_mention_search_finish (result, NULL);
  g_autofree char *value = NULL;
  GtkListBoxRow *row;

  /* Another word is typed, or none. */
  if (matches == NULL || self->popover == NULL || self->service == NULL || self->sign != '@' || self->dismissed)
    return;

  self->searching = FALSE;
  row = self->moved ? gtk_list_box_get_selected_row (self->list) : NULL;
  value = row != NULL ? g_strdup (enclave_chat_completion_row_get_value (GTK_WIDGET (row))) : NULL;
  clear_list (self);
  for (guint i = 0; i < matches->len; i++)
    gtk_list_box_append (self->list, enclave_chat_completion_row_new_for_match (g_ptr_array_index (matches, i),
                                                                                enclave_agent_service_get_gate (self->service)));
  show_list (self, value);
}

static void
list_mentions (EnclaveChatCompletion *self)
{
  /* Of a path in quotes only the beginning is written yet. */
  const char *word = self->word + (*self->word == '"' ? 1 : 0);

  if (self->service == NULL)
    {
      hide (self);
      return;
    }

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->searching = TRUE;
  enclave_chat_mention_search_async (self->service, word, MAX_ROWS, self->cancellable, searched_cb, g_object_ref (self));
}

static void
surveyed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatCompletion) self = user_data;

  gboolean updated = enclave_repo_map_update_finish (ENCLAVE_REPO_MAP (source), result, NULL);

  /* Of a project that is closed by now. */
  if (self->service == NULL || enclave_agent_service_get_map (self->service) != ENCLAVE_REPO_MAP (source))
    return;
  self->surveying = FALSE;
  self->surveyed_at = g_get_monotonic_time ();
  if (updated && self->popover != NULL && self->sign == '@' && !self->dismissed && self->timer == 0)
    list_mentions (self);
}

static void
survey (EnclaveChatCompletion *self)
{
  if (self->service == NULL || self->surveying
      || (self->surveyed_at != 0 && g_get_monotonic_time () - self->surveyed_at < SURVEY_AGE_US))
    return;
  self->surveying = TRUE;
  enclave_repo_map_update_async (enclave_agent_service_get_map (self->service), NULL, surveyed_cb, g_object_ref (self));
}

static gboolean
quiet_cb (gpointer user_data)
{
  EnclaveChatCompletion *self = ENCLAVE_CHAT_COMPLETION (user_data);

  self->timer = 0;
  if (self->sign == '/')
    list_commands (self);
  else if (self->sign == '@')
    list_mentions (self);

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
  if (sign == '@' && sign != self->sign)
    survey (self);
  self->sign = sign;
  g_free (self->word);
  self->word = g_steal_pointer (&word);
  self->choosing = self->moved = FALSE;
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
  g_autofree char *value = g_strdup (enclave_chat_completion_row_get_value (GTK_WIDGET (row)));
  g_autofree char *before = dup_before_cursor (self);
  g_autofree char *word = NULL;
  g_autofree char *text = NULL;
  GtkTextIter from;
  GtkTextIter to;
  gsize start;
  char sign = enclave_chat_completion_find_word (before, strlen (before), &word, &start);
  EnclaveMentionKind kind = enclave_chat_completion_row_get_kind (GTK_WIDGET (row));

  if (sign == 0 || !gtk_widget_get_sensitive (GTK_WIDGET (row)))
    return;

  gtk_text_buffer_get_iter_at_mark (buffer, &to, gtk_text_buffer_get_insert (buffer));
  from = to;
  gtk_text_iter_backward_chars (&from, (int) g_utf8_strlen (before + start, -1));
  if (sign == '@' && kind != ENCLAVE_MENTION_TEMPLATE)
    text = g_strconcat (value, " ", NULL);

  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &from, &to);
  if (text != NULL)
    gtk_text_buffer_insert (buffer, &from, text, -1);
  gtk_text_buffer_end_user_action (buffer);
  hide (self);
  if (sign == '/')
    g_signal_emit (self, signals[COMMAND], 0, value);
  else if (kind == ENCLAVE_MENTION_TEMPLATE)
    g_signal_emit (self, signals[TEMPLATE], 0, value);
  else if (kind >= ENCLAVE_MENTION_SELECTION)
    g_signal_emit (self, signals[MENTION], 0, kind);
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
  if (row == NULL)
    return;
  gtk_list_box_select_row (self->list, row);
  self->moved = TRUE;
}

/* A word that is written fast is ahead of its list. */
static void
choose_when_listed (EnclaveChatCompletion *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (self->timer != 0 || self->searching)
    self->choosing = TRUE;
  else if (row != NULL)
    choose (self, row);
  if (self->timer == 0)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  quiet_cb (self);
}

gboolean
enclave_chat_completion_handle_key (EnclaveChatCompletion *self, guint keyval, GdkModifierType state)
{
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
      if (self->timer == 0 && !self->searching && gtk_list_box_get_selected_row (self->list) == NULL)
        return FALSE;
      choose_when_listed (self);
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
  g_clear_object (&self->service);
  g_clear_pointer (&self->word, g_free);

  G_OBJECT_CLASS (enclave_chat_completion_parent_class)->finalize (object);
}

static void
enclave_chat_completion_class_init (EnclaveChatCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_chat_completion_finalize;

  signals[COMMAND] = g_signal_new ("command", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TEMPLATE] = g_signal_new ("template", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                    G_TYPE_STRING);
  signals[MENTION] = g_signal_new ("mention", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
enclave_chat_completion_init (EnclaveChatCompletion *self)
{
}

EnclaveChatCompletion *
enclave_chat_completion_new (GtkTextView *view, GtkWidget *card, GtkWidget *anchor)
{
  EnclaveChatCompletion *self;

  g_return_val_if_fail (GTK_IS_TEXT_VIEW (view) && GTK_IS_WIDGET (card) && GTK_IS_WIDGET (anchor), NULL);

  self = g_object_new (ENCLAVE_TYPE_CHAT_COMPLETION, NULL);
  self->view = view;
  self->card = card;
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  gtk_widget_set_can_focus (GTK_WIDGET (self->list), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Completions"), -1);
  g_signal_connect_object (self->list, "row-selected", G_CALLBACK (row_selected_cb), self, G_CONNECT_SWAPPED);
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
enclave_chat_completion_set_service (EnclaveChatCompletion *self, EnclaveAgentService *service)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_COMPLETION (self));
  g_return_if_fail (service == NULL || ENCLAVE_IS_AGENT_SERVICE (service));

  if (!g_set_object (&self->service, service))
    return;
  self->surveyed_at = 0;
  self->surveying = FALSE;
}

gboolean
enclave_chat_completion_get_shown (EnclaveChatCompletion *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_COMPLETION (self), FALSE);

  return self->popover != NULL && gtk_widget_get_visible (self->popover);
}
