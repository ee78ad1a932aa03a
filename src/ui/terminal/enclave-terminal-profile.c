/* enclave-terminal-profile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-terminal-profile.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "enclave-login-path.h"
#include "enclave-pins.h"
#include "enclave-utf8.h"

#define KEY "terminal-profiles"
#define DEFAULT_KEY "terminal-default-profile"
#define SHELL_KEY "terminal-shell"
#define MAX_ARGUMENTS 64
/* Of a word. */
#define MAX_BYTES 4096

/* In the order of EnclaveTerminalStart. */
static const char *const starts[] = { "project", "last", "given" };

EnclaveTerminalProfile *
enclave_terminal_profile_new (const char *name)
{
  EnclaveTerminalProfile *self = g_new0 (EnclaveTerminalProfile, 1);

  self->name = g_strdup (name);
  self->command = g_strdup ("");
  self->arguments = g_new0 (char *, 1);
  self->folder = g_strdup ("");
  self->scheme = g_strdup ("");
  self->font = g_strdup ("");
  return self;
}

EnclaveTerminalProfile *
enclave_terminal_profile_copy (const EnclaveTerminalProfile *self)
{
  EnclaveTerminalProfile *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new0 (EnclaveTerminalProfile, 1);
  copy->name = g_strdup (self->name);
  copy->command = g_strdup (self->command);
  copy->arguments = g_strdupv (self->arguments);
  copy->start = self->start;
  copy->folder = g_strdup (self->folder);
  copy->scheme = g_strdup (self->scheme);
  copy->font = g_strdup (self->font);
  copy->scrollback = self->scrollback;
  return copy;
}

void
enclave_terminal_profile_free (EnclaveTerminalProfile *self)
{
  if (self == NULL)
    return;

  g_free (self->name);
  g_free (self->command);
  g_strfreev (self->arguments);
  g_free (self->folder);
  g_free (self->scheme);
  g_free (self->font);
  g_free (self);
}

static void
free_profile (gpointer profile)
{
  enclave_terminal_profile_free (profile);
}

gboolean
enclave_terminal_profiles_are_overruled (void)
{
  const EnclavePins *pins = enclave_pins_get ();

  return enclave_pins_find (pins, SHELL_KEY) != NULL && enclave_pins_find (pins, KEY) == NULL;
}

/* Unlike g_find_program_in_path() this passes over folders of PATH that depend on where one is: that may be a project of somebody else's.
 * What the files of the person's shell add to it counts, as it does in a terminal. (transfer full) (nullable) */
static char *
find_in_path (const char *name)
{
  const EnclaveLoginPath *login = enclave_login_path_peek ();
  const char *all = login != NULL ? login->path : g_getenv ("PATH");
  g_auto (GStrv) folders = g_strsplit (all != NULL ? all : "/usr/bin:/bin", G_SEARCHPATH_SEPARATOR_S, -1);

  for (guint i = 0; *name != '\0' && folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], name, NULL);

      if (g_path_is_absolute (folders[i]) && access (path, X_OK) == 0 && !g_file_test (path, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&path);
    }
  return NULL;
}

char *
enclave_terminal_profile_dup_program (const EnclaveTerminalProfile *self, GError **error)
{
  g_autofree char *shown = NULL;
  g_autofree char *found = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  shown = enclave_utf8_display_name (self->command);
  if (!g_path_is_absolute (self->command) && strchr (self->command, G_DIR_SEPARATOR) != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME, _ ("“%s” is no whole path, such as /bin/bash."), shown);
      return NULL;
    }
  found = g_path_is_absolute (self->command) ? g_strdup (self->command) : find_in_path (self->command);
  if (found == NULL || g_file_test (found, G_FILE_TEST_IS_DIR) || !g_file_test (found, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("There is no program “%s”."), shown);
      return NULL;
    }
  if (access (found, X_OK) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _ ("“%s” is a file that may not be run."), shown);
      return NULL;
    }
  return g_steal_pointer (&found);
}

gboolean
enclave_terminal_profile_waits_for_path (const EnclaveTerminalProfile *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return *self->command != '\0' && strchr (self->command, G_DIR_SEPARATOR) == NULL && enclave_login_path_peek () == NULL;
}

char *
enclave_terminal_profile_dup_line (const EnclaveTerminalProfile *self)
{
  g_autoptr (GString) line = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  line = g_string_new (NULL);
  if (*self->command == '\0')
    return g_strdup ("");
  for (int i = -1; i < 0 || self->arguments[i] != NULL; i++)
    {
      const char *word = i < 0 ? self->command : self->arguments[i];
      gboolean plain = *word != '\0' && strspn (word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=/.,:@%+") == strlen (word);
      g_autofree char *quoted = plain ? g_strdup (word) : g_shell_quote (word);

      if (i >= 0)
        g_string_append_c (line, ' ');
      g_string_append (line, quoted);
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* GLib has one code for both. */
static gboolean
is_cut_after_backslash (const char *line)
{
  g_autofree char *without = g_strdup (line);
  gsize length = strlen (without);
  g_autoptr (GError) error = NULL;

  if (!g_str_has_suffix (without, "\\"))
    return FALSE;
  without[length - 1] = '\0';
  return g_shell_parse_argv (without, NULL, NULL, &error) || !g_error_matches (error, G_SHELL_ERROR, G_SHELL_ERROR_BAD_QUOTING);
}

static GStrv
parse_line (const char *line, GError **error)
{
  g_autoptr (GError) problem = NULL;
  GStrv words = NULL;

  if (g_shell_parse_argv (line, NULL, &words, &problem))
    return words;
  if (!g_error_matches (problem, G_SHELL_ERROR, G_SHELL_ERROR_BAD_QUOTING))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("There is no command, only a comment."));
  else if (is_cut_after_backslash (line))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("Nothing follows the backslash at the end."));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("A quotation mark has no end."));
  return NULL;
}

/* One may write it as to a shell. (transfer full) */
static char *
dup_whole (const char *command)
{
  return g_str_has_prefix (command, "~/") ? g_build_filename (g_get_home_dir (), command + 2, NULL) : g_strdup (command);
}

gboolean
enclave_terminal_profile_take_line (EnclaveTerminalProfile *self, const char *line, GError **error)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *stripped = NULL;
  guint n_words = 0;

  g_return_val_if_fail (self != NULL && line != NULL, FALSE);

  stripped = g_strstrip (g_strdup (line));
  if (*stripped != '\0' && (words = parse_line (stripped, error)) == NULL)
    return FALSE;
  n_words = words != NULL ? g_strv_length (words) : 0;
  if (n_words > MAX_ARGUMENTS + 1 || strlen (stripped) > MAX_BYTES)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The command is too long."));
      return FALSE;
    }

  g_free (self->command);
  g_strfreev (self->arguments);
  self->command = n_words > 0 ? dup_whole (words[0]) : g_strdup ("");
  self->arguments = n_words > 0 ? g_strdupv (words + 1) : g_new0 (char *, 1);
  return TRUE;
}

/* (transfer full): "" when it is not there, is none or is longer than @max_bytes. */
static char *
dup_string (GVariantDict *dict, const char *member, gsize max_bytes)
{
  const char *text = NULL;

  return g_variant_dict_lookup (dict, member, "&s", &text) && strlen (text) <= max_bytes ? g_strdup (text) : g_strdup ("");
}

static char *
dup_name (GVariantDict *dict)
{
  g_autofree char *given = dup_string (dict, "name", MAX_BYTES);
  g_autofree char *shown = g_strstrip (enclave_utf8_display_name (given));

  return g_utf8_strlen (shown, -1) > ENCLAVE_TERMINAL_PROFILE_NAME_MAX_CHARS ? g_utf8_substring (shown, 0, ENCLAVE_TERMINAL_PROFILE_NAME_MAX_CHARS)
                                                                     : g_steal_pointer (&shown);
}

static gboolean
take_arguments (EnclaveTerminalProfile *self, GVariantDict *dict)
{
  g_auto (GStrv) arguments = NULL;

  if (!g_variant_dict_lookup (dict, "arguments", "^as", &arguments))
    return TRUE;
  if (g_strv_length (arguments) > MAX_ARGUMENTS)
    return FALSE;
  for (guint i = 0; arguments[i] != NULL; i++)
    if (strlen (arguments[i]) > MAX_BYTES)
      return FALSE;

  g_strfreev (self->arguments);
  self->arguments = g_steal_pointer (&arguments);
  return TRUE;
}

/* (nullable): NULL: it has no name, or asks for what half of would be another program. */
static EnclaveTerminalProfile *
read_profile (GVariant *value)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (value);
  g_autoptr (EnclaveTerminalProfile) self = NULL;
  g_autofree char *name = dup_name (&dict);
  g_autofree char *start = dup_string (&dict, "start", 20);
  const char *command = NULL;
  guint32 scrollback = 0;

  if (*name == '\0')
    return NULL;
  self = enclave_terminal_profile_new (name);
  if (g_variant_dict_lookup (&dict, "command", "&s", &command))
    {
      if (strlen (command) > MAX_BYTES)
        return NULL;
      g_free (self->command);
      self->command = g_strdup (command);
    }
  if (!take_arguments (self, &dict))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    if (strcmp (starts[i], start) == 0)
      self->start = (EnclaveTerminalStart) i;
  g_free (self->folder);
  g_free (self->scheme);
  g_free (self->font);
  self->folder = dup_string (&dict, "folder", MAX_BYTES);
  self->scheme = dup_string (&dict, "scheme", MAX_BYTES);
  self->font = dup_string (&dict, "font", MAX_BYTES);
  if (g_variant_dict_lookup (&dict, "scrollback", "u", &scrollback) && scrollback > 0)
    self->scrollback = CLAMP (scrollback, ENCLAVE_TERMINAL_SCROLLBACK_MIN_LINES, ENCLAVE_TERMINAL_SCROLLBACK_MAX_LINES);
  return g_steal_pointer (&self);
}

static EnclaveTerminalProfile *
find (GPtrArray *profiles, const char *name)
{
  for (guint i = 0; i < profiles->len; i++)
    {
      EnclaveTerminalProfile *profile = g_ptr_array_index (profiles, i);

      if (strcmp (profile->name, name) == 0)
        return profile;
    }
  return NULL;
}

GPtrArray *
enclave_terminal_profiles_load (GSettings *settings)
{
  GPtrArray *profiles = g_ptr_array_new_with_free_func (free_profile);
  g_autoptr (GVariant) value = settings != NULL ? g_settings_get_value (settings, KEY) : NULL;
  gsize n = value != NULL ? g_variant_n_children (value) : 0;

  for (gsize i = 0; i < n && profiles->len < ENCLAVE_TERMINAL_MAX_PROFILES; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      EnclaveTerminalProfile *profile = read_profile (child);

      if (profile != NULL && find (profiles, profile->name) == NULL)
        g_ptr_array_add (profiles, profile);
      else
        enclave_terminal_profile_free (profile);
    }
  return profiles;
}

void
enclave_terminal_profiles_save (GSettings *settings, GPtrArray *profiles)
{
  GVariantBuilder builder;

  g_return_if_fail (G_IS_SETTINGS (settings));
  g_return_if_fail (profiles != NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < profiles->len; i++)
    {
      const EnclaveTerminalProfile *profile = g_ptr_array_index (profiles, i);

      g_variant_builder_open (&builder, G_VARIANT_TYPE ("a{sv}"));
      g_variant_builder_add (&builder, "{sv}", "name", g_variant_new_string (profile->name));
      g_variant_builder_add (&builder, "{sv}", "command", g_variant_new_string (profile->command));
      g_variant_builder_add (&builder, "{sv}", "arguments", g_variant_new_strv ((const char *const *) profile->arguments, -1));
      g_variant_builder_add (&builder, "{sv}", "start", g_variant_new_string (starts[profile->start]));
      g_variant_builder_add (&builder, "{sv}", "folder", g_variant_new_string (profile->folder));
      g_variant_builder_add (&builder, "{sv}", "scheme", g_variant_new_string (profile->scheme));
      g_variant_builder_add (&builder, "{sv}", "font", g_variant_new_string (profile->font));
      g_variant_builder_add (&builder, "{sv}", "scrollback", g_variant_new_uint32 (profile->scrollback));
      g_variant_builder_close (&builder);
    }
  g_settings_set_value (settings, KEY, g_variant_builder_end (&builder));
}

EnclaveTerminalProfile *
enclave_terminal_profiles_find (GSettings *settings, const char *name)
{
  g_autoptr (GPtrArray) profiles = enclave_terminal_profiles_load (settings);
  EnclaveTerminalProfile *profile = name != NULL && *name != '\0' ? find (profiles, name) : NULL;

  return profile != NULL ? enclave_terminal_profile_copy (profile) : NULL;
}

EnclaveTerminalProfile *
enclave_terminal_profiles_find_default (GSettings *settings)
{
  g_autofree char *name = settings != NULL ? g_settings_get_string (settings, DEFAULT_KEY) : NULL;

  return enclave_terminal_profiles_find (settings, name);
}
