/* enclave-terminal-tab-profile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a terminal looks and what it runs: as its profile says, else as the settings do.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "enclave-pins.h"
#include "enclave-terminal-palette.h"
#include "enclave-terminal-tab-private.h"
#include "enclave-utf8.h"

#define DEFAULT_SCROLLBACK_LINES 10000
/* Of a font, in points: what can be read, and fits. */
#define MIN_POINTS 4
#define MAX_POINTS 72

static void
apply_font (EnclaveTerminalTab *self)
{
  g_autoptr (PangoFontDescription) font = NULL;
  int size;

  if (self->profile == NULL || *self->profile->font == '\0')
    {
      vte_terminal_set_font (self->terminal, enclave_text_style_get_font (self->style));
      return;
    }
  font = pango_font_description_from_string (self->profile->font);
  if (pango_font_description_get_family (font) == NULL)
    pango_font_description_set_family_static (font, "Monospace");
  size = pango_font_description_get_size (font);
  pango_font_description_set_size (font, size <= 0 ? pango_font_description_get_size (enclave_text_style_get_font (self->style))
                                                   : CLAMP (size, MIN_POINTS * PANGO_SCALE, MAX_POINTS * PANGO_SCALE));
  vte_terminal_set_font (self->terminal, font);
}

static guint
get_scrollback (EnclaveTerminalTab *self)
{
  const EnclavePin *pin = enclave_pins_find (enclave_pins_get (), "terminal-scrollback");
  guint lines = self->settings != NULL ? g_settings_get_uint (self->settings, "terminal-scrollback") : DEFAULT_SCROLLBACK_LINES;
  g_autoptr (GVariant) wanted = NULL;
  g_autoptr (GVariant) held = NULL;

  if (self->profile == NULL || self->profile->scrollback == 0)
    return lines;
  if (pin == NULL)
    return self->profile->scrollback;

  wanted = g_variant_ref_sink (g_variant_new_uint32 (self->profile->scrollback));
  held = enclave_pin_clamp (pin, wanted);
  return g_variant_get_uint32 (held);
}

void
_enclave_terminal_tab_apply_look (EnclaveTerminalTab *self)
{
  const char *scheme_class;

  apply_font (self);
  scheme_class = enclave_terminal_palette_apply (self->terminal, self->profile != NULL ? self->profile->scheme : "",
                                                 enclave_text_style_get_dark (self->style));
  /* the strip below the last line is of the tab, and has its ground */
  if (self->scheme_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->scheme_class);
  self->scheme_class = scheme_class;
  if (scheme_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), scheme_class);
  vte_terminal_set_scrollback_lines (self->terminal, get_scrollback (self));
}

static void
zoom_changed_cb (EnclaveTerminalTab *self)
{
  vte_terminal_set_font_scale (self->terminal, g_settings_get_uint (self->settings, "terminal-zoom") / 100.0);
}

/* What runs goes on; how it looks follows. */
static void
profiles_changed_cb (EnclaveTerminalTab *self)
{
  EnclaveTerminalProfile *now = self->profile != NULL ? enclave_terminal_profiles_find (self->settings, self->profile->name) : NULL;

  if (now == NULL)
    return;
  enclave_terminal_profile_free (self->profile);
  self->profile = now;
  _enclave_terminal_tab_apply_look (self);
}

void
_enclave_terminal_tab_follow_settings (EnclaveTerminalTab *self)
{
  g_signal_connect_object (self->style, "changed", G_CALLBACK (_enclave_terminal_tab_apply_look), self, G_CONNECT_SWAPPED);
  if (self->settings != NULL)
    {
      g_signal_connect_object (self->settings, "changed::terminal-scrollback", G_CALLBACK (_enclave_terminal_tab_apply_look), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->settings, "changed::terminal-profiles", G_CALLBACK (profiles_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->settings, "changed::terminal-zoom", G_CALLBACK (zoom_changed_cb), self, G_CONNECT_SWAPPED);
      zoom_changed_cb (self);
    }
  _enclave_terminal_tab_apply_look (self);
}

static gboolean
runs_program (EnclaveTerminalTab *self)
{
  return !self->task && self->profile != NULL && *self->profile->command != '\0' && !enclave_terminal_profiles_are_overruled ();
}

/* As the system lists them: an emulator of old machines, or a name that is made up, is none. */
static gboolean
is_listed_shell (const char *command)
{
  g_autofree char *name = g_path_get_basename (command);
  gboolean found = FALSE;
  const char *shell;

  setusershell ();
  while (!found && (shell = getusershell ()) != NULL)
    {
      const char *slash = strrchr (shell, '/');

      found = strcmp (slash != NULL ? slash + 1 : shell, name) == 0;
    }
  endusershell ();
  return found;
}

/* `-o NAME`, `-eo NAME`, `--rcfile FILE`: of those shells that are listed. */
static gboolean
takes_value (const char *option)
{
  static const char *const long_options[] = { "--rcfile", "--init-file", "--init-command", NULL };

  if (g_str_has_prefix (option, "--"))
    return g_strv_contains (long_options, option);
  return option[1] != '\0' && strchr ("oO", option[strlen (option) - 1]) != NULL;
}

/* `sh -c 'ssh host'`, `sh -e connect.sh`: the shell reads nothing that is typed. */
static gboolean
is_told_what_to_run (char **arguments)
{
  for (guint i = 0; arguments[i] != NULL; i++)
    {
      gboolean is_option = arguments[i][0] == '-' || arguments[i][0] == '+';

      if (!is_option || (arguments[i][1] != '-' && strchr (arguments[i], 'c') != NULL))
        return TRUE;
      if (takes_value (arguments[i]) && arguments[i + 1] != NULL)
        i++;
    }
  return FALSE;
}

gboolean
_enclave_terminal_tab_is_no_shell (EnclaveTerminalTab *self)
{
  return runs_program (self) && (!is_listed_shell (self->profile->command) || is_told_what_to_run (self->profile->arguments));
}

GStrv
_enclave_terminal_tab_dup_argv (EnclaveTerminalTab *self, GError **error)
{
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  g_autofree char *program = NULL;

  if (self->task)
    {
      g_strv_builder_add_many (argv, "/bin/sh", "-c", self->command, NULL);
      return g_strv_builder_end (argv);
    }
  if (runs_program (self))
    {
      program = enclave_terminal_profile_dup_program (self->profile, error);
      if (program == NULL)
        return NULL;
      g_strv_builder_add (argv, program);
      g_strv_builder_addv (argv, (const char **) self->profile->arguments);
      return g_strv_builder_end (argv);
    }

  program = self->settings != NULL ? g_settings_get_string (self->settings, "terminal-shell") : NULL;
  if (program == NULL || *program == '\0')
    return NULL;
  g_strv_builder_add (argv, program);
  return g_strv_builder_end (argv);
}

const EnclaveTerminalProfile *
enclave_terminal_tab_get_profile (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), NULL);

  return self->profile;
}

void
_enclave_terminal_tab_tell_no_folder (EnclaveTerminalTab *self, const char *folder, gboolean of_profile)
{
  g_autofree char *shown = enclave_utf8_display_name (folder);
  g_autofree char *text = NULL;

  text = of_profile ? g_strdup_printf (_ ("The folder “%s” of this profile is not there, so it begins in the project"), shown)
                    : g_strdup_printf (_ ("The folder “%s” where this terminal was is not there, so it begins in the project"), shown);
  enclave_info_row_present (self->info_row, NOTE_NO_FOLDER, "dialog-warning-symbolic", text, NULL,
                            of_profile ? (const char *const[]){ "profiles", _ ("Profiles…"), "dismiss", _ ("Dismiss"), NULL }
                                       : (const char *const[]){ "dismiss", _ ("Dismiss"), NULL });
}
