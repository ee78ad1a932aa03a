/* test-application.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-application.h"
#include "enclave-toolkit.h"

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

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  enclave_toolkit_prepare ();
  application = enclave_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);

  g_test_add_func ("/application/icon-theme-read-once", test_icon_theme_read_once);
  g_test_add_func ("/application/own-icons-found", test_own_icons_found);
  g_test_add_func ("/application/own-style-counts", test_own_style_counts);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
