/* test-application.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-application.h"
#include "enclave-editor-pane.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"
#include "enclave-toolkit.h"
#include "enclave-window.h"

static EnclaveApplication *application;

/* A folder of icons that is added when libadwaita's has been makes GTK read the whole icon theme again, before the first picture. */
static void
test_icon_theme_read_once (void)
{
  g_auto (GStrv) paths = gtk_icon_theme_get_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()));

  g_assert_cmpuint (g_strv_length (paths), ==, 2);
  g_assert_true (g_strv_contains ((const char *const *) paths, "/org/gnome/Adwaita/icons"));
}

static gboolean
has_icon (const char *name)
{
  return gtk_icon_theme_has_icon (gtk_icon_theme_get_for_display (gdk_display_get_default ()), name);
}

static void
test_own_icons_found (void)
{
  g_assert_true (has_icon ("enclave-sandbox-full-symbolic"));
  g_assert_false (has_icon ("enclave-none-such-symbolic"));
}

static int
measure (GtkWidget *widget)
{
  int natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

/* What .enclave-popover of the program's own sheet sets can be measured. */
static void
test_own_style_counts (void)
{
  g_autoptr (GtkWidget) plain = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));
  g_autoptr (GtkWidget) styled = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));

  gtk_widget_add_css_class (styled, "enclave-popover");
  g_assert_cmpint (measure (styled), >, measure (plain));
}

/* As the toolkit hands over what was dragged to @place. */
static gboolean
drop (GtkWidget *place, GSList *files)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (place);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_set_boxed (&value, files);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 1.0, 1.0, &taken);
    }

  return taken;
}

static guint
count_documents (GtkWidget *editor)
{
  guint n = 0;

  g_object_get (editor, "n-documents", &n, NULL);

  return n;
}

/* Files are opened, a folder becomes the project, and an address of another machine is not fetched. */
static void
test_drop (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  GtkWidget *window = GTK_WIDGET (enclave_window_new (application));
  GtkWidget *editor = enclave_test_find_type (window, ENCLAVE_TYPE_EDITOR_PANE);
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFile) folder = g_file_new_for_path (project->root);
  g_autoptr (GFile) remote = g_file_new_for_uri ("sftp://198.51.100.1/a.c");
  GSList last = { .data = remote };
  GSList files = { .next = &last };

  enclave_test_project_write (project, "a.c", "int a;\n");
  path = enclave_test_project_path (project, "a.c");
  file = g_file_new_for_path (path);
  files.data = file;
  gtk_window_present (GTK_WINDOW (window));

  g_assert_false (drop (editor, &last));
  g_assert_true (drop (editor, &files));
  for (guint i = 0; i < 3000 && count_documents (editor) == 0; i++)
    enclave_test_spin (20);
  enclave_test_spin (100);
  g_assert_cmpuint (count_documents (editor), ==, 1);

  files.data = folder;
  files.next = NULL;
  g_assert_true (drop (editor, &files));
  for (guint i = 0; i < 3000 && !enclave_window_has_folder (ENCLAVE_WINDOW (window), folder); i++)
    enclave_test_spin (20);
  g_assert_true (enclave_window_has_folder (ENCLAVE_WINDOW (window), folder));
  gtk_window_destroy (GTK_WINDOW (window));
  enclave_test_spin (100);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  enclave_toolkit_prepare ();
  application = enclave_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);

  g_test_add_func ("/application/icon-theme-read-once", test_icon_theme_read_once);
  g_test_add_func ("/application/own-icons-found", test_own_icons_found);
  g_test_add_func ("/application/own-style-counts", test_own_style_counts);
  g_test_add_func ("/application/drop", test_drop);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
