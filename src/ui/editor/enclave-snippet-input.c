/* enclave-snippet-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-snippet-input.h"

#include <string.h>

#include "enclave-ghost-view.h"
#include "enclave-snippet-edits.h"
#include "enclave-snippet-provider.h"

#define MAX_TRIGGER_LETTERS 64

struct _EnclaveSnippetInput
{
  GObject parent_instance;

  GtkSourceView *view;     /* (nullable): NULL once it was dropped */
  GtkTextBuffer *buffer;
  EnclaveDocument *document;
  EnclaveSnippets *snippets;
  GtkEventController *keys; /* the view owns it */
  EnclaveSnippetProvider *provider;
  GtkSourceView *second;           /* (nullable): with what it has of the same */
  GtkEventController *second_keys;
  EnclaveSnippetProvider *second_provider;
  GtkSourceSnippet *active; /* (nullable) (weak): its places are gone through */
  EnclaveSnippetEdits *edits;
  double scrolled_x;
  double scrolled_y;
  guint scroll_source;
};

static guint began_signal;

G_DEFINE_FINAL_TYPE (EnclaveSnippetInput, enclave_snippet_input, G_TYPE_OBJECT)

static GtkAdjustment *
get_adjustment (EnclaveSnippetInput *self, gboolean vertical)
{
  return vertical ? gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view)) : gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->view));
}

static void
keep_place (EnclaveSnippetInput *self)
{
  self->scrolled_x = get_adjustment (self, FALSE) != NULL ? gtk_adjustment_get_value (get_adjustment (self, FALSE)) : 0;
  self->scrolled_y = get_adjustment (self, TRUE) != NULL ? gtk_adjustment_get_value (get_adjustment (self, TRUE)) : 0;
}

/* The view scrolls by its margin with each place that is gone to. */
static void
restore_place (EnclaveSnippetInput *self)
{
  if (get_adjustment (self, FALSE) != NULL)
    gtk_adjustment_set_value (get_adjustment (self, FALSE), self->scrolled_x);
  if (get_adjustment (self, TRUE) != NULL)
    gtk_adjustment_set_value (get_adjustment (self, TRUE), self->scrolled_y);
  gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_insert (self->buffer));
}

static gboolean
restore_cb (gpointer user_data)
{
  EnclaveSnippetInput *self = user_data;

  self->scroll_source = 0;
  restore_place (self);
  return G_SOURCE_REMOVE;
}

/* What the expander of GtkSourceView takes for itself. */
static char *
escape (EnclaveSnippetInput *self, const char *text)
{
  int width = gtk_source_view_get_indent_width (self->view);
  GString *escaped = g_string_new (NULL);

  if (width <= 0)
    width = (int) gtk_source_view_get_tab_width (self->view);
  for (; *text != '\0'; text++)
    if (*text == '\t' && gtk_source_view_get_insert_spaces_instead_of_tabs (self->view))
      g_string_append_printf (escaped, "%*s", width, "");
    else
      {
        if (strchr ("\\`$|\t", *text) != NULL)
          g_string_append_c (escaped, '\\');
        g_string_append_c (escaped, *text);
      }
  return g_string_free (escaped, FALSE);
}

static char *
dup_variable (EnclaveSnippetInput *self, const char *name)
{
  GtkSourceLanguage *language = gtk_source_buffer_get_language (GTK_SOURCE_BUFFER (self->buffer));
  const char *title = enclave_document_get_title (self->document);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  GtkTextIter start;
  GtkTextIter end;
  gboolean selected = gtk_text_buffer_get_selection_bounds (self->buffer, &start, &end);

  if (g_str_equal (name, "TM_FILENAME"))
    return g_strdup (title);
  if (g_str_equal (name, "TM_FILENAME_BASE"))
    {
      const char *point = strrchr (title, '.');

      return point != NULL && point != title ? g_strndup (title, (gsize) (point - title)) : g_strdup (title);
    }
  if (g_str_equal (name, "TM_SELECTED_TEXT"))
    return selected ? gtk_text_iter_get_text (&start, &end) : g_strdup ("");
  if (g_str_equal (name, "TM_LINE_NUMBER"))
    return g_strdup_printf ("%d", gtk_text_iter_get_line (&start) + 1);
  if (g_str_equal (name, "LINE_COMMENT"))
    return g_strdup (language != NULL ? gtk_source_language_get_metadata (language, "line-comment-start") : NULL);
  return g_date_time_format (now, g_str_equal (name, "CURRENT_YEAR") ? "%Y" : g_str_equal (name, "CURRENT_MONTH") ? "%m" : "%d");
}

static void
append_spec (EnclaveSnippetInput *self, GString *spec, const EnclaveSnippetPart *part)
{
  g_autofree char *value = part->kind == ENCLAVE_SNIPPET_VARIABLE ? dup_variable (self, part->text) : g_strdup (part->text);
  g_autofree char *escaped = escape (self, value != NULL ? value : "");

  if (part->kind == ENCLAVE_SNIPPET_VARIABLE)
    {
      /* its lines stand as they stood */
      g_autoptr (GString) lines = g_string_new (escaped);

      g_string_replace (lines, "\n", "\\\n", 0);
      g_string_append (spec, lines->str);
    }
  else
    g_string_append (spec, escaped);
}

static GtkSourceSnippetChunk *
create_chunk (EnclaveSnippetInput *self, const EnclaveSnippetPart *part)
{
  GtkSourceSnippetChunk *chunk = gtk_source_snippet_chunk_new ();
  g_autoptr (GString) spec = g_string_new (NULL);

  if (part->kind == ENCLAVE_SNIPPET_MIRROR && part->number > 0)
    g_string_append_printf (spec, "$%u", part->number);
  else if (part->kind != ENCLAVE_SNIPPET_PLACE)
    append_spec (self, spec, part);
  for (guint i = 0; part->inner != NULL && i < part->inner->len; i++)
    append_spec (self, spec, g_ptr_array_index (part->inner, i));
  gtk_source_snippet_chunk_set_spec (chunk, spec->str);
  gtk_source_snippet_chunk_set_focus_position (chunk, part->kind == ENCLAVE_SNIPPET_PLACE ? (int) part->number : -1);
  return chunk;
}

static GtkSourceSnippet *
create (EnclaveSnippetInput *self, const EnclaveSnippet *snippet)
{
  const EnclaveSnippetPart end = { ENCLAVE_SNIPPET_PLACE, 0, NULL, NULL };
  GtkSourceSnippet *made = gtk_source_snippet_new (snippet->trigger, NULL);
  gboolean has_end = FALSE;

  /* one more round for the end: the view complains about a snippet without any place */
  for (guint i = 0; i <= snippet->parts->len; i++)
    {
      const EnclaveSnippetPart *part = i < snippet->parts->len ? g_ptr_array_index (snippet->parts, i) : &end;
      g_autoptr (GtkSourceSnippetChunk) chunk = NULL;

      if (part == &end && has_end)
        break;
      has_end = has_end || (part->kind == ENCLAVE_SNIPPET_PLACE && part->number == 0);
      chunk = g_object_ref_sink (create_chunk (self, part));
      gtk_source_snippet_add_chunk (made, chunk);
    }
  return made;
}

gboolean
enclave_snippet_input_leave (EnclaveSnippetInput *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SNIPPET_INPUT (self), FALSE);

  if (self->active == NULL || self->view == NULL)
    return FALSE;
  /* the view has not ended yet what it began for an edit */
  if (enclave_snippet_edits_end_after (self->edits))
    return TRUE;
  keep_place (self);
  /* the only way in that the view has */
  gtk_source_view_set_enable_snippets (self->view, FALSE);
  gtk_source_view_set_enable_snippets (self->view, TRUE);
  g_clear_weak_pointer (&self->active);
  restore_place (self);
  return TRUE;
}

/* Places that follow what is typed would write into what is just taken back, or comes from elsewhere. */
static void
leave_cb (EnclaveSnippetInput *self)
{
  enclave_snippet_input_leave (self);
}

void
enclave_snippet_input_insert (EnclaveSnippetInput *self, const EnclaveSnippet *snippet, GtkTextIter *start, GtkTextIter *end)
{
  g_autoptr (GtkSourceSnippet) made = NULL;
  GtkTextIter from;
  GtkTextIter to;
  gboolean selected;

  g_return_if_fail (ENCLAVE_IS_SNIPPET_INPUT (self));
  g_return_if_fail (snippet != NULL);

  if (self->view == NULL || !gtk_text_view_get_editable (GTK_TEXT_VIEW (self->view)))
    return;
  g_signal_emit (self, began_signal, 0);
  enclave_snippet_input_leave (self);
  keep_place (self);
  selected = gtk_text_buffer_get_selection_bounds (self->buffer, &from, &to);
  if (!selected && start != NULL && end != NULL)
    {
      from = *start;
      to = *end;
    }
  made = create (self, snippet);
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete (self->buffer, &from, &to);
  gtk_source_view_push_snippet (self->view, made, &from);
  g_set_weak_pointer (&self->active, made);
  enclave_snippet_edits_set_snippet (self->edits, made);
  gtk_text_buffer_end_user_action (self->buffer);
  restore_place (self);
}

GPtrArray *
enclave_snippet_input_list (EnclaveSnippetInput *self)
{
  GtkSourceLanguage *language;

  g_return_val_if_fail (ENCLAVE_IS_SNIPPET_INPUT (self), NULL);

  language = gtk_source_buffer_get_language (GTK_SOURCE_BUFFER (self->buffer));
  return enclave_snippets_list (self->snippets, language != NULL ? gtk_source_language_get_id (language) : NULL);
}

static gboolean
is_trigger_letter (gunichar letter)
{
  return letter == '_' || letter == '-' || g_unichar_isalnum (letter);
}

/* The word before the caret. FALSE: there is none, or it stands where nobody writes code. */
static gboolean
find_word (EnclaveSnippetInput *self, GtkTextIter *start, GtkTextIter *end)
{
  GtkSourceBuffer *buffer = GTK_SOURCE_BUFFER (self->buffer);

  if (gtk_text_buffer_get_selection_bounds (self->buffer, start, end) || is_trigger_letter (gtk_text_iter_get_char (end)))
    return FALSE;
  for (guint i = 0; i <= MAX_TRIGGER_LETTERS; i++)
    {
      GtkTextIter before = *start;

      if (!gtk_text_iter_backward_char (&before) || !is_trigger_letter (gtk_text_iter_get_char (&before)))
        return i > 0 && !gtk_source_buffer_iter_has_context_class (buffer, start, "comment")
               && !gtk_source_buffer_iter_has_context_class (buffer, start, "string");
      *start = before;
    }
  return FALSE;
}

static gboolean
expand (EnclaveSnippetInput *self)
{
  GtkSourceLanguage *language = gtk_source_buffer_get_language (GTK_SOURCE_BUFFER (self->buffer));
  g_autoptr (EnclaveSnippet) snippet = NULL;
  g_autofree char *word = NULL;
  GtkTextIter start;
  GtkTextIter end;

  if (!gtk_text_view_get_editable (GTK_TEXT_VIEW (self->view)) || !find_word (self, &start, &end))
    return FALSE;
  word = gtk_text_iter_get_text (&start, &end);
  snippet = enclave_snippets_find (self->snippets, language != NULL ? gtk_source_language_get_id (language) : NULL, word);
  if (snippet == NULL)
    return FALSE;
  enclave_snippet_input_insert (self, snippet, &start, &end);
  return TRUE;
}

static gboolean
key_cb (EnclaveSnippetInput *self, guint keyval, guint keycode, GdkModifierType state)
{
  gboolean tab = keyval == GDK_KEY_Tab || keyval == GDK_KEY_KP_Tab;
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();

  if (self->active != NULL && (tab || keyval == GDK_KEY_ISO_Left_Tab))
    {
      keep_place (self);
      if (self->scroll_source == 0)
        self->scroll_source = g_idle_add_full (G_PRIORITY_HIGH, restore_cb, self, NULL);
      return GDK_EVENT_PROPAGATE;
    }
  /* what is shown in grey is what Tab is for */
  if (ENCLAVE_IS_GHOST_VIEW (self->view) && enclave_ghost_view_get_ghost (ENCLAVE_GHOST_VIEW (self->view)) != NULL)
    return GDK_EVENT_PROPAGATE;
  return tab && modifiers == 0 && expand (self) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

/* The places belong to the first view: it alone knows how to go through them. */
static gboolean
second_key_cb (EnclaveSnippetInput *self, guint keyval, guint keycode, GdkModifierType state, GtkEventControllerKey *controller)
{
  gboolean tab = keyval == GDK_KEY_Tab || keyval == GDK_KEY_KP_Tab;
  gboolean done;

  if (self->active != NULL && (tab || keyval == GDK_KEY_ISO_Left_Tab))
    done = gtk_event_controller_key_forward (controller, GTK_WIDGET (self->view));
  else
    done = tab && (state & gtk_accelerator_get_default_mod_mask ()) == 0 && expand (self);
  if (done)
    gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self->second), gtk_text_buffer_get_insert (self->buffer));
  return done;
}

static void
let_go (GtkSourceView *view, GtkEventController *keys, EnclaveSnippetProvider *provider)
{
  gtk_source_completion_remove_provider (gtk_source_view_get_completion (view), GTK_SOURCE_COMPLETION_PROVIDER (provider));
  gtk_widget_remove_controller (GTK_WIDGET (view), keys);
}

static void
take (EnclaveSnippetInput *self, GtkSourceView *view, GCallback key_pressed, GtkEventController **keys, EnclaveSnippetProvider **provider)
{
  *provider = enclave_snippet_provider_new (self, view);
  gtk_source_completion_add_provider (gtk_source_view_get_completion (view), GTK_SOURCE_COMPLETION_PROVIDER (*provider));
  *keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (*keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (*keys, "key-pressed", key_pressed, self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (view), *keys);
}

void
enclave_snippet_input_set_second (EnclaveSnippetInput *self, GtkSourceView *second)
{
  g_return_if_fail (ENCLAVE_IS_SNIPPET_INPUT (self));

  if (self->second == second)
    return;
  if (self->second != NULL)
    let_go (self->second, self->second_keys, self->second_provider);
  g_clear_object (&self->second_provider);
  g_set_object (&self->second, second);
  if (second != NULL)
    take (self, second, G_CALLBACK (second_key_cb), &self->second_keys, &self->second_provider);
}

gboolean
enclave_snippet_input_get_active (EnclaveSnippetInput *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SNIPPET_INPUT (self), FALSE);

  return self->active != NULL;
}

void
enclave_snippet_input_drop (EnclaveSnippetInput *self)
{
  GtkSourceView *view;

  g_return_if_fail (ENCLAVE_IS_SNIPPET_INPUT (self));

  g_clear_handle_id (&self->scroll_source, g_source_remove);
  if (self->view == NULL)
    return;
  enclave_snippet_input_set_second (self, NULL);
  view = g_steal_pointer (&self->view);
  g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_weak_pointer (&self->active);
  gtk_source_view_set_enable_snippets (view, FALSE);
  g_signal_handlers_disconnect_by_data (self->edits, self);
  let_go (view, self->keys, self->provider);
  g_object_unref (view);
}

static void
enclave_snippet_input_dispose (GObject *object)
{
  EnclaveSnippetInput *self = ENCLAVE_SNIPPET_INPUT (object);

  enclave_snippet_input_drop (self);
  g_clear_object (&self->provider);
  g_clear_object (&self->buffer);
  g_clear_object (&self->edits);
  g_clear_object (&self->document);
  g_clear_object (&self->snippets);
  G_OBJECT_CLASS (enclave_snippet_input_parent_class)->dispose (object);
}

static void
enclave_snippet_input_class_init (EnclaveSnippetInputClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_snippet_input_dispose;
  began_signal = g_signal_new ("began", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_snippet_input_init (EnclaveSnippetInput *self)
{
}

EnclaveSnippetInput *
enclave_snippet_input_new (GtkSourceView *view, EnclaveDocument *document, EnclaveSnippets *snippets)
{
  static const char *const nowhere[] = { NULL };
  EnclaveSnippetInput *self;

  g_return_val_if_fail (GTK_SOURCE_IS_VIEW (view), NULL);
  g_return_val_if_fail (ENCLAVE_IS_SNIPPETS (snippets), NULL);

  self = g_object_new (ENCLAVE_TYPE_SNIPPET_INPUT, NULL);
  self->view = g_object_ref (view);
  self->buffer = g_object_ref (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)));
  self->document = g_object_ref (document);
  self->snippets = g_object_ref (snippets);
  /* The view looks for snippets of its own, in folders of other programs and with a reader that a file can end. */
  gtk_source_snippet_manager_set_search_path (gtk_source_snippet_manager_get_default (), nowhere);
  gtk_source_view_set_enable_snippets (view, TRUE);
  self->edits = g_object_ref (enclave_snippet_edits_get (self->buffer));
  g_signal_connect_object (self->edits, "ended", G_CALLBACK (leave_cb), self, G_CONNECT_SWAPPED);
  take (self, view, G_CALLBACK (key_cb), &self->keys, &self->provider);
  g_signal_connect_object (self->buffer, "undo", G_CALLBACK (leave_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "redo", G_CALLBACK (leave_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "rewriting", G_CALLBACK (leave_cb), self, G_CONNECT_SWAPPED);
  return self;
}
