/* enclave-finder-looks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the finder looks: files, commands, definitions, lines.
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-finder-private.h"
#include "enclave-utf8.h"

#define FILE_ICON "text-x-generic-symbolic"
#define DENIED_ICON "changes-prevent-symbolic"
#define SYMBOL_ICON "application-x-addon-symbolic"
#define MAX_NUMBER 100000000

/* `name:12:5` or `name:12`: cuts the numbers off @text. */
static void
take_numbers (char *text, guint *line, guint *column)
{
  guint64 numbers[2] = { 0, 0 };
  guint n = 0;

  *line = *column = 0;
  while (n < 2)
    {
      char *colon = strrchr (text, ':');

      if (colon == NULL || strspn (colon + 1, "0123456789") != strlen (colon + 1))
        break;
      if (colon[1] != '\0')
        numbers[n++] = MIN (g_ascii_strtoull (colon + 1, NULL, 10), MAX_NUMBER);
      *colon = '\0';
    }
  *line = (guint) numbers[n == 2 ? 1 : 0];
  *column = (guint) numbers[n == 2 ? 0 : 1];
}

static EnclaveFinderItem *
new_file_item (EnclaveFinder *self, const char *path, guint line, guint column)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *title = enclave_utf8_display_name (name);
  g_autofree char *detail = enclave_utf8_display_name (strcmp (folder, ".") == 0 ? "" : folder);
  g_autofree char *denied = NULL;
  EnclaveDecision decision = { .verdict = ENCLAVE_VERDICT_ALLOW };

  if (self->gate != NULL)
    decision = enclave_gate_judge_name (self->gate, ENCLAVE_EFFECT_READ, path, FALSE);
  if (decision.verdict == ENCLAVE_VERDICT_DENY)
    /* Translators: %1$s is the folder of a file, %2$s the rule that keeps the file from the agent. */
    denied = g_strdup_printf (_("%1$s  not shared with the agent: %2$s"), detail, decision.rule != NULL ? decision.rule : "-");

  return enclave_finder_item_new_place (denied != NULL ? DENIED_ICON : FILE_ICON, title,
                                        denied != NULL ? g_strchug (denied) : detail, path, line, column);
}

typedef struct
{
  EnclaveFinder *self;
  EnclaveFuzzyList *list;        /* (nullable): of files */
  EnclaveFinderSymbols *symbols; /* (nullable): borrowed from the finder while its list is the same */
  guint line;
  guint column;
} Look;

static void
look_free (Look *look)
{
  g_clear_pointer (&look->list, enclave_fuzzy_list_unref);
  g_object_unref (look->self);
  g_free (look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Look, look_free)

EnclaveFinderItem *
_enclave_finder_new_symbol_item (EnclaveFinder *self, const EnclaveFinderSymbols *symbols, guint index)
{
  const EnclaveSurveyPlace *place = &g_array_index (symbols->places, EnclaveSurveyPlace, index);
  const EnclaveSurveyFile *file = enclave_project_survey_get_file (symbols->survey, place->file);
  const EnclaveSurveyDefinition *definition = enclave_survey_file_get_definition (file, place->definition);
  g_autofree char *title = enclave_utf8_display_name (enclave_survey_file_get_name (file, definition));
  g_autofree char *path = enclave_utf8_display_name (file->path);
  g_autofree char *detail = symbols == self->file_symbols ? g_strdup_printf ("%s  :%u", definition->kind, definition->line)
                                                          : g_strdup_printf ("%s  %s:%u", definition->kind, path, definition->line);

  return enclave_finder_item_new_place (SYMBOL_ICON, title, detail, file->path, definition->line, 0);
}

/* What was found in a project that has just been looked at. Who has typed meanwhile, or closed the finder, goes nowhere. */
static void
go_to_sought (EnclaveFinder *self, GPtrArray *items)
{
  g_autofree char *sought = g_steal_pointer (&self->sought);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  EnclaveFinderItem *only = NULL;

  if (*text != '#' || strcmp (text + 1, sought) != 0 || !gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  for (guint i = 0; i < items->len; i++)
    {
      EnclaveFinderItem *item = g_ptr_array_index (items, i);

      if (strcmp (enclave_finder_item_get_title (item), sought) != 0)
        continue;
      if (only != NULL)
        return;
      only = item;
    }
  if (only != NULL)
    _enclave_finder_choose (self, only);
}

static void
ranked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Look) look = user_data;
  EnclaveFinder *self = look->self;
  EnclaveFuzzySurvivors *survivors = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) hits = enclave_finder_rank_finish (result, &survivors, &error);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  const char *problem = look->list != NULL ? enclave_file_index_get_problem (self->index) : NULL;
  g_autofree char *not_all = NULL;
  const char *status = NULL;

  if (hits == NULL)
    return;
  enclave_fuzzy_survivors_unref (self->survivors);
  self->survivors = survivors;
  for (guint i = 0; i < hits->len; i++)
    {
      guint index = g_array_index (hits, EnclaveFuzzyHit, i).index;

      g_ptr_array_add (items, look->list != NULL
                                ? new_file_item (self, enclave_fuzzy_list_get (look->list, index), look->line, look->column)
                                : _enclave_finder_new_symbol_item (self, look->symbols, index));
    }
  if (problem != NULL)
    /* Translators: %s is what the system says, such as “Too many open files”. */
    status = not_all = g_strdup_printf (_("Not all files could be looked for: %s. Close what you don’t need and open this again."), problem);
  else if (items->len == 0)
    status = look->list != NULL ? _("No file is called like this") : _("No definition is called like this");
  else if (look->list != NULL && enclave_file_index_get_is_partial (self->index))
    status = _("This folder has more files than are looked at");
  _enclave_finder_show (self, items, status);
  if (self->sought != NULL && self->surveyed && look->symbols != NULL && look->symbols == self->symbols)
    go_to_sought (self, items);
}

static void
rank (EnclaveFinder *self, Look *look, EnclaveFuzzyList *list, const char *pattern)
{
  look->self = g_object_ref (self);
  enclave_finder_rank_async (list, pattern, ENCLAVE_FINDER_MAX_ROWS, self->survivors, self->cancellable, ranked_cb, look);
}

static void
look_for_files (EnclaveFinder *self, const char *text)
{
  g_autofree char *pattern = g_strdup (text);
  EnclaveFuzzyList *list = self->index != NULL ? enclave_file_index_get_list (self->index) : NULL;
  Look *look;

  if (self->index == NULL)
    {
      _enclave_finder_show (self, NULL, _("No folder is open; type > for all commands"));
      return;
    }
  if (list == NULL)
    {
      _enclave_finder_show (self, NULL, _("Looking for files"));
      return;
    }
  look = g_new0 (Look, 1);
  take_numbers (pattern, &look->line, &look->column);
  look->list = enclave_fuzzy_list_ref (list);
  rank (self, look, list, pattern);
}

/* Few: with nothing typed all of them are to be seen. */
static GPtrArray *
find_items (GListModel *items, EnclaveFuzzyList *list, const char *pattern)
{
  g_autoptr (GArray) hits = enclave_fuzzy_list_search (list, pattern, enclave_fuzzy_list_get_n (list), NULL, NULL);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < hits->len; i++)
    g_ptr_array_add (found, g_list_model_get_item (items, g_array_index (hits, EnclaveFuzzyHit, i).index));
  return found;
}

static void
look_for_snippets (EnclaveFinder *self, const char *pattern)
{
  g_autoptr (GPtrArray) items = self->snippet_list != NULL ? find_items (self->snippets, self->snippet_list, pattern) : NULL;
  const char *status = self->snippet_problem;

  if (items != NULL && items->len == 0)
    status = _("No snippet is called like this");
  _enclave_finder_show (self, items, status);
}

static void
look_for_commands (EnclaveFinder *self, const char *pattern)
{
  g_autoptr (GPtrArray) items = NULL;

  if (self->command_list == NULL)
    return;
  items = find_items (self->commands, self->command_list, pattern);
  _enclave_finder_show (self, items, items->len == 0 ? _("Nothing that can be done now is called like this") : NULL);
}

static void
take_symbols (EnclaveFinder *self, GAsyncResult *result, EnclaveFinderSymbols **place)
{
  EnclaveFinderSymbols *symbols = enclave_finder_list_symbols_finish (result, NULL);

  if (symbols == NULL || self->map == NULL)
    {
      g_clear_pointer (&symbols, enclave_finder_symbols_free);
      return;
    }
  /* A look that shows the old ones is over before they go. */
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (place, enclave_finder_symbols_free);
  *place = symbols;
  _enclave_finder_update (self);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveFinder) self = user_data;

  take_symbols (self, result, &self->symbols);
}

static void
listed_of_file_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveFinder) self = user_data;

  take_symbols (self, result, &self->file_symbols);
}

static void
surveyed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveFinder) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = enclave_repo_map_update_finish (ENCLAVE_REPO_MAP (source), result, &error);

  self->surveying = FALSE;
  self->surveyed = TRUE;
  if (self->map == NULL)
    return;
  if (!done && enclave_repo_map_get_survey (self->map) == NULL)
    {
      _enclave_finder_show (self, NULL, error->message);
      return;
    }
  g_clear_pointer (&self->symbols, enclave_finder_symbols_free);
  g_clear_pointer (&self->file_symbols, enclave_finder_symbols_free);
  if (self->outline_state == ENCLAVE_FINDER_OUTLINE_TAGS)
    _enclave_finder_drop_outline (self);
  _enclave_finder_update (self);
}

void
_enclave_finder_look_for_symbols (EnclaveFinder *self, const char *pattern, gboolean of_file)
{
  EnclaveFinderSymbols *symbols = of_file ? self->file_symbols : self->symbols;
  EnclaveProjectSurvey *survey = self->map != NULL ? enclave_repo_map_get_survey (self->map) : NULL;
  Look *look;

  if (self->map == NULL || (of_file && (self->open_path == NULL || *self->open_path == '\0')))
    {
      _enclave_finder_show (self, NULL, of_file ? _("No file of the folder is open") : _("No folder is open"));
      return;
    }
  if (!self->surveying && !self->surveyed)
    {
      self->surveying = TRUE;
      enclave_repo_map_update_async (self->map, NULL, surveyed_cb, g_object_ref (self));
    }
  if (symbols != NULL)
    {
      look = g_new0 (Look, 1);
      look->symbols = symbols;
      rank (self, look, symbols->list, pattern);
      return;
    }
  if (survey == NULL)
    {
      _enclave_finder_show (self, NULL, _("Looking for definitions"));
      return;
    }
  if (survey->problem != NULL && survey->n_definitions == 0)
    {
      _enclave_finder_show (self, NULL, survey->problem);
      return;
    }
  enclave_finder_list_symbols_async (survey, of_file ? self->open_path : NULL, self->cancellable,
                                     of_file ? listed_of_file_cb : listed_cb, g_object_ref (self));
}

static void
look_for_line (EnclaveFinder *self, const char *text)
{
  g_autofree char *numbers = g_strconcat (":", text, NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *title = NULL;
  guint line;
  guint column;

  take_numbers (numbers, &line, &column);
  if (self->open_path == NULL || line == 0 || *numbers != '\0')
    {
      _enclave_finder_show (self, NULL, self->open_path == NULL ? _("No file is open") : _("Line, or line:column"));
      return;
    }
  /* Translators: goes to this place of the open file. */
  title = column > 0 ? g_strdup_printf (_("Line %u, column %u"), line, column) : g_strdup_printf (_("Line %u"), line);
  g_ptr_array_add (items, enclave_finder_item_new_place ("go-next-symbolic", title, "", "", line, column));
  _enclave_finder_show (self, items, NULL);
}

void
_enclave_finder_update (EnclaveFinder *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  while (*text == ' ')
    text++;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  switch (*text)
    {
    case '>':
      look_for_commands (self, text + 1);
      break;
    case '$':
      look_for_snippets (self, text + 1);
      break;
    case '@':
      _enclave_finder_look_for_outline (self, text + 1);
      break;
    case '#':
      _enclave_finder_look_for_symbols (self, text + 1, FALSE);
      break;
    case ':':
      look_for_line (self, text + 1);
      break;
    default:
      look_for_files (self, text);
    }
}
