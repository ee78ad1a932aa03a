/* enclave-package-command.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-package-command.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-gate-error.h"

typedef struct
{
  const char *const *words;     /* the command, without its folder */
  EnclavePackageKind kind;
  const char *const *package_options; /* with the package as their value */
  const char *const *value_options;   /* with a value of no matter */
  const char *const *flags;
} Runner;

static const char *const no_options[] = { NULL };
static const char *const npx_packages[] = { "-p", "--package", NULL };
static const char *const npx_values[] = { "--cache", "--loglevel", "--prefix", NULL };
static const char *const npx_flags[] = { "-y", "--yes", "--no", "-n", "--no-install", "-q", "--quiet", "--silent", "-s", "--offline", "--prefer-offline",
                                         "--ignore-existing", "--bun", NULL };
static const char *const uvx_packages[] = { "--from", "--spec", NULL };
static const char *const uvx_values[] = { "-p", "--python", "--with", "--cache-dir", "--color", NULL };
static const char *const uvx_flags[] = { "-q", "--quiet", "--offline", "--isolated", "--no-progress", "--refresh", "-n", "--no-cache", NULL };

static const char *const npx[] = { "npx", NULL };
static const char *const npm_exec[] = { "npm", "exec", NULL };
static const char *const npm_x[] = { "npm", "x", NULL };
static const char *const pnpm_dlx[] = { "pnpm", "dlx", NULL };
static const char *const pnpx[] = { "pnpx", NULL };
static const char *const yarn_dlx[] = { "yarn", "dlx", NULL };
static const char *const bunx[] = { "bunx", NULL };
static const char *const bun_x[] = { "bun", "x", NULL };
static const char *const uvx[] = { "uvx", NULL };
static const char *const uv_tool_run[] = { "uv", "tool", "run", NULL };
static const char *const pipx_run[] = { "pipx", "run", NULL };

static const Runner runners[] = {
  { npx, ENCLAVE_PACKAGE_NODE, npx_packages, npx_values, npx_flags },
  { npm_exec, ENCLAVE_PACKAGE_NODE, npx_packages, npx_values, npx_flags },
  { npm_x, ENCLAVE_PACKAGE_NODE, npx_packages, npx_values, npx_flags },
  { pnpm_dlx, ENCLAVE_PACKAGE_NODE, npx_packages, no_options, npx_flags },
  { pnpx, ENCLAVE_PACKAGE_NODE, npx_packages, no_options, npx_flags },
  { yarn_dlx, ENCLAVE_PACKAGE_NODE, npx_packages, no_options, npx_flags },
  { bunx, ENCLAVE_PACKAGE_NODE, npx_packages, no_options, npx_flags },
  { bun_x, ENCLAVE_PACKAGE_NODE, npx_packages, no_options, npx_flags },
  { uvx, ENCLAVE_PACKAGE_PYTHON, uvx_packages, uvx_values, uvx_flags },
  { uv_tool_run, ENCLAVE_PACKAGE_PYTHON, uvx_packages, uvx_values, uvx_flags },
  { pipx_run, ENCLAVE_PACKAGE_PYTHON, uvx_packages, uvx_values, uvx_flags },
};

void
enclave_package_command_free (EnclavePackageCommand *self)
{
  g_free (self->runner);
  g_free (self->package);
  g_free (self->version);
  g_free (self->program);
  g_strfreev (self->args);
  g_free (self);
}

static const Runner *
find_runner (const char *const *argv, guint *n_words)
{
  g_autofree char *name = g_path_get_basename (argv[0]);

  for (guint i = 0; i < G_N_ELEMENTS (runners); i++)
    {
      const char *const *words = runners[i].words;
      guint n = 1;

      if (strcmp (name, words[0]) != 0)
        continue;
      while (words[n] != NULL && argv[n] != NULL && strcmp (words[n], argv[n]) == 0)
        n++;
      if (words[n] == NULL)
        {
          *n_words = n;
          return &runners[i];
        }
    }
  return NULL;
}

static gboolean
is_registry_name (const char *name, EnclavePackageKind kind)
{
  const char *rest = name;

  if (kind == ENCLAVE_PACKAGE_NODE && name[0] == '@')
    {
      const char *slash = strchr (name, '/');

      if (slash == NULL || slash == name + 1)
        return FALSE;
      for (const char *p = name + 1; p < slash; p++)
        if (!g_ascii_isalnum (*p) && strchr ("-_.", *p) == NULL)
          return FALSE;
      rest = slash + 1;
    }
  if (*rest == '\0' || *rest == '.')
    return FALSE;
  for (const char *p = rest; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("-_.", *p) == NULL)
      return FALSE;
  return TRUE;
}

/* "@scope/name@1.2", "name[extra]==1.2". */
static gboolean
take_package (EnclavePackageCommand *self, const char *spec)
{
  const char *at = strchr (*spec == '@' ? spec + 1 : spec, '@');
  g_autofree char *name = NULL;

  if (self->kind == ENCLAVE_PACKAGE_PYTHON && strstr (spec, "==") != NULL)
    at = strstr (spec, "==") + 1;
  name = at == NULL ? g_strdup (spec) : g_strndup (spec, (gsize) (at - spec - (*at == '=' ? 1 : 0)));
  if (self->kind == ENCLAVE_PACKAGE_PYTHON)
    name[strcspn (name, "[")] = '\0';
  if (!is_registry_name (name, self->kind))
    return FALSE;
  g_free (self->package);
  g_free (self->version);
  self->package = g_steal_pointer (&name);
  self->version = at != NULL && at[1] != '\0' ? g_strdup (at + 1) : NULL;

  return TRUE;
}

static gboolean
fail (const EnclavePackageCommand *self, const char *word, GError **error)
{
  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL,
                                                    /* Translators: npx or the like, then a word of its command line */
                                                    _ ("Finding the program that %s would start: “%s” can’t be understood. Name the program "
                                                       "itself instead."),
                                                    self->runner, word));
  return FALSE;
}

/* Steps over one option. @value: (out) (nullable): of one that names the package. */
static gboolean
take_option (EnclavePackageCommand *self, const Runner *runner, const char *const *argv, guint *i, const char **value)
{
  const char *word = argv[*i];
  const char *equals = strchr (word, '=');
  g_autofree char *name = equals != NULL ? g_strndup (word, (gsize) (equals - word)) : g_strdup (word);
  gboolean is_package = g_strv_contains (runner->package_options, name);

  *value = NULL;
  if (equals == NULL && g_strv_contains (runner->flags, name))
    return TRUE;
  if (!is_package && !g_strv_contains (runner->value_options, name))
    return FALSE;
  if (equals == NULL)
    {
      if (argv[*i + 1] == NULL)
        return FALSE;
      *i += 1;
    }
  if (is_package)
    *value = equals != NULL ? equals + 1 : argv[*i];
  return TRUE;
}

gboolean
enclave_package_command_parse (const char *const *argv, EnclavePackageCommand **command, GError **error)
{
  g_autoptr (EnclavePackageCommand) self = NULL;
  const Runner *runner;
  gboolean has_package = FALSE;
  guint i = 0;

  g_return_val_if_fail (argv != NULL && argv[0] != NULL, FALSE);
  g_return_val_if_fail (command != NULL, FALSE);

  *command = NULL;
  runner = find_runner (argv, &i);
  if (runner == NULL)
    return TRUE;

  self = g_new0 (EnclavePackageCommand, 1);
  self->kind = runner->kind;
  self->runner = g_strjoinv (" ", (char **) runner->words);
  for (; argv[i] != NULL && argv[i][0] == '-' && strcmp (argv[i], "--") != 0; i++)
    {
      const char *value;

      if (!take_option (self, runner, argv, &i, &value))
        return fail (self, argv[i], error);
      if (value != NULL && (has_package || !take_package (self, value)))
        return fail (self, value, error);
      has_package |= value != NULL;
    }
  if (argv[i] != NULL && strcmp (argv[i], "--") == 0)
    i++;
  if (argv[i] == NULL)
    return fail (self, self->runner, error);
  if (has_package)
    self->program = g_strdup (argv[i]);
  else if (!take_package (self, argv[i]))
    return fail (self, argv[i], error);
  if (self->program != NULL && (strchr (self->program, '/') != NULL || self->program[0] == '.'))
    return fail (self, self->program, error);
  i++;
  /* npm takes the rest behind a second mark. */
  if (argv[i] != NULL && strcmp (argv[i], "--") == 0 && strcmp (runner->words[0], "npm") == 0)
    i++;
  self->args = g_strdupv ((char **) argv + i);
  *command = g_steal_pointer (&self);

  return TRUE;
}

/* The number at @p, and behind it. */
static guint64
take_number (const char **p)
{
  char *end;
  guint64 number = g_ascii_strtoull (*p, &end, 10);

  *p = end;
  if (**p == '.')
    *p += 1;
  return number;
}

int
enclave_package_version_compare (const char *a, const char *b)
{
  while (g_ascii_isdigit (*a) && g_ascii_isdigit (*b))
    {
      guint64 first = take_number (&a);
      guint64 second = take_number (&b);

      if (first != second)
        return first < second ? -1 : 1;
    }
  /* 1.2.0-beta comes before 1.2.0, and 1.2 before 1.2.1. */
  if (*a == '\0' && *b != '\0')
    return *b == '-' ? 1 : -1;
  if (*b == '\0' && *a != '\0')
    return *a == '-' ? -1 : 1;
  return strcmp (a, b);
}

gboolean
enclave_package_command_accepts (const EnclavePackageCommand *self, const char *version)
{
  const char *wanted = self->version;
  const char *start, *end;
  char sign = '=';

  /* No version, or a name for one: only a registry knows which that is. */
  if (wanted == NULL || (g_ascii_isalpha (wanted[0]) && !(wanted[0] == 'v' && g_ascii_isdigit (wanted[1]))) || strcmp (wanted, "*") == 0)
    return TRUE;
  if (*wanted == '^' || *wanted == '~' || *wanted == '>')
    sign = *wanted;
  start = wanted + strspn (wanted, "^~>=v ");
  if (sign == '>')
    return enclave_package_version_compare (version, start) >= 0;
  if (sign != '=')
    {
      gsize major = strcspn (start, ".");
      gsize kept = sign == '^' && start[0] != '0' ? major : major + (start[major] == '.' ? 1 + strcspn (start + major + 1, ".") : 0);

      return strncmp (version, start, kept) == 0 && !g_ascii_isdigit (version[kept]) && enclave_package_version_compare (version, start) >= 0;
    }
  end = strpbrk (start, "xX*");
  end = end != NULL ? end : start + strlen (start);
  while (end > start && end[-1] == '.')
    end--;
  return strncmp (version, start, (gsize) (end - start)) == 0 && (version[end - start] == '\0' || version[end - start] == '.');
}
