/* enclave-file-checker.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-file-checker.h"

#include <string.h>

#include "enclave-compile-command.h"
#include "enclave-file-door.h"
#include "enclave-limits.h"

#define DATABASE "compile_commands.json"
#define MAX_BUILD_FOLDERS 8

/* The programs are those of the system: what the project or a command of the agent could have put into another folder of the
 * search path is not run without asking. Nor does the environment have a say in what they load. */
static const char *const environment[] = { "/usr/bin/env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/", "LC_ALL=C" };
/* Without the site's modules and those beside the file, and without a cache. */
static const char *const python[] = {
  "python3", "-I", "-S", "-B", "-W", "ignore", "-c",
  "import sys\n"
  "f = sys.argv[1]\n"
  "try:\n"
  " compile((sys.stdin.buffer if f == '-' else open(f, 'rb')).read(), f, 'exec', dont_inherit=True)\n"
  "except SyntaxError as e:\n"
  " print('%s:%d: error: %s' % ('<stdin>' if f == '-' else f, e.lineno or 1, e.msg))\n",
};

typedef struct
{
  const char *ending;
  EnclaveFileCheckerKind kind;
  const char *language; /* of the compiler */
} Ending;

static const Ending endings[] = {
  { ".c", ENCLAVE_FILE_CHECKER_COMPILER, "c" },
  { ".m", ENCLAVE_FILE_CHECKER_COMPILER, "objective-c" },
  { ".cc", ENCLAVE_FILE_CHECKER_COMPILER, "c++" },
  { ".cpp", ENCLAVE_FILE_CHECKER_COMPILER, "c++" },
  { ".cxx", ENCLAVE_FILE_CHECKER_COMPILER, "c++" },
  { ".C", ENCLAVE_FILE_CHECKER_COMPILER, "c++" },
  { ".h", ENCLAVE_FILE_CHECKER_COMPILER, "c-header" },
  { ".hh", ENCLAVE_FILE_CHECKER_COMPILER, "c++-header" },
  { ".hpp", ENCLAVE_FILE_CHECKER_COMPILER, "c++-header" },
  { ".hxx", ENCLAVE_FILE_CHECKER_COMPILER, "c++-header" },
  { ".py", ENCLAVE_FILE_CHECKER_PYTHON, NULL },
  { ".js", ENCLAVE_FILE_CHECKER_NODE, NULL },
  { ".cjs", ENCLAVE_FILE_CHECKER_NODE, NULL },
  { ".mjs", ENCLAVE_FILE_CHECKER_NODE, NULL },
  { ".sh", ENCLAVE_FILE_CHECKER_SHELL, NULL },
  { ".bash", ENCLAVE_FILE_CHECKER_SHELL, NULL },
  { ".json", ENCLAVE_FILE_CHECKER_JSON, NULL },
};

void
enclave_file_checker_free (EnclaveFileChecker *checker)
{
  if (checker == NULL)
    return;
  g_strfreev (checker->argv);
  g_strfreev (checker->input_argv);
  g_free (checker);
}

static void
add (GPtrArray *argv, const char *word)
{
  g_ptr_array_add (argv, g_strdup (word));
}

static GPtrArray *
begin (void)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (environment); i++)
    add (argv, environment[i]);

  return argv;
}

static GStrv
end (GPtrArray *argv)
{
  g_ptr_array_add (argv, NULL);

  return (GStrv) g_ptr_array_free (argv, FALSE);
}

/* (transfer full) (nullable): the command of @path as the database at @database says it. */
static GStrv
look_up (EnclavePathResolver *resolver, const char *database, const char *path)
{
  g_autoptr (EnclaveFileContent) content = enclave_file_door_read (resolver, ENCLAVE_EFFECT_READ, database, NULL);

  if (content == NULL || content->text == NULL || content->verdict != ENCLAVE_VERDICT_ALLOW)
    return NULL;

  return enclave_compile_command_find (content->text, enclave_path_resolver_get_root (resolver), path);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* In the project's folder, then in those that build systems make in it. (transfer full) (nullable) */
static GStrv
find_command (EnclavePathResolver *resolver, const char *path)
{
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GStrv command = look_up (resolver, DATABASE, path);
  const char *name;

  if (command != NULL || (folder = g_dir_open (enclave_path_resolver_get_root (resolver), 0, NULL)) == NULL)
    return command;
  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_prefix (name, "build") || g_str_has_prefix (name, "_build") || g_str_has_prefix (name, "cmake-build")
        || strcmp (name, "out") == 0)
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < MIN (names->len, MAX_BUILD_FOLDERS) && command == NULL; i++)
    {
      g_autofree char *database = g_build_filename (g_ptr_array_index (names, i), DATABASE, NULL);

      command = look_up (resolver, database, path);
    }

  return command;
}

static gboolean
is_of_c_plus_plus (const char *const *command)
{
  for (guint i = 0; command[i] != NULL; i++)
    if (i == 0 ? strstr (command[i], "++") != NULL : g_str_has_prefix (command[i], "-xc++"))
      return TRUE;

  return FALSE;
}

/* @path: NULL: from the input, which stands for the file in @folder. */
static GStrv
make_compile (const char *const *command, const char *language, const char *path, const char *folder)
{
  GPtrArray *argv = begin ();

  add (argv, command[0]);
  /* A header that is not the first one is never replaced by a precompiled one: what is compiled is text. */
  add (argv, "-include");
  add (argv, "/dev/null");
  for (guint i = 1; command[i] != NULL; i++)
    add (argv, command[i]);
  /* The names of what is read, for enclave_file_checker_parse(). */
  add (argv, "-H");
  add (argv, "-fsyntax-only");
  add (argv, "-fdiagnostics-color=never");
  add (argv, "-fmax-errors=20");
  if (language != NULL)
    g_ptr_array_add (argv, g_strconcat ("-x", language, NULL));
  if (path == NULL)
    {
      add (argv, "-iquote");
      add (argv, folder);
    }
  add (argv, path != NULL ? path : "-");

  return end (argv);
}

/* FALSE: there is no way to compile it. */
static gboolean
set_compile (EnclaveFileChecker *checker, EnclavePathResolver *resolver, const char *path, const char *language)
{
  static const char *const guess_c[] = { "cc", "-I", "./", "-I", "./include", "-I", "./src", NULL };
  static const char *const guess_other[] = { "c++", "-I", "./", "-I", "./include", "-I", "./src", NULL };
  g_auto (GStrv) found = find_command (resolver, path);
  const char *const *command = (const char *const *) found;
  g_autofree char *place = g_strconcat ("./", path, NULL);
  g_autofree char *folder = g_path_get_dirname (place);
  gboolean has_language = FALSE;

  if (command == NULL)
    {
      if (g_str_has_suffix (language, "-header"))
        return FALSE;
      command = strcmp (language, "c++") == 0 ? guess_other : guess_c;
      checker->errors_only = TRUE;
    }
  else if (strcmp (language, "c-header") == 0 && is_of_c_plus_plus (command))
    {
      language = "c++-header";
    }
  for (guint i = 1; command[i] != NULL; i++)
    has_language |= g_str_has_prefix (command[i], "-x");
  if (has_language && !g_str_has_suffix (language, "-header"))
    language = NULL;
  checker->argv = make_compile (command, language, place, folder);
  checker->input_argv = make_compile (command, language, NULL, folder);

  return TRUE;
}

static GStrv
make_simple (const char *const *words, guint n_words, const char *path)
{
  GPtrArray *argv = begin ();

  for (guint i = 0; i < n_words; i++)
    add (argv, words[i]);
  if (path != NULL)
    add (argv, path);

  return end (argv);
}

static void
set_simple (EnclaveFileChecker *checker, const char *const *words, guint n_words, const char *path, const char *input)
{
  g_autofree char *place = g_strconcat ("./", path, NULL);

  checker->argv = make_simple (words, n_words, place);
  checker->input_argv = make_simple (words, n_words, input);
}

static void
set_shell (EnclaveFileChecker *checker, const char *path, const char *text)
{
  g_autofree char *first = g_strndup (text, strcspn (text, "\n"));
  gboolean is_posix = g_str_has_prefix (first, "#!") && strstr (first, "bash") == NULL;
  const char *words[] = { is_posix ? "sh" : "bash", "-n" };

  /* Other shells have a syntax of their own. */
  if (is_posix && !g_str_has_suffix (first, "/sh") && strstr (first, "/sh ") == NULL && !g_str_has_suffix (first, " sh"))
    checker->kind = ENCLAVE_FILE_CHECKER_NONE;
  else
    set_simple (checker, words, G_N_ELEMENTS (words), path, NULL);
}

/* Those are JSON with comments. */
static gboolean
is_strict_json (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  return !g_str_has_prefix (path, ".vscode/") && !g_str_has_prefix (name, "tsconfig") && !g_str_has_prefix (name, "jsconfig")
         && *name != '.' && strcmp (name, "devcontainer.json") != 0;
}

/* Control characters would break the lines that are read. */
static gboolean
is_readable_name (const char *path)
{
  for (const char *c = path; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return FALSE;

  return g_utf8_validate (path, -1, NULL) && !g_path_is_absolute (path);
}

EnclaveFileChecker *
enclave_file_checker_new (EnclavePathResolver *resolver, const char *path, const char *text)
{
  static const char *const node[] = { "node", "--check" };
  g_autoptr (EnclaveFileChecker) checker = NULL;
  const char *dot = strrchr (path, '.');
  const Ending *ending = NULL;

  g_return_val_if_fail (path != NULL && text != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (endings) && dot != NULL; i++)
    if (strcmp (endings[i].ending, dot) == 0)
      ending = &endings[i];
  if (ending == NULL || !is_readable_name (path) || strlen (text) > ENCLAVE_FILE_CHECK_TEXT_MAX_BYTES)
    return NULL;

  checker = g_new0 (EnclaveFileChecker, 1);
  checker->kind = ending->kind;
  switch (ending->kind)
    {
    case ENCLAVE_FILE_CHECKER_COMPILER:
      if (!set_compile (checker, resolver, path, ending->language))
        return NULL;
      break;
    case ENCLAVE_FILE_CHECKER_PYTHON:
      set_simple (checker, python, G_N_ELEMENTS (python), path, "-");
      break;
    case ENCLAVE_FILE_CHECKER_NODE:
      set_simple (checker, node, G_N_ELEMENTS (node), path, "-");
      break;
    case ENCLAVE_FILE_CHECKER_SHELL:
      set_shell (checker, path, text);
      break;
    case ENCLAVE_FILE_CHECKER_JSON:
      if (!is_strict_json (path))
        return NULL;
      break;
    case ENCLAVE_FILE_CHECKER_NONE:
    default:
      break;
    }

  return checker->kind != ENCLAVE_FILE_CHECKER_NONE ? g_steal_pointer (&checker) : NULL;
}
