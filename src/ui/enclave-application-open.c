/* enclave-application-open.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the command line and the desktop ask to open, and in which window it is.
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-application-private.h"
#include "enclave-command-line.h"

#define CHECK_START_TIMEOUT_S 20
#define SLOW_OPENING_MS 1000

static EnclaveWindow *
find_window_of (EnclaveApplication *self, GFile *folder)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (ENCLAVE_IS_WINDOW (l->data) && enclave_window_has_folder (l->data, folder))
      return l->data;
  return NULL;
}

/* The window whose project holds @file, else the one used last. */
static EnclaveWindow *
find_window_for (EnclaveApplication *self, GFile *file)
{
  EnclaveWindow *last = NULL;

  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    {
      if (!ENCLAVE_IS_WINDOW (l->data))
        continue;
      if (enclave_window_contains (l->data, file))
        return l->data;
      if (last == NULL)
        last = l->data;
    }
  return last;
}

EnclaveWindow *
_enclave_application_present_new_window (EnclaveApplication *self)
{
  EnclaveWindow *window = enclave_window_new (self);

  enclave_window_show_welcome (window);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

/* The window of the folder, else one that shows nothing yet, else a new one. */
static EnclaveWindow *
open_folder (EnclaveApplication *self, GFile *folder, EnclaveWindow *fresh)
{
  EnclaveWindow *window = find_window_of (self, folder);

  if (window == NULL && fresh != NULL && enclave_window_has_folder (fresh, NULL))
    window = fresh;
  if (window == NULL)
    window = find_window_of (self, NULL);
  if (window == NULL)
    window = enclave_window_new (self);
  enclave_window_open_folder (window, folder);
  return window;
}

static EnclaveWindow *
open_file (EnclaveApplication *self, const EnclaveOpenTarget *target, EnclaveWindow *fresh)
{
  EnclaveWindow *window = fresh != NULL ? fresh : find_window_for (self, target->file);

  if (window == NULL)
    window = enclave_window_new (self);
  enclave_window_open_file (window, target->file, target->line, target->column);
  return window;
}

/* Folders first: files named beside them belong into their windows. Returns: (nullable): the window
 * opened last. */
static EnclaveWindow *
open_targets (EnclaveApplication *self, GPtrArray *targets, EnclaveWindow *fresh)
{
  g_autoptr (GPtrArray) windows = g_ptr_array_new ();

  for (int pass = 0; pass < 2; pass++)
    for (guint i = 0; i < targets->len; i++)
      {
        EnclaveOpenTarget *target = g_ptr_array_index (targets, i);

        if (target->is_folder != (pass == 0))
          continue;
        fresh
            = pass == 0 ? open_folder (self, target->file, fresh) : open_file (self, target, fresh);
        if (!g_ptr_array_find (windows, fresh, NULL))
          g_ptr_array_add (windows, fresh);
      }
  for (guint i = 0; i < windows->len; i++)
    gtk_window_present (g_ptr_array_index (windows, i));
  return fresh;
}

static gboolean
check_start_failed_cb (gpointer data)
{
  g_printerr ("%s\n", _ ("Enclave: no window was drawn in time"));
  exit (EXIT_FAILURE);
}

static void
check_start_drawn_cb (GdkFrameClock *clock, gpointer data)
{
  g_signal_handlers_disconnect_by_func (clock, check_start_drawn_cb, data);
  g_application_quit (G_APPLICATION (data));
}

/* What a command line or the desktop asks to open. */
typedef struct
{
  EnclaveApplication *application;
  EnclaveWindow *fresh; /* (weak) (nullable) */
  gboolean check_start;
  gboolean holds; /* there is no window that would keep the program */
  guint source;
} Opening;

static void
let_go (Opening *opening)
{
  if (opening->holds)
    g_application_release (G_APPLICATION (opening->application));
  opening->holds = FALSE;
}

static void
opening_free (Opening *opening)
{
  let_go (opening);
  g_clear_handle_id (&opening->source, g_source_remove);
  g_clear_weak_pointer (&opening->fresh);
  g_object_unref (opening->application);
  g_free (opening);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

static Opening *
opening_new (EnclaveApplication *self)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->application = g_object_ref (self);
  opening->holds = gtk_application_get_windows (GTK_APPLICATION (self)) == NULL;
  if (opening->holds)
    g_application_hold (G_APPLICATION (self));
  return opening;
}

static void
open_asked (Opening *opening, GPtrArray *targets)
{
  EnclaveApplication *self = opening->application;
  EnclaveWindow *fresh = open_targets (self, targets, opening->fresh);

  if (fresh == NULL)
    {
      GtkWindow *active = gtk_application_get_active_window (GTK_APPLICATION (self));

      if (active != NULL)
        gtk_window_present (active);
      else
        fresh = _enclave_application_present_new_window (self);
    }

  if (opening->check_start && fresh != NULL)
    {
      GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (fresh));

      g_timeout_add_seconds (CHECK_START_TIMEOUT_S, check_start_failed_cb, NULL);
      g_signal_connect (clock, "after-paint", G_CALLBACK (check_start_drawn_cb), self);
    }
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Opening) opening = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) targets = enclave_command_line_read_finish (result, &error);

  if (targets != NULL)
    open_asked (opening, targets);
  else
    g_printerr ("enclave: %s\n", error->message);
}

/* Somebody who starts the program sees that it is there. What the disk or the network holds comes
 * when it answers. */
static gboolean
slow_cb (gpointer user_data)
{
  Opening *opening = user_data;

  opening->source = 0;
  if (gtk_application_get_windows (GTK_APPLICATION (opening->application)) == NULL)
    _enclave_application_present_new_window (opening->application);
  let_go (opening);
  return G_SOURCE_REMOVE;
}

int
_enclave_application_command_line (GApplication *application, GApplicationCommandLine *command_line)
{
  EnclaveApplication *self = ENCLAVE_APPLICATION (application);
  GVariantDict *given = g_application_command_line_get_options_dict (command_line);
  const char *directory = g_application_command_line_get_cwd (command_line);
  g_autofree const char **names = NULL;
  g_autoptr (GVariant) remaining = NULL;
  g_autoptr (Opening) opening = NULL;
  g_autoptr (GError) error = NULL;

  remaining
      = g_variant_dict_lookup_value (given, G_OPTION_REMAINING, G_VARIANT_TYPE_BYTESTRING_ARRAY);
  if (remaining != NULL)
    names = g_variant_get_bytestring_array (remaining, NULL);
  else
    names = g_new0 (const char *, 1);

  if (!enclave_command_line_check (names, &error))
    {
      g_application_command_line_printerr (command_line, "enclave: %s\n", error->message);
      return 2;
    }

  opening = opening_new (self);
  opening->check_start = g_variant_dict_contains (given, "check-start");
  if (g_variant_dict_contains (given, "new-window"))
    g_set_weak_pointer (&opening->fresh, _enclave_application_present_new_window (self));
  if (names[0] == NULL)
    {
      g_autoptr (GPtrArray) none = g_ptr_array_new ();

      if (opening->fresh == NULL || opening->check_start)
        open_asked (opening, none);
      return 0;
    }

  opening->source = g_timeout_add (SLOW_OPENING_MS, slow_cb, opening);
  enclave_command_line_read_async (names, directory != NULL ? directory : "/", looked_cb, opening);
  g_steal_pointer (&opening);
  return 0;
}

void
_enclave_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  g_autoptr (GPtrArray) targets
      = g_ptr_array_new_with_free_func ((GDestroyNotify)enclave_open_target_free);
  Opening *opening = opening_new (ENCLAVE_APPLICATION (application));

  for (int i = 0; i < n_files; i++)
    g_ptr_array_add (targets, enclave_open_target_new (files[i]));
  opening->source = g_timeout_add (SLOW_OPENING_MS, slow_cb, opening);
  enclave_open_targets_look_async (targets, looked_cb, opening);
}
