/* enclave-task-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-task-rows.h"

#include <glib/gi18n-lib.h>

#include "enclave-task-detector.h"

#define N_TASKS 3

static const struct
{
  const char *key;
  const char *title;
} tasks[N_TASKS] = {
  { "task-build", N_("Build") },
  { "task-run", N_("Run") },
  { "task-test", N_("Tests") },
};

struct _EnclaveTaskRows
{
  AdwPreferencesGroup parent_instance;

  GtkWidget *rows[N_TASKS];
  char *found[N_TASKS]; /* (nullable) */
  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (EnclaveTaskRows, enclave_task_rows, ADW_TYPE_PREFERENCES_GROUP)

static void
enclave_task_rows_finalize (GObject *object)
{
  EnclaveTaskRows *self = ENCLAVE_TASK_ROWS (object);

  for (guint i = 0; i < N_TASKS; i++)
    g_free (self->found[i]);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (enclave_task_rows_parent_class)->finalize (object);
}

static void
enclave_task_rows_class_init (EnclaveTaskRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_task_rows_finalize;
}

static void
enclave_task_rows_init (EnclaveTaskRows *self)
{
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Your keys"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self),
                                         _ ("What the keys for build, run and tests start, as you and outside of the sandbox. Without a command the files of the project tell."));
}

/* In the title, which stands in the place of a text that is not there. */
static void
show_title (EnclaveTaskRows *self, guint i)
{
  gboolean empty = *gtk_editable_get_text (GTK_EDITABLE (self->rows[i])) == '\0';
  g_autofree char *title = NULL;

  if (!empty)
    title = g_strdup (_ (tasks[i].title));
  else if (self->found[i] != NULL)
    /* Translators: what a key does (Build), and the command line that was found for it. */
    title = g_strdup_printf (_ ("%s: %s"), _ (tasks[i].title), self->found[i]);
  else
    /* Translators: what a key does (Run). */
    title = g_strdup_printf (_ ("%s: nothing tells how"), _ (tasks[i].title));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[i]), title);
}

static void
applied_cb (EnclaveTaskRows *self, GtkWidget *row)
{
  for (guint i = 0; i < N_TASKS; i++)
    if (self->rows[i] == row)
      {
        g_autofree char *command = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

        g_settings_set_string (self->settings, tasks[i].key, command);
        show_title (self, i);
      }
}

void
enclave_task_rows_set_up (EnclaveTaskRows *self, const char *root, GSettings *project_settings)
{
  g_autoptr (GPtrArray) found = NULL;

  g_return_if_fail (ENCLAVE_IS_TASK_ROWS (self) && root != NULL && G_IS_SETTINGS (project_settings));

  self->settings = g_object_ref (project_settings);
  found = enclave_task_detector_list (root);
  for (guint i = 0; i < N_TASKS; i++)
    {
      g_autofree char *command = g_settings_get_string (project_settings, tasks[i].key);

      for (guint f = 0; self->found[i] == NULL && f < found->len; f++)
        {
          const EnclaveDetectedTask *task = g_ptr_array_index (found, f);

          self->found[i] = g_strdup (i == 0 ? task->build : i == 1 ? task->run : task->test);
        }
      self->rows[i] = adw_entry_row_new ();
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->rows[i]), FALSE);
      gtk_editable_set_text (GTK_EDITABLE (self->rows[i]), command);
      /* What was not typed need not be applied. */
      adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->rows[i]), TRUE);
      show_title (self, i);
      g_signal_connect_object (self->rows[i], "apply", G_CALLBACK (applied_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->rows[i], "entry-activated", G_CALLBACK (applied_cb), self, G_CONNECT_SWAPPED);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->rows[i]);
    }
}

void
enclave_task_rows_focus (EnclaveTaskRows *self, const char *key)
{
  g_return_if_fail (ENCLAVE_IS_TASK_ROWS (self) && key != NULL);

  for (guint i = 0; i < N_TASKS; i++)
    if (self->rows[i] != NULL && g_str_equal (tasks[i].key, key))
      gtk_widget_grab_focus (self->rows[i]);
}
