/* test-server-settings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-server-settings.h"

/* The administrator's list of servers: what it says holds alone, and what is wrong with it allows nothing. */

static EnclaveServerSettings *
read_text (const char *text, guint mode, guint32 owner)
{
  g_autofree char *folder = g_dir_make_tmp ("enclave-servers-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "servers", NULL);
  EnclaveServerSettings *settings;

  if (text != NULL)
    {
      g_assert_true (g_file_set_contents (path, text, -1, NULL));
      g_assert_cmpint (g_chmod (path, (int) mode), ==, 0);
    }
  settings = enclave_server_settings_read_file (NULL, path, owner);
  g_unlink (path);
  g_rmdir (folder);
  return settings;
}

static void
test_good (void)
{
  g_autoptr (EnclaveServerSettings) none = read_text (NULL, 0, geteuid ());
  g_autoptr (EnclaveServerSettings) all
    = read_text ("# ours\n[Servers]\nAddresses=http://127.0.0.1:11434;unix:/run/llm.sock;\n"
                 "Networks=192.168.7.0/24\nDiscover=true\n",
                 0644, geteuid ());
  g_autoptr (EnclaveServerSettings) less = read_text ("[Servers]\nAddresses=127.0.0.1:1\n", 0600, geteuid ());

  /* No file: the user's settings, here the defaults. */
  g_assert_false (none->fixed);
  g_assert_true (none->discover);
  g_assert_cmpuint (g_strv_length (none->addresses), ==, 0);
  g_assert_null (none->problem);

  g_assert_true (all->fixed);
  g_assert_null (all->problem);
  g_assert_true (all->discover);
  g_assert_cmpuint (g_strv_length (all->addresses), ==, 2);
  g_assert_cmpstr (all->addresses[1], ==, "unix:/run/llm.sock");
  g_assert_cmpuint (g_strv_length (all->networks), ==, 1);

  g_assert_true (less->fixed);
  g_assert_null (less->problem);
  g_assert_false (less->discover);
  g_assert_cmpuint (g_strv_length (less->networks), ==, 0);
}

static void
check_nothing (EnclaveServerSettings *settings)
{
  g_autoptr (EnclaveServerSettings) owned = settings;

  g_assert_true (owned->fixed);
  g_assert_nonnull (owned->problem);
  g_assert_false (owned->discover);
  g_assert_cmpuint (g_strv_length (owned->addresses), ==, 0);
  g_assert_cmpuint (g_strv_length (owned->networks), ==, 0);
}

static void
test_bad (void)
{
  static const char good[] = "[Servers]\nAddresses=http://127.0.0.1:11434\n";
  static const char *const texts[] = {
    "",
    "Addresses=x\n",
    "[Other]\nAddresses=x\n",
    "[Servers]\nAddresses=http://127.0.0.1:1\nDiscover=perhaps\n",
    "[Servers]\nAddresses=http://127.0.0.1:1\nAdresses=x\n",
    "[Servers]\nAddresses=http://127.0.0.1:1\nnonsense\n",
    "[Servers]\nAddresses=\xff\xfe\n",
  };
  g_autofree char *huge = g_strnfill (80 * 1024, '#');
  g_autofree char *folder = g_dir_make_tmp ("enclave-servers-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_test_message ("%u", i);
      check_nothing (read_text (texts[i], 0644, geteuid ()));
    }
  check_nothing (read_text (huge, 0644, geteuid ()));
  /* Somebody else's, or one that somebody else may write. */
  check_nothing (read_text (good, 0644, geteuid () + 1));
  check_nothing (read_text (good, 0664, geteuid ()));
  check_nothing (read_text (good, 0646, geteuid ()));
  /* No file at all, but there. */
  check_nothing (enclave_server_settings_read_file (NULL, folder, geteuid ()));
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-settings/good", test_good);
  g_test_add_func ("/server-settings/bad", test_bad);
  return g_test_run ();
}
