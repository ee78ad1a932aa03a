/* enclave-code-language.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-code-language.h"

#include <string.h>

/* Words are looked for among the endings of file names, too; nobody calls a language by a longer one. */
#define WORD_MAX_BYTES 24

/* Parts of other languages are none themselves, and GtkSourceView 5.6 ends the program that highlights with them. */
static GtkSourceLanguage *
take_language (GtkSourceLanguage *language)
{
  return language != NULL && !gtk_source_language_get_hidden (language) ? language : NULL;
}

/* Both versions of Python claim its files, and the highlighter takes the one that has ended. */
#define ENDED_PYTHON "python"
#define PYTHON "python3"

GtkSourceLanguage *
enclave_code_language_guess_typed (const char *name, const char *content_type)
{
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();
  GtkSourceLanguage *language;

  g_return_val_if_fail (name != NULL, NULL);

  language = gtk_source_language_manager_guess_language (manager, name, content_type);
  if (language != NULL && strcmp (gtk_source_language_get_id (language), ENDED_PYTHON) == 0 && !g_str_has_suffix (name, ".py2"))
    language = gtk_source_language_manager_get_language (manager, PYTHON);
  return take_language (language);
}

GtkSourceLanguage *
enclave_code_language_guess (const char *path)
{
  g_autofree char *name = NULL;
  g_autofree char *content_type = NULL;
  gboolean uncertain;

  g_return_val_if_fail (path != NULL, NULL);

  name = g_path_get_basename (path);
  content_type = g_content_type_guess (name, NULL, 0, &uncertain);

  return enclave_code_language_guess_typed (name, uncertain ? NULL : content_type);
}

gboolean
enclave_code_language_is_shell (const char *word)
{
  static const char *const names[] = { "sh", "bash", "shell", "zsh", "console", "shell-session", "terminal", NULL };
  g_autofree char *lower = NULL;

  g_return_val_if_fail (word != NULL, FALSE);

  lower = g_ascii_strdown (word, -1);

  return g_strv_contains (names, lower);
}

/* The names that the highlighter has no file name for. NULL: text on purpose. */
static const struct
{
  const char *word;
  const char *id;
} aliases[] = {
  { "text", NULL },        { "txt", NULL },          { "plain", NULL },         { "plaintext", NULL }, { "output", NULL },
  { "python", "python3" }, { "py", "python3" },      { "c++", "cpp" },          { "javascript", "js" }, { "jsonc", "json" },
  { "patch", "diff" },     { "make", "makefile" },   { "h", "c" },              { "csharp", "c-sharp" },
  { "golang", "go" },      { "dockerfile", "docker" }, { "tsx", "typescript-jsx" }, { "objective-c", "objc" },
};

static GtkSourceLanguage *
find_by_word (const char *word, gboolean *is_text)
{
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();
  GtkSourceLanguage *language;
  g_autofree char *lower = g_ascii_strdown (word, -1);
  g_autofree char *name = NULL;
  const char *id = lower;

  *is_text = FALSE;
  if (*word == '\0' || strlen (word) > WORD_MAX_BYTES)
    return NULL;
  if (enclave_code_language_is_shell (lower))
    id = "sh";
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (strcmp (aliases[i].word, lower) == 0)
      {
        *is_text = aliases[i].id == NULL;
        id = aliases[i].id;
        break;
      }
  if (*is_text)
    return NULL;
  language = take_language (gtk_source_language_manager_get_language (manager, id));
  if (language != NULL)
    return language;
  for (const char *p = lower; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("+#-_", *p) == NULL)
      return NULL;
  name = g_strconcat ("a.", lower, NULL);

  return take_language (gtk_source_language_manager_guess_language (manager, name, NULL));
}

GtkSourceLanguage *
enclave_code_language_find (const char *word, const char *path)
{
  GtkSourceLanguage *language;
  gboolean is_text;

  g_return_val_if_fail (word != NULL, NULL);

  language = find_by_word (word, &is_text);
  if (language == NULL && !is_text && path != NULL)
    language = enclave_code_language_guess (path);

  return language;
}
