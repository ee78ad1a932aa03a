/* test-dialogs.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Windows that say what the program is, and what its keys are.
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-about-window.h"
#include "enclave-action-table.h"
#include "enclave-key-map.h"
#include "enclave-shortcuts-window.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

static void
test_shortcuts (void)
{
  g_autoptr (EnclaveKeyMap) keys = enclave_key_map_new (NULL);
  GtkWidget *window = enclave_shortcuts_window_new (keys);
  guint n_entries;
  const EnclaveActionEntry *entries = enclave_action_table (&n_entries);
  guint n_keys = 0;

  for (guint i = 0; i < n_entries; i++)
    n_keys += *entries[i].accelerators != '\0' || enclave_key_map_can_change (&entries[i]) ? 1 : 0;
  g_assert_cmpuint (n_keys, >, 20);
  g_assert_cmpuint (enclave_test_count_shown_rows (window), ==, n_keys);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_about (void)
{
  GtkWidget *window = enclave_about_window_new ();
  g_autofree char *text = enclave_about_window_dup_diagnostics (ENCLAVE_ABOUT_WINDOW (window));

  g_assert_nonnull (strstr (text, "Enclave " ENCLAVE_VERSION));
  g_assert_nonnull (strstr (text, "GTK: 4."));
  g_assert_null (strstr (text, g_get_home_dir ()));
  g_assert_null (strstr (text, "XDG_"));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/dialogs/shortcuts", test_shortcuts);
  g_test_add_func ("/dialogs/about", test_about);

  return g_test_run ();
}
