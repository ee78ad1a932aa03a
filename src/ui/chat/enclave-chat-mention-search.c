/* enclave-chat-mention-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-chat-mention-search.h"

/* The ranking's has no gate: it may be freed in its thread. */
typedef struct
{
  EnclaveProjectSurvey *survey; /* (nullable) */
  EnclaveGate *gate;            /* (nullable) */
  char *word;
  guint max;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_clear_pointer (&search->survey, enclave_project_survey_unref);
  g_clear_object (&search->gate);
  g_free (search->word);
  g_free (search);
}

/* One line of the gate's answer: a path, or a path and "(denied: RULE)"; which rule, the gate is asked again. */
static void
add_line (GPtrArray *matches, const char *line)
{
  const char *mark = strstr (line, " (denied: ");
  g_autofree char *path = mark != NULL ? g_strndup (line, (gsize) (mark - line)) : g_strdup (line);
  EnclaveMentionMatch *match;
  const char *name;

  if (*path == '\0' || *path == '(' || g_str_has_suffix (path, "/"))
    return;
  match = g_new0 (EnclaveMentionMatch, 1);
  name = strrchr (path, '/');
  match->kind = ENCLAVE_MENTION_FILE;
  match->title = g_strdup (name != NULL ? name + 1 : path);
  match->detail = name != NULL ? g_strndup (path, (gsize) (name - path)) : g_strdup ("");
  match->target = g_steal_pointer (&path);
  g_ptr_array_add (matches, match);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *search = g_task_get_task_data (task);
  g_autoptr (EnclaveContextItem) item = enclave_tool_scope_find_finish (ENCLAVE_TOOL_SCOPE (source), result, NULL);
  GPtrArray *matches;
  g_auto (GStrv) lines = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  matches = enclave_mention_search (NULL, search->word, search->max, NULL);
  /* The last piece holds the rest. */
  if (item != NULL)
    lines = g_strsplit (enclave_context_item_get_text (item), "\n", (int) (4 * search->max));
  for (guint i = 0; lines != NULL && lines[i] != NULL && matches->len < search->max; i++)
    if (strchr (lines[i], '\n') == NULL)
      add_line (matches, lines[i]);
  g_task_return_pointer (task, matches, (GDestroyNotify) g_ptr_array_unref);
}

static void
find (GTask *owned_task)
{
  Search *search = g_task_get_task_data (owned_task);
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (search->gate, "user", "complete", ENCLAVE_EFFECT_READ);
  g_autoptr (GString) pattern = g_string_new ("*");

  for (const char *p = search->word; *p != '\0'; p++)
    g_string_append_c (pattern, strchr ("*?[]{}\\", *p) != NULL ? '?' : *p);
  g_string_append_c (pattern, '*');
  enclave_tool_scope_find_async (scope, pattern->str, g_task_get_cancellable (owned_task), found_cb, owned_task);
}

static void
rank (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Search *search = task_data;

  g_task_return_pointer (task, enclave_mention_search (search->survey, search->word, search->max, cancellable),
                         (GDestroyNotify) g_ptr_array_unref);
}

static void
ranked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *search = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) matches = g_task_propagate_pointer (G_TASK (result), &error);

  if (matches == NULL)
    g_task_return_error (task, error);
  else if (matches->len == 0 && search->survey->is_partial)
    find (g_steal_pointer (&task));
  else
    g_task_return_pointer (task, g_steal_pointer (&matches), (GDestroyNotify) g_ptr_array_unref);
}

static Search *
search_new (EnclaveProjectSurvey *survey, EnclaveGate *gate, const char *word, guint max)
{
  Search *search = g_new0 (Search, 1);

  search->survey = survey != NULL ? enclave_project_survey_ref (survey) : NULL;
  search->gate = gate != NULL ? g_object_ref (gate) : NULL;
  search->word = g_strdup (word);
  search->max = max;

  return search;
}

void
enclave_chat_mention_search_async (EnclaveAgentService *service, const char *word, guint max, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveProjectSurvey *survey;
  GTask *task;
  g_autoptr (GTask) ranking = NULL;

  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (service));
  g_return_if_fail (word != NULL);

  survey = enclave_repo_map_get_survey (enclave_agent_service_get_map (service));
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_chat_mention_search_async);
  g_task_set_task_data (task, search_new (survey, enclave_agent_service_get_gate (service), word, max), search_free);
  if (survey == NULL)
    {
      find (task);
      return;
    }
  ranking = g_task_new (NULL, cancellable, ranked_cb, task);
  g_task_set_task_data (ranking, search_new (survey, NULL, word, max), search_free);
  g_task_run_in_thread (ranking, rank);
}

GPtrArray *
enclave_chat_mention_search_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
