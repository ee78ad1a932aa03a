/* enclave-window-session.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a window finds again when its folder is opened: the tabs with their places, the folders of the terminals, and the
 * unsaved text of a run that did not end by itself.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <unistd.h>

#include "enclave-json.h"
#include "enclave-save-journal.h"
#include "enclave-state-dir.h"
#include "enclave-crash-report.h"
#include "enclave-state-file.h"
#include "enclave-utf8.h"
#include "enclave-window-private.h"

#define FOLDER "windows"
#define FORMAT 1
#define MAX_BYTES (256 * 1024)
#define KEEP_DELAY_MS 1000

typedef struct
{
  char *name;
  JsonObject *session; /* (nullable) */
  GPtrArray *ended;    /* (nullable) (element-type filename) */
  GPtrArray *kept;     /* (nullable) (element-type filename) */
  char *crash;         /* (nullable): the report of a run before */
  gboolean newer;
  gboolean broken;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_free (found->name);
  g_free (found->crash);
  g_clear_pointer (&found->session, json_object_unref);
  g_clear_pointer (&found->ended, g_ptr_array_unref);
  g_clear_pointer (&found->kept, g_ptr_array_unref);
  g_free (found);
}

static char *
dup_name (EnclaveWindow *self)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, enclave_project_get_path (self->project), -1);

  return g_strdup_printf ("%.32s.json", hash);
}

/* Tabs of files that are gone since would be tabs of files that don't exist yet. */
static void
drop_missing (JsonObject *session)
{
  JsonArray *tabs = enclave_json_peek_array (session, "tabs");

  for (guint i = tabs != NULL ? json_array_get_length (tabs) : 0; i > 0; i--)
    {
      JsonObject *tab = enclave_json_array_peek_object (tabs, i - 1);
      const char *uri = tab != NULL ? enclave_json_peek_string (tab, "uri") : NULL;
      g_autofree char *path = uri != NULL ? g_filename_from_uri (uri, NULL, NULL) : NULL;

      if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
        json_array_remove_element (tabs, i - 1);
    }
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Found *found = task_data;
  g_autoptr (GBytes) bytes = NULL;

  /* First: what was being saved is whole before anybody opens it. */
  enclave_save_journal_recover (&found->ended, &found->kept);
  found->crash = enclave_crash_report_take ();

  bytes = enclave_state_file_load (FOLDER, found->name, MAX_BYTES);
  if (bytes != NULL)
    {
      gsize length;
      const char *text = g_bytes_get_data (bytes, &length);

      found->session = enclave_json_parse_object (text, (gssize) length, NULL);
      found->newer = found->session != NULL && enclave_json_get_int (found->session, "format", 0) > FORMAT;
      found->broken = found->session == NULL || enclave_json_get_int (found->session, "format", 0) < 1;
    }
  if (found->broken)
    {
      g_autofree char *folder = enclave_state_dir_path (FOLDER);
      g_autofree char *path = g_build_filename (folder, found->name, NULL);
      g_autofree char *bad = g_strconcat (path, ".bad", NULL);

      if (rename (path, bad) != 0)
        g_debug ("Put a broken session aside: %s", g_strerror (errno));
    }
  if (found->broken || found->newer)
    g_clear_pointer (&found->session, json_object_unref);
  if (found->session != NULL)
    drop_missing (found->session);
  g_task_return_boolean (task, TRUE);
}

static void
tell (EnclaveWindow *self, const char *text)
{
  g_autofree char *title = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
tell_paths (EnclaveWindow *self, GPtrArray *paths, const char *format)
{
  for (guint i = 0; paths != NULL && i < MIN (paths->len, 3); i++)
    {
      g_autofree char *base = g_path_get_basename (g_ptr_array_index (paths, i));
      g_autofree char *name = enclave_utf8_display_name (base);
      g_autoptr (GString) text = g_string_new (format);

      g_string_replace (text, "%s", name, 1);
      tell (self, text->str);
    }
}

/* @path: (nullable) */
static void
tell_crash (EnclaveWindow *self, const char *path)
{
  /* a note has one line, and the end of a path is what it would leave out */
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  g_autofree char *shown = folder != NULL ? enclave_utf8_display_name (folder) : NULL;
  /* Translators: %s is the path of a folder. */
  g_autofree char *text = path != NULL ? g_strdup_printf (_("Enclave crashed the last time. Nothing was sent; a report is in %s"), shown)
                                       : NULL;

  if (text != NULL)
    tell (self, text);
}

static gboolean
wants_session (EnclaveWindow *self)
{
  return self->settings != NULL && g_settings_get_boolean (self->settings, "restore-session");
}

static void
restore (EnclaveWindow *self, JsonObject *session)
{
  JsonArray *tabs = enclave_json_peek_array (session, "tabs");
  JsonArray *terminals = enclave_json_peek_array (session, "terminals");
  EnclavePane pane = _enclave_window_get_focused_pane (self);

  if (tabs != NULL && json_array_get_length (tabs) > 0)
    {
      guint n_before = 0;
      guint n_after = 0;

      g_object_get (self->editor, "n-documents", &n_before, NULL);
      enclave_editor_pane_restore_tabs (self->editor, tabs, n_before == 0);
      g_object_get (self->editor, "n-documents", &n_after, NULL);
      /* Files has the focus as long as there is no text: who comes back goes on in theirs */
      if (pane == ENCLAVE_PANE_FILES && n_before == 0 && n_after > 0)
        pane = ENCLAVE_PANE_EDITOR;
    }
  if (terminals != NULL && self->terminal_wanted)
    enclave_terminal_pane_restore (self->terminal, terminals);
  if (_enclave_window_pane_is_shown (self, pane))
    _enclave_window_focus_pane (self, pane);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (source);
  Found *found = g_task_get_task_data (G_TASK (result));

  self->session_pending = FALSE;
  if (self->chat == NULL || gtk_widget_in_destruction (GTK_WIDGET (self)) || self->project == NULL)
    return;

  tell_crash (self, found->crash);
  /* Translators: %s is the name of a file. */
  tell_paths (self, found->ended, _("%s was being saved when Enclave was ended; its new text is in place now."));
  /* Translators: %s is the name of a file. */
  tell_paths (self, found->kept, _("A save of %s was cut off, and the file was changed since; both texts are kept in the state folder."));
  if (found->broken)
    tell (self, _("What was open last can’t be read; it was put aside."));
  self->session_foreign = found->newer;
  if (found->session != NULL && wants_session (self))
    restore (self, found->session);
  enclave_editor_pane_recover_drafts (self->editor, enclave_project_get_path (self->project));
  _enclave_window_open_first_shell (self);
}

void
_enclave_window_restore_session (EnclaveWindow *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, looked_cb, NULL);
  Found *found = g_new0 (Found, 1);

  found->name = dup_name (self);
  self->session_pending = TRUE;
  g_task_set_task_data (task, found, found_free);
  g_task_run_in_thread (task, look_in_thread);
}

/* (transfer full) (nullable) */
static GBytes *
describe (EnclaveWindow *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  char *text;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "format");
  json_builder_add_int_value (builder, FORMAT);
  json_builder_set_member_name (builder, "tabs");
  json_builder_add_value (builder, enclave_editor_pane_describe_tabs (self->editor));
  json_builder_set_member_name (builder, "terminals");
  json_builder_add_value (builder, enclave_terminal_pane_describe (self->terminal));
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = enclave_json_to_text (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

typedef struct
{
  char *name;
  GBytes *bytes;
} Keep;

static void
keep_free (gpointer data)
{
  Keep *keep = data;

  g_free (keep->name);
  g_bytes_unref (keep->bytes);
  g_free (keep);
}

static void
keep_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Keep *keep = task_data;
  g_autoptr (GError) error = NULL;

  if (!enclave_state_file_save (FOLDER, keep->name, keep->bytes, &error))
    g_debug ("Keep what is open: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

void
_enclave_window_keep_session (EnclaveWindow *self, gboolean wait)
{
  g_autoptr (GTask) task = NULL;
  Keep *keep;

  g_clear_handle_id (&self->session_source, g_source_remove);
  if (self->project == NULL || self->session_pending || self->session_foreign || !wants_session (self))
    return;

  keep = g_new0 (Keep, 1);
  keep->name = dup_name (self);
  keep->bytes = describe (self);
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_task_data (task, keep, keep_free);
  if (wait)
    g_task_run_in_thread_sync (task, keep_in_thread);
  else
    g_task_run_in_thread (task, keep_in_thread);
}

static gboolean
keep_cb (gpointer data)
{
  EnclaveWindow *self = data;

  self->session_source = 0;
  _enclave_window_keep_session (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (EnclaveWindow *self)
{
  if (self->session_source == 0 && self->project != NULL && !self->closing)
    self->session_source = g_timeout_add (KEEP_DELAY_MS, keep_cb, self);
}

void
_enclave_window_watch_session (EnclaveWindow *self)
{
  g_signal_connect_object (self->editor, "notify::n-documents", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "notify::active-file", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::is-active", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}
