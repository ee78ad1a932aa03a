/* enclave-repo-map-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-repo-map-text.h"

#include <stdlib.h>
#include <string.h>

#include "enclave-repo-map-words.h"
#include "enclave-utf8.h"

/* For models, so not translated. */
#define HEADING "Map of the project (files with what they define, the most used first; shortened):\n"
#define FILES_HEADING "Other files: "
#define FOLDERS_HEADING "Folders: "
#define DENIED_HEADING "Denied, by name only: "

/* One file must not be all of the map. */
#define MAX_OF_FILE 12
/* Share of definitions in a map, in percent. */
#define DEFINITIONS_PERCENT 75
/* Names of files that a list has before it is told by folders. */
#define MAX_NAMES 60
#define MAX_DENIED 12
/* More are told by their first two steps. */
#define MAX_FOLDERS 24
/* What a near file uses of others. */
#define MAX_USED 24

typedef struct
{
  guint32 file;
  guint32 order;        /* of the file in the map */
  guint32 definition;
} Line;

typedef struct
{
  const EnclaveProjectSurvey *survey;
  gboolean has_numbers;
  gsize room;
  gsize used;
  GArray *lines;        /* (element-type Line) */
  GHashTable *files;    /* file plus one → how many lines it has */
  GHashTable *orders;   /* file plus one → order plus one */
  GHashTable *taken;    /* place → itself */
} Layout;

static void
layout_init (Layout *self, const EnclaveProjectSurvey *survey, gsize room, gboolean has_numbers)
{
  *self = (Layout){ .survey = survey, .room = room, .has_numbers = has_numbers };
  self->lines = g_array_new (FALSE, FALSE, sizeof (Line));
  self->files = g_hash_table_new (NULL, NULL);
  self->orders = g_hash_table_new (NULL, NULL);
  self->taken = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
layout_clear (Layout *self)
{
  g_array_unref (self->lines);
  g_hash_table_unref (self->files);
  g_hash_table_unref (self->orders);
  g_hash_table_unref (self->taken);
}

/* Names that can't be told in one line are drawn. (transfer full) */
static char *
show_path (const EnclaveSurveyFile *file)
{
  return enclave_utf8_display_name (file->path);
}

/* (transfer full) */
static char *
show_definition (const EnclaveSurveyFile *file, const EnclaveSurveyDefinition *definition, gboolean has_number)
{
  const char *line = enclave_survey_file_get_text (file, definition);
  /* The end of what began above tells only the name. */
  const char *text = line != NULL && *line != '}' ? line : NULL;
  g_autofree char *named = text == NULL ? g_strdup_printf ("%s %s", definition->kind, enclave_survey_file_get_name (file, definition))
                                        : NULL;

  if (has_number)
    return g_strdup_printf ("  %u: %s\n", definition->line, text != NULL ? text : named);

  return g_strdup_printf ("  %s\n", text != NULL ? text : named);
}

/* FALSE: no room for it. */
static gboolean
layout_add (Layout *self, guint32 file_index, guint32 definition_index)
{
  const EnclaveSurveyFile *file = enclave_project_survey_get_file (self->survey, file_index);
  const EnclaveSurveyDefinition *definition = enclave_survey_file_get_definition (file, definition_index);
  gpointer key = GUINT_TO_POINTER (file_index + 1);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->files, key));
  gint64 place = ((gint64) file_index << 32) | definition_index;
  g_autofree char *shown = NULL;
  g_autofree char *path = NULL;
  gsize size;
  Line line = { file_index, 0, definition_index };

  if (n >= MAX_OF_FILE || g_hash_table_contains (self->taken, &place))
    return TRUE;
  shown = show_definition (file, definition, self->has_numbers);
  size = strlen (shown);
  if (n == 0)
    {
      path = show_path (file);
      size += strlen (path) + 1;
    }
  if (self->used + size > self->room)
    return FALSE;

  self->used += size;
  if (n == 0)
    g_hash_table_insert (self->orders, key, GUINT_TO_POINTER (g_hash_table_size (self->orders) + 1));
  line.order = GPOINTER_TO_UINT (g_hash_table_lookup (self->orders, key));
  g_hash_table_insert (self->files, key, GUINT_TO_POINTER (n + 1));
  g_hash_table_add (self->taken, g_memdup2 (&place, sizeof place));
  g_array_append_val (self->lines, line);

  return TRUE;
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  const Line *left = a;
  const Line *right = b;

  if (left->order != right->order)
    return left->order < right->order ? -1 : 1;

  return left->definition < right->definition ? -1 : left->definition > right->definition;
}

static void
layout_write (Layout *self, GString *text)
{
  guint32 order = 0;

  qsort (self->lines->data, self->lines->len, sizeof (Line), compare_lines);
  for (guint i = 0; i < self->lines->len; i++)
    {
      const Line *line = &g_array_index (self->lines, Line, i);
      const EnclaveSurveyFile *file = enclave_project_survey_get_file (self->survey, line->file);
      g_autofree char *shown =
        show_definition (file, enclave_survey_file_get_definition (file, line->definition), self->has_numbers);

      if (line->order != order)
        {
          g_autofree char *path = show_path (file);

          g_string_append_printf (text, "%s\n", path);
          order = line->order;
        }
      g_string_append (text, shown);
    }
}

/* Adds @word to a list in one line; FALSE, with what is left out counted, when it does not fit. */
static gboolean
add_word (GString *text, gsize begin, const char *word, gsize max_bytes)
{
  /* The end of the line, and the count of what is left out. */
  if (text->len + strlen (word) + 2 + strlen (", and 20000 more\n") > max_bytes)
    return FALSE;
  g_string_append_printf (text, "%s%s", text->len > begin ? ", " : "", word);

  return TRUE;
}

static void
end_list (GString *text, gsize heading, gsize begin, guint n_left)
{
  if (text->len == begin)
    g_string_truncate (text, heading);
  else if (n_left > 0)
    g_string_append_printf (text, ", and %u more\n", n_left);
  else
    g_string_append_c (text, '\n');
}

static void
add_denied (const EnclaveProjectSurvey *survey, GString *text, gsize max_bytes)
{
  gsize heading = text->len;
  gsize begin;
  guint n = 0;

  if (survey->n_denied == 0 || heading + strlen (DENIED_HEADING) > max_bytes)
    return;
  g_string_append (text, DENIED_HEADING);
  begin = text->len;
  for (guint i = 0; i < survey->files->len && n < MAX_DENIED; i++)
    {
      const EnclaveSurveyFile *file = enclave_project_survey_get_file (survey, i);
      g_autofree char *path = file->rule != NULL ? show_path (file) : NULL;

      if (path != NULL && !add_word (text, begin, path, max_bytes))
        break;
      n += path != NULL ? 1 : 0;
    }
  end_list (text, heading, begin, survey->n_denied - n);
}

static void
add_names (Layout *layout, GString *text, gsize max_bytes)
{
  gsize heading = text->len;
  gsize begin;
  guint n = 0;
  guint n_others = 0;

  g_string_append (text, FILES_HEADING);
  begin = text->len;
  for (guint i = 0; i < layout->survey->files->len; i++)
    {
      const EnclaveSurveyFile *file = enclave_project_survey_get_file (layout->survey, i);
      g_autofree char *path = NULL;

      if (file->rule != NULL || g_hash_table_contains (layout->files, GUINT_TO_POINTER (i + 1)))
        continue;
      path = show_path (file);
      n_others++;
      if (n + 1 == n_others && add_word (text, begin, path, max_bytes))
        n++;
    }
  end_list (text, heading, begin, n_others - n);
}

/* Up to the second slash where there are many of them. (transfer full) */
static char *
dup_folder (const char *path, gboolean is_short)
{
  const char *end = strrchr (path, '/');
  const char *first = strchr (path, '/');
  const char *second = first != NULL ? strchr (first + 1, '/') : NULL;

  if (is_short && second != NULL)
    end = second;

  return end != NULL ? g_strndup (path, (gsize) (end - path) + 1) : g_strdup ("./");
}

static guint
count_folders (const EnclaveProjectSurvey *survey)
{
  g_autoptr (GHashTable) folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < survey->files->len; i++)
    g_hash_table_add (folders, dup_folder (enclave_project_survey_get_file (survey, i)->path, FALSE));

  return g_hash_table_size (folders);
}

/* "src/base/ (40)". They come folder by folder, and a folder's own files may lie round those of one in it. */
static void
add_folders (const EnclaveProjectSurvey *survey, GString *text, gsize max_bytes)
{
  gsize heading = text->len;
  gsize begin;
  guint n = 0;
  guint n_folders;
  gboolean is_short = count_folders (survey) > MAX_FOLDERS;
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) folders = g_ptr_array_new ();

  for (guint i = 0; i < survey->files->len; i++)
    {
      const EnclaveSurveyFile *file = enclave_project_survey_get_file (survey, i);
      g_autofree char *folder = dup_folder (file->path, is_short);
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, folder));

      if (file->rule != NULL)
        continue;
      if (count > 0)
        {
          g_hash_table_insert (counts, g_steal_pointer (&folder), GUINT_TO_POINTER (count + 1));
          continue;
        }
      g_ptr_array_add (folders, folder);
      g_hash_table_insert (counts, g_steal_pointer (&folder), GUINT_TO_POINTER (1));
    }
  n_folders = folders->len;

  g_string_append (text, FOLDERS_HEADING);
  begin = text->len;
  for (guint i = 0; i < folders->len; i++)
    {
      const char *folder = g_ptr_array_index (folders, i);
      g_autofree char *shown = enclave_utf8_display_name (folder);
      g_autofree char *word = g_strdup_printf ("%s (%u)", shown, GPOINTER_TO_UINT (g_hash_table_lookup (counts, folder)));

      if (!add_word (text, begin, word, max_bytes))
        break;
      n++;
    }
  end_list (text, heading, begin, n_folders - n);
}

char *
enclave_repo_map_text_build (const EnclaveProjectSurvey *survey, gsize max_bytes, guint *n_shown)
{
  g_autoptr (GString) text = g_string_new (HEADING);
  Layout layout;

  g_return_val_if_fail (survey != NULL, NULL);

  if (n_shown != NULL)
    *n_shown = 0;
  if (survey->files->len == 0 || max_bytes < 2 * strlen (HEADING))
    return NULL;

  layout_init (&layout, survey, (max_bytes - text->len) * DEFINITIONS_PERCENT / 100, FALSE);
  for (guint i = 0; i < survey->ranked->len; i++)
    {
      const EnclaveSurveyPlace *place = &g_array_index (survey->ranked, EnclaveSurveyPlace, i);

      if (!layout_add (&layout, place->file, place->definition))
        break;
    }
  layout_write (&layout, text);
  if (n_shown != NULL)
    *n_shown = layout.lines->len;

  add_denied (survey, text, text->len + (max_bytes - text->len) / 3);
  if (survey->files->len - survey->n_denied - g_hash_table_size (layout.files) <= MAX_NAMES)
    add_names (&layout, text, max_bytes);
  else
    add_folders (survey, text, max_bytes);
  layout_clear (&layout);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_named_definitions (Layout *layout, GHashTable *names)
{
  if (g_hash_table_size (names) == 0)
    return;
  for (guint32 i = 0; i < layout->survey->files->len; i++)
    {
      const EnclaveSurveyFile *file = enclave_project_survey_get_file (layout->survey, i);

      for (guint32 k = 0; k < enclave_survey_file_get_n_definitions (file); k++)
        if (g_hash_table_contains (names, GUINT_TO_POINTER (enclave_survey_file_get_definition (file, k)->hash))
            && !layout_add (layout, i, k))
          return;
    }
}

/* What the file at @index uses of others, the most important first. */
static void
add_used (Layout *layout, guint32 index)
{
  const EnclaveSurveyFile *file = enclave_project_survey_get_file (layout->survey, index);
  g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);
  guint n = 0;

  for (guint i = 0; file->mentions != NULL && i < file->mentions->len; i++)
    g_hash_table_add (used, GUINT_TO_POINTER (g_array_index (file->mentions, EnclaveSymbolMention, i).name));
  for (guint i = 0; i < layout->survey->ranked->len && n < MAX_USED; i++)
    {
      const EnclaveSurveyPlace *place = &g_array_index (layout->survey->ranked, EnclaveSurveyPlace, i);
      const EnclaveSurveyFile *other = enclave_project_survey_get_file (layout->survey, place->file);
      const EnclaveSurveyDefinition *definition = enclave_survey_file_get_definition (other, place->definition);

      if (place->file == index || !g_hash_table_contains (used, GUINT_TO_POINTER (definition->hash))
          || !enclave_survey_file_may_be_used (other, definition, file))
        continue;
      if (!layout_add (layout, place->file, place->definition))
        return;
      n++;
    }
}

char *
enclave_repo_map_text_build_near (const EnclaveProjectSurvey *survey, const char *const *open_paths, const char *words,
                                  gsize max_bytes, guint *n_shown)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GHashTable) names = enclave_repo_map_words_list_names (words);
  g_autoptr (GArray) near = enclave_repo_map_words_find_files (survey, words);
  Layout layout;

  g_return_val_if_fail (survey != NULL, NULL);

  for (guint k = 0; open_paths != NULL && open_paths[k] != NULL; k++)
    for (guint32 i = 0; i < survey->files->len; i++)
      {
        const EnclaveSurveyFile *file = enclave_project_survey_get_file (survey, i);

        if (file->rule == NULL && strcmp (file->path, open_paths[k]) == 0)
          g_array_append_val (near, i);
      }

  layout_init (&layout, survey, max_bytes, TRUE);
  add_named_definitions (&layout, names);
  for (guint i = 0; i < near->len; i++)
    {
      guint32 index = g_array_index (near, guint32, i);
      const EnclaveSurveyFile *file = enclave_project_survey_get_file (survey, index);

      for (guint32 k = 0; k < enclave_survey_file_get_n_definitions (file); k++)
        layout_add (&layout, index, k);
    }
  for (guint i = 0; i < near->len; i++)
    add_used (&layout, g_array_index (near, guint32, i));
  layout_write (&layout, text);
  if (n_shown != NULL)
    *n_shown = layout.lines->len;
  layout_clear (&layout);

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
