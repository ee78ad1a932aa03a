/* test-shell-integration.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

#include "enclave-mark-parser.h"
#include "enclave-install-paths.h"
#include "enclave-shell-integration.h"
#include "enclave-shell.h"

typedef struct
{
  EnclaveMarkParser *parser;
  GString *marks;
  GString *output;
  gboolean exited;
  int wait_status;
} Seen;

static void
note (const EnclaveMark *mark, gsize end, gpointer user_data)
{
  static const char names[] = "ABCDF";
  Seen *seen = user_data;

  g_string_append_c (seen->marks, names[mark->kind]);
  if (mark->kind == ENCLAVE_MARK_DONE)
    g_string_append_printf (seen->marks, "%d", mark->status);
  if (mark->text != NULL)
    {
      g_autofree char *folder = g_filename_from_uri (mark->text, NULL, NULL);

      g_string_append_printf (seen->marks, "<%s>", folder != NULL ? folder : "no folder");
    }
  g_string_append_c (seen->marks, ' ');
}

static void
output_cb (EnclaveShell *shell, GBytes *bytes, gpointer user_data)
{
  Seen *seen = user_data;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  g_string_append_len (seen->output, data, (gssize) length);
  enclave_mark_parser_feed (seen->parser, data, length, note, seen);
  enclave_shell_continue (shell);
}

static void
exited_cb (EnclaveShell *shell, int wait_status, gpointer user_data)
{
  Seen *seen = user_data;

  seen->exited = TRUE;
  seen->wait_status = wait_status;
}

static gboolean
late_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_for (Seen *seen, const char *marks)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (20, late_cb, &late);

  while (!late && (marks != NULL ? strstr (seen->marks->str, marks) == NULL : !seen->exited))
    g_main_context_iteration (NULL, TRUE);
  if (late)
    {
      g_test_message ("marks: %s\noutput: %s", seen->marks->str, seen->output->str);
      g_test_fail_printf ("no \"%s\" came", marks != NULL ? marks : "end");
      return;
    }
  g_source_remove (timer);
}

static void
type (EnclaveShell *shell, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  enclave_shell_write (shell, bytes);
}

static void
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* A shell with files of a person that set a prompt and hooks of their own, in a folder with a name that a URI can't hold as it is. */
static void
test_shell (gconstpointer user_data)
{
  const char *name = user_data;
  g_autofree char *program = g_find_program_in_path (name);
  g_autofree char *home = g_dir_make_tmp ("enclave-integration-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (home, "a b;\303\274\"%41", NULL);
  g_autofree char *folder_mark = g_strdup_printf ("F<%s>", folder);
  g_autofree char *home_variable = g_strdup_printf ("HOME=%s", home);
  g_autofree char *scripts = enclave_install_paths_shell_integration_dir ();
  g_autoptr (EnclaveShell) shell = NULL;
  g_autoptr (GError) error = NULL;
  const char *const environment[] = { home_variable, "XDG_CONFIG_HOME", "XDG_DATA_HOME", "ZDOTDIR", "PROMPT_COMMAND", NULL };
  const char *const argv[] = { program, NULL };
  Seen seen = { enclave_mark_parser_new (), g_string_new (NULL), g_string_new (NULL), FALSE, 0 };

  if (program == NULL)
    {
      g_test_skip ("this shell is not installed");
      return;
    }

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  write_file (home, ".bashrc", "PS1='mine> '\nPROMPT_COMMAND='kept=$?'\necho theirs-read\n");
  write_file (home, ".zshrc", "PS1='mine> '\nprecmd () { kept=$? }\necho theirs-read zdotdir=${ZDOTDIR-none}\n");
  write_file (home, ".config/fish/config.fish", "set -g fish_greeting ''\nfunction fish_prompt; echo -n 'mine> '; end\necho theirs-read\n");

  shell = enclave_shell_start_with (folder, argv, environment, scripts, 80, 24, &error);
  g_assert_no_error (error);
  g_signal_connect (shell, "output", G_CALLBACK (output_cb), &seen);
  g_signal_connect (shell, "exited", G_CALLBACK (exited_cb), &seen);

  wait_for (&seen, "A ");
  g_assert_nonnull (strstr (seen.output->str, "theirs-read"));
  g_assert_null (strstr (seen.output->str, "zdotdir=/"));
  g_assert_nonnull (strstr (seen.marks->str, folder_mark));
  type (shell, "sh -c 'exit 7'\n");
  wait_for (&seen, "C D7 ");
  /* their own hook finds the status as it was */
  if (strcmp (name, "fish") != 0)
    {
      type (shell, "echo kept-$kept\n");
      wait_for (&seen, "C D0 ");
      g_assert_nonnull (strstr (seen.output->str, "kept-7"));
      g_assert_nonnull (strstr (seen.output->str, "mine> "));
    }
  g_string_truncate (seen.marks, 0);
  type (shell, "cd /\n");
  wait_for (&seen, "F</>");
  wait_for (&seen, "A ");
  type (shell, "exit 3\n");
  wait_for (&seen, NULL);
  g_assert_true (WIFEXITED (seen.wait_status));
  g_assert_cmpint (WEXITSTATUS (seen.wait_status), ==, 3);

  enclave_mark_parser_free (seen.parser);
  g_string_free (seen.marks, TRUE);
  g_string_free (seen.output, TRUE);
  {
    g_autofree char *line = g_strdup_printf ("rm -rf '%s'", home);

    g_assert_true (g_spawn_command_line_sync (line, NULL, NULL, NULL, NULL));
  }
}

static void
test_left_alone (void)
{
  g_autofree char *scripts = enclave_install_paths_shell_integration_dir ();
  const char *const others[][3] = {
    { "/bin/dash", NULL, NULL }, { "/bin/bash", "--norc", NULL }, { "/usr/bin/zsh", "-f", NULL }, { "/usr/bin/python3", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_auto (GStrv) argv = g_strdupv ((GStrv) others[i]);
      g_auto (GStrv) environment = g_get_environ ();
      g_auto (GStrv) before = g_strdupv (environment);

      g_assert_false (enclave_shell_integration_apply (&argv, &environment, scripts));
      g_assert_true (g_strv_equal ((const char *const *) argv, others[i]));
      g_assert_true (g_strv_equal ((const char *const *) environment, (const char *const *) before));
    }
}

static void
test_scripts_missing (void)
{
  const char *const bash[] = { "/bin/bash", NULL };
  g_auto (GStrv) argv = g_strdupv ((GStrv) bash);
  g_auto (GStrv) environment = g_get_environ ();

  g_assert_false (enclave_shell_integration_apply (&argv, &environment, "/nowhere/at/all"));
  g_assert_null (argv[1]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/shell-integration/bash", "bash", test_shell);
  g_test_add_data_func ("/shell-integration/zsh", "zsh", test_shell);
  g_test_add_data_func ("/shell-integration/fish", "fish", test_shell);
  g_test_add_func ("/shell-integration/left-alone", test_left_alone);
  g_test_add_func ("/shell-integration/scripts-missing", test_scripts_missing);
  return g_test_run ();
}
