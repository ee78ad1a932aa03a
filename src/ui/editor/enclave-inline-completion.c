/* enclave-inline-completion.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-inline-completion-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-suggestion.h"

#define DEFAULT_DELAY_MS 300
/* Of a long text, the part around the caret begins at such a place, so that it stays the same while one types. */
#define STEP_CHARACTERS 32768

enum
{
  PROP_0,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveInlineCompletion, enclave_inline_completion, G_TYPE_OBJECT)

static GtkTextBuffer *
get_buffer (EnclaveInlineCompletion *self)
{
  return GTK_TEXT_BUFFER (enclave_document_get_buffer (self->document));
}

int
_enclave_inline_completion_get_caret (EnclaveInlineCompletion *self, GtkTextIter *iter)
{
  gtk_text_buffer_get_iter_at_mark (get_buffer (self), iter, gtk_text_buffer_get_insert (get_buffer (self)));
  return gtk_text_iter_get_offset (iter);
}

static void
set_problem (EnclaveInlineCompletion *self, const char *problem)
{
  if (g_strcmp0 (self->problem, problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
stop_asking (EnclaveInlineCompletion *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->request != NULL)
    g_cancellable_cancel (self->request);
  g_clear_object (&self->request);
}

/* Once a suggestion, not with each key that is typed along it. */
void
_enclave_inline_completion_announce (EnclaveInlineCompletion *self, const char *text)
{
  g_autofree char *words = NULL;

  if (text == NULL)
    gtk_accessible_reset_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
  else if (self->settings == NULL || g_settings_get_boolean (self->settings, "completion-announce"))
    {
      /* Translators: a screen reader says this of the editor; %s is code. */
      words = g_strdup_printf (_("Suggestion: %s"), text);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
    }
}

static void
hide (EnclaveInlineCompletion *self)
{
  if (enclave_ghost_view_get_ghost (self->view) == NULL)
    return;
  enclave_ghost_view_set_ghost (self->view, NULL);
  _enclave_inline_completion_announce (self, NULL);
}

static void
show (EnclaveInlineCompletion *self, const char *text)
{
  GtkTextIter caret;

  self->offset = _enclave_inline_completion_get_caret (self, &caret);
  enclave_ghost_view_set_ghost (self->view, text);
  _enclave_inline_completion_announce (self, text);
}

static gboolean
belongs_here (EnclaveInlineCompletion *self)
{
  GtkTextIter caret, end;
  g_autofree char *rest = NULL;

  if (self->engine == NULL || self->denied || self->popup || self->preedit
      || (self->settings != NULL && !g_settings_get_boolean (self->settings, "completion-enabled"))
      || !gtk_widget_has_focus (GTK_WIDGET (self->view)) || !gtk_text_view_get_editable (GTK_TEXT_VIEW (self->view))
      || !enclave_document_get_loaded (self->document) || enclave_document_get_heavy (self->document)
      || gtk_text_buffer_get_has_selection (get_buffer (self)))
    return FALSE;
  _enclave_inline_completion_get_caret (self, &caret);
  end = caret;
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  rest = gtk_text_iter_get_slice (&caret, &end);
  return enclave_suggestion_fits_before (rest);
}

char *
enclave_inline_completion_dup_around (GtkTextBuffer *buffer, gsize *caret)
{
  g_autofree char *before = NULL;
  GtkTextIter at, start, end;

  g_return_val_if_fail (GTK_IS_TEXT_BUFFER (buffer) && caret != NULL, NULL);

  gtk_text_buffer_get_iter_at_mark (buffer, &at, gtk_text_buffer_get_insert (buffer));
  start = end = at;
  gtk_text_iter_set_offset (&start, MAX (0, (gtk_text_iter_get_offset (&at) - ENCLAVE_FILL_LOOK_BYTES) / STEP_CHARACTERS
                                                * STEP_CHARACTERS));
  gtk_text_iter_forward_chars (&end, ENCLAVE_FILL_LOOK_BYTES);
  before = gtk_text_buffer_get_text (buffer, &start, &at, TRUE);
  *caret = strlen (before);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

static EnclaveCompletionPlace *
get_place (EnclaveInlineCompletion *self)
{
  const char *path = enclave_document_get_true_path (self->document);
  g_autofree char *text = NULL;
  gsize caret;

  if (path == NULL && enclave_document_get_file (self->document) != NULL)
    path = g_file_peek_path (enclave_document_get_file (self->document));
  text = enclave_inline_completion_dup_around (get_buffer (self), &caret);
  return enclave_completion_place_new (text, caret, path);
}

typedef struct
{
  EnclaveInlineCompletion *self;
  GCancellable *request;
} Ask;

static void
on_suggested (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Ask *ask = user_data;
  g_autoptr (EnclaveInlineCompletion) self = ask->self;
  g_autoptr (GCancellable) request = ask->request;
  g_autoptr (GError) error = NULL;
  g_autofree char *text
    = enclave_completion_engine_suggest_finish (ENCLAVE_COMPLETION_ENGINE (source), result, NULL, &error);
  GtkTextIter caret;

  g_free (ask);
  if (self->request != request)
    return;
  g_clear_object (&self->request);
  if (text == NULL)
    {
      /* That holds for the file, wherever the caret is. */
      if (g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_OUTSIDE_ROOT))
        self->denied = TRUE;
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        set_problem (self, error->message);
      return;
    }
  set_problem (self, NULL);
  if (*text != '\0' && _enclave_inline_completion_get_caret (self, &caret) == self->offset && belongs_here (self))
    show (self, text);
}

static void
ask_now (EnclaveInlineCompletion *self)
{
  g_autoptr (EnclaveCompletionPlace) place = NULL;
  g_autofree char *known = NULL;
  GtkTextIter caret;
  Ask *ask;

  stop_asking (self);
  if (!belongs_here (self))
    return;
  self->offset = _enclave_inline_completion_get_caret (self, &caret);
  place = get_place (self);
  known = enclave_completion_engine_recall (self->engine, place);
  if (known != NULL)
    {
      if (*known != '\0')
        show (self, known);
      return;
    }
  if (self->files != NULL)
    self->files (place, self->document, self->files_data);
  self->request = g_cancellable_new ();
  ask = g_new0 (Ask, 1);
  ask->self = g_object_ref (self);
  ask->request = g_object_ref (self->request);
  enclave_completion_engine_suggest_async (self->engine, g_steal_pointer (&place), self->request, on_suggested, ask);
}

static gboolean
on_pause (gpointer user_data)
{
  EnclaveInlineCompletion *self = user_data;

  self->timer = 0;
  ask_now (self);
  return G_SOURCE_REMOVE;
}

void
_enclave_inline_completion_ask_after_pause (EnclaveInlineCompletion *self)
{
  GtkTextIter caret;

  stop_asking (self);
  if (self->engine == NULL || self->denied || !gtk_widget_has_focus (GTK_WIDGET (self->view)))
    return;
  self->offset = _enclave_inline_completion_get_caret (self, &caret);
  self->timer = g_timeout_add (self->settings != NULL ? g_settings_get_uint (self->settings, "completion-delay-ms")
                                                      : DEFAULT_DELAY_MS, on_pause, self);
}

/* What the person has typed is how the suggestion begins: it goes on behind it. */
static gboolean
typed_along (EnclaveInlineCompletion *self)
{
  const char *ghost = enclave_ghost_view_get_ghost (self->view);
  g_autofree char *typed = NULL;
  g_autofree char *rest = NULL;
  GtkTextIter caret, start;
  int offset = _enclave_inline_completion_get_caret (self, &caret);

  if (ghost == NULL || offset <= self->offset)
    return FALSE;
  gtk_text_buffer_get_iter_at_offset (get_buffer (self), &start, self->offset);
  typed = gtk_text_buffer_get_text (get_buffer (self), &start, &caret, TRUE);
  if (!g_str_has_prefix (ghost, typed) || ghost[strlen (typed)] == '\0')
    return FALSE;
  rest = g_strdup (ghost + strlen (typed));
  self->offset = offset;
  enclave_ghost_view_set_ghost (self->view, rest);
  return TRUE;
}

static void
on_changed (EnclaveInlineCompletion *self)
{
  if (self->taking || typed_along (self))
    return;
  hide (self);
  _enclave_inline_completion_ask_after_pause (self);
}

static void
on_moved (EnclaveInlineCompletion *self)
{
  GtkTextIter caret;

  if (!self->taking && _enclave_inline_completion_get_caret (self, &caret) != self->offset)
    enclave_inline_completion_drop (self);
}

static void
on_selection (EnclaveInlineCompletion *self)
{
  if (gtk_text_buffer_get_has_selection (get_buffer (self)))
    enclave_inline_completion_drop (self);
}

static void
on_popup_shown (EnclaveInlineCompletion *self)
{
  self->popup = TRUE;
  enclave_inline_completion_drop (self);
}

static void
on_popup_hidden (EnclaveInlineCompletion *self)
{
  self->popup = FALSE;
}

static void
on_preedit (EnclaveInlineCompletion *self, const char *preedit)
{
  self->preedit = preedit != NULL && *preedit != '\0';
  if (self->preedit)
    enclave_inline_completion_drop (self);
}

static void
on_setting (EnclaveInlineCompletion *self)
{
  enclave_inline_completion_drop (self);
  set_problem (self, NULL);
}

static void
enclave_inline_completion_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveInlineCompletion *self = ENCLAVE_INLINE_COMPLETION (object);

  switch (prop_id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_inline_completion_dispose (GObject *object)
{
  EnclaveInlineCompletion *self = ENCLAVE_INLINE_COMPLETION (object);

  stop_asking (self);
  g_clear_object (&self->document);
  g_clear_object (&self->settings);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (enclave_inline_completion_parent_class)->dispose (object);
}

static void
enclave_inline_completion_finalize (GObject *object)
{
  g_free (ENCLAVE_INLINE_COMPLETION (object)->problem);
  G_OBJECT_CLASS (enclave_inline_completion_parent_class)->finalize (object);
}

static void
enclave_inline_completion_class_init (EnclaveInlineCompletionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = enclave_inline_completion_get_property;
  object_class->dispose = enclave_inline_completion_dispose;
  object_class->finalize = enclave_inline_completion_finalize;

  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_inline_completion_init (EnclaveInlineCompletion *self)
{
}

static void
connect_view (EnclaveInlineCompletion *self)
{
  GtkSourceCompletion *popup = gtk_source_view_get_completion (GTK_SOURCE_VIEW (self->view));
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  /* Before the view's own keys, behind those of the window and the pane. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (_enclave_inline_completion_key), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
  g_signal_connect_object (focus, "leave", G_CALLBACK (enclave_inline_completion_drop), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->view), focus);
  g_signal_connect_object (self->view, "preedit-changed", G_CALLBACK (on_preedit), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (popup, "show", G_CALLBACK (on_popup_shown), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (popup, "hide", G_CALLBACK (on_popup_hidden), self, G_CONNECT_SWAPPED);
}

EnclaveInlineCompletion *
enclave_inline_completion_new (EnclaveGhostView *view, EnclaveDocument *document, GSettings *settings)
{
  EnclaveInlineCompletion *self;
  GtkTextBuffer *buffer;

  g_return_val_if_fail (ENCLAVE_IS_GHOST_VIEW (view) && ENCLAVE_IS_DOCUMENT (document), NULL);

  self = g_object_new (ENCLAVE_TYPE_INLINE_COMPLETION, NULL);
  self->view = view;
  self->document = g_object_ref (document);
  g_set_object (&self->settings, settings);
  buffer = get_buffer (self);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "notify::cursor-position", G_CALLBACK (on_moved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "notify::has-selection", G_CALLBACK (on_selection), self, G_CONNECT_SWAPPED);
  if (settings != NULL)
    {
      g_signal_connect_object (settings, "changed::completion-enabled", G_CALLBACK (on_setting), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (settings, "changed::completion-model", G_CALLBACK (on_setting), self, G_CONNECT_SWAPPED);
    }
  connect_view (self);
  return self;
}

void
enclave_inline_completion_set_engine (EnclaveInlineCompletion *self, EnclaveCompletionEngine *engine,
                                      EnclaveInlineCompletionFiles files, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_INLINE_COMPLETION (self));

  if (engine == NULL)
    enclave_inline_completion_drop (self);
  g_set_object (&self->engine, engine);
  self->files = files;
  self->files_data = user_data;
}

void
enclave_inline_completion_set_denied (EnclaveInlineCompletion *self, gboolean denied)
{
  g_return_if_fail (ENCLAVE_IS_INLINE_COMPLETION (self));

  self->denied = denied;
  if (denied)
    enclave_inline_completion_drop (self);
}

void
enclave_inline_completion_suggest_now (EnclaveInlineCompletion *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (ENCLAVE_IS_INLINE_COMPLETION (self));

  /* Who asks is told why nothing comes. */
  if (self->engine == NULL)
    set_problem (self, _ ("No model for suggestions is chosen, or its server is not ready"));
  else if (!enclave_completion_engine_can_suggest (self->engine, &error))
    set_problem (self, error->message);
  else
    ask_now (self);
}

gboolean
enclave_inline_completion_drop (EnclaveInlineCompletion *self)
{
  gboolean shown;

  g_return_val_if_fail (ENCLAVE_IS_INLINE_COMPLETION (self), FALSE);

  shown = enclave_ghost_view_get_ghost (self->view) != NULL;
  stop_asking (self);
  hide (self);
  return shown;
}

const char *
enclave_inline_completion_get_problem (EnclaveInlineCompletion *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INLINE_COMPLETION (self), NULL);
  return self->problem;
}
