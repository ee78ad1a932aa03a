/* map-again.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * map-again FOLDER RUNS: looks at a project once, then RUNS times after one of its files has changed; prints the seconds of each.
 */

#include "config.h"

#include <stdlib.h>

#include "enclave-gate.h"

typedef struct
{
  GMainLoop *loop;
  EnclaveProjectSurvey *survey;
} Look;

static void
on_surveyed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Look *look = user_data;
  g_autoptr (GError) error = NULL;
  EnclaveProjectSurvey *found = enclave_tool_scope_survey_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);

  if (found == NULL)
    g_error ("%s", error->message);
  g_clear_pointer (&look->survey, enclave_project_survey_unref);
  look->survey = found;
  g_main_loop_quit (look->loop);
}

static void
survey (EnclaveGate *gate, Look *look)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (gate, "agent", "map", ENCLAVE_EFFECT_READ);

  enclave_tool_scope_survey_async (scope, look->survey, NULL, on_surveyed, look);
  g_main_loop_run (look->loop);
}

int
main (int argc, char **argv)
{
  g_autoptr (EnclaveSandbox) sandbox = enclave_sandbox_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveGate) gate = NULL;
  g_autofree char *path = NULL;
  Look look = { NULL, NULL };

  if (argc != 3 || (gate = enclave_gate_new (argv[1], sandbox, &error)) == NULL)
    return EXIT_FAILURE;
  look.loop = g_main_loop_new (NULL, FALSE);
  path = g_build_filename (argv[1], "changes.c", NULL);
  survey (gate, &look);
  for (int i = 0; i < atoi (argv[2]); i++)
    {
      g_autofree char *text = g_strdup_printf ("int\nchanged_%d (void)\n{\n  return %d;\n}\n", i, i);

      if (!g_file_set_contents (path, text, -1, NULL))
        return EXIT_FAILURE;
      survey (gate, &look);
      if (look.survey->n_read != 1)
        g_error ("%u files were read", look.survey->n_read);
      g_print ("%.4f\n", (double) look.survey->took_us / G_USEC_PER_SEC);
    }
  enclave_project_survey_unref (look.survey);
  g_main_loop_unref (look.loop);

  return EXIT_SUCCESS;
}
