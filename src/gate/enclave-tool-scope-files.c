/* enclave-tool-scope-files.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-tool-scope-private.h"

#include "enclave-context-item-private.h"
#include "enclave-file-door.h"
#include "enclave-gate-private.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

typedef struct
{
  char *path;
  guint start_line;
  guint line_count;
  char *text;
  gboolean whole;     /* all of it was asked for */
  EnclaveFileContent *content;
  EnclaveFolderListing *listing;
} FileCall;

static void
file_call_free (gpointer data)
{
  FileCall *call = data;

  g_free (call->path);
  g_free (call->text);
  g_clear_pointer (&call->content, enclave_file_content_free);
  g_clear_pointer (&call->listing, enclave_folder_listing_free);
  g_free (call);
}

static FileCall *
set_call (GTask *task, const char *path)
{
  FileCall *call = g_new0 (FileCall, 1);

  call->path = g_strdup (path);
  g_task_set_task_data (task, call, file_call_free);

  return call;
}

char *
enclave_tool_scope_dup_visible_text (EnclaveToolScope *self, EnclaveFileContent *content, const char *path, GError **error)
{
  char *text = enclave_tool_scope_dup_overlay_text (self, content->true_path);
  g_autofree char *shown = NULL;

  if (text != NULL)
    return text;
  if (content->text_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&content->text_error));
      return NULL;
    }
  if (content->exists)
    return g_strdup (content->text);

  shown = enclave_utf8_display_name (path);
  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, shown,
                                                    N_("Reading %s: there is no such file"), shown));

  return NULL;
}

void
enclave_tool_scope_describe_file (EnclaveAuditRecord *record, const EnclaveFileContent *content)
{
  record->path = content->path;
  record->rule = content->rule;
  if (content->exists)
    {
      record->device = content->stamp.device;
      record->inode = content->stamp.inode;
    }
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (const char *c = text; *c != '\0';)
    {
      const char *newline = strchr (c, '\n');

      n++;
      c = newline != NULL ? newline + 1 : c + strlen (c);
    }

  return n;
}

static EnclaveContextItem *
numbered_lines (const char *path, const char *text, guint start_line, guint line_count)
{
  g_autoptr(GString) out = g_string_new (NULL);
  g_autofree char *summary = NULL;
  g_autofree char *source = NULL;
  guint n_lines, first, last, number = 0;
  gboolean truncated = FALSE;

  if (g_str_has_prefix (text, "\357\273\277"))
    text += 3;
  n_lines = count_lines (text);
  first = MAX (start_line, 1);
  last = line_count > 0 && line_count <= n_lines && first + line_count - 1 < n_lines ? first + line_count - 1 : n_lines;

  for (const char *c = text; *c != '\0' && number < last;)
    {
      const char *newline = strchr (c, '\n');
      gsize length = newline != NULL ? (gsize) (newline - c) : strlen (c);
      const char *line = c;

      c = newline != NULL ? newline + 1 : c + length;
      if (++number < first)
        continue;
      if (length > 0 && line[length - 1] == '\r')
        length--;

      if (out->len + length + 16 > ENCLAVE_TOOL_RESULT_MAX_BYTES)
        {
          truncated = TRUE;
          if (number == first)
            {
              gsize kept = enclave_utf8_prefix_length (line, length, ENCLAVE_TOOL_RESULT_MAX_BYTES - 256);

              g_string_append_printf (out, "%u\t%.*s\n[line %u is %" G_GSIZE_FORMAT " bytes long; the rest is left out]\n",
                                      number, (int) kept, line, number, length);
            }
          else
            {
              number--;
            }
          break;
        }
      g_string_append_printf (out, "%u\t%.*s\n", number, (int) length, line);
    }

  if (n_lines == 0)
    g_string_append (out, "(the file is empty)\n");
  else if (first > n_lines)
    g_string_append_printf (out, "(the file has %u lines; there is no line %u)\n", n_lines, first);
  else if (number < n_lines)
    g_string_append_printf (out, "[lines %u to %u of %u; read on with start_line %u]\n", first, number, n_lines,
                            number + 1);

  if (n_lines == 0 || first > n_lines)
    summary = g_strdup_printf (ngettext ("%u line", "%u lines", n_lines), n_lines);
  else if (first == number)
    summary = g_strdup_printf (_("line %u"), first);
  else
    summary = g_strdup_printf (_("lines %u–%u"), first, number);
  /* The source stands in what a model reads. */
  if (n_lines == 0 || first > n_lines)
    source = g_strdup_printf ("%s %u lines", path, n_lines);
  else if (first == number)
    source = g_strdup_printf ("%s line %u", path, first);
  else
    source = g_strdup_printf ("%s lines %u–%u", path, first, number);

  return enclave_context_item_new (out->str, source, summary, truncated);
}

static void
on_read_masked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *self = ENCLAVE_TOOL_SCOPE (object);
  FileCall *call = g_task_get_task_data (task);
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = enclave_tool_scope_mask_finish (self, result, &error);
  g_autofree char *shown = NULL;
  EnclaveAuditRecord record = { 0 };

  if (text == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  shown = enclave_utf8_display_name (call->content->path);
  item = numbered_lines (shown, text, call->start_line, call->line_count);
  enclave_tool_scope_describe_file (&record, call->content);
  record.rule = NULL;
  if (!enclave_tool_scope_record (self, task, &record, enclave_context_item_get_text (item)))
    return;
  enclave_tool_scope_note_read (self, call->content->true_path, call->text,
                                call->whole && !enclave_context_item_get_truncated (item));
  g_task_return_pointer (task, g_steal_pointer (&item), g_object_unref);
}

static void
on_read (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  EnclaveToolScope *self = g_task_get_source_object (task);
  FileCall *call = g_task_get_task_data (task);
  EnclaveFileContent *content;
  g_autoptr(GError) error = NULL;
  char *text = NULL;

  content = call->content = enclave_file_door_read_finish (ENCLAVE_PATH_RESOLVER (object), result, &error);
  if (content != NULL)
    text = enclave_tool_scope_dup_visible_text (self, content, call->path, &error);
  if (text == NULL)
    {
      enclave_tool_scope_fail (self, g_steal_pointer (&task), call->path, g_steal_pointer (&error));
      return;
    }

  call->text = g_strdup (text);
  call->whole = call->start_line <= 1 && (call->line_count == 0 || call->line_count >= count_lines (text));
  /* The whole text: the beginning of a key may stand before the lines that were asked for. */
  enclave_tool_scope_mask_async (self, text, content->path, ENCLAVE_ADMISSION_KEEP_LINES, g_task_get_cancellable (task),
                                 on_read_masked, g_object_ref (task));
}

/**
 * enclave_tool_scope_read_async:
 * @path: as the model wrote it
 * @start_line: from 1; 0 is 1
 * @line_count: 0: to the end or the limit
 *
 * Reads numbered lines of a text file. Errors: those of the path's decision, %ENCLAVE_GATE_ERROR_NOT_FOUND,
 * %ENCLAVE_GATE_ERROR_NOT_REGULAR, %ENCLAVE_GATE_ERROR_TOO_LARGE, %ENCLAVE_GATE_ERROR_NOT_TEXT.
 */
void
enclave_tool_scope_read_async (EnclaveToolScope *self, const char *path, guint start_line, guint line_count,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  FileCall *call;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));

  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_READ, path, enclave_tool_scope_read_async, cancellable, callback,
                                   user_data);
  if (task == NULL)
    return;

  call = set_call (task, path);
  call->start_line = start_line;
  call->line_count = line_count;
  enclave_file_door_read_async (enclave_tool_scope_get_resolver (self), ENCLAVE_EFFECT_READ, path, cancellable, on_read,
                                task);
}

/**
 * enclave_tool_scope_read_finish:
 *
 * Returns: (transfer full): the lines, or %NULL with @error
 */
EnclaveContextItem *
enclave_tool_scope_read_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_list_masked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *self = ENCLAVE_TOOL_SCOPE (object);
  EnclaveFolderListing *listing = ((FileCall *) g_task_get_task_data (task))->listing;
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = enclave_tool_scope_mask_finish (self, result, &error);
  g_autofree char *summary = NULL;
  g_autofree char *shown = NULL;
  EnclaveAuditRecord record = { .path = listing->path };

  if (text == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  shown = enclave_utf8_display_name (listing->path);
  summary = g_strdup_printf (ngettext ("%u entry", "%u entries", listing->n_entries), listing->n_entries);
  item = enclave_context_item_new (text, shown, summary, listing->truncated);
  if (enclave_tool_scope_record (self, task, &record, enclave_context_item_get_text (item)))
    g_task_return_pointer (task, g_steal_pointer (&item), g_object_unref);
}

static void
on_listed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  EnclaveToolScope *self = g_task_get_source_object (task);
  FileCall *call = g_task_get_task_data (task);
  EnclaveFolderListing *listing;
  g_autoptr(GError) error = NULL;

  listing = call->listing = enclave_file_door_list_finish (ENCLAVE_PATH_RESOLVER (object), result, &error);
  if (listing == NULL)
    {
      enclave_tool_scope_fail (self, g_steal_pointer (&task), call->path, g_steal_pointer (&error));
      return;
    }

  enclave_tool_scope_mask_async (self, g_steal_pointer (&listing->text), listing->path, ENCLAVE_ADMISSION_NONE,
                                 g_task_get_cancellable (task), on_list_masked, g_object_ref (task));
}

/**
 * enclave_tool_scope_list_async:
 * @path: (nullable): a folder; %NULL or "" is the project
 *
 * Lists names. Denied ones are listed and marked.
 */
void
enclave_tool_scope_list_async (EnclaveToolScope *self, const char *path, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));

  if (path == NULL || *path == '\0')
    path = ".";
  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_READ, path, enclave_tool_scope_list_async, cancellable, callback,
                                   user_data);
  if (task == NULL)
    return;

  set_call (task, path);
  enclave_file_door_list_async (enclave_tool_scope_get_resolver (self), path, cancellable, on_listed, task);
}

/**
 * enclave_tool_scope_list_finish:
 *
 * Returns: (transfer full): the names, or %NULL with @error
 */
EnclaveContextItem *
enclave_tool_scope_list_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
