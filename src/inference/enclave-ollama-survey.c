/* enclave-ollama-survey.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ollama-survey-private.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-model-info-private.h"

/* Of a long list the first ones are asked for; those that are left out are asked for by the next survey. */
#define MAX_QUESTIONS 64
#define LOCAL_SUFFIX ":local"
/* One that is refused with the suffix may be an alias of a remote model; so many of them are a version that does not know it. */
#define MAX_REFUSED 3

typedef struct
{
  char *name;
  char *key;
} Question;

typedef struct
{
  GHashTable *facts;
  GPtrArray *questions;
  guint index;
  EnclaveLocalSuffix suffix;
  gboolean with_suffix; /* the request that is on its way */
  gboolean was_refused; /* the one before, with the suffix */
  GPtrArray *refused;   /* (element-type EnclaveOllamaFacts): there with the plain name only; of the table */
} Survey;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->name);
  g_free (question->key);
  g_free (question);
}

static void
survey_free (gpointer data)
{
  Survey *survey = data;

  g_hash_table_unref (survey->facts);
  g_ptr_array_unref (survey->questions);
  g_ptr_array_unref (survey->refused);
  g_free (survey);
}

char *
enclave_ollama_survey_key (JsonObject *entry)
{
  const char *name = enclave_json_peek_string (entry, "name");
  const char *digest = enclave_json_peek_string (entry, "digest");

  return g_strconcat (name != NULL ? name : "", "\n", digest, NULL);
}

static void
collect (Survey *survey, JsonObject *tags)
{
  JsonArray *models = enclave_json_peek_array (tags, "models");

  for (guint i = 0; models != NULL && i < json_array_get_length (models); i++)
    {
      JsonObject *entry = enclave_json_array_peek_object (models, i);
      const char *name = entry != NULL ? enclave_json_peek_string (entry, "name") : NULL;
      g_autofree char *key = NULL;
      g_autofree char *remote = NULL;
      Question *question;

      if (name == NULL || survey->questions->len >= MAX_QUESTIONS)
        continue;
      key = enclave_ollama_survey_key (entry);
      remote = enclave_model_find_remote (entry, name);
      if (remote != NULL || g_hash_table_contains (survey->facts, key))
        continue;
      question = g_new0 (Question, 1);
      question->name = g_strdup (name);
      question->key = g_steal_pointer (&key);
      g_ptr_array_add (survey->questions, question);
    }
}

static void ask (GTask *task, gboolean with_suffix);

static void
next (GTask *task)
{
  Survey *survey = g_task_get_task_data (task);

  survey->index++;
  survey->was_refused = FALSE;
  if (survey->index < survey->questions->len)
    ask (task, survey->suffix != ENCLAVE_LOCAL_SUFFIX_NO);
  else
    {
      if (survey->suffix == ENCLAVE_LOCAL_SUFFIX_UNKNOWN && survey->refused->len > 0)
        survey->suffix = ENCLAVE_LOCAL_SUFFIX_NO;
      g_task_return_int (task, survey->suffix);
    }
}

/* There with the plain name, not there for this machine alone: they run elsewhere, wherever that is. */
static void
mark_refused (Survey *survey)
{
  for (guint i = 0; i < survey->refused->len; i++)
    {
      EnclaveOllamaFacts *facts = g_ptr_array_index (survey->refused, i);

      facts->remote_host = g_strdup ("ollama.com");
    }
  g_ptr_array_set_size (survey->refused, 0);
}

static void
take (Survey *survey, const Question *question, JsonObject *reply)
{
  EnclaveOllamaFacts *facts = enclave_ollama_facts_read (reply, question->name);

  g_hash_table_insert (survey->facts, g_strdup (question->key), facts);
  if (survey->with_suffix)
    survey->suffix = ENCLAVE_LOCAL_SUFFIX_YES;
  else if (survey->was_refused && facts->remote_host == NULL)
    g_ptr_array_add (survey->refused, facts);
  if (survey->suffix == ENCLAVE_LOCAL_SUFFIX_YES)
    mark_refused (survey);
  else if (survey->refused->len >= MAX_REFUSED)
    survey->suffix = ENCLAVE_LOCAL_SUFFIX_NO;
}

static void
on_shown (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Survey *survey = g_task_get_task_data (task);
  const Question *question = g_ptr_array_index (survey->questions, survey->index);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply
    = enclave_inference_client_fetch_finish (ENCLAVE_INFERENCE_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_int (task, survey->suffix);
      return;
    }
  if (reply == NULL && survey->with_suffix)
    {
      survey->was_refused = TRUE;
      ask (task, FALSE);
      return;
    }
  if (reply != NULL)
    take (survey, question, reply);
  next (task);
}

static void
ask (GTask *task, gboolean with_suffix)
{
  Survey *survey = g_task_get_task_data (task);
  const Question *question = g_ptr_array_index (survey->questions, survey->index);
  g_autofree char *name = g_strconcat (question->name, with_suffix ? LOCAL_SUFFIX : "", NULL);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GBytes) body = NULL;
  char *text;

  survey->with_suffix = with_suffix;
  json_object_set_string_member (object, "model", name);
  text = enclave_json_object_to_text (object);
  body = g_bytes_new_take (text, strlen (text));
  enclave_inference_client_fetch_async (g_task_get_source_object (task), "POST", "/api/show", body,
                                        g_task_get_cancellable (task), on_shown, g_object_ref (task));
}

void
enclave_ollama_survey_async (EnclaveInferenceClient *client, JsonObject *tags, GHashTable *facts,
                             EnclaveLocalSuffix known, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (client, cancellable, callback, user_data);
  Survey *survey = g_new0 (Survey, 1);

  g_task_set_source_tag (task, enclave_ollama_survey_async);
  /* What was found out before a time limit counts. */
  g_task_set_check_cancellable (task, FALSE);
  survey->facts = g_hash_table_ref (facts);
  survey->suffix = known;
  survey->questions = g_ptr_array_new_with_free_func (question_free);
  survey->refused = g_ptr_array_new ();
  g_task_set_task_data (task, survey, survey_free);
  collect (survey, tags);
  if (survey->questions->len == 0)
    g_task_return_int (task, survey->suffix);
  else
    ask (task, known != ENCLAVE_LOCAL_SUFFIX_NO);
}

EnclaveLocalSuffix
enclave_ollama_survey_finish (EnclaveInferenceClient *client, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, client), ENCLAVE_LOCAL_SUFFIX_UNKNOWN);
  return (EnclaveLocalSuffix) g_task_propagate_int (G_TASK (result), NULL);
}
