/* enclave-ctl-tour.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-ctl-commands.h"
#include "enclave-tour.h"

static int
run_tour (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  if (n_words != 1 || words[0][0] == '\0')
    return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl tour DIR"));
  folder = g_canonicalize_filename (words[0], NULL);
  if (!enclave_tour_write_project (folder, &error))
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);

  if (enclave_ctl_context_get_json (context))
    {
      JsonObject *object = json_object_new ();

      json_object_set_boolean_member (object, "ok", TRUE);
      json_object_set_string_member (object, "path", folder);
      json_object_set_string_member (object, "first_message", enclave_tour_first_message ());
      enclave_ctl_print_object (object);
      return ENCLAVE_CTL_DONE;
    }
  enclave_ctl_print (_ ("The sample project is in %s. Next:\n"), folder);
  enclave_ctl_print ("  enclavectl --workspace %s --endpoint tour: ask --approve all \"%s\"\n", words[0],
                     enclave_tour_first_message ());
  return ENCLAVE_CTL_DONE;
}

const EnclaveCtlCommand enclave_ctl_tour = {
  .name = "tour",
  .synopsis = "DIR",
  .description = N_ ("Write the sample project of the guided tour"),
  .run = run_tour,
};
