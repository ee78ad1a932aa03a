/* test-terminal-profile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>
#include <vte/vte.h>

#include "enclave-settings.h"
#include "enclave-terminal-fixture.h"
#include "enclave-terminal-palette.h"
#include "enclave-terminal-profile.h"
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
  fixture->pane = enclave_test_terminal_present (fixture->project->root, 800, 400, &fixture->window);
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

static VteTerminal *
get_view (Fixture *fixture)
{
  return VTE_TERMINAL (enclave_test_find_type (GTK_WIDGET (enclave_test_terminal_get_active (fixture->pane)), VTE_TYPE_TERMINAL));
}

static void
set (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = g_variant_parse (G_VARIANT_TYPE ("aa{sv}"), text, NULL, NULL, &error);

  g_assert_no_error (error);
  g_settings_set_value (fixture->settings, "terminal-profiles", value);
  g_variant_unref (value);
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) profiles = g_ptr_array_new ();
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (EnclaveTerminalProfile) profile = enclave_terminal_profile_new ("Säule & Co");
  const EnclaveTerminalProfile *read;
  g_autofree char *line = NULL;

  g_assert_true (enclave_terminal_profile_take_line (profile, "  /bin/sh -c 'echo \"two words\"' --x=1 ''", NULL));
  profile->start = ENCLAVE_TERMINAL_START_GIVEN;
  g_free (profile->folder);
  profile->folder = g_strdup ("/tmp");
  profile->scrollback = 5000;
  g_ptr_array_add (profiles, profile);
  enclave_terminal_profiles_save (fixture->settings, profiles);

  again = enclave_terminal_profiles_load (fixture->settings);
  g_assert_cmpuint (again->len, ==, 1);
  read = g_ptr_array_index (again, 0);
  g_assert_cmpstr (read->name, ==, "Säule & Co");
  g_assert_cmpstr (read->command, ==, "/bin/sh");
  g_assert_cmpuint (g_strv_length (read->arguments), ==, 4);
  g_assert_cmpstr (read->arguments[1], ==, "echo \"two words\"");
  g_assert_cmpstr (read->arguments[3], ==, "");
  g_assert_cmpint (read->start, ==, ENCLAVE_TERMINAL_START_GIVEN);
  g_assert_cmpstr (read->folder, ==, "/tmp");
  g_assert_cmpuint (read->scrollback, ==, 5000);
  line = enclave_terminal_profile_dup_line (read);
  g_assert_cmpstr (line, ==, "/bin/sh -c 'echo \"two words\"' --x=1 ''");
}

static void
test_lines (void)
{
  g_autoptr (EnclaveTerminalProfile) profile = enclave_terminal_profile_new ("x");
  g_autofree char *line = NULL;
  g_autofree char *long_line = g_strnfill (5000, 'a');
  g_autofree char *whole = g_build_filename (g_get_home_dir (), "bin", "tool", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (enclave_terminal_profile_take_line (profile, "bash -l", NULL));
  g_assert_false (enclave_terminal_profile_take_line (profile, "bash 'open", &error));
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, "A quotation mark"));
  g_clear_error (&error);
  g_assert_false (enclave_terminal_profile_take_line (profile, "bash 'open\\", &error));
  g_assert_true (g_str_has_prefix (error->message, "A quotation mark"));
  g_clear_error (&error);
  g_assert_false (enclave_terminal_profile_take_line (profile, "bash -l\\", &error));
  g_assert_nonnull (strstr (error->message, "backslash"));
  g_clear_error (&error);
  g_assert_false (enclave_terminal_profile_take_line (profile, "# bash", &error));
  g_assert_nonnull (strstr (error->message, "comment"));
  g_assert_false (enclave_terminal_profile_take_line (profile, long_line, NULL));
  /* what was there stays */
  line = enclave_terminal_profile_dup_line (profile);
  g_assert_cmpstr (line, ==, "bash -l");
  g_assert_true (enclave_terminal_profile_take_line (profile, "   ", NULL));
  g_assert_cmpstr (profile->command, ==, "");
  /* as to a shell; what the program makes of its words is its own */
  g_assert_true (enclave_terminal_profile_take_line (profile, "~/bin/tool ~/x", NULL));
  g_assert_cmpstr (profile->command, ==, whole);
  g_assert_cmpstr (profile->arguments[0], ==, "~/x");
}

static void
check_program (const char *command, gboolean found)
{
  g_autoptr (EnclaveTerminalProfile) profile = enclave_terminal_profile_new ("x");
  g_autoptr (GError) error = NULL;
  g_autofree char *program = NULL;

  g_free (profile->command);
  profile->command = g_strdup (command);
  program = enclave_terminal_profile_dup_program (profile, &error);
  g_assert_true ((program != NULL) == found);
  g_assert_true ((error == NULL) == found);
  if (found)
    g_assert_true (g_path_is_absolute (program));
}

static void
test_programs (Fixture *fixture, gconstpointer data)
{
  g_autofree char *plain = enclave_test_project_path (fixture->project, "plain");
  g_autofree char *before = g_strdup (g_getenv ("PATH"));
  g_autofree char *mine = enclave_test_project_path (fixture->project, "mine");
  g_autofree char *with_dot = g_strconcat (".:", before, NULL);
  g_autofree char *here = g_get_current_dir ();

  enclave_test_project_write (fixture->project, "plain", "#!/bin/sh\n");
  enclave_test_project_write (fixture->project, "mine", "#!/bin/sh\n");
  g_assert_cmpint (g_chmod (mine, 0700), ==, 0);
  check_program ("/bin/sh", TRUE);
  check_program ("sh", TRUE);
  check_program ("/bin", FALSE);
  check_program ("/not/there", FALSE);
  check_program ("no-such-program-here", FALSE);
  check_program (plain, FALSE);
  check_program (mine, TRUE);
  /* of the folder one happens to be in, however it is asked for */
  g_assert_cmpint (g_chdir (fixture->project->root), ==, 0);
  g_setenv ("PATH", with_dot, TRUE);
  check_program ("./mine", FALSE);
  check_program ("mine", FALSE);
  g_setenv ("PATH", before, TRUE);
  g_assert_cmpint (g_chdir (here), ==, 0);
}

/* The settings may have been written by anything. */
static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) profiles = NULL;
  g_autoptr (GPtrArray) bounded = NULL;
  g_autoptr (GString) many = g_string_new ("[");
  g_autofree char *long_text = g_strnfill (100000, 'x');
  g_autofree char *text = g_strdup_printf (
      "[{'name': <''>}, {}, {'name': <5>}, {'name': <'   '>}, {'command': <'/bin/sh'>},"
      " {'name': <'odd'>, 'command': <uint32 4>, 'arguments': <'not a list'>, 'start': <'elsewhere'>, 'folder': <true>, 'scheme': <[1]>,"
      "  'font': <1.5>, 'scrollback': <-1>},"
      " {'name': <'odd'>, 'command': <'/bin/false'>}, {'name': <'line\\n\\u001b[31m\\u202e'>, 'scrollback': <uint32 4294967295>},"
      " {'name': <'long command'>, 'command': <'%s'>}, {'name': <'long argument'>, 'arguments': <['%s']>}, {'name': <'%s'>}]",
      long_text, long_text, long_text);
  const EnclaveTerminalProfile *profile;

  set (fixture, text);
  profiles = enclave_terminal_profiles_load (fixture->settings);
  g_assert_cmpuint (profiles->len, ==, 2);
  profile = g_ptr_array_index (profiles, 0);
  g_assert_cmpstr (profile->name, ==, "odd");
  g_assert_cmpstr (profile->command, ==, "");
  g_assert_cmpuint (g_strv_length (profile->arguments), ==, 0);
  g_assert_cmpint (profile->start, ==, ENCLAVE_TERMINAL_START_PROJECT);
  g_assert_cmpstr (profile->folder, ==, "");
  g_assert_cmpstr (profile->scheme, ==, "");
  g_assert_cmpuint (profile->scrollback, ==, 0);
  profile = g_ptr_array_index (profiles, 1);
  g_assert_null (strpbrk (profile->name, "\n\033"));
  g_assert_null (strstr (profile->name, "\342\200\256"));
  g_assert_cmpuint (profile->scrollback, ==, ENCLAVE_TERMINAL_SCROLLBACK_MAX_LINES);

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (many, "%s{'name': <'p%u'>, 'scheme': <'no such'>, 'font': <'%%%%$ -99999999'>}", i > 0 ? "," : "", i);
  g_string_append_c (many, ']');
  set (fixture, many->str);
  bounded = enclave_terminal_profiles_load (fixture->settings);
  g_assert_cmpuint (bounded->len, ==, ENCLAVE_TERMINAL_MAX_PROFILES);
  g_assert_true (enclave_terminal_pane_open_profile (fixture->pane, "p0"));
  enclave_test_spin (100);
  g_assert_false (enclave_terminal_pane_open_profile (fixture->pane, "no such profile"));
}

static void
test_runs (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autofree char *said = NULL;

  enclave_test_project_make_folder (fixture->project, "within");
  text = g_strdup_printf ("[{'name': <'Mine'>, 'command': <'sh'>, 'arguments': <['-c', 'echo arg=$0 at=$PWD.; exec sleep 296', 'two words']>,"
                          " 'start': <'given'>, 'folder': <'%s/within'>, 'scheme': <'night'>, 'font': <'Monospace 20'>,"
                          " 'scrollback': <uint32 1234>}]", fixture->project->root);
  set (fixture, text);
  g_settings_set_string (fixture->settings, "terminal-default-profile", "Mine");
  enclave_terminal_pane_open_shell (fixture->pane);
  said = g_strdup_printf ("arg=two words at=%s/within.", fixture->project->root);
  g_assert_true (enclave_test_terminal_wait_text (enclave_test_terminal_get_active (fixture->pane), "arg=two words"));
  {
    g_autofree char *shown = enclave_terminal_tab_dup_text (enclave_test_terminal_get_active (fixture->pane));
    g_auto (GStrv) lines = g_strsplit (shown, "\n", -1);
    g_autofree char *joined = g_strjoinv ("", lines);

    g_assert_nonnull (strstr (joined, said));
  }
  g_assert_cmpint (pango_font_description_get_size (vte_terminal_get_font (get_view (fixture))), ==, 20 * PANGO_SCALE);
  g_assert_cmpuint (vte_terminal_get_scrollback_lines (get_view (fixture)), ==, 1234);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (enclave_test_terminal_get_active (fixture->pane)), "enclave-terminal-night"));

  /* how it looks follows at once */
  set (fixture, "[{'name': <'Mine'>, 'scheme': <''>, 'scrollback': <uint32 2000>}]");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (enclave_test_terminal_get_active (fixture->pane)), "enclave-terminal-night"));
  g_assert_cmpuint (vte_terminal_get_scrollback_lines (get_view (fixture)), ==, 2000);
}

/* Nobody looks at an empty pane. */
static void
test_not_there (Fixture *fixture, gconstpointer data)
{
  set (fixture, "[{'name': <'Gone'>, 'command': <'/not/there/shell'>},"
                " {'name': <'Nowhere'>, 'start': <'given'>, 'folder': <'/not/there'>}]");
  g_assert_true (enclave_terminal_pane_open_profile (fixture->pane, "Gone"));
  g_assert_true (enclave_test_terminal_wait_text (enclave_test_terminal_get_active (fixture->pane), "There is no program “/not/there/shell”."));
  g_assert_true (enclave_test_terminal_has_note (enclave_test_terminal_get_active (fixture->pane), "“Gone” could not be started"));
  g_assert_false (enclave_terminal_tab_get_running (enclave_test_terminal_get_active (fixture->pane)));
  /* it stays in a split, too, where what has ended goes */
  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "terminal.split-right", NULL);
  g_assert_true (enclave_test_terminal_wait_text (enclave_test_terminal_get_active (fixture->pane), "There is no program"));
  enclave_test_spin (300);
  g_assert_cmpuint (enclave_terminal_split_get_n_tabs (enclave_terminal_split_of (enclave_test_terminal_get_active (fixture->pane))), ==, 2);

  g_assert_true (enclave_terminal_pane_open_profile (fixture->pane, "Nowhere"));
  /* whatever the disk does, the window goes on */
  g_assert_cmpstr (enclave_terminal_tab_get_folder (enclave_test_terminal_get_active (fixture->pane)), ==, "/not/there");
  for (guint i = 0; i < 200 && !enclave_test_terminal_has_note (enclave_test_terminal_get_active (fixture->pane), "“/not/there”"); i++)
    enclave_test_spin (25);
  g_assert_true (enclave_test_terminal_has_note (enclave_test_terminal_get_active (fixture->pane), "“/not/there”"));
  g_assert_true (enclave_terminal_tab_get_running (enclave_test_terminal_get_active (fixture->pane)));
  g_assert_cmpstr (enclave_terminal_tab_get_folder (enclave_test_terminal_get_active (fixture->pane)), ==, fixture->project->root);
}

/* What the files of the person's shell add to PATH counts, as it does in a terminal. */
static void
test_login_path (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (g_get_home_dir (), "tools", NULL);
  g_autofree char *tool = g_build_filename (folder, "enclave-test-tool", NULL);
  g_autofree char *start = g_build_filename (g_get_home_dir (), ".profile", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents_full (tool, "#!/bin/sh\necho fou''nd $1.\nread line\n", -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
  g_assert_true (g_file_set_contents (start, "PATH=$HOME/tools:$PATH\n", -1, NULL));
  set (fixture, "[{'name': <'Tool'>, 'command': <'enclave-test-tool'>, 'arguments': <['well']>},"
                " {'name': <'None'>, 'command': <'no-such-program-here'>}]");
  /* nobody has asked the shell yet, which takes a while */
  check_program ("enclave-test-tool", FALSE);
  g_assert_true (enclave_terminal_pane_open_profile (fixture->pane, "Tool"));
  g_assert_true (enclave_test_terminal_wait_text (enclave_test_terminal_get_active (fixture->pane), "found well."));
  check_program ("enclave-test-tool", TRUE);
  g_assert_true (enclave_terminal_pane_open_profile (fixture->pane, "None"));
  g_assert_true (enclave_test_terminal_wait_text (enclave_test_terminal_get_active (fixture->pane),
                                                  "There is no program “no-such-program-here”."));
}

static gboolean
is_of_profiles (GtkWidget *widget, gpointer data)
{
  return GTK_IS_MENU_BUTTON (widget) && gtk_widget_has_css_class (widget, "enclave-terminal-profiles");
}

static void
test_menu (Fixture *fixture, gconstpointer data)
{
  GMenuModel *menu;
  g_autoptr (GMenuModel) some = NULL;
  g_autofree char *label = NULL;
  GtkWidget *button = enclave_test_find_widget (GTK_WIDGET (fixture->pane), is_of_profiles, NULL);

  g_assert_false (gtk_widget_get_visible (button));
  set (fixture, "[{'name': <'a_b'>}, {'name': <'c'>}]");
  g_assert_true (gtk_widget_get_visible (button));
  menu = gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (button));
  some = g_menu_model_get_item_link (menu, 0, G_MENU_LINK_SECTION);
  g_assert_cmpint (g_menu_model_get_n_items (some), ==, 2);
  g_assert_true (g_menu_model_get_item_attribute (some, 0, G_MENU_ATTRIBUTE_LABEL, "s", &label));
  g_assert_cmpstr (label, ==, "a__b");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "terminal.new-of-profile", "s", "a_b"));
  g_assert_cmpstr (enclave_terminal_tab_get_profile (enclave_test_terminal_get_active (fixture->pane))->name, ==, "a_b");
}

/* What a project may say about itself is no program of the person's. */
static void
test_project_has_no_say (void)
{
  g_autoptr (GSettings) settings = enclave_settings_new ("dev.enclave.Enclave.Project", "/dev/enclave/Enclave/test/", NULL);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;

  g_assert_nonnull (settings);
  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  g_assert_cmpuint (g_strv_length (keys), >, 0);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_assert_null (strstr (keys[i], "profile"));
      g_assert_null (strstr (keys[i], "shell"));
    }
}

static void
test_schemes_can_be_read (void)
{
  guint n = 0;
  const EnclaveTerminalScheme *schemes = enclave_terminal_palette_list (&n);

  g_assert_cmpuint (n, >=, 3);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GtkWidget) view = g_object_ref_sink (vte_terminal_new ());

      g_assert_cmpstr (enclave_terminal_palette_apply (VTE_TERMINAL (view), schemes[i].id, FALSE), ==, schemes[i].css_class);
      g_assert_null (enclave_terminal_palette_apply (VTE_TERMINAL (view), "no such", i % 2 == 0));
    }
}

/* In a process of its own, since a machine has one policy. */
static void
test_pinned (Fixture *fixture, gconstpointer data)
{
  if (!g_test_subprocess ())
    {
      g_autofree char *path = enclave_test_project_path (fixture->project, "policy");

      enclave_test_project_write (fixture->project, "policy", "[settings]\nterminal-shell = '/bin/sh'\nterminal-scrollback <= 500\n");
      g_setenv ("ENCLAVE_TEST_WALLS_OFF_POLICY", path, TRUE);
      g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, 0);
      g_unsetenv ("ENCLAVE_TEST_WALLS_OFF_POLICY");
      g_test_trap_assert_passed ();
      return;
    }

  g_assert_true (enclave_terminal_profiles_are_overruled ());
  set (fixture, "[{'name': <'Mine'>, 'command': <'/bin/echo'>, 'arguments': <['not', 'allowed']>, 'scrollback': <uint32 9000>}]");
  g_assert_true (enclave_terminal_pane_open_profile (fixture->pane, "Mine"));
  enclave_test_spin (500);
  g_assert_true (enclave_test_terminal_has_note (enclave_test_terminal_get_active (fixture->pane), "administrator"));
  g_assert_cmpuint (vte_terminal_get_scrollback_lines (get_view (fixture)), ==, 500);
  {
    g_autofree char *shown = enclave_terminal_tab_dup_text (enclave_test_terminal_get_active (fixture->pane));

    g_assert_null (strstr (shown, "not allowed"));
  }
  g_assert_true (enclave_terminal_tab_get_running (enclave_test_terminal_get_active (fixture->pane)));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_setenv ("SHELL", "/bin/sh", TRUE);
  adw_init ();
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add ("/terminal-profile/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("round-trip", test_round_trip);
  g_test_add_func ("/terminal-profile/lines", test_lines);
  ADD ("programs", test_programs);
  ADD ("hostile", test_hostile);
  ADD ("runs", test_runs);
  ADD ("not-there", test_not_there);
  ADD ("login-path", test_login_path);
  ADD ("menu", test_menu);
  g_test_add_func ("/terminal-profile/project-has-no-say", test_project_has_no_say);
  g_test_add_func ("/terminal-profile/schemes-can-be-read", test_schemes_can_be_read);
  ADD ("pinned", test_pinned);
#undef ADD

  return g_test_run ();
}
