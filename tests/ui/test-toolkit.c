/* test-toolkit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gtk/gtk.h>

#include "enclave-toolkit.h"

/* Reading GTK's own theme is a tenth of the way to the first picture, and libadwaita throws it away. */
static void
test_theme_not_loaded (void)
{
  g_autoptr (GtkWidget) label = g_object_ref_sink (gtk_label_new (NULL));
  GdkRGBA colour;

  g_assert_false (gtk_style_context_lookup_color (gtk_widget_get_style_context (label), "theme_bg_color", &colour));
  g_assert_null (g_getenv ("GTK_THEME"));
}

/* A program that a terminal starts must see the environment that Enclave was started with. */
static void
test_environment_as_before (void)
{
  g_assert_cmpstr (g_getenv ("GDK_DEBUG"), ==, "no-portals");
}

/* GTK has its own icons ready, but reads those of a program by a loader that a small system may not have. */
static void
test_icons_can_be_read (void)
{
  static const char folder[] = "/org/gtk/libgtk/icons/scalable/actions/";
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = g_resources_enumerate_children (folder, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  guint n = 0;

  g_assert_no_error (error);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat (folder, names[i], NULL);
      g_autoptr (GdkPixbuf) icon = NULL;

      if (!g_str_has_prefix (names[i], "enclave-"))
        continue;
      n++;
      icon = gdk_pixbuf_new_from_resource (path, &error);
      g_assert_no_error (error);
      g_assert_cmpint (gdk_pixbuf_get_width (icon), >, 0);
    }
  g_assert_cmpuint (n, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("GTK_THEME");
  g_setenv ("GDK_DEBUG", "no-portals", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  enclave_toolkit_prepare ();
  enclave_toolkit_start ();

  g_test_add_func ("/toolkit/theme-not-loaded", test_theme_not_loaded);
  g_test_add_func ("/toolkit/environment-as-before", test_environment_as_before);
  g_test_add_func ("/toolkit/icons-can-be-read", test_icons_can_be_read);
  return g_test_run ();
}
