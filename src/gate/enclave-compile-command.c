/* enclave-compile-command.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-compile-command.h"

#include <string.h>

#include "enclave-json.h"

/* Characters that the values of options of the front of a compiler are made of. Without a comma: what stands behind one is handed
 * on to other programs. */
#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789=+#._-"

/* A path follows, joined or as the next word. */
static const char *const path_options[] = { "-isystem", "-iquote", "-idirafter", "-isysroot", "-I" };
/* The next word belongs to them; neither is taken over. */
static const char *const dropped_with_value[] = {
  "-o",     "-MF",      "-MT",     "-MQ",     "-Xclang",  "-Xpreprocessor", "-Xassembler", "-Xlinker",   "-mllvm",   "-L",
  "-l",     "-T",       "-u",      "-z",      "-e",       "-A",             "-imacros",    "-iprefix",   "-arch",
  "-aux-info", "-dumpbase", "-dumpdir", "--config", "-G",  "-iwithprefix",   "-iwithprefixbefore", "-imultilib", "-target-feature",
};
/* They name code or programs to load, or more options. Of what -include and its like read, and all that this includes, -H says
 * nothing: it could be any file. */
static const char *const refused[] = { "-fplugin", "-fpass-plugin", "-specs", "--specs", "-wrapper", "-B", "@", "-include", "-imacros" };
static const char *const exact[] = { "-ansi", "-pedantic", "-pedantic-errors", "-undef", "-nostdinc", "-nostdinc++", "-w", "-pthread",
                                     "-trigraphs", "-stdlib=libc++", "-stdlib=libstdc++" };
/* Of the options of code generation only what a source can see; after an optional "no-". */
static const char *const features[] = {
  "aligned-new",   "blocks",        "builtin",          "char8_t",           "coroutines",      "concepts",       "exceptions",
  "fast-math",     "finite-math-only", "freestanding",  "gnu89-inline",      "hosted",          "math-errno",     "ms-extensions",
  "objc-arc",      "openmp",        "openmp-simd",      "permissive",        "pic",             "PIC",            "pie",
  "PIE",           "plan9-extensions", "rtti",          "short-enums",       "short-wchar",     "signed-char",    "sized-deallocation",
  "strict-aliasing", "threadsafe-statics", "trapv",     "unsigned-char",     "visibility-inlines-hidden", "wrapv",
};
static const char *const feature_values[] = { "abi-version=", "cf-protection=", "constexpr-depth=", "sanitize=", "strict-flex-arrays=",
                                              "template-depth=", "visibility=" };
static const char *const languages[] = { "c", "c++", "objective-c", "objective-c++", "c-header", "c++-header" };

#define CONTAINS(array, word) contains (array, G_N_ELEMENTS (array), word)

static gboolean
contains (const char *const *words, guint n_words, const char *word)
{
  for (guint i = 0; i < n_words; i++)
    if (strcmp (words[i], word) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
is_plain (const char *word)
{
  return word[strspn (word, PLAIN)] == '\0';
}

/* (nullable): what of @path is below @folder; "" for the folder itself. */
static const char *
peek_below (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  if (strncmp (path, folder, length) != 0)
    return NULL;
  if (path[length] == '\0')
    return path + length;
  return path[length] == '/' ? path + length + 1 : NULL;
}

/* A path that may stand in a command: below the project, then relative to it, or in a folder of the system.
 * (transfer full) (nullable) */
static char *
dup_usable_path (const char *root, const char *directory, const char *path)
{
  g_autofree char *full = g_canonicalize_filename (path, directory);
  const char *below = peek_below (full, root);

  if (below != NULL)
    return g_strconcat ("./", below, NULL);
  if (g_str_has_prefix (full, "/usr/") || g_str_has_prefix (full, "/opt/"))
    return g_steal_pointer (&full);

  return NULL;
}

/* "x86_64-linux-gnu-g++-12" and the like. */
static gboolean
is_compiler_name (const char *name)
{
  static const char *const names[] = { "cc", "gcc", "c++", "g++", "clang", "clang++" };
  g_autofree char *start = g_strdup (name);
  char *dash = strrchr (start, '-');

  if (!is_plain (name))
    return FALSE;
  if (dash != NULL && dash[1] != '\0' && dash[1 + strspn (dash + 1, "0123456789.")] == '\0')
    {
      *dash = '\0';
      dash = strrchr (start, '-');
    }

  return CONTAINS (names, dash != NULL ? dash + 1 : start);
}

/* The program to run. (transfer full) (nullable) */
static char *
dup_compiler (const char *root, const char *word)
{
  g_autofree char *name = g_path_get_basename (word);
  g_autofree char *full = NULL;

  if (!is_compiler_name (name))
    return NULL;
  if (strchr (word, '/') == NULL)
    return g_steal_pointer (&name);
  if (!g_path_is_absolute (word))
    return NULL;
  full = g_canonicalize_filename (word, "/");
  /* Names there stand for ccache, which would keep what it is given. */
  if (g_str_has_prefix (full, "/usr/lib/ccache/"))
    return g_steal_pointer (&name);
  if (peek_below (full, root) != NULL)
    return NULL;
  if (g_str_has_prefix (full, "/usr/") || g_str_has_prefix (full, "/bin/") || g_str_has_prefix (full, "/opt/"))
    return g_steal_pointer (&full);

  return NULL;
}

static gboolean
is_feature (const char *name)
{
  if (g_str_has_prefix (name, "no-"))
    name += strlen ("no-");
  if (!is_plain (name))
    return FALSE;
  if (CONTAINS (features, name) || g_str_has_prefix (name, "builtin-") || g_str_has_prefix (name, "stack-protector"))
    return strchr (name, '=') == NULL;
  for (guint i = 0; i < G_N_ELEMENTS (feature_values); i++)
    if (g_str_has_prefix (name, feature_values[i]))
      return TRUE;

  return FALSE;
}

/* An option without a word of its own behind it. */
static gboolean
is_harmless (const char *word)
{
  if (CONTAINS (exact, word))
    return TRUE;
  if (g_str_has_prefix (word, "-f"))
    return is_feature (word + 2);
  if (!is_plain (word))
    return FALSE;
  if (g_str_has_prefix (word, "-m"))
    return !g_str_has_prefix (word, "-mllvm");

  return g_str_has_prefix (word, "-std=") || g_str_has_prefix (word, "-O") || g_str_has_prefix (word, "-W")
         || g_str_has_prefix (word, "--target=");
}

static gboolean
is_refused (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    if (g_str_has_prefix (word, refused[i]))
      return TRUE;

  return FALSE;
}

static void
add (GPtrArray *command, const char *option, const char *value)
{
  g_ptr_array_add (command, g_strconcat (option, value, NULL));
}

/* The value of @option at *@at, which stands on its last word then; NULL: it is another option, or has none. */
static const char *
take_value (const char *const *argv, guint *at, const char *option)
{
  const char *word = argv[*at];

  if (!g_str_has_prefix (word, option))
    return NULL;
  if (word[strlen (option)] != '\0')
    return word + strlen (option);
  if (argv[*at + 1] == NULL)
    return NULL;
  (*at)++;

  return argv[*at];
}

/* Takes the option at *@at over or leaves it out. FALSE: nothing of the command is to be used. */
static gboolean
take_option (GPtrArray *command, const char *root, const char *directory, const char *const *argv, guint *at)
{
  const char *word = argv[*at];
  const char *value;

  if (is_refused (word))
    return FALSE;
  if (*word != '-' || word[1] == '\0')
    return TRUE;
  if (CONTAINS (dropped_with_value, word))
    {
      if (argv[*at + 1] != NULL)
        (*at)++;
      return argv[*at][0] != '@';
    }
  for (guint i = 0; i < G_N_ELEMENTS (path_options); i++)
    if ((value = take_value (argv, at, path_options[i])) != NULL)
      {
        g_autofree char *path = *value != '@' ? dup_usable_path (root, directory, value) : NULL;

        /* The path begins with a dot or a slash. */
        if (path != NULL)
          {
            add (command, path_options[i], "");
            add (command, path, "");
          }
        return *value != '@';
      }
  if ((value = take_value (argv, at, "--sysroot=")) != NULL)
    {
      g_autofree char *path = dup_usable_path (root, directory, value);

      if (path != NULL)
        add (command, "--sysroot=", path);
    }
  else if ((value = take_value (argv, at, "-D")) != NULL || (value = take_value (argv, at, "-U")) != NULL)
    {
      /* One word, or a value that begins with "@" would be read as a file of options. */
      add (command, g_str_has_prefix (word, "-D") ? "-D" : "-U", value);
    }
  else if ((value = take_value (argv, at, "-x")) != NULL)
    {
      if (CONTAINS (languages, value))
        add (command, "-x", value);
    }
  else if (strcmp (word, "-target") == 0)
    {
      value = take_value (argv, at, "-target");
      if (value != NULL && is_plain (value))
        add (command, "--target=", value);
    }
  else if (is_harmless (word))
    {
      add (command, word, "");
    }

  return TRUE;
}

GStrv
enclave_compile_command_filter (const char *root, const char *directory, const char *const *argv)
{
  g_autoptr (GPtrArray) command = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *compiler = NULL;
  guint i = 0;

  g_return_val_if_fail (root != NULL && directory != NULL && argv != NULL, NULL);

  if (!g_path_is_absolute (directory))
    return NULL;
  if (argv[0] != NULL)
    {
      const char *slash = strrchr (argv[0], '/');

      i = strcmp (slash != NULL ? slash + 1 : argv[0], "ccache") == 0 ? 1 : 0;
    }
  compiler = argv[i] != NULL ? dup_compiler (root, argv[i]) : NULL;
  if (compiler == NULL)
    return NULL;
  add (command, compiler, "");
  for (i++; argv[i] != NULL; i++)
    if (!take_option (command, root, directory, argv, &i))
      return NULL;
  g_ptr_array_add (command, NULL);

  return (GStrv) g_ptr_array_free (g_steal_pointer (&command), FALSE);
}

/* How well the entry of @file, an absolute path, tells how @wanted is compiled: 0 not at all, 3 it is its own. */
static guint
rate (const char *file, const char *wanted, gboolean is_header)
{
  g_autofree char *folder = NULL;
  g_autofree char *wanted_folder = NULL;
  const char *name = strrchr (file, '/');
  const char *wanted_name = strrchr (wanted, '/');

  if (strcmp (file, wanted) == 0)
    return 3;
  if (!is_header || name == NULL || wanted_name == NULL)
    return 0;
  if (strcspn (name, ".") == strcspn (wanted_name, ".") && strncmp (name, wanted_name, strcspn (name, ".")) == 0)
    return 2;
  folder = g_path_get_dirname (file);
  wanted_folder = g_path_get_dirname (wanted);

  return strcmp (folder, wanted_folder) == 0 ? 1 : 0;
}

/* (transfer full) (nullable): the words of the command of @entry. */
static GStrv
dup_words (JsonObject *entry)
{
  JsonArray *arguments = enclave_json_peek_array (entry, "arguments");
  const char *command = enclave_json_peek_string (entry, "command");
  g_autoptr (GPtrArray) words = NULL;
  GStrv parsed = NULL;

  if (arguments == NULL)
    return command != NULL && g_shell_parse_argv (command, NULL, &parsed, NULL) ? parsed : NULL;
  words = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < json_array_get_length (arguments); i++)
    {
      const char *word = enclave_json_array_peek_string (arguments, i);

      if (word == NULL)
        return NULL;
      g_ptr_array_add (words, g_strdup (word));
    }
  g_ptr_array_add (words, NULL);

  return (GStrv) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

GStrv
enclave_compile_command_find (const char *text, const char *root, const char *path)
{
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *name = NULL;
  gboolean is_header;
  JsonObject *best = NULL;
  guint best_rate = 0;
  JsonArray *entries;
  g_auto (GStrv) words = NULL;
  const char *dot;

  g_return_val_if_fail (text != NULL && root != NULL && path != NULL, NULL);

  wanted = g_canonicalize_filename (path, root);
  name = g_path_get_basename (path);
  dot = strrchr (name, '.');
  is_header = dot != NULL && (dot[1] == 'h' || dot[1] == 'H');
  /* Megabytes are not parsed for a file that is not in them. */
  if (!is_header && strstr (text, name) == NULL)
    return NULL;
  node = enclave_json_parse (text, -1, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  entries = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (entries) && best_rate < 3; i++)
    {
      JsonObject *entry = enclave_json_array_peek_object (entries, i);
      const char *directory = enclave_json_peek_string (entry, "directory");
      const char *file = enclave_json_peek_string (entry, "file");
      g_autofree char *full = NULL;
      guint rating;

      if (file == NULL || directory == NULL || !g_path_is_absolute (directory))
        continue;
      full = g_canonicalize_filename (file, directory);
      rating = rate (full, wanted, is_header);
      if (rating > best_rate)
        {
          best = entry;
          best_rate = rating;
        }
    }
  words = best != NULL ? dup_words (best) : NULL;

  return words != NULL
           ? enclave_compile_command_filter (root, enclave_json_peek_string (best, "directory"), (const char *const *) words)
           : NULL;
}
