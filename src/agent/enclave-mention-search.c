/* enclave-mention-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-fuzzy-match.h"
#include "enclave-mention.h"

#define LOOK_EVERY 256 /* files, for whether it is still wanted */

/* A file is meant more often than one of its definitions, and one that all can use more often than a local one. */
#define SYMBOL_LOSS 2
#define LOCAL_LOSS 2
/* It is there to be seen, not to be taken. */
#define DENIED_LOSS 4

typedef struct
{
  EnclaveMentionKind kind;
  int score;
  const EnclaveSurveyFile *file;             /* NULL: a word */
  const EnclaveSurveyDefinition *definition; /* NULL: a file, or a folder of it */
  gsize length;                              /* of the folder's path */
} Candidate;

typedef struct
{
  GArray *best; /* (element-type Candidate): the nearest first */
  guint max;
} Ranking;

void
enclave_mention_match_free (EnclaveMentionMatch *match)
{
  g_free (match->target);
  g_free (match->title);
  g_free (match->detail);
  g_free (match);
}

/* Of equals the first one stays before the others. */
static void
add (Ranking *ranking, const Candidate *candidate)
{
  guint place = ranking->best->len;

  if (candidate->score == ENCLAVE_FUZZY_NO_MATCH)
    return;
  while (place > 0 && g_array_index (ranking->best, Candidate, place - 1).score < candidate->score)
    place--;
  if (place >= ranking->max)
    return;
  g_array_insert_val (ranking->best, place, *candidate);
  if (ranking->best->len > ranking->max)
    g_array_set_size (ranking->best, ranking->max);
}

static void
add_words (Ranking *ranking, const char *word)
{
  for (EnclaveMentionKind kind = ENCLAVE_MENTION_SELECTION; kind <= ENCLAVE_MENTION_DIFF; kind++)
    {
      Candidate candidate = { .kind = kind, .score = enclave_fuzzy_match (word, enclave_mention_get_word (kind)) };

      add (ranking, &candidate);
    }
}

/* All folders on the way to @file that were not met before. */
static void
add_folders (Ranking *ranking, const char *word, const EnclaveSurveyFile *file, GHashTable *met)
{
  const char *end = strrchr (file->path, '/');

  while (end != NULL && end > file->path)
    {
      g_autofree char *path = g_strndup (file->path, (gsize) (end - file->path));
      Candidate candidate = { .kind = ENCLAVE_MENTION_FOLDER, .file = file, .length = (gsize) (end - file->path) };

      if (g_hash_table_contains (met, path))
        return;
      candidate.score = enclave_fuzzy_match (word, path);
      add (ranking, &candidate);
      end = strrchr (path, '/');
      if (end != NULL)
        end = file->path + (end - path);
      g_hash_table_add (met, g_steal_pointer (&path));
    }
}

static void
add_definitions (Ranking *ranking, const char *word, const EnclaveSurveyFile *file)
{
  gboolean with_path = strchr (word, '#') != NULL;

  if (*word == '\0' || file->rule != NULL)
    return;
  for (guint i = 0; i < enclave_survey_file_get_n_definitions (file); i++)
    {
      const EnclaveSurveyDefinition *definition = enclave_survey_file_get_definition (file, i);
      const char *name = enclave_survey_file_get_name (file, definition);
      g_autofree char *whole = with_path ? g_strconcat (file->path, "#", name, NULL) : NULL;
      Candidate candidate = { .kind = ENCLAVE_MENTION_SYMBOL, .file = file, .definition = definition };

      candidate.score = enclave_fuzzy_match (word, whole != NULL ? whole : name);
      if (candidate.score != ENCLAVE_FUZZY_NO_MATCH)
        candidate.score -= SYMBOL_LOSS + (definition->is_local ? LOCAL_LOSS : 0);
      add (ranking, &candidate);
    }
}

static EnclaveMentionMatch *
make_match (const Candidate *candidate)
{
  EnclaveMentionMatch *match = g_new0 (EnclaveMentionMatch, 1);
  const char *name;

  match->kind = candidate->kind;
  match->score = candidate->score;
  if (candidate->file == NULL)
    {
      match->target = g_strdup (enclave_mention_get_word (candidate->kind));
      match->title = g_strdup (match->target);
      match->detail = g_strdup ("");
      return match;
    }
  match->rule = candidate->kind == ENCLAVE_MENTION_FILE ? candidate->file->rule : NULL;
  if (candidate->definition != NULL)
    {
      match->title = g_strdup (enclave_survey_file_get_name (candidate->file, candidate->definition));
      match->target = g_strconcat (candidate->file->path, "#", match->title, NULL);
      match->detail = g_strdup (candidate->file->path);
      return match;
    }
  match->target = candidate->kind == ENCLAVE_MENTION_FOLDER ? g_strndup (candidate->file->path, candidate->length)
                                                            : g_strdup (candidate->file->path);
  name = strrchr (match->target, '/');
  match->title = g_strdup (name != NULL ? name + 1 : match->target);
  match->detail = name != NULL ? g_strndup (match->target, (gsize) (name - match->target)) : g_strdup ("");

  return match;
}

GPtrArray *
enclave_mention_search (EnclaveProjectSurvey *survey, const char *word, guint max, GCancellable *cancellable)
{
  g_autoptr (GHashTable) met = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) best = g_array_new (FALSE, FALSE, sizeof (Candidate));
  Ranking ranking = { best, max };
  GPtrArray *matches;

  g_return_val_if_fail (word != NULL, NULL);

  add_words (&ranking, word);
  for (guint i = 0; survey != NULL && i < survey->files->len; i++)
    {
      const EnclaveSurveyFile *file = enclave_project_survey_get_file (survey, i);
      Candidate candidate = { .kind = ENCLAVE_MENTION_FILE, .file = file, .score = enclave_fuzzy_match (word, file->path) };

      if (i % LOOK_EVERY == 0 && g_cancellable_is_cancelled (cancellable))
        break;
      if (file->rule != NULL && candidate.score != ENCLAVE_FUZZY_NO_MATCH)
        candidate.score -= DENIED_LOSS;
      add (&ranking, &candidate);
      add_folders (&ranking, word, file, met);
      add_definitions (&ranking, word, file);
    }

  matches = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_mention_match_free);
  for (guint i = 0; i < best->len; i++)
    g_ptr_array_add (matches, make_match (&g_array_index (best, Candidate, i)));

  return matches;
}
