/* enclave-ctl-map.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-ctl-commands.h"
#include "enclave-repo-map.h"

#define MAX_WINDOW (1024 * 1024)
#define DEFAULT_WINDOW 8192

static JsonObject *
part_to_json (const EnclaveMapPart *part)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "text", part->item != NULL ? enclave_context_item_get_text (part->item) : "");
  json_object_set_int_member (object, "tokens", part->n_tokens);
  json_object_set_int_member (object, "definitions", part->n_definitions);
  return object;
}

static void
print_json (const EnclaveProjectSurvey *survey, guint window, const EnclaveMapPart *map, const EnclaveMapPart *near)
{
  JsonObject *object = json_object_new ();

  json_object_set_boolean_member (object, "ok", TRUE);
  json_object_set_int_member (object, "files", survey->files->len);
  json_object_set_int_member (object, "denied", survey->n_denied);
  json_object_set_int_member (object, "definitions", survey->n_definitions);
  json_object_set_int_member (object, "read", survey->n_read);
  json_object_set_boolean_member (object, "partial", survey->is_partial);
  json_object_set_double_member (object, "seconds", (double) survey->took_us / G_USEC_PER_SEC);
  json_object_set_int_member (object, "budget_tokens", enclave_repo_map_get_budget (window));
  if (survey->problem != NULL)
    json_object_set_string_member (object, "problem", survey->problem);
  json_object_set_object_member (object, "map", part_to_json (map));
  json_object_set_object_member (object, "near", part_to_json (near));
  enclave_ctl_print_object (object);
}

static void
print_text (const EnclaveProjectSurvey *survey, const EnclaveMapPart *map, const EnclaveMapPart *near)
{
  if (near->item != NULL)
    enclave_ctl_print ("%s\n%s\n", _ ("Near what is open or mentioned:"), enclave_context_item_get_text (near->item));
  if (map->item != NULL)
    enclave_ctl_print ("%s", enclave_context_item_get_text (map->item));
  if (survey->problem != NULL)
    enclave_ctl_note ("%s", survey->problem);
  enclave_ctl_note (_ ("%u files, %u definitions, looked at in %.2f s; about %u tokens"), survey->files->len, survey->n_definitions,
                    (double) survey->took_us / G_USEC_PER_SEC, map->n_tokens + near->n_tokens);
}

static gboolean
update (EnclaveCtlContext *context, EnclaveRepoMap *map, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  enclave_repo_map_update_async (map, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  return enclave_repo_map_update_finish (map, result, error);
}

static int
run_map (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  const char *window_text = enclave_ctl_context_get_option (context, "window");
  const char *open_paths[] = { enclave_ctl_context_get_option (context, "open"), NULL };
  guint64 window = DEFAULT_WINDOW;
  g_autofree char *mentioned = g_strjoinv (" ", (char **) words);
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (EnclaveRepoMap) map = NULL;
  g_auto (EnclaveMapPart) general = { NULL };
  g_auto (EnclaveMapPart) near = { NULL };
  g_autoptr (GError) error = NULL;

  if (window_text != NULL && !g_ascii_string_to_unsigned (window_text, 10, 1024, MAX_WINDOW, &window, NULL))
    return enclave_ctl_context_refuse_usage (context, _ ("--window takes a number of tokens, at least 1024"));
  gate = enclave_ctl_context_open_gate (context, &error);
  if (gate != NULL)
    map = enclave_repo_map_new (gate);
  if (map == NULL || !update (context, map, &error))
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);

  enclave_repo_map_admit (map, (guint) window, &general);
  enclave_repo_map_admit_near (map, (guint) window, open_paths, mentioned, &near);
  if (enclave_ctl_context_get_json (context))
    print_json (enclave_repo_map_get_survey (map), (guint) window, &general, &near);
  else
    print_text (enclave_repo_map_get_survey (map), &general, &near);
  return ENCLAVE_CTL_DONE;
}

static const EnclaveCtlOption options[] = {
  { "window", "TOKENS", N_ ("The window that the map is made for; it takes at most an eighth") },
  { "open", "PATH", N_ ("A file that counts as open") },
};

const EnclaveCtlCommand enclave_ctl_map = {
  .name = "map",
  .synopsis = "[WORDS…]",
  .description = N_ ("What a model is told of the project, and of what WORDS mention"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_map,
};
