/* enclave-terminal-profile-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-terminal-profile-window.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-font-choice.h"
#include "enclave-login-path.h"
#include "enclave-path-answer.h"
#include "enclave-preferences-resources.h"
#include "enclave-terminal-palette.h"
#include "enclave-terminal-profile.h"

struct _EnclaveTerminalProfileWindow
{
  AdwWindow parent_instance;

  GtkWidget *save_button;
  GtkLabel *problem;
  GtkEditable *name_entry;
  GtkEditable *command_entry;
  AdwComboRow *start_row;
  GtkEditable *folder_entry;
  AdwComboRow *scheme_row;
  AdwComboRow *font_row;
  GtkSpinButton *font_size;
  GtkSpinButton *scrollback;

  GSettings *settings;
  EnclaveTerminalProfile *before; /* (nullable): of the one that is changed */
  EnclavePathAnswer *program_answer;
  EnclavePathAnswer *folder_answer;
  gboolean filled;
};

G_DEFINE_FINAL_TYPE (EnclaveTerminalProfileWindow, enclave_terminal_profile_window, ADW_TYPE_WINDOW)

static char *
dup_text (GtkEditable *editable)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (editable)));
}

/* One may write it as to a shell. */
static char *
dup_folder (EnclaveTerminalProfileWindow *self)
{
  g_autofree char *text = dup_text (self->folder_entry);

  if (g_str_equal (text, "~") || g_str_has_prefix (text, "~/"))
    return g_build_filename (g_get_home_dir (), text + 1, NULL);
  return g_steal_pointer (&text);
}

static gboolean
is_taken (EnclaveTerminalProfileWindow *self, const char *name)
{
  g_autoptr (EnclaveTerminalProfile) other = NULL;

  if (self->before != NULL && g_str_equal (self->before->name, name))
    return FALSE;
  other = enclave_terminal_profiles_find (self->settings, name);
  return other != NULL;
}

/* Another one would be dropped when they are read. */
static gboolean
is_full (EnclaveTerminalProfileWindow *self)
{
  g_autoptr (GPtrArray) profiles = enclave_terminal_profiles_load (self->settings);
  g_autoptr (EnclaveTerminalProfile) stored = enclave_terminal_profiles_find (self->settings, self->before != NULL ? self->before->name : NULL);

  return stored == NULL && profiles->len >= ENCLAVE_TERMINAL_MAX_PROFILES;
}

/* What stands in the fields. (transfer full) (nullable): NULL: it makes no sense. */
static EnclaveTerminalProfile *
read_fields (EnclaveTerminalProfileWindow *self, GError **error)
{
  g_autofree char *name = dup_text (self->name_entry);
  g_autoptr (EnclaveTerminalProfile) profile = enclave_terminal_profile_new (name);
  guint n_schemes = 0;
  const EnclaveTerminalScheme *schemes = enclave_terminal_palette_list (&n_schemes);
  guint scheme = adw_combo_row_get_selected (self->scheme_row);
  guint font = adw_combo_row_get_selected (self->font_row);

  if (!enclave_terminal_profile_take_line (profile, gtk_editable_get_text (self->command_entry), error))
    return NULL;
  profile->start = (EnclaveTerminalStart) MIN (adw_combo_row_get_selected (self->start_row), ENCLAVE_TERMINAL_START_GIVEN);
  if (profile->start == ENCLAVE_TERMINAL_START_GIVEN)
    {
      g_free (profile->folder);
      profile->folder = dup_folder (self);
    }
  if (scheme > 0 && scheme <= n_schemes)
    {
      g_free (profile->scheme);
      profile->scheme = g_strdup (schemes[scheme - 1].id);
    }
  if (font > 0 && font != GTK_INVALID_LIST_POSITION)
    {
      GtkStringList *names = GTK_STRING_LIST (adw_combo_row_get_model (self->font_row));

      g_free (profile->font);
      profile->font = g_strdup_printf ("%s %d", gtk_string_list_get_string (names, font), gtk_spin_button_get_value_as_int (self->font_size));
    }
  profile->scrollback = (guint) gtk_spin_button_get_value_as_int (self->scrollback);
  if (profile->scrollback > 0)
    profile->scrollback = MAX (profile->scrollback, ENCLAVE_TERMINAL_SCROLLBACK_MIN_LINES);
  return g_steal_pointer (&profile);
}

/* (transfer full) (nullable) @is_error: (out): it can't be stored so. */
static char *
dup_problem (EnclaveTerminalProfileWindow *self, gboolean *is_error)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveTerminalProfile) profile = read_fields (self, &error);
  g_autofree char *program = NULL;

  *is_error = TRUE;
  if (profile == NULL)
    return g_strdup (error->message);
  if (g_utf8_strlen (profile->name, -1) > ENCLAVE_TERMINAL_PROFILE_NAME_MAX_CHARS)
    return g_strdup_printf (_("The name is longer than %d characters."), ENCLAVE_TERMINAL_PROFILE_NAME_MAX_CHARS);
  if (is_taken (self, profile->name))
    return g_strdup (_("There is a profile of this name already."));
  if (is_full (self))
    return g_strdup_printf (ngettext ("There is %d profile already, and no more fit.", "There are %d profiles already, and no more fit.",
                                      ENCLAVE_TERMINAL_MAX_PROFILES), ENCLAVE_TERMINAL_MAX_PROFILES);
  if (profile->start == ENCLAVE_TERMINAL_START_GIVEN && *profile->folder != '\0' && !g_path_is_absolute (profile->folder))
    return g_strdup (_("Write the whole path of the folder."));
  /* What is typed as a whole path may lie where nothing answers: it is looked at elsewhere first. */
  if (*profile->command != '\0'
      && (!g_path_is_absolute (profile->command)
          || enclave_path_answer_ask (self->program_answer, profile->command) != ENCLAVE_PATH_UNKNOWN))
    program = enclave_terminal_profile_dup_program (profile, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME))
    return g_strdup (error->message);

  /* what may be there another time is told, and stored */
  *is_error = FALSE;
  if (error != NULL)
    return enclave_terminal_profile_waits_for_path (profile) ? NULL : g_strdup (error->message);
  if (profile->start == ENCLAVE_TERMINAL_START_GIVEN && *profile->folder != '\0'
      && enclave_path_answer_ask (self->folder_answer, profile->folder) == ENCLAVE_PATH_WRONG)
    return g_strdup (_("There is no folder of that name now."));
  return NULL;
}

static void
changed_cb (EnclaveTerminalProfileWindow *self)
{
  g_autofree char *name = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *problem = NULL;
  gboolean is_error = FALSE;
  gboolean given;

  if (!self->filled)
    return;

  name = dup_text (self->name_entry);
  folder = dup_text (self->folder_entry);
  problem = dup_problem (self, &is_error);
  given = adw_combo_row_get_selected (self->start_row) == ENCLAVE_TERMINAL_START_GIVEN;
  gtk_widget_set_visible (GTK_WIDGET (self->folder_entry), given);
  gtk_widget_set_sensitive (gtk_widget_get_ancestor (GTK_WIDGET (self->font_size), ADW_TYPE_ACTION_ROW),
                            adw_combo_row_get_selected (self->font_row) > 0);
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  gtk_widget_remove_css_class (GTK_WIDGET (self->problem), is_error ? "warning" : "error");
  gtk_widget_add_css_class (GTK_WIDGET (self->problem), is_error ? "error" : "warning");
  gtk_widget_set_sensitive (self->save_button, *name != '\0' && (!given || *folder != '\0') && (problem == NULL || !is_error));
}

static void
answered_cb (gpointer user_data)
{
  changed_cb (user_data);
}

/* The program or the folder. */
static void
path_edited_cb (EnclaveTerminalProfileWindow *self)
{
  if (!self->filled)
    return;
  enclave_path_answer_forget (self->program_answer);
  enclave_path_answer_forget (self->folder_answer);
  changed_cb (self);
}

static void
save_cb (EnclaveTerminalProfileWindow *self)
{
  EnclaveTerminalProfile *profile;
  g_autoptr (GPtrArray) profiles = NULL;
  g_autofree char *usual = NULL;
  gboolean stored = FALSE;

  /* the settings may have changed since it was typed */
  changed_cb (self);
  if (!gtk_widget_get_sensitive (self->save_button))
    return;
  profile = read_fields (self, NULL);
  if (profile == NULL)
    return;

  profiles = enclave_terminal_profiles_load (self->settings);
  for (guint i = 0; self->before != NULL && i < profiles->len && !stored; i++)
    if (g_str_equal (((EnclaveTerminalProfile *) g_ptr_array_index (profiles, i))->name, self->before->name))
      {
        enclave_terminal_profile_free (g_ptr_array_index (profiles, i));
        g_ptr_array_index (profiles, i) = profile;
        stored = TRUE;
      }
  if (!stored)
    g_ptr_array_add (profiles, profile);
  usual = g_settings_get_string (self->settings, "terminal-default-profile");
  enclave_terminal_profiles_save (self->settings, profiles);
  if (self->before != NULL && g_str_equal (usual, self->before->name))
    g_settings_set_string (self->settings, "terminal-default-profile", profile->name);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
fill_schemes (EnclaveTerminalProfileWindow *self, const char *chosen)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new ((const char *const[]){ _("As the editor"), NULL });
  guint n = 0;
  const EnclaveTerminalScheme *schemes = enclave_terminal_palette_list (&n);
  guint selected = 0;

  for (guint i = 0; i < n; i++)
    {
      gtk_string_list_append (names, _(schemes[i].name));
      if (g_str_equal (schemes[i].id, chosen))
        selected = i + 1;
    }
  adw_combo_row_set_model (self->scheme_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->scheme_row, selected);
}

static void
fill (EnclaveTerminalProfileWindow *self, const EnclaveTerminalProfile *profile)
{
  g_autofree char *line = enclave_terminal_profile_dup_line (profile);

  gtk_editable_set_text (self->name_entry, profile->name);
  gtk_editable_set_text (self->command_entry, line);
  adw_combo_row_set_selected (self->start_row, profile->start);
  gtk_editable_set_text (self->folder_entry, profile->folder);
  fill_schemes (self, profile->scheme);
  enclave_font_choice_fill (self->font_row, self->font_size, _("As the editor"), profile->font);
  gtk_spin_button_set_value (self->scrollback, profile->scrollback);
  self->filled = TRUE;
  changed_cb (self);
}

static void
enclave_terminal_profile_window_dispose (GObject *object)
{
  EnclaveTerminalProfileWindow *self = ENCLAVE_TERMINAL_PROFILE_WINDOW (object);

  self->filled = FALSE;
  g_clear_object (&self->settings);
  g_clear_pointer (&self->before, enclave_terminal_profile_free);
  g_clear_pointer (&self->program_answer, enclave_path_answer_free);
  g_clear_pointer (&self->folder_answer, enclave_path_answer_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_TERMINAL_PROFILE_WINDOW);
  G_OBJECT_CLASS (enclave_terminal_profile_window_parent_class)->dispose (object);
}

#define BIND_CHILD(name) gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalProfileWindow, name)

static void
enclave_terminal_profile_window_class_init (EnclaveTerminalProfileWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_terminal_profile_window_dispose;
  enclave_preferences_get_resource ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/enclave/Enclave/preferences/enclave-terminal-profile-window.ui");
  BIND_CHILD (save_button);
  BIND_CHILD (problem);
  BIND_CHILD (name_entry);
  BIND_CHILD (command_entry);
  BIND_CHILD (start_row);
  BIND_CHILD (folder_entry);
  BIND_CHILD (scheme_row);
  BIND_CHILD (font_row);
  BIND_CHILD (font_size);
  BIND_CHILD (scrollback);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, path_edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_terminal_profile_window_init (EnclaveTerminalProfileWindow *self)
{
  self->program_answer = enclave_path_answer_new (enclave_path_is_there, answered_cb, self);
  self->folder_answer = enclave_path_answer_new (enclave_path_is_folder, answered_cb, self);
  gtk_widget_init_template (GTK_WIDGET (self));
  enclave_accessible_watch_combo_row (self->start_row);
  enclave_accessible_watch_combo_row (self->scheme_row);
  enclave_accessible_watch_combo_row (self->font_row);
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
}

static void
path_known_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveTerminalProfileWindow) self = user_data;

  enclave_login_path_ask_finish (result, NULL);
  changed_cb (self);
}

GtkWidget *
enclave_terminal_profile_window_new (GSettings *settings, const char *name)
{
  EnclaveTerminalProfileWindow *self;
  g_autoptr (EnclaveTerminalProfile) fresh = enclave_terminal_profile_new ("");

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (ENCLAVE_TYPE_TERMINAL_PROFILE_WINDOW, NULL);
  self->settings = g_object_ref (settings);
  self->before = enclave_terminal_profiles_find (settings, name);
  if (self->before != NULL)
    {
      gtk_window_set_title (GTK_WINDOW (self), _("Change a profile"));
      gtk_button_set_label (GTK_BUTTON (self->save_button), _("Save"));
    }
  fill (self, self->before != NULL ? self->before : fresh);
  enclave_login_path_ask_async (NULL, path_known_cb, g_object_ref (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->name_entry));
  return GTK_WIDGET (self);
}
