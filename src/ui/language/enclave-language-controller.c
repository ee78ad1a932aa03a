/* enclave-language-controller.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-controller-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-language-hover.h"
#include "enclave-utf8.h"

/* A server says something of many files at once. */
#define UPDATE_MS 100

enum
{
  SAID,
  REVIEW,
  COUNTED,
  SYMBOL_WANTED,
  LISTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveLanguageController, enclave_language_controller, G_TYPE_OBJECT)

static void
enclave_language_controller_dispose (GObject *object)
{
  EnclaveLanguageController *self = ENCLAVE_LANGUAGE_CONTROLLER (object);

  g_clear_handle_id (&self->update_source, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  if (self->service != NULL)
    g_signal_handlers_disconnect_by_data (self->service, self);
  g_clear_weak_pointer (&self->editor);
  g_clear_weak_pointer (&self->problems);
  g_clear_weak_pointer (&self->uses);
  g_clear_weak_pointer (&self->symbols);
  g_clear_weak_pointer (&self->project_symbols);
  g_clear_object (&self->service);
  g_clear_object (&self->gate);
  g_clear_object (&self->change_set);
  g_clear_object (&self->settings);
  g_clear_object (&self->actions);
  g_hash_table_remove_all (self->commands);
  G_OBJECT_CLASS (enclave_language_controller_parent_class)->dispose (object);
}

static void
enclave_language_controller_finalize (GObject *object)
{
  g_free (ENCLAVE_LANGUAGE_CONTROLLER (object)->symbols_path);
  g_hash_table_unref (ENCLAVE_LANGUAGE_CONTROLLER (object)->said_of);
  g_hash_table_unref (ENCLAVE_LANGUAGE_CONTROLLER (object)->commands);
  G_OBJECT_CLASS (enclave_language_controller_parent_class)->finalize (object);
}

static void
enclave_language_controller_class_init (EnclaveLanguageControllerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_language_controller_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_language_controller_finalize;
  signals[SAID] = g_signal_new ("said", ENCLAVE_TYPE_LANGUAGE_CONTROLLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                G_TYPE_STRING);
  signals[REVIEW] = g_signal_new ("review", ENCLAVE_TYPE_LANGUAGE_CONTROLLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LISTED] = g_signal_new ("listed", ENCLAVE_TYPE_LANGUAGE_CONTROLLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  GTK_TYPE_WIDGET);
  signals[COUNTED] = g_signal_new ("counted", ENCLAVE_TYPE_LANGUAGE_CONTROLLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                   G_TYPE_UINT, G_TYPE_UINT);
  signals[SYMBOL_WANTED] = g_signal_new ("symbol-wanted", ENCLAVE_TYPE_LANGUAGE_CONTROLLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
enclave_language_controller_init (EnclaveLanguageController *self)
{
  self->said_of = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->commands = _enclave_language_controller_new_commands ();
}

void
_enclave_language_controller_say (EnclaveLanguageController *self, const char *words)
{
  g_signal_emit (self, signals[SAID], 0, words);
}

void
_enclave_language_controller_want_symbol (EnclaveLanguageController *self, const char *word)
{
  g_signal_emit (self, signals[SYMBOL_WANTED], 0, word);
}

/* Why nobody answers in what @editor (nullable) shows. (transfer full) (nullable) */
static char *
dup_reason (EnclaveLanguageController *self, EnclaveLanguageEditor *editor)
{
  const char *path = editor != NULL ? enclave_language_editor_get_path (editor) : NULL;
  const char *file = NULL;

  if (editor != NULL && path == NULL)
    file = enclave_document_get_true_path (enclave_editor_page_get_document (enclave_language_editor_get_page (editor)));
  /* Servers are told nothing of a file that none could know. */
  if (file != NULL && enclave_language_id_of_path (file) == NULL)
    path = file;
  return path != NULL ? enclave_language_service_dup_reason (self->service, path) : NULL;
}

gboolean
_enclave_language_controller_say_none (EnclaveLanguageController *self, const char *words)
{
  EnclaveLanguageEditor *editor = _enclave_language_controller_get_active (self);
  const char *path = editor != NULL ? enclave_language_editor_get_path (editor) : NULL;
  EnclaveLanguageServer *server = path != NULL ? enclave_language_service_get_server (self->service, path) : NULL;
  EnclaveLanguageServerState state = server != NULL ? enclave_language_server_get_state (server) : ENCLAVE_LANGUAGE_SERVER_OFF;
  g_autofree char *later = NULL;

  if (state != ENCLAVE_LANGUAGE_SERVER_STARTING && state != ENCLAVE_LANGUAGE_SERVER_WAITING)
    {
      g_autofree char *reason = dup_reason (self, editor);

      _enclave_language_controller_say (self, reason != NULL ? reason : words);
      return TRUE;
    }
  /* Translators: the name of a program, such as clangd */
  later = g_strdup_printf (_ ("%s is still starting: try again in a moment"), enclave_language_server_get_kind (server)->title);
  _enclave_language_controller_say (self, later);
  return FALSE;
}

EnclaveLanguageEditor *
_enclave_language_controller_get_active (EnclaveLanguageController *self)
{
  EnclaveEditorPage *page = self->editor != NULL ? enclave_editor_pane_get_active_page (self->editor) : NULL;

  return page != NULL ? enclave_language_editor_get (page) : NULL;
}

GCancellable *
_enclave_language_controller_begin (EnclaveLanguageController *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  return g_object_ref (self->cancellable);
}

void
_enclave_language_controller_open (EnclaveLanguageController *self, const char *path, EnclaveLanguagePosition position)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) root = g_file_new_for_path (enclave_gate_get_root (self->gate));
  g_autoptr (GPtrArray) before = NULL;
  EnclaveEditorPage *page;
  GtkRoot *root_window;

  if (self->editor == NULL)
    return;
  before = enclave_editor_pane_list_pages (self->editor);
  enclave_editor_pane_open (self->editor, file, 0, 0);
  page = enclave_editor_pane_find_page (self->editor, file);
  root_window = page != NULL ? gtk_widget_get_root (GTK_WIDGET (page)) : NULL;
  /* asked for in another window of the project */
  if (GTK_IS_WINDOW (root_window) && !gtk_window_is_active (GTK_WINDOW (root_window)))
    gtk_window_present (GTK_WINDOW (root_window));
  /* What the person has opened stays as it is. */
  if (page != NULL && !g_file_has_prefix (file, root) && !g_ptr_array_find (before, page, NULL))
    enclave_editor_page_set_foreign (page);
  if (page != NULL)
    enclave_language_editor_go_to (page, position);
}

static void
on_chosen (EnclaveLanguageController *self, EnclavePlace *place)
{
  _enclave_language_controller_open (self, enclave_place_get_path (place), enclave_place_get_position (place));
}

EnclavePlacesPage *
_enclave_language_controller_show_list (EnclaveLanguageController *self, EnclavePlacesPage **page, const char *title,
                                        const char *icon_name, const char *nothing, gboolean filters)
{
  if (self->editor == NULL)
    return NULL;
  if (*page == NULL)
    {
      GtkWidget *made = enclave_places_page_new (title, nothing, filters);

      g_signal_connect_object (made, "chosen", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
      g_set_weak_pointer (page, ENCLAVE_PLACES_PAGE (made));
    }
  enclave_places_page_rewind (*page);
  enclave_editor_pane_show_page (self->editor, GTK_WIDGET (*page), title, icon_name);
  g_signal_emit (self, signals[LISTED], 0, *page);
  return *page;
}

static void
fill_problems (EnclaveLanguageController *self)
{
  g_autoptr (GPtrArray) paths = enclave_language_service_list_paths (self->service);
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *heading = NULL;

  if (self->problems == NULL)
    return;
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autoptr (GPtrArray) all = enclave_language_service_dup_diagnostics (self->service, path);
      g_autofree char *whole = g_build_filename (enclave_gate_get_root (self->gate), path, NULL);
      g_autofree char *shown = enclave_utf8_display_name (path);

      for (guint k = 0; k < all->len; k++)
        {
          const EnclaveDiagnostic *one = g_ptr_array_index (all, k);

          g_ptr_array_add (places, enclave_place_new (whole, shown, one->range.start,
                                                      enclave_language_marks_get_icon_name (one->severity),
                                                      enclave_diagnostic_severity_to_string (one->severity), one->message));
        }
    }
  heading = g_strdup_printf (ngettext ("%u message", "%u messages", places->len), places->len);
  enclave_places_page_set_heading (self->problems, places->len > 0 ? heading : NULL);
  enclave_places_page_set_places (self->problems, places);
}

static gboolean
on_update (gpointer user_data)
{
  EnclaveLanguageController *self = user_data;
  g_autoptr (GPtrArray) pages = self->editor != NULL ? enclave_editor_pane_list_pages (self->editor) : g_ptr_array_new ();
  guint n_errors;
  guint n_warnings;

  self->update_source = 0;
  for (guint i = 0; i < pages->len; i++)
    {
      EnclaveLanguageEditor *editor = enclave_language_editor_get (g_ptr_array_index (pages, i));
      const char *path = editor != NULL ? enclave_language_editor_get_path (editor) : NULL;

      if (editor != NULL && (self->all_changed || (path != NULL && g_hash_table_contains (self->said_of, path))))
        enclave_language_editor_update (editor);
    }
  self->all_changed = FALSE;
  g_hash_table_remove_all (self->said_of);
  fill_problems (self);
  enclave_language_service_count (self->service, &n_errors, &n_warnings);
  g_signal_emit (self, signals[COUNTED], 0, n_errors, n_warnings);
  return G_SOURCE_REMOVE;
}

static void
update_soon (EnclaveLanguageController *self)
{
  if (self->update_source == 0)
    self->update_source = g_timeout_add (UPDATE_MS, on_update, self);
}

static void
show_problems_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveLanguageController *self = user_data;

  /* Translators: the title of the list of errors and warnings. */
  if (_enclave_language_controller_show_list (self, &self->problems, _ ("Problems"), "dialog-warning-symbolic",
                                              _ ("Language servers have nothing to say about this project"), TRUE)
      != NULL)
    fill_problems (self);
}

/* The file after @path (or before it) that has problems, or the first; its first problem, or its last. */
static void
step_to_file (EnclaveLanguageController *self, const char *path, gboolean forward)
{
  g_autoptr (GPtrArray) paths = enclave_language_service_list_paths (self->service);
  const char *next = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autofree char *whole = NULL;
  const EnclaveDiagnostic *one;

  for (guint i = 0; i < paths->len && next == NULL; i++)
    {
      const char *other = g_ptr_array_index (paths, forward ? i : paths->len - 1 - i);

      if (path == NULL || (forward ? strcmp (other, path) > 0 : strcmp (other, path) < 0))
        next = other;
    }
  if (next == NULL && paths->len > 0)
    next = g_ptr_array_index (paths, forward ? 0 : paths->len - 1);
  if (next == NULL)
    {
      _enclave_language_controller_say (self, _ ("There are no problems"));
      return;
    }
  all = enclave_language_service_dup_diagnostics (self->service, next);
  one = g_ptr_array_index (all, forward ? 0 : all->len - 1);
  whole = g_build_filename (enclave_gate_get_root (self->gate), next, NULL);
  _enclave_language_controller_open (self, whole, one->range.start);
}

static void
show_message_at (EnclaveLanguageEditor *editor, const GtkTextIter *iter)
{
  g_autofree char *messages = enclave_language_marks_dup_messages (enclave_language_editor_get_marks (editor), iter, FALSE);

  if (messages != NULL)
    enclave_language_editor_show_text (editor, iter, messages, FALSE);
}

static void
step_problem (EnclaveLanguageController *self, gboolean forward)
{
  EnclaveLanguageEditor *editor = _enclave_language_controller_get_active (self);
  EnclaveLanguageMarks *marks = editor != NULL ? enclave_language_editor_get_marks (editor) : NULL;
  GtkTextBuffer *buffer;
  GtkTextIter iter;

  if (marks != NULL)
    {
      EnclaveEditorPage *page = enclave_language_editor_get_page (editor);

      buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (enclave_editor_page_get_view (page)));
      gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
      if (enclave_language_marks_step (marks, &iter, forward))
        {
          enclave_editor_page_go_to (page, (guint) gtk_text_iter_get_line (&iter) + 1, (guint) gtk_text_iter_get_line_offset (&iter) + 1);
          enclave_editor_page_focus (page);
          show_message_at (editor, &iter);
          return;
        }
    }
  step_to_file (self, editor != NULL ? enclave_language_editor_get_path (editor) : NULL, forward);
}

static void
next_problem_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step_problem (user_data, TRUE);
}

static void
previous_problem_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step_problem (user_data, FALSE);
}

static gboolean
can_ask (EnclaveLanguageController *self, EnclaveLanguageEditor *editor, const char *capability)
{
  if (editor != NULL && enclave_language_editor_prepare (editor, capability, NULL, NULL) != NULL)
    return TRUE;
  _enclave_language_controller_say_none (self, _ ("No language server can answer that here"));
  return FALSE;
}

static void
show_hover_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveLanguageEditor *editor = _enclave_language_controller_get_active (user_data);

  if (can_ask (user_data, editor, "hoverProvider"))
    enclave_language_hover_show_at_caret (editor);
}

static void
show_signature_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveLanguageEditor *editor = _enclave_language_controller_get_active (user_data);

  if (can_ask (user_data, editor, "signatureHelpProvider"))
    enclave_language_editor_show_signature (editor);
}

#define ACTION(name, function) \
  static void name (GSimpleAction *action, GVariant *parameter, gpointer user_data) \
  { \
    function (user_data); \
  }

ACTION (definition_cb, _enclave_language_controller_go_to_definition)
ACTION (uses_cb, _enclave_language_controller_find_uses)
ACTION (symbols_cb, _enclave_language_controller_show_symbols)
ACTION (project_symbols_cb, _enclave_language_controller_show_project_symbols)
ACTION (rename_cb, _enclave_language_controller_rename)
ACTION (format_cb, _enclave_language_controller_format)
ACTION (fixes_cb, _enclave_language_controller_show_fixes)

static const GActionEntry entries[] = {
  { "show-problems", show_problems_cb },   { "next-problem", next_problem_cb }, { "previous-problem", previous_problem_cb },
  { "show-hover", show_hover_cb },         { "show-signature", show_signature_cb },
  { "go-to-definition", definition_cb },   { "find-uses", uses_cb },            { "show-symbols", symbols_cb },
  { "show-project-symbols", project_symbols_cb }, { "rename", rename_cb },      { "format", format_cb },
  { "show-fixes", fixes_cb },
};

static void
on_page_added (EnclaveLanguageController *self, EnclaveEditorPage *page)
{
  enclave_language_editor_attach (page, self->service, enclave_gate_get_root (self->gate), self->settings);
}

static void
on_server_changed (EnclaveLanguageController *self)
{
  self->all_changed = TRUE;
  update_soon (self);
}

static void
on_diagnostics_changed (EnclaveLanguageController *self, const char *path)
{
  g_hash_table_add (self->said_of, g_strdup (path));
  update_soon (self);
}

static gboolean
on_edit_wanted (EnclaveLanguageController *self, JsonObject *edit, EnclaveLanguageServer *server)
{
  EnclaveLanguageSnapshot *snapshot = _enclave_language_controller_get_command (self, server);

  return snapshot != NULL && _enclave_language_controller_change (self, server, edit, snapshot, TRUE);
}

EnclaveLanguageController *
enclave_language_controller_new (EnclaveEditorPane *editor, EnclaveLanguageService *service, EnclaveGate *gate,
                                 EnclaveChangeSet *change_set, GSettings *settings)
{
  EnclaveLanguageController *self;
  g_autoptr (GPtrArray) pages = NULL;

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (editor), NULL);
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVICE (service) && ENCLAVE_IS_GATE (gate) && ENCLAVE_IS_CHANGE_SET (change_set), NULL);

  self = g_object_new (ENCLAVE_TYPE_LANGUAGE_CONTROLLER, NULL);
  g_set_weak_pointer (&self->editor, editor);
  self->service = g_object_ref (service);
  self->gate = g_object_ref (gate);
  self->change_set = g_object_ref (change_set);
  g_set_object (&self->settings, settings);
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_swapped (editor, "page-added", G_CALLBACK (on_page_added), self);
  g_signal_connect_swapped (service, "diagnostics-changed", G_CALLBACK (on_diagnostics_changed), self);
  g_signal_connect_swapped (service, "consent-changed", G_CALLBACK (on_server_changed), self);
  g_signal_connect_swapped (service, "edit-wanted", G_CALLBACK (on_edit_wanted), self);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (service)); i++)
    {
      g_autoptr (EnclaveLanguageServer) server = g_list_model_get_item (G_LIST_MODEL (service), i);

      g_signal_connect_object (server, "changed", G_CALLBACK (on_server_changed), self, G_CONNECT_SWAPPED);
    }
  pages = enclave_editor_pane_list_pages (editor);
  for (guint i = 0; i < pages->len; i++)
    on_page_added (self, g_ptr_array_index (pages, i));
  return self;
}

GActionGroup *
enclave_language_controller_get_actions (EnclaveLanguageController *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_CONTROLLER (self), NULL);

  return G_ACTION_GROUP (self->actions);
}

EnclaveLanguageService *
enclave_language_controller_get_service (EnclaveLanguageController *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_CONTROLLER (self), NULL);

  return self->service;
}

gboolean
enclave_language_controller_step_list (EnclaveLanguageController *self, GtkWidget *list, gboolean forward)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_CONTROLLER (self), FALSE);
  g_return_val_if_fail (GTK_IS_WIDGET (list), FALSE);

  return ENCLAVE_IS_PLACES_PAGE (list) && enclave_places_page_step (ENCLAVE_PLACES_PAGE (list), forward);
}
