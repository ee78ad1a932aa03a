/* enclave-repo-map.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-repo-map.h"

#include <string.h>

#include "enclave-repo-map-text.h"

/* Of code in short lines, on the safe side: tokenizers give 3 to 4. */
#define BYTES_PER_TOKEN 3
#define MIN_TOKENS 800
#define MAX_TOKENS 2048
#define UNKNOWN_WINDOW 8192
#define NEAR_SHARE 4

struct _EnclaveRepoMap
{
  GObject parent_instance;

  EnclaveGate *gate;
  EnclaveProjectSurvey *survey; /* NULL until it was looked at */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveRepoMap, enclave_repo_map, G_TYPE_OBJECT)

static void
enclave_repo_map_dispose (GObject *object)
{
  EnclaveRepoMap *self = ENCLAVE_REPO_MAP (object);

  g_clear_object (&self->gate);
  g_clear_pointer (&self->survey, enclave_project_survey_unref);

  G_OBJECT_CLASS (enclave_repo_map_parent_class)->dispose (object);
}

static void
enclave_repo_map_class_init (EnclaveRepoMapClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_repo_map_dispose;

  signals[CHANGED] = g_signal_new ("changed", ENCLAVE_TYPE_REPO_MAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_repo_map_init (EnclaveRepoMap *self)
{
}

/**
 * enclave_repo_map_new:
 * @gate: the project's gate
 *
 * Returns: (transfer full): a map that has not looked yet
 */
EnclaveRepoMap *
enclave_repo_map_new (EnclaveGate *gate)
{
  EnclaveRepoMap *self;

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);

  self = g_object_new (ENCLAVE_TYPE_REPO_MAP, NULL);
  self->gate = g_object_ref (gate);

  return self;
}

static void
on_surveyed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveRepoMap *self = g_task_get_source_object (task);
  GError *error = NULL;
  EnclaveProjectSurvey *survey = enclave_tool_scope_survey_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);

  if (survey == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_pointer (&self->survey, enclave_project_survey_unref);
  self->survey = survey;
  g_signal_emit (self, signals[CHANGED], 0);
  g_task_return_boolean (task, TRUE);
}

void
enclave_repo_map_update_async (EnclaveRepoMap *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (EnclaveToolScope) scope = NULL;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_REPO_MAP (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_repo_map_update_async);
  scope = enclave_gate_open_scope (self->gate, "agent", "map", ENCLAVE_EFFECT_READ);
  enclave_tool_scope_survey_async (scope, self->survey, cancellable, on_surveyed, task);
}

gboolean
enclave_repo_map_update_finish (EnclaveRepoMap *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

EnclaveProjectSurvey *
enclave_repo_map_get_survey (EnclaveRepoMap *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REPO_MAP (self), NULL);

  return self->survey;
}

void
enclave_map_part_clear (EnclaveMapPart *part)
{
  g_clear_object (&part->item);
  part->n_definitions = part->n_tokens = 0;
}

guint
enclave_repo_map_get_budget (guint window)
{
  if (window == 0)
    window = UNKNOWN_WINDOW;

  return MIN (window / 8, CLAMP (window / 16, MIN_TOKENS, MAX_TOKENS));
}

/* @text: (transfer full) (nullable). */
static void
admit (EnclaveRepoMap *self, char *text, const char *source, EnclaveMapPart *part)
{
  g_autofree char *owned = text;

  if (text == NULL)
    return;
  part->item = enclave_gate_admit_text (self->gate, text, NULL, source, NULL);
  if (part->item != NULL)
    part->n_tokens = (guint) (strlen (enclave_context_item_get_text (part->item)) / BYTES_PER_TOKEN) + 1;
}

void
enclave_repo_map_admit (EnclaveRepoMap *self, guint window, EnclaveMapPart *part)
{
  guint tokens = enclave_repo_map_get_budget (window);

  g_return_if_fail (ENCLAVE_IS_REPO_MAP (self));
  g_return_if_fail (part != NULL);

  *part = (EnclaveMapPart){ NULL, 0, 0 };
  if (self->survey != NULL)
    admit (self,
           enclave_repo_map_text_build (self->survey, (gsize) (tokens - tokens / NEAR_SHARE) * BYTES_PER_TOKEN,
                                        &part->n_definitions),
           "map", part);
}

void
enclave_repo_map_admit_near (EnclaveRepoMap *self, guint window, const char *const *open_paths, const char *words,
                             EnclaveMapPart *part)
{
  guint tokens = enclave_repo_map_get_budget (window);

  g_return_if_fail (ENCLAVE_IS_REPO_MAP (self));
  g_return_if_fail (part != NULL);

  *part = (EnclaveMapPart){ NULL, 0, 0 };
  if (self->survey != NULL)
    admit (self,
           enclave_repo_map_text_build_near (self->survey, open_paths, words, (gsize) (tokens / NEAR_SHARE) * BYTES_PER_TOKEN,
                                             &part->n_definitions),
           "near what is open or mentioned (lines may have moved)", part);
}
