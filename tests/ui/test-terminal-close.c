/* test-terminal-close.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is asked about before it ends, and what stays to be read when it has ended.
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-settings.h"
#include "enclave-terminal-fixture.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

typedef struct
{
  EnclaveTestProject *project;
  GSettings *settings;
  GtkWidget *window;
  EnclaveTerminalPane *pane;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->project = enclave_test_project_new ();
  fixture->settings = enclave_settings_new ("dev.enclave.Enclave", NULL, NULL);
  g_assert_nonnull (fixture->settings);
  fixture->pane = enclave_test_terminal_present (fixture->project->root, 900, 500, &fixture->window);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_terminal_close (fixture->window, fixture->pane);
  g_settings_reset (fixture->settings, "terminal-profiles");
  g_settings_reset (fixture->settings, "terminal-default-profile");
  g_object_unref (fixture->settings);
  enclave_test_project_free (fixture->project);
}

static EnclaveTerminalTab *
get_active (Fixture *fixture)
{
  return enclave_test_terminal_get_active (fixture->pane);
}

static void
activate (Fixture *fixture, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->pane), action, NULL));
  enclave_test_spin (100);
}

/* The only profile there is. */
static void
set_profile (Fixture *fixture, const char *command, const char *first, const char *second)
{
  const char *arguments[] = { first, second, NULL };
  g_autoptr (GPtrArray) profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_terminal_profile_free);
  EnclaveTerminalProfile *profile = enclave_terminal_profile_new ("Mine");

  g_free (profile->command);
  profile->command = g_strdup (command);
  g_strfreev (profile->arguments);
  profile->arguments = g_strdupv ((char **) arguments);
  g_ptr_array_add (profiles, profile);
  enclave_terminal_profiles_save (fixture->settings, profiles);
}

static EnclaveTerminalTab *
open_profile (Fixture *fixture, const char *command, const char *first, const char *second)
{
  set_profile (fixture, command, first, second);
  g_assert_true (enclave_terminal_pane_open_profile (fixture->pane, "Mine"));
  enclave_test_spin (100);
  return get_active (fixture);
}

static void
wait_ended (EnclaveTerminalTab *tab)
{
  for (guint i = 0; enclave_terminal_tab_get_running (tab) && i < 400; i++)
    enclave_test_spin (25);
  g_assert_false (enclave_terminal_tab_get_running (tab));
}

/* A connection or an editor is not an idle shell, though it has the terminal as one has it. */
static void
test_program_is_busy (Fixture *fixture, gconstpointer data)
{
  const char *const told[][3] = { { "/bin/sleep", "298", NULL },
                                  { "/bin/sh", "-c", "echo be''gun; read line" },
                                  { "/bin/sh", "./talk.sh", NULL },
                                  { "/bin/sh", "-e", "./talk.sh" } };

  enclave_test_project_write (fixture->project, "talk.sh", "read line\n");
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    {
      EnclaveTerminalTab *tab = open_profile (fixture, told[i][0], told[i][1], told[i][2]);

      g_test_message ("%s %s", told[i][0], told[i][1]);
      g_assert_true (enclave_terminal_tab_get_running (tab));
      g_assert_true (enclave_terminal_tab_get_busy (tab));
      activate (fixture, "terminal.close-tab");
      g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 1);
      g_assert_true (enclave_test_terminal_has_note (tab, "is still running"));
      enclave_test_terminal_answer (tab, "close");
      g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 0);
    }
}

/* One that reads command lines is closed as any shell is. */
static void
test_shell_is_idle (Fixture *fixture, gconstpointer data)
{
  const char *const shells[][3] = { { "/bin/sh", NULL, NULL }, { "/bin/sh", "-i", NULL }, { "/bin/bash", "--norc", "-i" },
                                    { "/bin/bash", "--rcfile", "/dev/null" } };

  for (guint i = 0; i < G_N_ELEMENTS (shells); i++)
    {
      EnclaveTerminalTab *tab = open_profile (fixture, shells[i][0], shells[i][1], shells[i][2]);

      g_test_message ("%s %s", shells[i][0], shells[i][1]);
      enclave_test_terminal_wait_ready (tab);
      enclave_test_spin (100);
      g_assert_false (enclave_terminal_tab_get_busy (tab));
      activate (fixture, "terminal.close-tab");
      g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 0);
    }
}

/* A command for a shell is not typed into something else, nor in another folder than the project's. */
static void
test_commands_are_for_a_shell (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *tab;
  EnclaveTerminalTab *program = open_profile (fixture, "/bin/sh", "-c", "cat >typed.txt");

  g_settings_set_string (fixture->settings, "terminal-default-profile", "Mine");
  enclave_terminal_pane_type_in_new_shell (fixture->pane, "echo wan''ted $PWD.");
  tab = get_active (fixture);
  g_assert_true (tab != program);
  g_assert_null (enclave_terminal_tab_get_profile (tab));
  g_assert_cmpstr (enclave_terminal_tab_get_folder (tab), ==, fixture->project->root);
  enclave_test_terminal_type (tab, "\n");
  g_assert_true (enclave_test_terminal_wait_text (tab, "wanted /"));

  /* the same where one is looked for among those that are open */
  activate (fixture, "terminal.close-tab");
  g_assert_true (get_active (fixture) == program);
  enclave_terminal_pane_type_command (fixture->pane, "echo ag''ain");
  tab = get_active (fixture);
  g_assert_true (tab != program);
  g_assert_null (enclave_terminal_tab_get_profile (tab));
  enclave_test_terminal_type (tab, "\n");
  g_assert_true (enclave_test_terminal_wait_text (tab, "again"));
  {
    g_autofree char *typed = enclave_test_project_path (fixture->project, "typed.txt");
    g_autofree char *text = NULL;

    g_assert_true (g_file_get_contents (typed, &text, NULL, NULL));
    g_assert_cmpstr (text, ==, "");
  }
}

/* What it said is what one looks for; a shell that is left has nothing more to say, and goes. */
static void
test_program_stays (Fixture *fixture, gconstpointer data)
{
  const char *const ends[] = { "echo no su''ch host >&2; exit 255", "echo no su''ch host; exit 0", "echo no su''ch host; sleep 1.2; exit 255" };

  enclave_terminal_pane_open_shell (fixture->pane);
  enclave_test_spin (100);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      EnclaveTerminalTab *tab = open_profile (fixture, "/bin/sh", "-c", ends[i]);
      EnclaveTerminalTab *beside;

      g_test_message ("%s", ends[i]);
      activate (fixture, "terminal.split-right");
      beside = get_active (fixture);
      wait_ended (tab);
      wait_ended (beside);
      enclave_test_spin (300);
      g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)), ==, 2);
      g_assert_true (enclave_test_terminal_wait_text (beside, "no such host"));
      activate (fixture, "terminal.close-tab");
      g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 1);
    }
}

/* The one that is left over stays, as a tab with one terminal keeps it. */
static void
test_both_end (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *left;
  EnclaveTerminalTab *right;

  enclave_terminal_pane_open_shell (fixture->pane);
  enclave_test_spin (100);
  left = get_active (fixture);
  activate (fixture, "terminal.split-right");
  right = get_active (fixture);
  enclave_test_terminal_wait_ready (left);
  enclave_test_terminal_wait_ready (right);
  enclave_test_terminal_type (left, "exit 0\n");
  enclave_test_terminal_type (right, "exit 0\n");
  /* so that the loop hears of both in one turn */
  g_usleep (G_USEC_PER_SEC);
  enclave_test_spin (500);
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 1);
  g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)), ==, 1);
  g_assert_true (enclave_test_terminal_has_note (get_active (fixture), ""));
}

/* What begins while the question stands is not what was asked about, be it beside the other or where the other was. */
static void
test_answer_is_for_the_question (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *left;
  EnclaveTerminalTab *right;

  enclave_terminal_pane_open_shell (fixture->pane);
  enclave_test_spin (100);
  left = get_active (fixture);
  enclave_test_terminal_wait_ready (left);
  activate (fixture, "terminal.split-right");
  right = get_active (fixture);
  enclave_test_terminal_keep_busy (right);

  activate (fixture, "terminal.close-tab");
  g_assert_true (enclave_test_terminal_has_note (right, "“sleep” is still running"));
  enclave_test_terminal_keep_busy (left);
  enclave_test_terminal_answer (right, "close");
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 1);
  g_assert_true (enclave_terminal_tab_get_busy (left) && enclave_terminal_tab_get_busy (right));
  g_assert_true (enclave_test_terminal_has_note (right, "2 programs"));

  /* as many as before, and not the same */
  enclave_test_terminal_type (left, "\003");
  for (guint i = 0; enclave_terminal_tab_get_busy (left) && i < 400; i++)
    enclave_test_spin (25);
  enclave_test_terminal_keep_busy (left);
  enclave_test_terminal_answer (right, "close");
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 1);
  g_assert_true (enclave_terminal_tab_get_busy (left) && enclave_terminal_tab_get_busy (right));

  enclave_test_terminal_answer (right, "close");
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 0);
}

/* The same of one terminal for itself. */
static void
test_answer_is_for_the_one (Fixture *fixture, gconstpointer data)
{
  EnclaveTerminalTab *left;
  EnclaveTerminalTab *right;

  enclave_terminal_pane_open_shell (fixture->pane);
  enclave_test_spin (100);
  left = get_active (fixture);
  activate (fixture, "terminal.split-right");
  right = get_active (fixture);
  enclave_test_terminal_keep_busy (right);
  activate (fixture, "terminal.close");
  enclave_test_terminal_type (right, "\003");
  for (guint i = 0; enclave_terminal_tab_get_busy (right) && i < 400; i++)
    enclave_test_spin (25);
  enclave_test_terminal_keep_busy (right);
  enclave_test_terminal_answer (right, "close");
  g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)), ==, 2);
  g_assert_true (enclave_terminal_tab_get_busy (right));

  /* the other one goes while it is asked: the answer counts all the same */
  enclave_test_terminal_wait_ready (left);
  enclave_test_terminal_type (left, "exit 0\n");
  for (guint i = 0; enclave_terminal_split_get_n_tabs (enclave_test_terminal_get_split (fixture->pane)) > 1 && i < 400; i++)
    enclave_test_spin (25);
  enclave_test_terminal_answer (right, "close");
  g_assert_cmpuint (enclave_terminal_pane_get_n_tabs (fixture->pane), ==, 0);
}

#define ADD(name, function) g_test_add ("/terminal-close/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_setenv ("SHELL", "/bin/sh", TRUE);
  adw_init ();
  g_test_init (&argc, &argv, NULL);

  ADD ("program-is-busy", test_program_is_busy);
  ADD ("shell-is-idle", test_shell_is_idle);
  ADD ("commands-are-for-a-shell", test_commands_are_for_a_shell);
  ADD ("program-stays", test_program_stays);
  ADD ("both-end", test_both_end);
  ADD ("answer-is-for-the-question", test_answer_is_for_the_question);
  ADD ("answer-is-for-the-one", test_answer_is_for_the_one);
  return g_test_run ();
}
