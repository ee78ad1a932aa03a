/* enclave-file-messages.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the programs of enclave-file-checker.h said.
 */

#include "config.h"

#include "enclave-file-checker.h"

#include <stdlib.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

void
enclave_file_message_free (EnclaveFileMessage *message)
{
  g_free (message->text);
  g_free (message);
}

static void
add (GPtrArray *messages, guint line, gboolean is_error, const char *text)
{
  EnclaveFileMessage *message = g_new0 (EnclaveFileMessage, 1);

  message->line = MAX (line, 1);
  message->is_error = is_error;
  message->text = g_strdup (text);
  g_ptr_array_add (messages, message);
}

/* The number at *@at, which stands behind it and @behind then. FALSE: there is none. */
static gboolean
take_number (const char **at, const char *behind, guint *number)
{
  gsize n = strspn (*at, "0123456789");

  if (n == 0 || n > 9 || !g_str_has_prefix (*at + n, behind))
    return FALSE;
  *number = (guint) strtoul (*at, NULL, 10);
  *at += n + strlen (behind);

  return TRUE;
}

/* "PATH:12:5: error: …". @name: PATH. */
static void
parse_located (GPtrArray *messages, const char *line, const char *name, gboolean errors_only)
{
  const char *at = g_str_has_prefix (line, "./") ? line + 2 : line;
  gboolean is_error;
  guint number;
  guint column;

  if (!g_str_has_prefix (at, name) || at[strlen (name)] != ':')
    return;
  at += strlen (name) + 1;
  if (!take_number (&at, ":", &number))
    return;
  take_number (&at, ":", &column);
  if (*at != ' ')
    return;
  at++;
  if (g_str_has_prefix (at, "fatal "))
    at += strlen ("fatal ");
  is_error = g_str_has_prefix (at, "error: ");
  if (is_error || (!errors_only && g_str_has_prefix (at, "warning: ")))
    add (messages, number, is_error, at);
}

/* "PATH: line 3: …" or "PATH: 3: …". @name: (nullable): PATH; NULL: whatever it is. */
static void
parse_shell (GPtrArray *messages, const char *line, const char *name)
{
  const char *at = g_str_has_prefix (line, "./") ? line + 2 : line;
  g_autofree char *text = NULL;
  guint number;

  if (name != NULL ? !g_str_has_prefix (at, name) : strchr (at, ':') == NULL)
    return;
  at = name != NULL ? at + strlen (name) : strchr (at, ':');
  if (!g_str_has_prefix (at, ": "))
    return;
  at += 2;
  if (g_str_has_prefix (at, "line "))
    at += strlen ("line ");
  if (!take_number (&at, ": ", &number))
    return;
  /* The line itself, which follows. */
  if (*at == '`')
    return;
  text = g_strconcat ("error: ", at, NULL);
  add (messages, number, TRUE, text);
}

/* The place first, and after the line itself what is wrong. */
static void
parse_node (GPtrArray *messages, GStrv lines)
{
  /* How a file is meant to be loaded the file alone does not say, and its dialect may be one that is translated first. */
  static const char *const unsure[] = { "outside a module", "'export'", "token '<'", "import.meta", "await is only valid", "token ':'" };
  guint number = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *colon = strrchr (lines[i], ':');
      const char *at = colon != NULL ? colon + 1 : "";
      g_autofree char *text = NULL;

      if (number == 0)
        {
          take_number (&at, "", &number);
          continue;
        }
      if (!g_str_has_prefix (lines[i], "SyntaxError: "))
        continue;
      for (guint j = 0; j < G_N_ELEMENTS (unsure); j++)
        if (strstr (lines[i], unsure[j]) != NULL)
          return;
      text = g_strconcat ("error: ", lines[i], NULL);
      add (messages, number, TRUE, text);
      return;
    }
}

/* A line of -H: dots, a blank, the path of what is read. (nullable) */
static const char *
peek_header (const char *line)
{
  gsize n = strspn (line, ".");

  return n > 0 && line[n] == ' ' ? line + n + 1 : NULL;
}

static gboolean
is_own_header (const char *path, const char *root)
{
  static const char *const folders[] = { "/usr/include/", "/usr/local/include/", "/usr/lib/",   "/usr/lib32/",
                                         "/usr/lib64/",   "/usr/libx32/",        "/usr/share/", "/opt/" };
  g_autofree char *full = g_canonicalize_filename (path, root);
  g_autofree char *real = NULL;
  char *resolved = realpath (full, NULL);
  gsize length = strlen (root);

  real = g_strdup (resolved);
  free (resolved);
  if (real == NULL)
    return FALSE;
  if (strcmp (real, "/dev/null") == 0 || (strncmp (real, root, length) == 0 && real[length] == '/'))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    if (g_str_has_prefix (real, folders[i]))
      return TRUE;

  return FALSE;
}

static void
parse_compiler (GPtrArray *messages, GStrv lines, const EnclaveFileChecker *checker, const char *root, const char *name)
{
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *header = peek_header (lines[i]);

      if (header != NULL && !is_own_header (header, root))
        {
          g_ptr_array_set_size (messages, 0);
          return;
        }
      /* As it is compiled by itself, a header is a main file. */
      if (header == NULL && strstr (lines[i], "pragma once in main file") == NULL)
        parse_located (messages, lines[i], name, checker->errors_only);
    }
  /* Where headers are is not known then, and what is missing makes other errors. */
  for (guint i = 0; checker->errors_only && i < messages->len; i++)
    {
      const EnclaveFileMessage *message = g_ptr_array_index (messages, i);

      if (g_str_has_suffix (message->text, ": No such file or directory") || g_str_has_suffix (message->text, " file not found"))
        g_ptr_array_set_size (messages, 0);
    }
}

GPtrArray *
enclave_file_checker_parse (const EnclaveFileChecker *checker, const char *output, const char *root, const char *path,
                            gboolean from_input)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_file_message_free);
  g_auto (GStrv) lines = NULL;
  const char *name = from_input ? "<stdin>" : path;

  g_return_val_if_fail (checker != NULL && output != NULL && root != NULL && path != NULL, messages);

  lines = g_strsplit (output, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    g_strchomp (lines[i]);
  if (checker->kind == ENCLAVE_FILE_CHECKER_COMPILER)
    parse_compiler (messages, lines, checker, root, name);
  else if (checker->kind == ENCLAVE_FILE_CHECKER_NODE)
    parse_node (messages, lines);
  else
    for (guint i = 0; lines[i] != NULL; i++)
      {
        if (checker->kind == ENCLAVE_FILE_CHECKER_SHELL)
          parse_shell (messages, lines[i], from_input ? NULL : name);
        else
          parse_located (messages, lines[i], name, TRUE);
      }

  return messages;
}

GPtrArray *
enclave_file_checker_parse_json (const char *text)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_file_message_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *shown = NULL;
  const char *what;
  const char *byte;
  guint line = 1;
  guint64 at;

  g_return_val_if_fail (text != NULL, messages);

  if (g_str_has_prefix (text, "\xef\xbb\xbf"))
    text += 3;
  node = enclave_json_parse (text, -1, &error);
  if (node != NULL || !g_error_matches (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX)
      || (byte = g_strrstr (error->message, " at byte ")) == NULL
      /* Stricter than the format: those are JSON to others. */
      || strstr (error->message, "NUL character") != NULL || strstr (error->message, "surrogate") != NULL)
    return messages;
  at = g_ascii_strtoull (byte + strlen (" at byte "), NULL, 10);
  for (guint64 i = 0; i < at && text[i] != '\0'; i++)
    if (text[i] == '\n')
      line++;
  what = strstr (error->message, ": ");
  what = what != NULL && what < byte ? what + 2 : error->message;
  shown = g_strdup_printf ("error: %.*s", (int) (byte - what), what);
  add (messages, line, TRUE, shown);

  return messages;
}

/* (transfer full): the lines of @text, trimmed. */
static GStrv
split (const char *text)
{
  GStrv lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    g_strstrip (lines[i]);

  return lines;
}

/* What it says and of which words, but not where: lines move. (transfer full) */
static char *
dup_key (const EnclaveFileMessage *message, GStrv lines, guint n_lines)
{
  return g_strconcat (message->text, "\n", message->line <= n_lines ? lines[message->line - 1] : "", NULL);
}

void
enclave_file_messages_subtract (GPtrArray *messages, const char *text, GPtrArray *before, const char *before_text)
{
  g_auto (GStrv) lines = NULL;
  g_auto (GStrv) before_lines = NULL;
  g_autoptr (GHashTable) known = NULL;
  guint n_lines;

  g_return_if_fail (messages != NULL && text != NULL && before != NULL && before_text != NULL);

  lines = split (text);
  before_lines = split (before_text);
  known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  n_lines = g_strv_length (before_lines);
  for (guint i = 0; i < before->len; i++)
    {
      char *key = dup_key (g_ptr_array_index (before, i), before_lines, n_lines);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (known, key));

      g_hash_table_insert (known, key, GUINT_TO_POINTER (n + 1));
    }
  n_lines = g_strv_length (lines);
  for (guint i = 0; i < messages->len;)
    {
      g_autofree char *key = dup_key (g_ptr_array_index (messages, i), lines, n_lines);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (known, key));

      if (n == 0)
        {
          i++;
          continue;
        }
      g_ptr_array_remove_index (messages, i);
      g_hash_table_insert (known, g_steal_pointer (&key), GUINT_TO_POINTER (n - 1));
    }
}

/* FALSE: it is there, or there is no more room. */
static gboolean
append (GString *out, const char *path, const EnclaveFileMessage *message, guint n_lines)
{
  gsize length = strlen (message->text);
  gsize kept = enclave_utf8_prefix_length (message->text, length, ENCLAVE_FILE_CHECK_MESSAGE_MAX_BYTES);
  g_autofree char *line = g_strdup_printf ("%s:%u: %.*s%s\n", path, message->line, (int) kept, message->text,
                                           kept < length ? "…" : "");

  if (strstr (out->str, line) != NULL || n_lines >= ENCLAVE_FILE_CHECK_MAX_MESSAGES || out->len + strlen (line) > ENCLAVE_FILE_CHECK_MAX_BYTES)
    return FALSE;
  g_string_append (out, line);

  return TRUE;
}

char *
enclave_file_messages_to_text (GPtrArray *messages, const char *path)
{
  GString *out = g_string_new (NULL);
  guint n = 0;

  g_return_val_if_fail (messages != NULL && path != NULL, NULL);

  for (int errors = 1; errors >= 0; errors--)
    for (guint i = 0; i < messages->len; i++)
      {
        const EnclaveFileMessage *message = g_ptr_array_index (messages, i);

        if (message->is_error == (errors == 1) && append (out, path, message, n))
          n++;
      }

  return g_string_free (out, FALSE);
}
