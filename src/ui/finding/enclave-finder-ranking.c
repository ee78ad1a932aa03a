/* enclave-finder-ranking.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-finder-ranking.h"

#include <string.h>

typedef struct
{
  EnclaveFuzzyList *list;
  char *pattern;
  guint max;
  EnclaveFuzzySurvivors *survivors; /* (nullable): before, then after */
} Ranking;

static void
ranking_free (gpointer data)
{
  Ranking *ranking = data;

  enclave_fuzzy_list_unref (ranking->list);
  g_free (ranking->pattern);
  g_clear_pointer (&ranking->survivors, enclave_fuzzy_survivors_unref);
  g_free (ranking);
}

static void
rank_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Ranking *ranking = task_data;
  g_autoptr (GArray) hits = enclave_fuzzy_list_search (ranking->list, ranking->pattern, ranking->max, &ranking->survivors,
                                                       cancellable);

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_steal_pointer (&hits), (GDestroyNotify) g_array_unref);
}

void
enclave_finder_rank_async (EnclaveFuzzyList *list, const char *pattern, guint max, EnclaveFuzzySurvivors *survivors,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Ranking *ranking = g_new0 (Ranking, 1);

  g_task_set_source_tag (task, enclave_finder_rank_async);
  ranking->list = enclave_fuzzy_list_ref (list);
  ranking->pattern = g_strdup (pattern);
  ranking->max = max;
  ranking->survivors = survivors != NULL ? enclave_fuzzy_survivors_ref (survivors) : NULL;
  g_task_set_task_data (task, ranking, ranking_free);
  g_task_run_in_thread (task, rank_worker);
}

GArray *
enclave_finder_rank_finish (GAsyncResult *result, EnclaveFuzzySurvivors **survivors, GError **error)
{
  Ranking *ranking = g_task_get_task_data (G_TASK (result));
  GArray *hits = g_task_propagate_pointer (G_TASK (result), error);

  *survivors = hits != NULL ? g_steal_pointer (&ranking->survivors) : NULL;

  return hits;
}

void
enclave_finder_symbols_free (EnclaveFinderSymbols *symbols)
{
  enclave_project_survey_unref (symbols->survey);
  enclave_fuzzy_list_unref (symbols->list);
  g_array_unref (symbols->places);
  g_free (symbols);
}

typedef struct
{
  EnclaveProjectSurvey *survey;
  char *path; /* (nullable) */
} Listing;

static void
listing_free (gpointer data)
{
  Listing *listing = data;

  enclave_project_survey_unref (listing->survey);
  g_free (listing->path);
  g_free (listing);
}

static void
list_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Listing *listing = task_data;
  EnclaveFinderSymbols *symbols = g_new0 (EnclaveFinderSymbols, 1);

  symbols->survey = enclave_project_survey_ref (listing->survey);
  symbols->list = enclave_fuzzy_list_new ();
  symbols->places = g_array_new (FALSE, FALSE, sizeof (EnclaveSurveyPlace));
  for (guint i = 0; i < listing->survey->files->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      const EnclaveSurveyFile *file = enclave_project_survey_get_file (listing->survey, i);

      if (file->rule != NULL || (listing->path != NULL && strcmp (file->path, listing->path) != 0))
        continue;
      for (guint k = 0; k < enclave_survey_file_get_n_definitions (file); k++)
        {
          const EnclaveSurveyDefinition *definition = enclave_survey_file_get_definition (file, k);
          EnclaveSurveyPlace place = { i, k };

          enclave_fuzzy_list_add (symbols->list, enclave_survey_file_get_name (file, definition), 0);
          g_array_append_val (symbols->places, place);
        }
    }
  g_task_return_pointer (task, symbols, (GDestroyNotify) enclave_finder_symbols_free);
}

void
enclave_finder_list_symbols_async (EnclaveProjectSurvey *survey, const char *path, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Listing *listing = g_new0 (Listing, 1);

  g_task_set_source_tag (task, enclave_finder_list_symbols_async);
  listing->survey = enclave_project_survey_ref (survey);
  listing->path = g_strdup (path);
  g_task_set_task_data (task, listing, listing_free);
  g_task_run_in_thread (task, list_worker);
}

EnclaveFinderSymbols *
enclave_finder_list_symbols_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
