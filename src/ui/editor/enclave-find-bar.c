/* enclave-find-bar.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-find-bar.h"
#include "enclave-find-kept.h"
#include "enclave-immediate.h"
#include "enclave-replace-all.h"
#include "enclave-search-switches.h"

/* A longer selection is text to edit, not words to look for. */
#define MAX_SELECTION_CHARS 200
/* How far one match is looked for. A pattern such as (a+)+b would go on for years; these are some milliseconds. */
#define MATCH_LIMITS "(*LIMIT_MATCH=200000)(*LIMIT_DEPTH=20000)"

struct _EnclaveFindBar
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkEditable *find_entry;
  GtkEditable *replace_entry;
  GtkLabel *count;
  GtkWidget *replace_row;
  GtkWidget *replace_button;
  GtkWidget *replace_all_button;
  GtkToggleButton *case_button;
  GtkToggleButton *word_button;
  GtkToggleButton *regex_button;

  GtkSourceView *view; /* not owned, (nullable) */
  GtkSourceSearchSettings *settings;
  GtkSourceSearchContext *context; /* (nullable) */
  EnclaveDocument *document; /* (nullable) */
  GCancellable *cancellable;
  GCancellable *replacing; /* (nullable): while all are replaced */
  /* the match that was found last, where the search can't tell which one it is */
  int kept_start; /* characters */
  int kept_end;
  guint kept_position; /* 0: none */
  /* what became of the last replacing, until something else is done */
  char *notice;        /* (nullable) */
  char *notice_reason; /* (nullable) */
  /* where a search while typing starts from, so that it does not run ahead with each letter */
  GtkTextMark *origin; /* (nullable) */
};

enum
{
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveFindBar, enclave_find_bar, GTK_TYPE_WIDGET)

static GtkTextBuffer *
get_buffer (EnclaveFindBar *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
}

/* Which match is selected, from 1; 0 or less: none. */
static int
get_position (EnclaveFindBar *self, const GtkTextIter *start, const GtkTextIter *end)
{
  if (!enclave_find_kept_is_needed (self->context))
    return gtk_source_search_context_get_occurrence_position (self->context, start, end);
  return gtk_text_iter_get_offset (start) == self->kept_start && gtk_text_iter_get_offset (end) == self->kept_end ? (int) self->kept_position
                                                                                                                  : 0;
}

static void
update_count (EnclaveFindBar *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) problem = self->context != NULL ? gtk_source_search_context_get_regex_error (self->context) : NULL;
  int count = self->context != NULL ? gtk_source_search_context_get_occurrences_count (self->context) : 0;
  const char *searched = gtk_source_search_settings_get_search_text (self->settings);
  gboolean any = searched != NULL && *searched != '\0';

  if (self->notice != NULL)
    {
      text = g_strdup (self->notice);
    }
  else if (any && problem != NULL)
    {
      count = 0;
      text = g_strdup (_("Not a pattern"));
    }
  else if (any && self->context != NULL && count == 0)
    {
      text = g_strdup (_("No matches"));
    }
  else if (any && self->context != NULL && count > 0)
    {
      GtkTextIter start;
      GtkTextIter end;
      int position;

      gtk_text_buffer_get_selection_bounds (get_buffer (self), &start, &end);
      position = get_position (self, &start, &end);
      /* Translators: the third of seventeen matches. */
      text = position > 0 ? g_strdup_printf (_("%d of %d"), position, count)
                          : g_strdup_printf (ngettext ("%d match", "%d matches", count), count);
    }

  gtk_label_set_label (self->count, text != NULL ? text : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->count), self->notice_reason != NULL ? self->notice_reason
                                                         : self->notice != NULL   ? self->notice
                                                         : any && problem != NULL ? problem->message
                                                                                  : NULL);
  if (self->notice_reason != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->replace_entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->replace_entry), "error");
  if (any && count == 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->find_entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->find_entry), "error");
  gtk_widget_set_sensitive (self->replace_button, count != 0 && any && self->replacing == NULL);
  gtk_widget_set_sensitive (self->replace_all_button, count != 0 && any && self->replacing == NULL);
}

/* @notice: (transfer full) (nullable). @reason: (nullable): why the replacement is none. */
static void
set_notice (EnclaveFindBar *self, char *notice, const char *reason)
{
  g_autofree char *old = self->notice;
  g_autofree char *old_reason = self->notice_reason;

  self->notice = notice;
  self->notice_reason = g_strdup (reason);
  if (old != NULL || notice != NULL)
    update_count (self);
}

/* @error: (nullable): when what is marked is no match of the whole text. */
static void
set_failure (EnclaveFindBar *self, const GError *error)
{
  gboolean replacement = g_error_matches (error, G_REGEX_ERROR, G_REGEX_ERROR_REPLACE);

  set_notice (self, g_strdup (replacement ? _("Not a replacement") : _("Not replaced")), error != NULL ? error->message : NULL);
}

static void
ensure_context (EnclaveFindBar *self)
{
  if (self->context != NULL || self->view == NULL)
    return;

  self->context = gtk_source_search_context_new (GTK_SOURCE_BUFFER (get_buffer (self)), self->settings);
  g_signal_connect_object (self->context, "notify::occurrences-count", G_CALLBACK (update_count), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->context, "notify::regex-error", G_CALLBACK (update_count), self, G_CONNECT_SWAPPED);
}

static void
select_match (EnclaveFindBar *self, const GtkTextIter *start, const GtkTextIter *end)
{
  gtk_text_buffer_select_range (get_buffer (self), start, end);
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_insert (get_buffer (self)), 0.2, FALSE,
                                0, 0);
  update_count (self);
}

static void
show_result (EnclaveFindBar *self, GObject *source, gboolean found, const GtkTextIter *start, const GtkTextIter *end,
             const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || self->context != GTK_SOURCE_SEARCH_CONTEXT (source))
    return;

  if (found)
    select_match (self, start, end);
  else
    update_count (self);
}

static void
found_forward_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveFindBar) self = user_data;
  g_autoptr (GError) error = NULL;
  GtkTextIter start;
  GtkTextIter end;
  gboolean found;

  found = gtk_source_search_context_forward_finish (GTK_SOURCE_SEARCH_CONTEXT (source), result, &start, &end, NULL,
                                                    &error);
  show_result (self, source, found, &start, &end, error);
}

static void
found_backward_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveFindBar) self = user_data;
  g_autoptr (GError) error = NULL;
  GtkTextIter start;
  GtkTextIter end;
  gboolean found;

  found = gtk_source_search_context_backward_finish (GTK_SOURCE_SEARCH_CONTEXT (source), result, &start, &end, NULL,
                                                     &error);
  show_result (self, source, found, &start, &end, error);
}

static void
found_kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveFindBar) self = user_data;
  g_autoptr (GError) error = NULL;
  GtkTextIter start;
  GtkTextIter end;
  guint position = 0;
  gboolean found = enclave_find_kept_finish (result, &start, &end, &position, &error);

  if (found)
    {
      self->kept_start = gtk_text_iter_get_offset (&start);
      self->kept_end = gtk_text_iter_get_offset (&end);
      self->kept_position = position;
    }
  show_result (self, source, found, &start, &end, error);
}

static void
search (EnclaveFindBar *self, const GtkTextIter *from, gboolean forward)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->kept_position = 0;

  if (enclave_find_kept_is_needed (self->context))
    enclave_find_kept_async (self->context, from, forward, self->cancellable, found_kept_cb, g_object_ref (self));
  else if (forward)
    gtk_source_search_context_forward_async (self->context, from, self->cancellable, found_forward_cb,
                                             g_object_ref (self));
  else
    gtk_source_search_context_backward_async (self->context, from, self->cancellable, found_backward_cb,
                                              g_object_ref (self));
}

static void
update_pattern (EnclaveFindBar *self)
{
  const char *text = gtk_editable_get_text (self->find_entry);
  gboolean regex = gtk_toggle_button_get_active (self->regex_button);
  gboolean words = gtk_toggle_button_get_active (self->word_button);
  g_autofree char *pattern = NULL;

  /* The limits must come first, so the words' bounds can't be left to the search. */
  if (regex && *text != '\0')
    pattern = g_strdup_printf (words ? MATCH_LIMITS "\\b(?:%s)\\b" : MATCH_LIMITS "%s", text);
  gtk_source_search_settings_set_at_word_boundaries (self->settings, words && !regex);
  gtk_source_search_settings_set_regex_enabled (self->settings, regex);
  gtk_source_search_settings_set_search_text (self->settings, pattern != NULL ? pattern : text);
}

static void
text_changed_cb (EnclaveFindBar *self)
{
  GtkTextIter from;

  set_notice (self, NULL, NULL);
  update_pattern (self);
  update_count (self);

  if (self->context == NULL || *gtk_editable_get_text (self->find_entry) == '\0')
    return;

  if (self->origin != NULL)
    gtk_text_buffer_get_iter_at_mark (get_buffer (self), &from, self->origin);
  else
    gtk_text_buffer_get_selection_bounds (get_buffer (self), &from, NULL);
  search (self, &from, TRUE);
}

static void
options_changed_cb (EnclaveFindBar *self)
{
  set_notice (self, NULL, NULL);
  gtk_source_search_settings_set_case_sensitive (self->settings, gtk_toggle_button_get_active (self->case_button));
  update_pattern (self);
  update_count (self);
}

static void
replacement_changed_cb (EnclaveFindBar *self)
{
  set_notice (self, NULL, NULL);
}

static void
next_cb (EnclaveFindBar *self)
{
  enclave_find_bar_move (self, TRUE);
}

static void
previous_cb (EnclaveFindBar *self)
{
  enclave_find_bar_move (self, FALSE);
}

static void
replace_cb (EnclaveFindBar *self)
{
  g_autoptr (GError) error = NULL;
  GtkTextIter start;
  GtkTextIter end;

  if (self->context == NULL || !gtk_text_view_get_editable (GTK_TEXT_VIEW (self->view)))
    return;

  gtk_text_buffer_get_selection_bounds (get_buffer (self), &start, &end);
  if (get_position (self, &start, &end) > 0)
    {
      if (!enclave_replace_match (self->context, self->document, &start, &end,
                                  gtk_editable_get_text (self->replace_entry), &error))
        {
          /* it stays selected, to be tried again */
          set_failure (self, error);
          return;
        }
      gtk_text_buffer_place_cursor (get_buffer (self), &end);
    }

  enclave_find_bar_move (self, TRUE);
}

static void
replace_all_cb (EnclaveFindBar *self)
{
  enclave_find_bar_replace_all_async (self, gtk_editable_get_text (self->replace_entry), NULL, NULL);
}

static void
close_cb (EnclaveFindBar *self)
{
  enclave_find_bar_close (self);
  g_signal_emit (self, signals[CLOSED], 0);
}

static gboolean
key_pressed_cb (EnclaveFindBar *self, guint keyval, guint keycode, GdkModifierType state)
{
  gboolean shift = (state & GDK_SHIFT_MASK) != 0;

  switch (keyval)
    {
    case GDK_KEY_Escape:
      close_cb (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (gtk_widget_get_focus_child (self->replace_row) != NULL)
        return GDK_EVENT_PROPAGATE;
      if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
        return GDK_EVENT_PROPAGATE;
      enclave_find_bar_move (self, !shift);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
enclave_find_bar_dispose (GObject *object)
{
  EnclaveFindBar *self = ENCLAVE_FIND_BAR (object);

  enclave_find_bar_set_view (self, NULL);
  g_clear_object (&self->document);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->notice, g_free);
  g_clear_pointer (&self->notice_reason, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_FIND_BAR);

  G_OBJECT_CLASS (enclave_find_bar_parent_class)->dispose (object);
}

static void
enclave_find_bar_class_init (EnclaveFindBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_find_bar_dispose;

  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/editor/enclave-find-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveFindBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFindBar, find_entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFindBar, replace_entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFindBar, count);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFindBar, replace_row);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFindBar, replace_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFindBar, replace_all_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFindBar, case_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFindBar, word_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFindBar, regex_button);
  gtk_widget_class_bind_template_callback (widget_class, text_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, options_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, replacement_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, replace_cb);
  gtk_widget_class_bind_template_callback (widget_class, replace_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
}

static void
enclave_find_bar_init (EnclaveFindBar *self)
{
  self->settings = gtk_source_search_settings_new ();
  gtk_source_search_settings_set_wrap_around (self->settings, TRUE);
  gtk_widget_init_template (GTK_WIDGET (self));
  enclave_immediate_set_up (GTK_WIDGET (self->revealer));
  enclave_search_switches_add (GTK_WIDGET (self), "search.match-case", self->case_button);
  enclave_search_switches_add (GTK_WIDGET (self), "search.whole-words", self->word_button);
  enclave_search_switches_add (GTK_WIDGET (self), "search.regex", self->regex_button);
}

void
enclave_find_bar_set_view (EnclaveFindBar *self, GtkSourceView *view)
{
  g_return_if_fail (ENCLAVE_IS_FIND_BAR (self));
  g_return_if_fail (view == NULL || GTK_SOURCE_IS_VIEW (view));

  g_cancellable_cancel (self->replacing);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->context);
  g_clear_pointer (&self->notice, g_free);
  g_clear_pointer (&self->notice_reason, g_free);
  if (self->origin != NULL && self->view != NULL && !gtk_text_mark_get_deleted (self->origin))
    gtk_text_buffer_delete_mark (get_buffer (self), self->origin);
  g_clear_object (&self->origin);
  self->view = view;
}

void
enclave_find_bar_set_document (EnclaveFindBar *self, EnclaveDocument *document)
{
  g_return_if_fail (ENCLAVE_IS_FIND_BAR (self));
  g_return_if_fail (document == NULL || ENCLAVE_IS_DOCUMENT (document));

  g_set_object (&self->document, document);
}

void
enclave_find_bar_open (EnclaveFindBar *self, gboolean replace)
{
  GtkTextIter start;
  GtkTextIter end;

  g_return_if_fail (ENCLAVE_IS_FIND_BAR (self));
  g_return_if_fail (self->view != NULL);

  ensure_context (self);
  set_notice (self, NULL, NULL);
  gtk_source_search_context_set_highlight (self->context, TRUE);
  gtk_widget_set_visible (self->replace_row, replace);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);

  gtk_text_buffer_get_selection_bounds (get_buffer (self), &start, &end);
  if (self->origin == NULL)
    self->origin = g_object_ref (gtk_text_buffer_create_mark (get_buffer (self), NULL, &start, TRUE));
  else
    gtk_text_buffer_move_mark (get_buffer (self), self->origin, &start);

  if (gtk_text_iter_get_line (&start) == gtk_text_iter_get_line (&end)
      && gtk_text_iter_get_offset (&end) - gtk_text_iter_get_offset (&start) <= MAX_SELECTION_CHARS
      && !gtk_text_iter_equal (&start, &end))
    {
      g_autofree char *selected = gtk_text_buffer_get_text (get_buffer (self), &start, &end, TRUE);

      gtk_editable_set_text (self->find_entry, selected);
    }

  gtk_editable_select_region (self->find_entry, 0, -1);
  gtk_widget_grab_focus (GTK_WIDGET (self->find_entry));
  update_count (self);
}

gboolean
enclave_find_bar_close (EnclaveFindBar *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FIND_BAR (self), FALSE);

  if (!gtk_revealer_get_reveal_child (self->revealer))
    return FALSE;

  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->replacing);
  if (self->context != NULL)
    gtk_source_search_context_set_highlight (self->context, FALSE);
  gtk_revealer_set_reveal_child (self->revealer, FALSE);

  return TRUE;
}

void
enclave_find_bar_move (EnclaveFindBar *self, gboolean forward)
{
  GtkTextIter start;
  GtkTextIter end;

  g_return_if_fail (ENCLAVE_IS_FIND_BAR (self));

  if (self->view == NULL || *gtk_editable_get_text (self->find_entry) == '\0')
    return;

  ensure_context (self);
  set_notice (self, NULL, NULL);
  gtk_text_buffer_get_selection_bounds (get_buffer (self), &start, &end);
  if (self->origin != NULL)
    gtk_text_buffer_move_mark (get_buffer (self), self->origin, forward ? &end : &start);
  search (self, forward ? &end : &start, forward);
}

void
enclave_find_bar_set_regex (EnclaveFindBar *self, gboolean regex)
{
  g_return_if_fail (ENCLAVE_IS_FIND_BAR (self));

  gtk_toggle_button_set_active (self->regex_button, regex);
}

const char *
enclave_find_bar_get_count_text (EnclaveFindBar *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FIND_BAR (self), NULL);

  return gtk_label_get_label (self->count);
}

void
enclave_find_bar_set_text (EnclaveFindBar *self, const char *text)
{
  g_return_if_fail (ENCLAVE_IS_FIND_BAR (self));

  gtk_editable_set_text (self->find_entry, text);
}

static void
replaced_all_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  EnclaveFindBar *self = g_task_get_source_object (task);
  GtkTextView *view = g_task_get_task_data (task);
  gboolean ended_early = FALSE;
  guint count = enclave_replace_all_finish (result, &ended_early, &error);

  g_clear_object (&self->replacing);
  gtk_text_view_set_editable (view, TRUE);
  if (self->view != NULL)
    {
      if (error != NULL)
        set_failure (self, error);
      else if (ended_early)
        /* Translators: %u is a number of matches. */
        set_notice (self, g_strdup_printf (_("Ended early: %u replaced"), count), NULL);
      update_count (self);
    }
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_int (task, (gssize) count);
}

void
enclave_find_bar_replace_all_async (EnclaveFindBar *self, const char *replacement, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_FIND_BAR (self));
  g_return_if_fail (replacement != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, enclave_find_bar_replace_all_async);
  if (self->context == NULL || self->replacing != NULL || !gtk_text_view_get_editable (GTK_TEXT_VIEW (self->view)))
    {
      g_task_return_int (task, 0);
      return;
    }

  /* What is typed between the slices would be in the middle of the one undo step. */
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), FALSE);
  g_task_set_task_data (task, g_object_ref (self->view), g_object_unref);
  self->replacing = g_cancellable_new ();
  set_notice (self, NULL, NULL);
  update_count (self);
  enclave_replace_all_async (self->context, GTK_TEXT_VIEW (self->view), self->document, replacement, self->replacing,
                             replaced_all_cb, g_object_ref (task));
}

guint
enclave_find_bar_replace_all_finish (EnclaveFindBar *self, GAsyncResult *result, GError **error)
{
  gssize n;

  g_return_val_if_fail (g_task_is_valid (result, self), 0);

  n = g_task_propagate_int (G_TASK (result), error);
  return n > 0 ? (guint) n : 0;
}
