/* enclave-file-formatter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-file-formatter.h"

#include <string.h>

#include "enclave-file-door.h"

#define PRETTIER "node_modules/.bin/prettier"
#define DEFAULT_EDITION "2021"
/* Folders above a file that are looked into. */
#define MAX_FOLDERS 32

typedef enum
{
  FAMILY_C,
  FAMILY_PYTHON,
  FAMILY_RUST,
  FAMILY_GO,
  FAMILY_PRETTIER,
} Family;

static const struct
{
  const char *ending;
  Family family;
} endings[] = {
  { ".c", FAMILY_C }, { ".cc", FAMILY_C }, { ".cpp", FAMILY_C }, { ".cxx", FAMILY_C }, { ".C", FAMILY_C },
  { ".h", FAMILY_C }, { ".hh", FAMILY_C }, { ".hpp", FAMILY_C }, { ".hxx", FAMILY_C }, { ".m", FAMILY_C }, { ".mm", FAMILY_C },
  { ".py", FAMILY_PYTHON }, { ".pyi", FAMILY_PYTHON }, { ".rs", FAMILY_RUST }, { ".go", FAMILY_GO },
  { ".js", FAMILY_PRETTIER }, { ".jsx", FAMILY_PRETTIER }, { ".cjs", FAMILY_PRETTIER }, { ".mjs", FAMILY_PRETTIER },
  { ".ts", FAMILY_PRETTIER }, { ".tsx", FAMILY_PRETTIER }, { ".cts", FAMILY_PRETTIER }, { ".mts", FAMILY_PRETTIER },
  { ".vue", FAMILY_PRETTIER }, { ".css", FAMILY_PRETTIER }, { ".scss", FAMILY_PRETTIER }, { ".less", FAMILY_PRETTIER },
  { ".html", FAMILY_PRETTIER }, { ".json", FAMILY_PRETTIER }, { ".md", FAMILY_PRETTIER }, { ".yaml", FAMILY_PRETTIER },
  { ".yml", FAMILY_PRETTIER }, { ".graphql", FAMILY_PRETTIER },
};

/* In any of these a project says how Prettier is to format. */
static const char *const prettier_files[] = {
  ".prettierrc", ".prettierrc.json", ".prettierrc.json5", ".prettierrc.yaml", ".prettierrc.yml", ".prettierrc.toml", ".prettierrc.js",
  ".prettierrc.cjs", ".prettierrc.mjs", "prettier.config.js", "prettier.config.cjs", "prettier.config.mjs",
};

typedef struct
{
  EnclavePathResolver *resolver;
  const char *path;
  char *folder; /* the one that is looked into; "." at last */
} Search;

void
enclave_file_formatter_free (EnclaveFileFormatter *formatter)
{
  if (formatter == NULL)
    return;
  g_free (formatter->name);
  g_strfreev (formatter->argv);
  g_free (formatter);
}

/* (transfer full) (nullable): what stands in @name of the folder. */
static char *
read_in (Search *search, const char *name)
{
  g_autofree char *path = g_build_filename (search->folder, name, NULL);
  g_autoptr (EnclaveFileContent) content = enclave_file_door_read (search->resolver, ENCLAVE_EFFECT_READ, path, NULL);

  return content != NULL && content->verdict == ENCLAVE_VERDICT_ALLOW ? g_steal_pointer (&content->text) : NULL;
}

static gboolean
has (Search *search, const char *name)
{
  g_autofree char *text = read_in (search, name);

  return text != NULL;
}

static gboolean
has_section (Search *search, const char *name, const char *section)
{
  g_autofree char *text = read_in (search, name);

  return text != NULL && (g_str_has_prefix (text, section + 1) || strstr (text, section) != NULL);
}

static gboolean
is_installed (const char *program)
{
  static const char *const folders[] = { "/usr/local/bin", "/usr/bin", "/bin" };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (folders[i], program, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return TRUE;
    }

  return FALSE;
}

/* The environment has no say in what is loaded, and what the program says beside the text is not part of it.
 * @words: NULL-terminated; "./PATH" stands for its place in the project. */
static EnclaveFileFormatter *
make (Search *search, const char *name, const char *const *words)
{
  static const char *const front[] = { "/usr/bin/env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/", "LC_ALL=C.UTF-8",
                                       "sh", "-c", "exec \"$@\" 2>/dev/null", "sh" };
  GStrvBuilder *argv = g_strv_builder_new ();
  g_autofree char *place = g_strconcat ("./", search->path, NULL);
  EnclaveFileFormatter *formatter = g_new0 (EnclaveFileFormatter, 1);

  for (guint i = 0; i < G_N_ELEMENTS (front); i++)
    g_strv_builder_add (argv, front[i]);
  for (; *words != NULL; words++)
    {
      const char *at = strstr (*words, "./PATH");
      g_autofree char *head = at != NULL ? g_strndup (*words, (gsize) (at - *words)) : NULL;
      g_autofree char *whole = at != NULL ? g_strconcat (head, place, NULL) : g_strdup (*words);

      g_strv_builder_add (argv, whole);
    }
  formatter->name = g_strdup (name);
  formatter->argv = g_strv_builder_end (argv);
  g_strv_builder_unref (argv);

  return formatter;
}

static EnclaveFileFormatter *
make_installed (Search *search, const char *const *words)
{
  return is_installed (words[0]) ? make (search, words[0], words) : NULL;
}

/* `edition = "2021"` of a manifest. (transfer full) */
static char *
read_edition (const char *manifest)
{
  const char *at = strstr (manifest, "\nedition");

  if (at != NULL)
    {
      at += strlen ("\nedition");
      at += strspn (at, " =\"");
      if (strspn (at, "0123456789") == 4)
        return g_strndup (at, 4);
    }

  return g_strdup (DEFAULT_EDITION);
}

/* The project's own program, of the nearest folder that has one. */
static EnclaveFileFormatter *
make_prettier (Search *search)
{
  g_autofree char *folder = g_strdup (search->folder);

  for (guint i = 0; i < MAX_FOLDERS; i++)
    {
      g_autofree char *program = g_build_filename (folder, PRETTIER, NULL);
      g_autofree char *whole = g_build_filename (enclave_path_resolver_get_root (search->resolver), program, NULL);
      g_autofree char *words = g_strconcat ("./", program, NULL);
      char *above;

      if (g_file_test (whole, G_FILE_TEST_IS_EXECUTABLE))
        return make (search, "prettier", (const char *const[]) { words, "--stdin-filepath", "./PATH", NULL });
      if (strcmp (folder, ".") == 0)
        return NULL;
      above = g_path_get_dirname (folder);
      g_free (folder);
      folder = above;
    }

  return NULL;
}

static gboolean
wants_prettier (Search *search)
{
  for (guint i = 0; i < G_N_ELEMENTS (prettier_files); i++)
    if (has (search, prettier_files[i]))
      return TRUE;

  return has_section (search, "package.json", "\n\"prettier\"") || has_section (search, "package.json", "\"prettier\":");
}

/* In one folder. @found: (out): it says how such files are formatted; nothing above it does then. */
static EnclaveFileFormatter *
look (Search *search, Family family, gboolean *found)
{
  g_autofree char *text = NULL;
  g_autofree char *edition = NULL;

  *found = TRUE;
  switch (family)
    {
    case FAMILY_C:
      if (has (search, ".clang-format") || has (search, "_clang-format"))
        return make_installed (search, (const char *const[]) { "clang-format", "--style=file", "--fallback-style=none",
                                                               "--assume-filename=./PATH", NULL });
      break;
    case FAMILY_PYTHON:
      if (has_section (search, "pyproject.toml", "\n[tool.ruff.format]") || has_section (search, "ruff.toml", "\n[format]"))
        return make_installed (search, (const char *const[]) { "ruff", "format", "--quiet", "--no-cache", "--stdin-filename",
                                                               "./PATH", "-", NULL });
      if (has_section (search, "pyproject.toml", "\n[tool.black]"))
        return make_installed (search, (const char *const[]) { "black", "--quiet", "--stdin-filename", "./PATH", "-", NULL });
      break;
    case FAMILY_RUST:
      text = read_in (search, "Cargo.toml");
      if (text != NULL)
        {
          edition = read_edition (text);
          return make_installed (search, (const char *const[]) { "rustfmt", "--quiet", "--edition", edition, NULL });
        }
      break;
    case FAMILY_GO:
      if (has (search, "go.mod"))
        return make_installed (search, (const char *const[]) { "gofmt", NULL });
      break;
    case FAMILY_PRETTIER:
      if (wants_prettier (search))
        return make_prettier (search);
      break;
    default:
      break;
    }
  *found = FALSE;

  return NULL;
}

EnclaveFileFormatter *
enclave_file_formatter_new (EnclavePathResolver *resolver, const char *path)
{
  const char *dot;
  guint ending = 0;
  gboolean found = FALSE;
  EnclaveFileFormatter *formatter = NULL;
  Search search = { .resolver = resolver, .path = path };

  g_return_val_if_fail (path != NULL, NULL);

  dot = strrchr (path, '.');
  while (ending < G_N_ELEMENTS (endings) && g_strcmp0 (endings[ending].ending, dot) != 0)
    ending++;
  if (ending == G_N_ELEMENTS (endings) || g_path_is_absolute (path))
    return NULL;

  search.folder = g_path_get_dirname (path);
  for (guint i = 0; i < MAX_FOLDERS && !found; i++)
    {
      char *above;

      formatter = look (&search, endings[ending].family, &found);
      if (strcmp (search.folder, ".") == 0)
        break;
      above = g_path_get_dirname (search.folder);
      g_free (search.folder);
      search.folder = above;
    }
  g_free (search.folder);

  return formatter;
}

char *
enclave_file_formatter_take_text (const char *output, gsize length)
{
  if (length == 0 || memchr (output, '\0', length) != NULL || !g_utf8_validate (output, (gssize) length, NULL))
    return NULL;

  return g_strndup (output, length);
}
