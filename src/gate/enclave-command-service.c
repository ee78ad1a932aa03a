/* enclave-command-service.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-command-door.h"
#include "enclave-command-scan.h"
#include "enclave-confined-spawn.h"
#include "enclave-gate-private.h"
#include "enclave-git-store.h"
#include "enclave-policy-private.h"
#include "enclave-service-places.h"
#include "enclave-service-process-private.h"

/* What the audit calls it. */
#define RECORDED_TOOL "service"
/* Where one without the project begins, in its box. */
#define EMPTY_FOLDER "/tmp/home"

typedef struct
{
  EnclavePipedServiceOptions *options;
  GPtrArray *places; /* (element-type filename): what is shown beside the system and the project */
  GPtrArray *hidden; /* (element-type filename): what of that is denied */
} Service;

static void
service_free (gpointer data)
{
  Service *service = data;

  enclave_piped_service_options_free (service->options);
  g_clear_pointer (&service->places, g_ptr_array_unref);
  g_clear_pointer (&service->hidden, g_ptr_array_unref);
  g_free (service);
}

/* For a worker: nothing that it takes is changed meanwhile. */
typedef struct
{
  EnclavePolicy *policy;
  GPtrArray *folders;
} Places;

static void
places_free (gpointer data)
{
  Places *places = data;

  g_object_unref (places->policy);
  g_ptr_array_unref (places->folders);
  g_free (places);
}

/* Answers @task (transfer full) with @error (transfer full), and writes it down. */
static void
refuse (GTask *task, GError *error)
{
  g_autoptr (GTask) owned = task;
  Service *service = g_task_get_task_data (task);
  EnclaveAuditRecord record = { .actor = service->options->actor, .tool = RECORDED_TOOL, .path = service->options->shown, .effect = "run" };

  enclave_gate_audit_error (g_task_get_source_object (task), &record, error);
  g_task_return_error (task, error);
}

static gboolean
record_start (EnclaveGate *gate, Service *service, GError **error)
{
  EnclaveAuditRecord record = { .actor = service->options->actor, .tool = RECORDED_TOOL, .path = service->options->shown, .effect = "run" };
  gboolean recorded = enclave_gate_record (gate, &record, error);

  for (guint i = 0; recorded && service->options->network != NULL && service->options->network[i] != NULL; i++)
    {
      EnclaveAuditRecord grant = { .actor = service->options->actor, .tool = RECORDED_TOOL, .path = service->options->network[i], .effect = "network" };

      recorded = enclave_gate_record (gate, &grant, error);
    }
  return recorded;
}

static gboolean
is_within (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  return g_str_equal (folder, "/") || (strncmp (path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/'));
}

/* None may be one that the rules deny, nor hold the project: that is seen through the view alone. */
static gboolean
find_places (EnclaveGate *gate, Service *service, GError **error)
{
  const char *root = enclave_gate_get_root (gate);
  g_auto (GStrv) own = g_path_is_absolute (service->options->argv[0]) ? enclave_service_places_of_program (service->options->argv[0]) : NULL;
  const char *const *all[] = { (const char *const *) own, service->options->readable };

  service->places = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    for (guint k = 0; all[i] != NULL && all[i][k] != NULL; k++)
      {
        g_autofree char *place = g_canonicalize_filename (all[i][k], "/");
        EnclaveDecision decision = enclave_policy_decide_name (enclave_gate_get_policy (gate), NULL, place, !g_file_test (place, G_FILE_TEST_IS_REGULAR));

        if (is_within (root, place) || is_within (g_get_home_dir (), place) || decision.verdict == ENCLAVE_VERDICT_DENY)
          {
            g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_DENIED, decision.rule, place,
                                                              /* Translators: a path */
                                                              _ ("Starting a server: “%s” can’t be shown to it"), place));
            return FALSE;
          }
        if (!is_within (place, root) && g_file_test (place, G_FILE_TEST_EXISTS))
          g_ptr_array_add (service->places, g_steal_pointer (&place));
      }
  return TRUE;
}

/* Where it begins, in its box. (transfer full) (nullable) */
static char *
dup_folder (EnclaveGate *gate, Service *service, const char *place, GError **error)
{
  const char *root = enclave_gate_get_root (gate);
  g_autofree char *folder = NULL;

  if (!service->options->with_workspace)
    return g_strdup (place != NULL ? place : EMPTY_FOLDER);
  folder = service->options->folder != NULL ? enclave_gate_dup_true_path (gate, service->options->folder) : g_strdup (root);
  if (folder != NULL && is_within (folder, root) && g_file_test (folder, G_FILE_TEST_IS_DIR))
    return place != NULL ? g_strconcat (place, folder + strlen (root), NULL) : g_steal_pointer (&folder);
  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, service->options->folder,
                                                    /* Translators: a path */
                                                    _ ("Starting a server: “%s” is no folder of this project"), service->options->folder));
  return NULL;
}

static gboolean
fill_plan (EnclaveGate *gate, Service *service, EnclaveConfinedPlan *plan, const char *store, const char *others, GError **error)
{
  const char *root = service->options->with_workspace ? enclave_gate_get_root (gate) : NULL;
  const char *place = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *program = NULL;

  if (enclave_sandbox_get_level (enclave_gate_get_sandbox (gate)) == ENCLAVE_SANDBOX_REDUCED
      && (place = enclave_confined_plan_add_private (plan, root, error)) == NULL)
    return FALSE;
  folder = dup_folder (gate, service, place, error);
  if (folder == NULL)
    return FALSE;
  for (guint i = 0; i < service->places->len; i++)
    enclave_confined_plan_add (plan, "see", g_ptr_array_index (service->places, i));
  for (guint i = 0; i < service->hidden->len; i++)
    enclave_confined_plan_add (plan, "hide", g_ptr_array_index (service->hidden, i));
  enclave_confined_plan_add (plan, "folder", folder);
  if (root != NULL)
    {
      enclave_confined_plan_add (plan, "workspace", root);
      if (service->options->read_only)
        enclave_confined_plan_add (plan, "read-only", "1");
      enclave_confined_plan_add_view (plan, store, others);
    }
  for (guint i = 0; service->options->network != NULL && service->options->network[i] != NULL; i++)
    if (!enclave_confined_plan_add_forward (plan, service->options->network[i], service->options->actor, error))
      return FALSE;
  enclave_confined_plan_add_limits (plan);
  enclave_confined_plan_fix_variables (plan, service->options->environment);
  enclave_confined_plan_leave_out (plan, service->options->unset);
  enclave_confined_plan_add_environment (plan, root);
  program = g_path_is_absolute (service->options->argv[0]) ? enclave_service_places_resolve (service->options->argv[0]) : g_strdup (service->options->argv[0]);
  enclave_confined_plan_add (plan, "arg", program);
  enclave_confined_plan_add_argv (plan, service->options->argv + 1);
  return TRUE;
}

static void
start (GTask *owned_task, const char *store, const char *others)
{
  g_autoptr (GTask) task = owned_task;
  EnclaveGate *gate = g_task_get_source_object (task);
  Service *service = g_task_get_task_data (task);
  g_autoptr (EnclaveConfinedPlan) plan = enclave_confined_plan_new ();
  EnclaveServiceProcess *process = NULL;
  GError *error = NULL;

  if (fill_plan (gate, service, plan, store, others, &error) && record_start (gate, service, &error))
    process = enclave_service_process_start_piped (plan, &error);
  if (process != NULL && service->options->with_workspace)
    {
      const char *place = enclave_confined_plan_get_place (plan);

      enclave_service_process_set_workspace (process, place != NULL ? place : enclave_gate_get_root (gate));
    }
  if (process != NULL)
    g_task_return_pointer (task, process, g_object_unref);
  else
    refuse (g_steal_pointer (&task), error);
}

static void
on_store_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *store = NULL;
  g_autofree char *others = NULL;
  g_autoptr (GError) error = NULL;

  store = enclave_git_store_prepare_finish (result, &others, &error);
  if (error != NULL)
    g_message ("%s", error->message);
  if (!g_task_return_error_if_cancelled (task))
    start (g_steal_pointer (&task), store, others);
}

/* As for a command where there is no view: denied names in what is shown as it is are covered at the start. */
static void
find_hidden (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Places *places = task_data;
  g_autoptr (GPtrArray) hidden = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;

  for (guint i = 0; i < places->folders->len; i++)
    {
      const char *folder = g_ptr_array_index (places->folders, i);
      g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

      if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
        continue;
      if (!enclave_command_scan_collect (places->policy, folder, found, NULL, cancellable, &error))
        {
          g_task_return_error (task, error);
          return;
        }
      for (guint k = 0; k < found->len; k++)
        g_ptr_array_add (hidden, g_build_filename (folder, g_ptr_array_index (found, k), NULL));
    }
  g_task_return_pointer (task, g_steal_pointer (&hidden), (GDestroyNotify) g_ptr_array_unref);
}

static void
on_hidden_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveGate *gate = g_task_get_source_object (task);
  EnclaveSandboxLevel level = enclave_sandbox_get_level (enclave_gate_get_sandbox (gate));
  Service *service = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  service->hidden = g_task_propagate_pointer (G_TASK (result), &error);
  if (service->hidden != NULL && service->hidden->len > 0 && level == ENCLAVE_SANDBOX_REDUCED)
    {
      const char *path = g_ptr_array_index (service->hidden, 0);

      error = enclave_gate_error_new (ENCLAVE_GATE_ERROR_DENIED, NULL, path,
                                      /* Translators: a path */
                                      _ ("%s is denied, and at the level reduced it can’t be hidden from a server that lies in the same folder. Move the file or "
                                         "the program away; the sandbox badge says why there are no namespaces here."),
                                      path);
    }
  if (error != NULL)
    refuse (g_steal_pointer (&task), error);
  else if (!service->options->with_workspace)
    start (g_steal_pointer (&task), NULL, NULL);
  else
    enclave_git_store_prepare_async (enclave_gate_get_policy (gate), enclave_gate_get_root (gate), level == ENCLAVE_SANDBOX_REDUCED,
                                     enclave_gate_get_git_progress (gate), g_task_get_cancellable (task), on_store_prepared, g_object_ref (task));
}

static void
find_hidden_async (GTask *task)
{
  Service *service = g_task_get_task_data (task);
  g_autoptr (GTask) search = g_task_new (NULL, g_task_get_cancellable (task), on_hidden_found, g_object_ref (task));
  Places *places = g_new0 (Places, 1);

  g_task_set_source_tag (search, find_hidden_async);
  places->policy = g_object_ref (enclave_gate_get_policy (g_task_get_source_object (task)));
  places->folders = g_ptr_array_ref (service->places);
  g_task_set_task_data (search, places, places_free);
  g_task_run_in_thread (search, find_hidden);
}

static void
start_if_confined (GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  EnclaveGate *gate = g_task_get_source_object (task);
  EnclaveSandbox *sandbox = enclave_gate_get_sandbox (gate);
  EnclaveSandboxLevel level = sandbox != NULL ? enclave_sandbox_get_level (sandbox) : ENCLAVE_SANDBOX_TOOLS_ONLY;
  Service *service = g_task_get_task_data (task);
  const char *problem = NULL;
  GError *error = NULL;

  if (level == ENCLAVE_SANDBOX_TOOLS_ONLY)
    problem = sandbox != NULL ? enclave_sandbox_get_reason (sandbox) : _ ("Commands can’t be confined: there is no sandbox.");
  else if (level == ENCLAVE_SANDBOX_MASKED && service->options->with_workspace)
    problem = _ ("Starting a server: here denied files can only be hidden when a program starts, and one that stays would see those "
                 "that come later.");
  else if (level == ENCLAVE_SANDBOX_REDUCED && service->options->network != NULL && service->options->network[0] != NULL)
    problem = _ ("Starting a server: without namespaces programs have no network, and none can be granted.");
  if (problem != NULL)
    error = enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_CONFINED, NULL, NULL, "%s", problem);
  if (error != NULL || !find_places (gate, service, &error))
    refuse (g_steal_pointer (&task), error);
  else
    find_hidden_async (task);
}

void
enclave_command_door_start_service_async (EnclaveGate *gate, const EnclavePipedServiceOptions *options, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Service *service;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));
  g_return_if_fail (options != NULL && options->argv != NULL && options->argv[0] != NULL && options->actor != NULL);

  task = g_task_new (gate, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_command_door_start_service_async);
  service = g_new0 (Service, 1);
  service->options = enclave_piped_service_options_copy (options);
  g_task_set_task_data (task, service, service_free);

  enclave_sandbox_continue_when_known (enclave_gate_get_sandbox (gate), g_steal_pointer (&task), start_if_confined);
}

EnclaveServiceProcess *
enclave_command_door_start_service_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
