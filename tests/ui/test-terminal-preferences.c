/* test-terminal-preferences.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Profiles of terminals as they are made, removed and put back.
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-settings.h"
#include "enclave-terminal-profile-window.h"
#include "enclave-terminal-profile.h"
#include "enclave-terminal-profiles-group.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

typedef struct
{
  GSettings *settings;
  GtkWidget *window;
  GtkWidget *group;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->settings = enclave_settings_new ("dev.enclave.Enclave", NULL, NULL);
  g_assert_nonnull (fixture->settings);
  fixture->window = adw_window_new ();
  fixture->group = g_object_new (ENCLAVE_TYPE_TERMINAL_PROFILES_GROUP, NULL);
  enclave_terminal_profiles_group_set_up (ENCLAVE_TERMINAL_PROFILES_GROUP (fixture->group), fixture->settings);
  adw_window_set_content (ADW_WINDOW (fixture->window), fixture->group);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_test_spin (100);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  enclave_test_spin (50);
  g_settings_reset (fixture->settings, "terminal-profiles");
  g_object_unref (fixture->settings);
}

/* p0, p1, …, as settings from elsewhere hold them. */
static void
set_profiles (Fixture *fixture, guint n)
{
  g_autoptr (GPtrArray) profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_terminal_profile_free);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%u", i);

      g_ptr_array_add (profiles, enclave_terminal_profile_new (name));
    }
  enclave_terminal_profiles_save (fixture->settings, profiles);
  enclave_test_spin (50);
}

static gsize
count_stored (Fixture *fixture)
{
  g_autoptr (GVariant) value = g_settings_get_value (fixture->settings, "terminal-profiles");

  return g_variant_n_children (value);
}

static gboolean
has_tooltip (GtkWidget *widget, gpointer words)
{
  return g_strcmp0 (gtk_widget_get_tooltip_text (widget), words) == 0;
}

static void
press (GtkWidget *button)
{
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  enclave_test_spin (50);
}

static void
remove_profile (Fixture *fixture, const char *words)
{
  press (enclave_test_find_widget (fixture->group, has_tooltip, (gpointer) words));
}

static gboolean
has_title (GtkWidget *widget, gpointer title)
{
  return ADW_IS_ENTRY_ROW (widget) && g_str_has_prefix (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title);
}

static void
type_into (GtkWidget *window, const char *title, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (enclave_test_find_widget (window, has_title, (gpointer) title)), text);
  enclave_test_spin (50);
}

static GtkWidget *
open_window (Fixture *fixture, const char *name)
{
  GtkWidget *window = enclave_terminal_profile_window_new (fixture->settings, name);

  gtk_window_present (GTK_WINDOW (window));
  enclave_test_spin (100);
  return window;
}

/* More than there may be would be dropped when they are read: the last of them, which nobody has touched. */
static void
test_put_back (Fixture *fixture, gconstpointer data)
{
  set_profiles (fixture, ENCLAVE_TERMINAL_MAX_PROFILES);
  remove_profile (fixture, "Remove p3");
  g_assert_cmpuint (count_stored (fixture), ==, ENCLAVE_TERMINAL_MAX_PROFILES - 1);
  press (enclave_test_find_button (fixture->group, "Put back"));
  g_assert_cmpuint (count_stored (fixture), ==, ENCLAVE_TERMINAL_MAX_PROFILES);

  remove_profile (fixture, "Remove p3");
  g_assert_nonnull (enclave_test_find_button (fixture->group, "Put back"));
  {
    g_autoptr (GPtrArray) profiles = enclave_terminal_profiles_load (fixture->settings);

    g_ptr_array_add (profiles, enclave_terminal_profile_new ("another"));
    enclave_terminal_profiles_save (fixture->settings, profiles);
    enclave_test_spin (50);
  }
  g_assert_null (enclave_test_find_button (fixture->group, "Put back"));
  g_assert_cmpuint (count_stored (fixture), ==, ENCLAVE_TERMINAL_MAX_PROFILES);
}

/* The window may have been open since there was room. */
static void
test_no_room (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveTerminalProfile) last = NULL;
  GtkWidget *window;

  set_profiles (fixture, ENCLAVE_TERMINAL_MAX_PROFILES - 1);
  window = open_window (fixture, NULL);
  type_into (window, "Name", "mine");
  g_assert_true (gtk_widget_get_sensitive (enclave_test_find_button (window, "Add")));
  set_profiles (fixture, ENCLAVE_TERMINAL_MAX_PROFILES);
  press (enclave_test_find_button (window, "Add"));
  g_assert_cmpuint (count_stored (fixture), ==, ENCLAVE_TERMINAL_MAX_PROFILES);
  g_assert_nonnull (enclave_test_find_label_with (window, "no more fit"));
  g_assert_false (gtk_widget_get_sensitive (enclave_test_find_button (window, "Add")));
  gtk_window_destroy (GTK_WINDOW (window));

  /* one that is changed needs none */
  window = open_window (fixture, "p31");
  type_into (window, "Name", "mine");
  press (enclave_test_find_button (window, "Save"));
  last = enclave_terminal_profiles_find (fixture->settings, "mine");
  g_assert_nonnull (last);
  g_assert_cmpuint (count_stored (fixture), ==, ENCLAVE_TERMINAL_MAX_PROFILES);
}

/* What no time makes right can't be stored; what may be there another time can. */
static void
test_commands (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *line;
    const char *problem;
    gboolean is_taken;
  } lines[] = {
    { "./mine", "is no whole path", FALSE },
    { "ls 'open", "A quotation mark has no end.", FALSE },
    { "ls open\\", "Nothing follows the backslash at the end.", FALSE },
    { "# ls", "There is no command, only a comment.", FALSE },
    { "/not/there", "There is no program “/not/there”.", TRUE },
    { "no-such-program-here", "There is no program “no-such-program-here”.", TRUE },
  };
  GtkWidget *window = open_window (fixture, NULL);

  type_into (window, "Name", "mine");
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_test_message ("%s", lines[i].line);
      type_into (window, "Command", lines[i].line);
      /* the login shell is asked first where a name is looked for */
      for (guint waited = 0; enclave_test_find_label_with (window, lines[i].problem) == NULL && waited < 400; waited++)
        enclave_test_spin (25);
      g_assert_nonnull (enclave_test_find_label_with (window, lines[i].problem));
      g_assert_true (gtk_widget_get_sensitive (enclave_test_find_button (window, "Add")) == lines[i].is_taken);
    }
  type_into (window, "Command", "sh");
  g_assert_null (enclave_test_find_label_with (window, "There is no program"));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_setenv ("SHELL", "/bin/sh", TRUE);
  adw_init ();
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add ("/terminal-preferences/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("put-back", test_put_back);
  ADD ("no-room", test_no_room);
  ADD ("commands", test_commands);
#undef ADD

  return g_test_run ();
}
