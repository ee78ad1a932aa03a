/* enclave-editor-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "enclave-editor-page-private.h"
#include "enclave-editor-pane-private.h"
#include "enclave-limits.h"
#include "enclave-snippet-edits.h"
#include "enclave-still-caret.h"
#include "enclave-still-pointer.h"
#include "enclave-syntax-pace.h"
#include "enclave-validation-pace.h"

/* Work that is quicker than this is not worth a spinner. */
#define SPINNER_DELAY_MS 300
/* No disk takes that long: it is one that does not answer. */
#define SLOW_DELAY_MS 3000
/* A habit shows early or not at all. */
#define INDENTATION_SAMPLE_CHARS (256 * 1024)

enum
{
  COMPARE,
  CLOSE_REQUESTED,
  INDENTATION_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveEditorPage, enclave_editor_page, GTK_TYPE_WIDGET)

static void
style_changed_cb (EnclaveEditorPage *self)
{
  GtkSourceBuffer *buffer = enclave_document_get_buffer (self->document);

  gtk_source_buffer_set_style_scheme (buffer, enclave_text_style_get_scheme (self->style));
}

static void
update_view (EnclaveEditorPage *self)
{
  gboolean heavy = enclave_document_get_heavy (self->document);
  gboolean wrap = self->settings != NULL && g_settings_get_boolean (self->settings, "wrap-lines");

  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->view), wrap && !heavy ? GTK_WRAP_WORD_CHAR : GTK_WRAP_NONE);
  gtk_source_view_set_highlight_current_line (self->view, !heavy);

  _enclave_editor_page_number_lines (self);
}

static char *
dup_first_text (EnclaveEditorPage *self)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (self->document));
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, INDENTATION_SAMPLE_CHARS);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

static void
update_indentation (EnclaveEditorPage *self)
{
  EnclaveIndentation indentation = { TRUE, 4 };
  const EnclaveEditorConfig *config;
  g_autofree char *text = dup_first_text (self);
  guint width;

  if (self->settings != NULL)
    {
      indentation.spaces = g_settings_get_boolean (self->settings, "insert-spaces");
      indentation.width = g_settings_get_uint (self->settings, "tab-width");
    }

  enclave_indentation_detect (text, strlen (text), &indentation);
  config = enclave_document_get_editor_config (self->document);
  if (config->indent_style != ENCLAVE_EDITOR_CONFIG_INDENT_UNSET)
    indentation.spaces = config->indent_style == ENCLAVE_EDITOR_CONFIG_INDENT_SPACE;
  width = indentation.spaces ? config->indent_size : config->tab_width;
  if (width > 0)
    indentation.width = width;
  enclave_editor_page_set_indentation (self, indentation);
  if (config->tab_width > 0)
    gtk_source_view_set_tab_width (self->view, config->tab_width);
  if (config->indent_size > 0)
    gtk_source_view_set_indent_width (self->view, (int) config->indent_size);
  _enclave_editor_page_follow_modeline (self, text);
}

static void
show_failure (EnclaveEditorPage *self, const GError *error)
{
  AdwStatusPage *page = ADW_STATUS_PAGE (self->failed_page);
  g_autofree char *title = NULL;
  g_autofree char *text = g_markup_escape_text (error->message, -1);
  const char *name = enclave_document_get_title (self->document);
  g_autofree char *escaped_name = g_markup_escape_text (name, -1);

  if (g_error_matches (error, ENCLAVE_TEXT_FILE_ERROR, ENCLAVE_TEXT_FILE_ERROR_NOT_REGULAR))
    title = g_strdup_printf (_("%s is not an ordinary file"), escaped_name);
  else
    title = g_strdup_printf (_("%s can’t be opened"), escaped_name);

  adw_status_page_set_title (page, title);
  adw_status_page_set_description (page, text);
  gtk_stack_set_visible_child_name (self->stack, "failed");
}

static gboolean
slow_cb (gpointer user_data)
{
  EnclaveEditorPage *self = user_data;
  /* Translators: %s is the name of a file. */
  g_autofree char *text = g_strdup_printf (_("Reading %s takes long: its disk or network does not answer. It comes as soon as it does."),
                                           enclave_document_get_title (self->document));

  self->slow_source = 0;
  gtk_label_set_text (self->slow_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->slow_label), TRUE);
  gtk_widget_set_visible (self->cancel_button, TRUE);
  if (gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL)
    gtk_widget_grab_focus (self->cancel_button);

  return G_SOURCE_REMOVE;
}

/* It has begun to come, or won't. */
static void
end_waiting (EnclaveEditorPage *self)
{
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  g_clear_handle_id (&self->slow_source, g_source_remove);
  gtk_spinner_stop (self->spinner);
  gtk_widget_set_visible (GTK_WIDGET (self->slow_label), FALSE);
  gtk_widget_set_visible (self->cancel_button, FALSE);
}

static gboolean
spinner_cb (gpointer user_data)
{
  EnclaveEditorPage *self = user_data;

  self->spinner_source = 0;
  /* its first lines are there already */
  if (enclave_document_get_filling (self->document))
    return G_SOURCE_REMOVE;
  gtk_spinner_start (self->spinner);
  gtk_stack_set_visible_child_name (self->stack, "loading");
  self->slow_source = g_timeout_add (SLOW_DELAY_MS, slow_cb, self);

  return G_SOURCE_REMOVE;
}

/* The first lines are there: they are shown, while the others come. */
static void
filling_cb (EnclaveEditorPage *self)
{
  if (!enclave_document_get_filling (self->document))
    return;
  end_waiting (self);
  _enclave_editor_page_number_first_lines (self);
  gtk_source_view_set_highlight_current_line (self->view, FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->view), GTK_WRAP_NONE);
  gtk_stack_set_visible_child_name (self->stack, "text");
  /* what it says later about all lines would be the same */
  update_indentation (self);
}

static gboolean
make_editable_cb (gpointer user_data)
{
  EnclaveEditorPage *self = user_data;

  self->editable_source = 0;
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), self->editable);
  return G_SOURCE_REMOVE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveEditorPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean loaded = enclave_document_load_finish (ENCLAVE_DOCUMENT (source), result, &error);
  gboolean had_focus;

  self->is_loading = FALSE;
  if (self->document == NULL)
    return;

  had_focus = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL;
  end_waiting (self);
  /* for that the view looks at each line, which for so many is enough for one turn */
  if (loaded && enclave_document_get_heavy (self->document))
    self->editable_source = g_idle_add_full (GDK_PRIORITY_REDRAW + 2, make_editable_cb, self, NULL);
  else
    gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), self->editable);

  if (!loaded)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_clear_error (&error);
          g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                               _("Reading it was cancelled. Try again once its disk or network answers."));
        }
      if (!_enclave_editor_page_show_file (self, error))
        show_failure (self, error);
      if (had_focus)
        enclave_editor_page_focus (self);
      _enclave_editor_page_look_for_drafts (self);
      return;
    }

  gtk_stack_set_visible_child_name (self->stack, "text");
  update_view (self);
  update_indentation (self);
  _enclave_editor_page_update_extras (self);
  _enclave_editor_page_update_notes (self);
  _enclave_editor_page_look_for_drafts (self);
  _enclave_editor_page_claim (self);
  /* whoever has gone on meanwhile stays there */
  if (self->wanted_line > 0 && !self->moved_by_key)
    _enclave_editor_page_go_to (self, self->wanted_line, self->wanted_column);
  if (had_focus)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
load (EnclaveEditorPage *self, gboolean any_line)
{
  if (self->is_loading)
    return;
  self->is_loading = TRUE;
  if (self->spinner_source == 0)
    self->spinner_source = g_timeout_add (SPINNER_DELAY_MS, spinner_cb, self);

  g_clear_handle_id (&self->editable_source, g_source_remove);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), FALSE);
  g_clear_object (&self->load_cancellable);
  self->load_cancellable = g_cancellable_new ();
  enclave_document_load_async (self->document, any_line, self->load_cancellable, loaded_cb, g_object_ref (self));
}

void
_enclave_editor_page_load_anyway (EnclaveEditorPage *self)
{
  load (self, TRUE);
}

static void
retry_clicked_cb (EnclaveEditorPage *self)
{
  load (self, FALSE);
}

static void
cancel_clicked_cb (EnclaveEditorPage *self)
{
  g_cancellable_cancel (self->load_cancellable);
}

static void
line_chosen_cb (EnclaveEditorPage *self, guint line, guint column)
{
  if (self->file_view != NULL)
    {
      enclave_file_view_go_to (self->file_view, line);
      enclave_file_view_focus (self->file_view);
      return;
    }
  enclave_editor_page_go_to (self, line, column);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
bar_closed_cb (EnclaveEditorPage *self)
{
  enclave_editor_page_focus (self);
}

static void
view_mapped_cb (EnclaveEditorPage *self)
{
  if (self->waits_to_load)
    {
      self->waits_to_load = FALSE;
      load (self, FALSE);
    }
  update_view (self);
  _enclave_editor_page_claim (self);
  /* monitors fail in ways that nobody hears of */
  enclave_document_check_disk (self->document);
}

static void
enclave_editor_page_dispose (GObject *object)
{
  EnclaveEditorPage *self = ENCLAVE_EDITOR_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->load_cancellable);
  if (self->document != NULL)
    _enclave_editor_pane_drop_review (self);
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  g_clear_handle_id (&self->slow_source, g_source_remove);
  g_clear_handle_id (&self->editable_source, g_source_remove);
  if (self->view != NULL)
    _enclave_editor_page_drop_numbers (self);
  _enclave_editor_page_cancel_questions (self);
  if (self->view != NULL)
    _enclave_editor_page_drop_extras (self);
  g_clear_object (&self->occurrences);
  if (self->find_bar != NULL)
    enclave_find_bar_set_view (self->find_bar, NULL);
  /* A request that is on its way may hold it for longer than the view. */
  if (self->completion != NULL)
    g_object_run_dispose (G_OBJECT (self->completion));
  g_clear_object (&self->completion);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_EDITOR_PAGE);
  g_clear_object (&self->document);
  g_clear_pointer (&self->claim, enclave_file_claim_free);
  g_clear_object (&self->snippets);
  g_clear_object (&self->style);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (enclave_editor_page_parent_class)->dispose (object);
}

static void
enclave_editor_page_finalize (GObject *object)
{
  EnclaveEditorPage *self = ENCLAVE_EDITOR_PAGE (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->load_cancellable);
  g_free (self->draft);
  g_free (self->hold_reason);
  g_free (self->warned_of);

  G_OBJECT_CLASS (enclave_editor_page_parent_class)->finalize (object);
}

static void
enclave_editor_page_class_init (EnclaveEditorPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_editor_page_dispose;
  object_class->finalize = enclave_editor_page_finalize;

  signals[COMPARE] = g_signal_new ("compare", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[CLOSE_REQUESTED] = g_signal_new ("close-requested", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  signals[INDENTATION_CHANGED] = g_signal_new ("indentation-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                               0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (ENCLAVE_TYPE_INFO_ROW);
  g_type_ensure (ENCLAVE_TYPE_FIND_BAR);
  g_type_ensure (ENCLAVE_TYPE_LINE_BAR);
  g_type_ensure (ENCLAVE_TYPE_GHOST_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/enclave/Enclave/editor/enclave-editor-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPage, info_row);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPage, find_bar);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPage, line_bar);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPage, stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPage, text_box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPage, view);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPage, slow_label);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPage, failed_page);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPage, retry_button);
  gtk_widget_class_bind_template_callback (widget_class, retry_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
}

static void
enclave_editor_page_init (EnclaveEditorPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->editable = TRUE;

  gtk_widget_init_template (GTK_WIDGET (self));
  enclave_still_pointer_watch (GTK_WIDGET (self));

  g_signal_connect_object (self->view, "map", G_CALLBACK (view_mapped_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->line_bar, "chosen", G_CALLBACK (line_chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->line_bar, "closed", G_CALLBACK (bar_closed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->find_bar, "closed", G_CALLBACK (bar_closed_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
enclave_editor_page_new (EnclaveDocument *document, EnclaveTextStyle *style, GSettings *settings)
{
  EnclaveEditorPage *self;

  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (document), NULL);
  g_return_val_if_fail (ENCLAVE_IS_TEXT_STYLE (style), NULL);

  self = g_object_new (ENCLAVE_TYPE_EDITOR_PAGE, NULL);
  self->document = g_object_ref (document);
  self->style = g_object_ref (style);

  gtk_text_view_set_buffer (GTK_TEXT_VIEW (self->view), GTK_TEXT_BUFFER (enclave_document_get_buffer (document)));
  enclave_snippet_edits_connect (GTK_TEXT_BUFFER (enclave_document_get_buffer (document)));
  enclave_syntax_pace_watch (GTK_TEXT_VIEW (self->view));
  enclave_validation_pace_watch (GTK_TEXT_VIEW (self->view));
  enclave_still_caret_watch (GTK_TEXT_VIEW (self->view));
  enclave_find_bar_set_view (self->find_bar, self->view);
  enclave_find_bar_set_document (self->find_bar, document);
  self->completion = enclave_inline_completion_new (ENCLAVE_GHOST_VIEW (self->view), document, settings);

  if (settings != NULL)
    {
      self->settings = g_object_ref (settings);
      g_signal_connect_object (settings, "changed::wrap-lines", G_CALLBACK (update_view), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (settings, "changed::show-line-numbers", G_CALLBACK (update_view), self,
                               G_CONNECT_SWAPPED);
    }

  g_signal_connect_object (style, "changed", G_CALLBACK (style_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "notify::filling", G_CALLBACK (filling_cb), self, G_CONNECT_SWAPPED);
  style_changed_cb (self);
  update_view (self);
  update_indentation (self);
  _enclave_editor_page_update_extras (self);
  _enclave_editor_page_connect_extras (self);
  _enclave_editor_page_connect_place (self);
  _enclave_editor_page_connect_notes (self);
  _enclave_editor_page_connect_autosave (self);

  return GTK_WIDGET (self);
}

EnclaveDocument *
enclave_editor_page_get_document (EnclaveEditorPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), NULL);

  return self->document;
}

GtkSourceView *
enclave_editor_page_get_view (EnclaveEditorPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), NULL);

  return self->view;
}

EnclaveInfoRow *
enclave_editor_page_get_info_row (EnclaveEditorPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), NULL);

  return self->info_row;
}

void
enclave_editor_page_set_editable (EnclaveEditorPage *self, gboolean editable)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  self->editable = editable;
  g_clear_handle_id (&self->editable_source, g_source_remove);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->view), editable);
}

void
enclave_editor_page_set_foreign (EnclaveEditorPage *self)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  self->is_foreign = TRUE;
  enclave_editor_page_set_editable (self, FALSE);
  _enclave_editor_page_update_notes (self);
}

void
enclave_editor_page_load (EnclaveEditorPage *self, guint line, guint column)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  self->wanted_line = line;
  self->wanted_column = column;
  load (self, FALSE);
}

void
enclave_editor_page_load_when_shown (EnclaveEditorPage *self, guint line, guint column)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  self->wanted_line = line;
  self->wanted_column = column;
  if (gtk_widget_get_mapped (GTK_WIDGET (self->view)))
    load (self, FALSE);
  else
    self->waits_to_load = TRUE;
}

gboolean
enclave_editor_page_get_failed (EnclaveEditorPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), FALSE);

  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "failed") == 0;
}

gboolean
enclave_editor_page_focus (EnclaveEditorPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), FALSE);

  if (enclave_editor_page_get_failed (self))
    return gtk_widget_grab_focus (self->retry_button);
  if (gtk_widget_get_visible (self->cancel_button))
    return gtk_widget_grab_focus (self->cancel_button);
  if (self->file_view != NULL)
    return enclave_file_view_focus (self->file_view);

  return gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

void
enclave_editor_page_find (EnclaveEditorPage *self, gboolean replace)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  enclave_line_bar_close (self->line_bar);
  enclave_find_bar_open (self->find_bar, replace && self->editable);
}

void
enclave_editor_page_find_next (EnclaveEditorPage *self, gboolean forward)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  enclave_find_bar_move (self->find_bar, forward);
}

void
enclave_editor_page_ask_line (EnclaveEditorPage *self)
{
  GtkTextBuffer *buffer;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));

  buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (self->document));
  enclave_find_bar_close (self->find_bar);
  if (self->file_view != NULL)
    enclave_line_bar_open (self->line_bar,
                           g_list_model_get_n_items (G_LIST_MODEL (enclave_file_view_get_rows (self->file_view))));
  else
    enclave_line_bar_open (self->line_bar, gtk_text_buffer_get_line_count (buffer));
}

guint
enclave_editor_page_change_all (EnclaveEditorPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), 0);

  _enclave_editor_page_end_places (self);
  if (gtk_text_view_get_editable (GTK_TEXT_VIEW (self->view)))
    self->occurrences = enclave_occurrences_begin (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)));
  return self->occurrences != NULL ? enclave_occurrences_get_n (self->occurrences) : 0;
}

gboolean
enclave_editor_page_step_back (EnclaveEditorPage *self)
{
  gboolean closed;

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), FALSE);

  closed = enclave_find_bar_close (self->find_bar);
  closed = enclave_line_bar_close (self->line_bar) || closed;
  closed = enclave_inline_completion_drop (self->completion) || closed;
  closed = _enclave_editor_page_leave_snippet (self) || closed;
  closed = _enclave_editor_page_end_columns (self) || closed;
  if (self->occurrences != NULL)
    {
      closed = closed || enclave_occurrences_get_n (self->occurrences) > 0;
      g_clear_object (&self->occurrences);
    }
  if (closed)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));

  return closed;
}

EnclaveIndentation
enclave_editor_page_get_indentation (EnclaveEditorPage *self)
{
  EnclaveIndentation indentation = { TRUE, 4 };

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PAGE (self), indentation);

  indentation.spaces = gtk_source_view_get_insert_spaces_instead_of_tabs (self->view);
  indentation.width = indentation.spaces ? (guint) gtk_source_view_get_indent_width (self->view)
                                         : gtk_source_view_get_tab_width (self->view);

  return indentation;
}

void
enclave_editor_page_set_indentation (EnclaveEditorPage *self, EnclaveIndentation indentation)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PAGE (self));
  g_return_if_fail (indentation.width >= 1 && indentation.width <= 16);

  gtk_source_view_set_insert_spaces_instead_of_tabs (self->view, indentation.spaces);
  /* a tab in a text that is indented with spaces was meant as 8 columns */
  gtk_source_view_set_tab_width (self->view, indentation.spaces ? 8 : indentation.width);
  gtk_source_view_set_indent_width (self->view, indentation.width);
  g_signal_emit (self, signals[INDENTATION_CHANGED], 0);
}
