/* enclave-chat-mention-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-chat-mention-search.h"

#include <glib/gi18n.h>

#include "enclave-fuzzy-match.h"
#include "enclave-mcp-clean-text.h"

/* A file is meant more often. */
#define RESOURCE_LOSS 2

/* The ranking's has no gate: it may be freed in its thread. */
typedef struct
{
  EnclaveProjectSurvey *survey; /* (nullable) */
  EnclaveGate *gate;            /* (nullable) */
  EnclaveMcpCatalog *catalog;   /* (nullable) */
  char *word;
  guint max;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_clear_pointer (&search->survey, enclave_project_survey_unref);
  g_clear_object (&search->gate);
  g_clear_object (&search->catalog);
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

static EnclaveMentionMatch *
new_for_resource (EnclaveMcpResource *resource, int score)
{
  EnclaveMentionMatch *match = g_new0 (EnclaveMentionMatch, 1);
  g_autofree char *server = enclave_mcp_clean_line (enclave_mcp_server_get_name (resource->server), 60);

  match->kind = resource->is_template ? ENCLAVE_MENTION_TEMPLATE : ENCLAVE_MENTION_RESOURCE;
  match->target = enclave_mcp_resource_dup_target (resource);
  match->title = g_strdup (resource->title);
  /* Translators: a server's name */
  match->detail = resource->is_template ? g_strdup_printf (_ ("%s, to be filled in"), server) : g_strdup (server);
  match->score = score;
  return match;
}

/* Among the others, by how well they fit; of equals the others come first. */
static void
add_resources (GPtrArray *matches, const Search *search)
{
  g_autoptr (GPtrArray) resources = search->catalog != NULL ? enclave_mcp_catalog_dup_resources (search->catalog) : NULL;

  for (guint i = 0; resources != NULL && i < resources->len; i++)
    {
      EnclaveMcpResource *resource = g_ptr_array_index (resources, i);
      g_autofree char *target = enclave_mcp_resource_dup_target (resource);
      int score = MAX (enclave_fuzzy_match (search->word, target), enclave_fuzzy_match (search->word, resource->title));
      guint place = matches->len;

      if (score == ENCLAVE_FUZZY_NO_MATCH)
        continue;
      score -= RESOURCE_LOSS;
      while (place > 0 && ((EnclaveMentionMatch *) g_ptr_array_index (matches, place - 1))->score < score)
        place--;
      if (place < search->max)
        g_ptr_array_insert (matches, (int) place, new_for_resource (resource, score));
      if (matches->len > search->max)
        g_ptr_array_set_size (matches, (int) search->max);
    }
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
  add_resources (matches, search);
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
    {
      add_resources (matches, search);
      g_task_return_pointer (task, g_steal_pointer (&matches), (GDestroyNotify) g_ptr_array_unref);
    }
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
  EnclaveMcpToolbox *toolbox;
  Search *search;
  GTask *task;
  g_autoptr (GTask) ranking = NULL;

  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (service));
  g_return_if_fail (word != NULL);

  toolbox = enclave_agent_service_get_toolbox (service);
  survey = enclave_repo_map_get_survey (enclave_agent_service_get_map (service));
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_chat_mention_search_async);
  search = search_new (survey, enclave_agent_service_get_gate (service), word, max);
  if (toolbox != NULL && enclave_mcp_toolbox_get_catalog (toolbox) != NULL)
    search->catalog = g_object_ref (enclave_mcp_toolbox_get_catalog (toolbox));
  g_task_set_task_data (task, search, search_free);
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
