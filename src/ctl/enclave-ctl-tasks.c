/* enclave-ctl-tasks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-ctl-commands.h"
#include "enclave-task-detector.h"

static int
run_tasks (EnclaveCtlContext *context)
{
  guint n_words;
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *array;

  enclave_ctl_context_get_words (context, &n_words);
  if (n_words > 0)
    return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl tasks"));
  gate = enclave_ctl_context_open_gate (context, &error);
  if (gate == NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);

  found = enclave_task_detector_list (enclave_gate_get_root (gate));
  if (!enclave_ctl_context_get_json (context))
    {
      for (guint i = 0; i < found->len; i++)
        {
          const EnclaveDetectedTask *task = g_ptr_array_index (found, i);

          enclave_ctl_print ("%-8s  %s\n", task->system, task->command);
        }
      if (found->len == 0)
        enclave_ctl_note (_ ("Nothing tells how this project is built and tested"));
      return ENCLAVE_CTL_DONE;
    }
  array = json_array_new ();
  for (guint i = 0; i < found->len; i++)
    {
      const EnclaveDetectedTask *task = g_ptr_array_index (found, i);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "system", task->system);
      json_object_set_string_member (object, "file", task->file);
      json_object_set_string_member (object, "command", task->command);
      json_array_add_object_element (array, object);
    }
  enclave_ctl_print_array (array);
  return ENCLAVE_CTL_DONE;
}

const EnclaveCtlCommand enclave_ctl_tasks = {
  .name = "tasks",
  .synopsis = "",
  .description = N_ ("How the project is most likely built and tested"),
  .run = run_tasks,
};
