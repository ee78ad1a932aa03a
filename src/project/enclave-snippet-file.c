/* enclave-snippet-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-snippet-private.h"
#include "enclave-utf8.h"

/* More is no snippet any more, and no list that a person looks through. */
#define MAX_FILE_BYTES (256 * 1024)
#define MAX_SNIPPETS 500
#define MAX_TRIGGER_LETTERS 64
#define MAX_FILES 100

typedef struct
{
  GPtrArray *snippets;
  EnclaveSnippet *snippet; /* (nullable): the one that is read */
  char **languages;        /* (nullable): of the text that is read */
  GString *text;
  gboolean in_text;
  int line; /* where it begins */
} Reader;

EnclaveSnippet *
enclave_snippet_ref (EnclaveSnippet *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
snippet_clear (EnclaveSnippet *self)
{
  g_free (self->trigger);
  g_free (self->name);
  g_free (self->description);
  g_strfreev (self->languages);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
}

void
enclave_snippet_unref (EnclaveSnippet *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) snippet_clear);
}

gboolean
enclave_snippet_is_for (const EnclaveSnippet *self, const char *language)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->languages == NULL || (language != NULL && g_strv_contains ((const char *const *) self->languages, language));
}

static EnclaveSnippet *
snippet_new (const char *trigger, const char *name, const char *description)
{
  EnclaveSnippet *self = g_atomic_rc_box_new0 (EnclaveSnippet);

  self->trigger = g_strdup (trigger);
  self->name = g_strdup (name != NULL && *name != '\0' ? name : trigger);
  self->description = g_strdup (description != NULL ? description : "");
  return self;
}

static gboolean
is_trigger (const char *text)
{
  gsize length = strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

  return length > 0 && length <= MAX_TRIGGER_LETTERS && text[length] == '\0';
}

static gboolean
is_printable (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (!g_unichar_isprint (g_utf8_get_char (text)) && *text != '\n' && *text != '\t')
      return FALSE;
  return TRUE;
}

static void
fail (GError **error, const char *message)
{
  g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, message);
}

static void
start_snippet (Reader *reader, const char *element, const char **names, const char **values, GError **error)
{
  const char *trigger = NULL;
  const char *name = NULL;
  const char *plain_name = NULL;
  const char *description = NULL;
  const char *plain_description = NULL;
  const GMarkupCollectType optional = G_MARKUP_COLLECT_STRING | G_MARKUP_COLLECT_OPTIONAL;

  if (!g_markup_collect_attributes (element, names, values, error, G_MARKUP_COLLECT_STRING, "trigger", &trigger, optional, "_name", &name,
                                    optional, "name", &plain_name, optional, "_description", &description, optional, "description",
                                    &plain_description, G_MARKUP_COLLECT_INVALID))
    return;
  name = name != NULL ? name : plain_name;
  description = description != NULL ? description : plain_description;
  if (!is_trigger (trigger))
    fail (error, _("A trigger has letters, digits, _ and - alone"));
  else if ((name != NULL && !is_printable (name)) || (description != NULL && !is_printable (description)))
    fail (error, _("A name has letters that can’t be shown"));
  else
    reader->snippet = snippet_new (trigger, name, description);
}

static void
start_text (Reader *reader, const char *element, const char **names, const char **values, GError **error)
{
  const char *languages = NULL;

  if (!g_markup_collect_attributes (element, names, values, error, G_MARKUP_COLLECT_STRING | G_MARKUP_COLLECT_OPTIONAL, "languages",
                                    &languages, G_MARKUP_COLLECT_INVALID))
    return;
  g_clear_pointer (&reader->languages, g_strfreev);
  if (languages != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (languages, ";", -1);
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

      for (guint i = 0; parts[i] != NULL; i++)
        if (*g_strstrip (parts[i]) != '\0')
          g_strv_builder_add (builder, parts[i]);
      reader->languages = g_strv_builder_end (builder);
    }
  g_string_truncate (reader->text, 0);
  reader->in_text = TRUE;
}

/* The reader of markup says where it is only for what it found wrong itself, or at a start. */
static void
say_where (Reader *reader, GError **error)
{
  if (error != NULL && *error != NULL)
    /* Translators: before a message about what is wrong there. */
    g_prefix_error (error, _("Line %d: "), reader->line);
}

static void
start_element (GMarkupParseContext *context, const char *element, const char **names, const char **values, gpointer user_data,
               GError **error)
{
  Reader *reader = user_data;
  const GSList *stack = g_markup_parse_context_get_element_stack (context);
  const char *parent = stack->next != NULL ? stack->next->data : "";

  if (strcmp (element, "snippets") == 0 && *parent == '\0')
    return;
  if (strcmp (element, "snippet") == 0 && strcmp (parent, "snippets") == 0)
    start_snippet (reader, element, names, values, error);
  else if (strcmp (element, "text") == 0 && strcmp (parent, "snippet") == 0)
    {
      g_markup_parse_context_get_position (context, &reader->line, NULL);
      start_text (reader, element, names, values, error);
    }
  else if (strcmp (element, "tooltip") != 0 || strcmp (parent, "snippet") != 0)
    g_set_error (error, G_MARKUP_ERROR, G_MARKUP_ERROR_UNKNOWN_ELEMENT, _("<%s> has no place here"), element);
}

/* The line ends that a person puts before and behind a text so that the file can be read are none of it. */
static void
trim (GString *text)
{
  if (text->len > 0 && text->str[0] == '\n')
    g_string_erase (text, 0, 1);
  if (text->len > 0 && text->str[text->len - 1] == '\n')
    g_string_truncate (text, text->len - 1);
}

static void
end_text (Reader *reader, GError **error)
{
  g_autoptr (EnclaveSnippet) made = snippet_new (reader->snippet->trigger, reader->snippet->name, reader->snippet->description);

  reader->in_text = FALSE;
  g_string_replace (reader->text, "\r", "", 0);
  trim (reader->text);
  if (!is_printable (reader->text->str))
    {
      fail (error, _("The text has letters that can’t be shown"));
      return;
    }
  made->parts = _enclave_snippet_parse_text (reader->text->str, error);
  if (made->parts == NULL)
    return;
  if (reader->snippets->len == MAX_SNIPPETS)
    {
      fail (error, _("There are too many snippets in it"));
      return;
    }
  made->languages = g_steal_pointer (&reader->languages);
  g_ptr_array_add (reader->snippets, g_steal_pointer (&made));
}

static void
end_element (GMarkupParseContext *context, const char *element, gpointer user_data, GError **error)
{
  Reader *reader = user_data;

  if (strcmp (element, "text") == 0)
    {
      end_text (reader, error);
      say_where (reader, error);
    }
  else if (strcmp (element, "snippet") == 0)
    g_clear_pointer (&reader->snippet, enclave_snippet_unref);
}

static void
text (GMarkupParseContext *context, const char *letters, gsize length, gpointer user_data, GError **error)
{
  Reader *reader = user_data;

  if (reader->in_text)
    g_string_append_len (reader->text, letters, (gssize) length);
}

GPtrArray *
enclave_snippet_file_parse (const char *bytes, gssize length, GError **error)
{
  static const GMarkupParser parser = { start_element, end_element, text, NULL, NULL };
  g_autoptr (GPtrArray) snippets = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_snippet_unref);
  Reader reader = { snippets, NULL, NULL, NULL, FALSE };
  g_autoptr (GMarkupParseContext) context = NULL;
  gboolean read;

  g_return_val_if_fail (bytes != NULL, NULL);

  reader.text = g_string_new (NULL);
  context = g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT | G_MARKUP_PREFIX_ERROR_POSITION, &reader, NULL);
  read = g_markup_parse_context_parse (context, bytes, length, error) && g_markup_parse_context_end_parse (context, error);
  g_string_free (reader.text, TRUE);
  g_strfreev (reader.languages);
  g_clear_pointer (&reader.snippet, enclave_snippet_unref);
  return read ? g_steal_pointer (&snippets) : NULL;
}

void
enclave_snippet_folder_free (EnclaveSnippetFolder *folder)
{
  g_ptr_array_unref (folder->snippets);
  g_ptr_array_unref (folder->problems);
  g_free (folder);
}

static char *
read_file (const char *path, gsize *length, GError **error)
{
  g_autofree char *bytes = NULL;
  struct stat st;
  /* a pipe without a writer would hold the thread for ever */
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  int code = fd < 0 || fstat (fd, &st) != 0 ? errno : 0;

  *length = 0;
  if (code == 0 && (!S_ISREG (st.st_mode) || st.st_size > MAX_FILE_BYTES))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         S_ISREG (st.st_mode) ? _("It is larger than 256 KiB") : _("It is no ordinary file"));
  else if (code != 0)
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
  else
    {
      bytes = g_malloc ((gsize) st.st_size + 1);
      while (*length < (gsize) st.st_size)
        {
          gssize n = read (fd, bytes + *length, (gsize) st.st_size - *length);

          if (n <= 0)
            break;
          *length += (gsize) n;
        }
    }
  if (fd >= 0)
    close (fd);
  return g_steal_pointer (&bytes);
}

static void
add_file (EnclaveSnippetFolder *folder, const char *path, const char *name)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  g_autofree char *bytes = read_file (path, &length, &error);
  g_autoptr (GPtrArray) snippets = bytes != NULL ? enclave_snippet_file_parse (bytes, (gssize) length, &error) : NULL;

  if (snippets == NULL)
    {
      g_autofree char *shown = enclave_utf8_display_name (name);

      g_ptr_array_add (folder->problems, g_strdup_printf ("%s: %s", shown, error->message));
      return;
    }
  g_ptr_array_extend_and_steal (folder->snippets, g_steal_pointer (&snippets));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
read_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *path = data;
  EnclaveSnippetFolder *folder = g_new0 (EnclaveSnippetFolder, 1);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  folder->snippets = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_snippet_unref);
  folder->problems = g_ptr_array_new_with_free_func (g_free);
  while (dir != NULL && names->len < MAX_FILES && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".snippets") && name[0] != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_clear_pointer (&dir, g_dir_close);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      g_autofree char *file = g_build_filename (path, g_ptr_array_index (names, i), NULL);

      add_file (folder, file, g_ptr_array_index (names, i));
    }
  g_task_return_pointer (task, folder, (GDestroyNotify) enclave_snippet_folder_free);
}

void
enclave_snippet_folder_read_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (path != NULL);

  g_task_set_source_tag (task, enclave_snippet_folder_read_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, read_worker);
}

EnclaveSnippetFolder *
enclave_snippet_folder_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
