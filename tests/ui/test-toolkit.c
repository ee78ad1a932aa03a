/* test-toolkit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-test-project.h"
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

static char *
dup_icon_path (const char *name, int size)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  g_autoptr (GtkIconPaintable) icon = gtk_icon_theme_lookup_icon (theme, name, NULL, size, 1, GTK_TEXT_DIR_LTR, 0);
  g_autoptr (GFile) file = gtk_icon_paintable_get_file (icon);

  g_assert_nonnull (file);
  return g_file_get_uri (file);
}

/* What reads and draws the icons of a program is a library of its own, which takes longer than all of the window's small parts. */
static void
test_icons_are_drawn (void)
{
  static const char folder[] = "/org/gtk/libgtk/icons/scalable/actions/";
  g_auto (GStrv) names = g_resources_enumerate_children (folder, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autofree char *large = dup_icon_path ("enclave-agent-symbolic", 64);
  g_autofree char *window = dup_icon_path ("dev.enclave.Enclave", 48);
  guint n = 0;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *name = g_strndup (names[i], strlen (names[i]) - strlen (".svg"));
      g_autofree char *path = NULL;

      if (!g_str_has_prefix (names[i], "enclave-"))
        continue;
      n++;
      path = dup_icon_path (name, 16);
      g_assert_true (g_str_has_suffix (path, ".symbolic.png"));
    }
  g_assert_cmpuint (n, >, 0);
  g_assert_true (g_str_has_suffix (large, ".symbolic.png"));
  g_assert_true (g_str_has_suffix (window, ".png"));
}

/* The picture that is kept shows what its drawing shows. */
static void
test_icon_of_window (void)
{
  g_autoptr (GdkPixbuf) kept = gdk_pixbuf_new_from_resource ("/org/gtk/libgtk/icons/48x48/apps/dev.enclave.Enclave.png", NULL);
  g_autoptr (GdkPixbuf) drawn = gdk_pixbuf_new_from_resource_at_scale ("/org/gtk/libgtk/icons/scalable/apps/dev.enclave.Enclave.svg",
                                                                       48, 48, TRUE, NULL);
  const guint8 *left = gdk_pixbuf_read_pixels (kept);
  const guint8 *right = gdk_pixbuf_read_pixels (drawn);
  guint64 difference = 0;

  g_assert_cmpint (gdk_pixbuf_get_width (kept), ==, 48);
  g_assert_cmpuint (gdk_pixbuf_get_byte_length (kept), ==, gdk_pixbuf_get_byte_length (drawn));
  for (gsize i = 0; i < gdk_pixbuf_get_byte_length (kept); i++)
    difference += (guint64) ABS (left[i] - right[i]);
  /* other versions draw edges a little otherwise */
  g_assert_cmpuint (difference / gdk_pixbuf_get_byte_length (kept), <, 4);
}

/* GTK 4.8 loses what it joins to one deletion of more than 22 bytes. In lines of text it joins none, so that only texts of many lines
 * have to be mended (see enclave-text-history.c). */
static void
test_entries_undo (void)
{
  static const char words[] = "alphabetagammadeltaepsilonzetaetathetaiotakappa";
  g_autoptr (GtkWidget) entry = g_object_ref_sink (gtk_entry_new ());
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (entry));
  int at = 0;

  gtk_editable_insert_text (text, words, -1, &at);
  gtk_editable_set_position (text, -1);
  for (guint i = 0; i < 30; i++)
    g_signal_emit_by_name (text, "backspace");
  g_assert_cmpuint (strlen (gtk_editable_get_text (text)), ==, sizeof words - 1 - 30);
  for (guint i = 1; i <= 30; i++)
    {
      g_autofree char *wanted = g_strndup (words, sizeof words - 1 - 30 + i);

      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (text), "text.undo", NULL));
      g_assert_cmpstr (gtk_editable_get_text (text), ==, wanted);
    }
  for (guint i = 0; i < 5; i++)
    g_signal_emit_by_name (text, "delete-from-cursor", GTK_DELETE_WORD_ENDS, -1);
  g_assert_cmpstr (gtk_editable_get_text (text), ==, "");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (text), "text.undo", NULL));
  g_assert_cmpstr (gtk_editable_get_text (text), ==, words);
}

static guint n_styled;

typedef GtkWidget StyledWidget;
typedef GtkWidgetClass StyledWidgetClass;

static GType styled_widget_get_type (void);
G_DEFINE_TYPE (StyledWidget, styled_widget, GTK_TYPE_WIDGET)

static void
styled_widget_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  n_styled++;
  GTK_WIDGET_CLASS (styled_widget_parent_class)->css_changed (widget, change);
}

static void
styled_widget_class_init (StyledWidgetClass *klass)
{
  GTK_WIDGET_CLASS (klass)->css_changed = styled_widget_css_changed;
}

static void
styled_widget_init (StyledWidget *self)
{
}

/* Each widget of a window is given its style when the window comes up, and keeps it. */
static void
test_styled_once (void)
{
  AdwStyleManager *style;
  GtkWidget *window;
  guint before;

  adw_init ();
  style = adw_style_manager_get_for_display (gdk_display_get_default ());
  /* what is to be taken away */
  g_assert_nonnull (g_main_context_find_source_by_funcs_user_data (NULL, &g_timeout_funcs, style));
  enclave_toolkit_let_move ();
  g_assert_null (g_main_context_find_source_by_funcs_user_data (NULL, &g_timeout_funcs, style));

  window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (window), g_object_new (styled_widget_get_type (), NULL));
  gtk_window_present (GTK_WINDOW (window));
  /* what the keyboard's coming to the window changes is no matter of this */
  enclave_test_spin (80);
  before = n_styled;
  g_assert_cmpuint (before, >, 0);
  enclave_test_spin (500);
  g_assert_cmpuint (n_styled, ==, before);
  gtk_window_destroy (GTK_WINDOW (window));
  /* there is nothing to be taken away a second time */
  enclave_toolkit_let_move ();
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
  g_test_add_func ("/toolkit/icons-are-drawn", test_icons_are_drawn);
  g_test_add_func ("/toolkit/icon-of-window", test_icon_of_window);
  g_test_add_func ("/toolkit/entries-undo", test_entries_undo);
  g_test_add_func ("/toolkit/styled-once", test_styled_once);
  return g_test_run ();
}
