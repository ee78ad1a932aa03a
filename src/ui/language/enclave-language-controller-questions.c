/* enclave-language-controller-questions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Definitions, uses and symbols.
 */

#include "config.h"

#include "enclave-language-controller-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-place-reader.h"
#include "enclave-utf8.h"

typedef struct
{
  EnclaveLanguageController *controller;
  EnclaveLanguageServer *server;
  GCancellable *cancellable;
  char *word; /* (nullable) */
  char *path; /* (nullable) */
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->controller);
  g_object_unref (question->server);
  g_object_unref (question->cancellable);
  g_free (question->word);
  g_free (question->path);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static Question *
question_new (EnclaveLanguageController *self, EnclaveLanguageServer *server)
{
  Question *question = g_new0 (Question, 1);

  question->controller = g_object_ref (self);
  question->server = g_object_ref (server);
  question->cancellable = _enclave_language_controller_begin (self);
  return question;
}

/* FALSE: there is no answer; the person is told why, unless the next question was asked. */
static gboolean
take_answer (Question *question, JsonNode *node, const GError *error)
{
  if (question->controller->editor == NULL || g_cancellable_is_cancelled (question->cancellable))
    return FALSE;
  if (node != NULL)
    return TRUE;
  _enclave_language_controller_say (question->controller, error->message);
  return FALSE;
}

/* The name at the caret. (transfer full): "" when there is none. */
static char *
dup_word (EnclaveLanguageEditor *editor)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (
    GTK_TEXT_VIEW (enclave_editor_page_get_view (enclave_language_editor_get_page (editor))));
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_iter_at_mark (buffer, &start, gtk_text_buffer_get_insert (buffer));
  end = start;
  while (gtk_text_iter_backward_char (&start))
    if (!g_unichar_isalnum (gtk_text_iter_get_char (&start)) && gtk_text_iter_get_char (&start) != '_')
      {
        gtk_text_iter_forward_char (&start);
        break;
      }
  while (g_unichar_isalnum (gtk_text_iter_get_char (&end)) || gtk_text_iter_get_char (&end) == '_')
    gtk_text_iter_forward_char (&end);
  return gtk_text_iter_get_text (&start, &end);
}

/* Those of files that may be opened, their uri a path. (transfer full) */
static GPtrArray *
keep_files (Question *question, JsonNode *node)
{
  GPtrArray *locations = enclave_language_read_locations (node);

  for (guint i = locations->len; i > 0; i--)
    {
      EnclaveLanguageLocation *location = g_ptr_array_index (locations, i - 1);
      char *path = enclave_language_server_dup_file (question->server, location->uri);

      if (path == NULL)
        g_ptr_array_remove_index (locations, i - 1);
      else
        {
          g_free (location->uri);
          location->uri = path;
        }
    }
  return locations;
}

static void
on_uses_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  EnclaveLanguageController *self = question->controller;
  g_autoptr (GPtrArray) places = enclave_place_read_finish (result, NULL);
  g_autofree char *heading = NULL;

  if (places == NULL || self->editor == NULL)
    return;
  if (_enclave_language_controller_show_list (self, &self->uses, _ ("Uses"), "edit-find-symbolic", _ ("There are no uses"), TRUE) == NULL)
    return;
  /* Translators: a number, a name of the program text */
  heading = g_strdup_printf (ngettext ("%u place: %s", "%u places: %s", places->len), places->len, question->word);
  enclave_places_page_set_heading (self->uses, heading);
  enclave_places_page_set_places (self->uses, places);
}

/* What is written in the editor and not on the disk yet is what the server speaks of. (transfer full): path → EnclaveLanguageText */
static GHashTable *
copy_texts (EnclaveLanguageController *self, GPtrArray *locations)
{
  GHashTable *texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) enclave_language_text_unref);
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) pages = enclave_editor_pane_list_pages (self->editor);

  for (guint i = 0; i < locations->len; i++)
    g_hash_table_add (wanted, ((EnclaveLanguageLocation *) g_ptr_array_index (locations, i))->uri);
  for (guint i = 0; i < pages->len; i++)
    {
      EnclaveDocument *document = enclave_editor_page_get_document (g_ptr_array_index (pages, i));
      const char *path = document != NULL ? enclave_document_get_true_path (document) : NULL;

      if (path != NULL && enclave_document_get_loaded (document) && g_hash_table_contains (wanted, path))
        g_hash_table_replace (texts, g_strdup (path), enclave_language_text_new (enclave_document_dup_text (document)));
    }
  return texts;
}

static void
list_uses (Question *question, GPtrArray *locations)
{
  enclave_place_read_async (locations, copy_texts (question->controller, locations), enclave_gate_get_root (question->controller->gate), question->cancellable, on_uses_read, question);
}

static void
on_definition (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  EnclaveLanguageController *self = question->controller;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, &error);
  g_autoptr (GPtrArray) locations = NULL;
  const EnclaveLanguageLocation *first;

  if (!take_answer (question, node, error))
    return;
  locations = keep_files (question, node);
  if (locations->len == 0)
    {
      g_autoptr (GPtrArray) all = enclave_language_read_locations (node);
      g_autofree char *words = g_strdup_printf (all->len > 0 ? _ ("The definition of “%s” is in a file that is not shown here")
                                                             : _ ("No definition of “%s” was found"),
                                                question->word);

      _enclave_language_controller_say (self, question->word[0] != '\0' ? words : _ ("There is no name at the caret"));
      return;
    }
  if (locations->len > 1)
    {
      list_uses (g_steal_pointer (&question), g_steal_pointer (&locations));
      return;
    }
  first = g_ptr_array_index (locations, 0);
  _enclave_language_controller_open (self, first->uri, first->range.start);
}

void
_enclave_language_controller_go_to_definition (EnclaveLanguageController *self)
{
  EnclaveLanguageEditor *editor = _enclave_language_controller_get_active (self);
  EnclaveLanguagePosition position;
  EnclaveLanguageServer *server = editor != NULL ? enclave_language_editor_prepare (editor, "definitionProvider", NULL, &position) : NULL;
  Question *question;

  if (server == NULL)
    {
      g_autofree char *word = editor != NULL ? dup_word (editor) : g_strdup ("");

      /* The map of symbols knows most definitions, too. */
      if (_enclave_language_controller_say_none (self, _ ("No language server can answer that here")) && *word != '\0')
        _enclave_language_controller_want_symbol (self, word);
      return;
    }
  question = question_new (self, server);
  question->word = dup_word (editor);
  enclave_language_server_request_async (
    server, "textDocument/definition", enclave_language_server_new_params (server, enclave_language_editor_get_path (editor), &position),
    question->cancellable, on_definition, question);
}

static void
on_uses (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, &error);

  if (take_answer (question, node, error))
    {
      GPtrArray *locations = keep_files (question, node);

      list_uses (g_steal_pointer (&question), locations);
    }
}

void
_enclave_language_controller_find_uses (EnclaveLanguageController *self)
{
  EnclaveLanguageEditor *editor = _enclave_language_controller_get_active (self);
  EnclaveLanguagePosition position;
  EnclaveLanguageServer *server = editor != NULL ? enclave_language_editor_prepare (editor, "referencesProvider", NULL, &position) : NULL;
  Question *question;
  JsonObject *params;
  JsonObject *context;

  if (server == NULL)
    {
      _enclave_language_controller_say_none (self, _ ("No language server can answer that here"));
      return;
    }
  question = question_new (self, server);
  question->word = dup_word (editor);
  params = enclave_language_server_new_params (server, enclave_language_editor_get_path (editor), &position);
  context = json_object_new ();
  json_object_set_boolean_member (context, "includeDeclaration", TRUE);
  json_object_set_object_member (params, "context", context);
  enclave_language_server_request_async (server, "textDocument/references", params, question->cancellable, on_uses, question);
}

/* (transfer full) (nullable): the symbol is in no file that may be opened. */
static EnclavePlace *
new_symbol_place (Question *question, const EnclaveLanguageSymbol *symbol)
{
  const char *root = enclave_gate_get_root (question->controller->gate);
  g_autofree char *path = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *text = NULL;
  const char *kind = enclave_language_symbol_kind_to_string (symbol->kind);
  gsize length = strlen (root);
  EnclavePlace *place;

  if (symbol->uri != NULL)
    path = enclave_language_server_dup_file (question->server, symbol->uri);
  else if (question->path != NULL)
    path = g_build_filename (root, question->path, NULL);
  if (path == NULL)
    return NULL;
  shown = enclave_utf8_display_name (strncmp (path, root, length) == 0 && path[length] == '/' ? path + length + 1 : path);
  text = g_strdup_printf ("%s%s%s%s%s", symbol->name, *kind != '\0' ? " — " : "", kind, symbol->container != NULL ? ", " : "",
                          symbol->container != NULL ? symbol->container : "");
  place = enclave_place_new (path, shown, symbol->range.start, NULL, NULL, text);
  enclave_place_set_depth (place, symbol->depth);
  return place;
}

static void
fill_symbols (Question *question, EnclavePlacesPage *page, JsonNode *node)
{
  g_autoptr (GPtrArray) symbols = enclave_language_read_symbols (node);
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < symbols->len; i++)
    {
      EnclavePlace *place = new_symbol_place (question, g_ptr_array_index (symbols, i));

      if (place != NULL)
        g_ptr_array_add (places, place);
    }
  enclave_places_page_set_places (page, places);
}

static void
on_symbols (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  EnclaveLanguageController *self = question->controller;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, &error);
  g_autofree char *shown = NULL;

  if (!take_answer (question, node, error)
      || _enclave_language_controller_show_list (self, &self->symbols, _ ("Symbols"), "view-list-symbolic",
                                                 _ ("There are no symbols in this file"), TRUE)
           == NULL)
    return;
  shown = enclave_utf8_display_name (question->path);
  enclave_places_page_set_heading (self->symbols, shown);
  fill_symbols (question, self->symbols, node);
}

void
_enclave_language_controller_show_symbols (EnclaveLanguageController *self)
{
  EnclaveLanguageEditor *editor = _enclave_language_controller_get_active (self);
  EnclaveLanguageServer *server = editor != NULL ? enclave_language_editor_prepare (editor, "documentSymbolProvider", NULL, NULL) : NULL;
  Question *question;

  if (server == NULL)
    {
      _enclave_language_controller_say_none (self, _ ("No language server can answer that here"));
      return;
    }
  question = question_new (self, server);
  question->path = g_strdup (enclave_language_editor_get_path (editor));
  enclave_language_server_request_async (server, "textDocument/documentSymbol",
                                         enclave_language_server_new_params (server, question->path, NULL), question->cancellable,
                                         on_symbols, question);
}

static void
on_project_symbols (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_language_server_request_finish (ENCLAVE_LANGUAGE_SERVER (source), result, &error);

  if (take_answer (question, node, error) && question->controller->project_symbols != NULL)
    fill_symbols (question, question->controller->project_symbols, node);
}

static void
on_searched (EnclaveLanguageController *self, const char *words)
{
  EnclaveLanguageServer *server = enclave_language_service_get_ready (self->service, self->symbols_path);
  JsonObject *params;
  Question *question;

  if (server == NULL || !enclave_language_server_can (server, "workspaceSymbolProvider"))
    {
      _enclave_language_controller_say_none (self, _ ("No language server can answer that here"));
      return;
    }
  question = question_new (self, server);
  params = json_object_new ();
  json_object_set_string_member (params, "query", words);
  enclave_language_server_request_async (server, "workspace/symbol", params, question->cancellable, on_project_symbols, question);
}

void
_enclave_language_controller_show_project_symbols (EnclaveLanguageController *self)
{
  EnclaveLanguageEditor *editor = _enclave_language_controller_get_active (self);
  gboolean is_new = self->project_symbols == NULL;
  EnclavePlacesPage *page;

  g_free (self->symbols_path);
  self->symbols_path = g_strdup (editor != NULL ? enclave_language_editor_get_path (editor) : NULL);
  page = _enclave_language_controller_show_list (self, &self->project_symbols, _ ("Symbols of the project"), "view-list-symbolic",
                                                 _ ("Write a part of a name"), FALSE);
  if (page != NULL && is_new)
    g_signal_connect_object (page, "searched", G_CALLBACK (on_searched), self, G_CONNECT_SWAPPED);
}
