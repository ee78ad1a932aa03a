/* enclave-ctl-arguments.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ctl-arguments.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-output.h"

static const EnclaveCtlOption common_options[] = {
  { "workspace", "DIR", N_ ("The project's folder; the current one by default") },
  { "endpoint", "URL", N_ ("The inference server: ADDRESS, unix:PATH or tour: for the practice engine") },
  { "model", "NAME", N_ ("The model; the first that is ready by default") },
  { "json", NULL, N_ ("JSON on stdout, and nothing else") },
  { "help", NULL, N_ ("Show this text") },
  { "version", NULL, N_ ("Show the version") },
};

struct _EnclaveCtlArguments
{
  const EnclaveCtlCommand *const *commands;
  const EnclaveCtlCommand *command;
  GHashTable *options;
  GPtrArray *words;
  GError *error;
};

static void
fail (EnclaveCtlArguments *self, const char *format, const char *word)
{
  if (self->error == NULL)
    {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      self->error = g_error_new (ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_USAGE, format, word);
#pragma GCC diagnostic pop
    }
}

static const EnclaveCtlOption *
find_in (const EnclaveCtlOption *options, guint n_options, const char *name, gsize length)
{
  for (guint i = 0; i < n_options; i++)
    if (strlen (options[i].name) == length && strncmp (options[i].name, name, length) == 0)
      return &options[i];
  return NULL;
}

static const EnclaveCtlOption *
find_option (EnclaveCtlArguments *self, const char *name, gsize length)
{
  const EnclaveCtlOption *option = find_in (common_options, G_N_ELEMENTS (common_options), name, length);

  if (option == NULL && self->command != NULL)
    option = find_in (self->command->options, self->command->n_options, name, length);
  return option;
}

/* Returns: how many words were taken. */
static guint
take_option (EnclaveCtlArguments *self, const char *word, const char *next)
{
  const char *name = word + 2;
  const char *equals = strchr (name, '=');
  const EnclaveCtlOption *option;

  if (strcmp (word, "-h") == 0)
    {
      g_hash_table_insert (self->options, (gpointer) "help", g_strdup (""));
      return 1;
    }
  if (word[1] != '-')
    {
      fail (self, _ ("Unknown option %s; “enclavectl --help” lists them"), word);
      return 1;
    }

  option = find_option (self, name, equals != NULL ? (gsize) (equals - name) : strlen (name));
  if (option == NULL)
    fail (self, _ ("Unknown option %s; “enclavectl --help” lists them"), word);
  else if (option->value == NULL && equals != NULL)
    fail (self, _ ("%s: this option takes no value"), word);
  else if (option->value == NULL)
    g_hash_table_insert (self->options, (gpointer) option->name, g_strdup (""));
  else if ((equals != NULL ? equals[1] : next != NULL ? next[0] : '\0') == '\0')
    fail (self, _ ("%s: this option needs a value"), word);
  else
    g_hash_table_insert (self->options, (gpointer) option->name, g_strdup (equals != NULL ? equals + 1 : next));
  return option != NULL && option->value != NULL && equals == NULL && next != NULL ? 2 : 1;
}

static void
take_command (EnclaveCtlArguments *self, const char *word)
{
  for (guint i = 0; self->commands[i] != NULL; i++)
    if (strcmp (self->commands[i]->name, word) == 0)
      {
        self->command = self->commands[i];
        return;
      }
  fail (self, _ ("Unknown command “%s”; “enclavectl --help” lists them"), word);
}

static void
parse (EnclaveCtlArguments *self, const char *const *words)
{
  gboolean options_end = FALSE;
  guint i = 0;

  while (words[i] != NULL && self->error == NULL)
    {
      const char *word = words[i];

      if (!options_end && strcmp (word, "--") == 0)
        {
          options_end = TRUE;
          i++;
        }
      else if (!options_end && word[0] == '-' && word[1] != '\0')
        {
          i += take_option (self, word, words[i + 1]);
        }
      else if (self->command == NULL)
        {
          take_command (self, word);
          i++;
        }
      else
        {
          options_end = options_end || self->command->takes_command_line;
          g_ptr_array_add (self->words, g_strdup (word));
          i++;
        }
    }
  /* How the failure is told must not depend on where it happened. */
  for (; words[i] != NULL && self->error != NULL && !options_end; i++)
    if (strcmp (words[i], "--json") == 0)
      g_hash_table_insert (self->options, (gpointer) "json", g_strdup (""));
}

EnclaveCtlArguments *
enclave_ctl_arguments_parse (const EnclaveCtlCommand *const *commands, const char *const *words)
{
  EnclaveCtlArguments *self = g_new0 (EnclaveCtlArguments, 1);

  self->commands = commands;
  self->options = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  self->words = g_ptr_array_new_with_free_func (g_free);
  parse (self, words);
  g_ptr_array_add (self->words, NULL);
  return self;
}

void
enclave_ctl_arguments_free (EnclaveCtlArguments *self)
{
  g_hash_table_unref (self->options);
  g_ptr_array_unref (self->words);
  g_clear_error (&self->error);
  g_free (self);
}

const GError *
enclave_ctl_arguments_peek_error (EnclaveCtlArguments *self)
{
  return self->error;
}

const EnclaveCtlCommand *
enclave_ctl_arguments_get_command (EnclaveCtlArguments *self)
{
  return self->command;
}

const char *
enclave_ctl_arguments_get_option (EnclaveCtlArguments *self, const char *name)
{
  return g_hash_table_lookup (self->options, name);
}

const char *const *
enclave_ctl_arguments_get_words (EnclaveCtlArguments *self, guint *n_words)
{
  if (n_words != NULL)
    *n_words = self->words->len - 1;
  return (const char *const *) self->words->pdata;
}

static void
append_options (GString *text, const EnclaveCtlOption *options, guint n_options)
{
  for (guint i = 0; i < n_options; i++)
    {
      g_autofree char *left = options[i].value != NULL ? g_strdup_printf ("--%s %s", options[i].name, options[i].value)
                                                       : g_strdup_printf ("--%s", options[i].name);

      g_string_append_printf (text, "  %-32s %s\n", left, _ (options[i].description));
    }
}

char *
enclave_ctl_arguments_dup_help (EnclaveCtlArguments *self)
{
  GString *text = g_string_new (NULL);

  if (self->command != NULL)
    {
      g_string_append_printf (text, _ ("Usage: enclavectl [OPTION…] %s %s"), self->command->name,
                              self->command->synopsis);
      g_string_append_printf (text, "\n\n%s\n", _ (self->command->description));
      if (self->command->n_options > 0)
        g_string_append_printf (text, "\n%s\n", _ ("Options of this command:"));
      append_options (text, self->command->options, self->command->n_options);
    }
  else
    {
      g_string_append_printf (text, "%s\n\n%s\n\n%s\n", _ ("Usage: enclavectl [OPTION…] COMMAND [ARGUMENT…]"),
                              _ ("Enclave without a window: the same libraries, policy and sandbox."),
                              _ ("Commands:"));
      for (guint i = 0; self->commands[i] != NULL; i++)
        g_string_append_printf (text, "  %-10s %s\n", self->commands[i]->name, _ (self->commands[i]->description));
    }
  g_string_append_printf (text, "\n%s\n", _ ("Options:"));
  append_options (text, common_options, G_N_ELEMENTS (common_options));
  return g_string_free (text, FALSE);
}
