/* store-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* store-cost PROJECT: what a command waits for until it is known what it may see of git's objects. Prints `prepare_ms=`; the first
 * run in a cache folder of its own (XDG_CACHE_HOME) makes the store, a later one finds it. */

#include "config.h"

#include <stdlib.h>

#include "enclave-gate.h"
#include "enclave-git-store.h"

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GObject **) user_data, G_OBJECT (result));
}

int
main (int argc, char *argv[])
{
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *store = NULL;
  g_autofree char *others = NULL;
  gint64 begun = 0;

  if (argc != 2 || (gate = enclave_gate_new (argv[1], NULL, &error)) == NULL)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "store-cost PROJECT");
      return EXIT_FAILURE;
    }
  begun = g_get_monotonic_time ();
  enclave_git_store_prepare_async (enclave_gate_get_policy (gate), enclave_gate_get_root (gate), FALSE, NULL, NULL, on_prepared, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  store = enclave_git_store_prepare_finish (result, &others, &error);
  if (error != NULL)
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }
  g_print ("prepare_ms=%" G_GINT64_FORMAT " store=%s\n", (g_get_monotonic_time () - begun) / 1000, store != NULL ? store : "none");
  return EXIT_SUCCESS;
}
