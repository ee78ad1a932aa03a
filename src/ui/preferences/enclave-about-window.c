/* enclave-about-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <gtksourceview/gtksource.h>
#include <json-glib/json-glib.h>
#include <sys/utsname.h>
#include <vte/vte.h>

#include "enclave-about-window.h"
#include "enclave-preferences-resources.h"

struct _EnclaveAboutWindow
{
  AdwWindow parent_instance;

  GtkLabel *version;
  AdwPreferencesGroup *libraries;
  GtkWidget *copy_button;
};

G_DEFINE_FINAL_TYPE (EnclaveAboutWindow, enclave_about_window, ADW_TYPE_WINDOW)

typedef struct
{
  const char *name;
  guint major;
  guint minor;
  guint micro;
} Library;

#define N_LIBRARIES 7

/* As loaded, not as built against, where the library can tell. */
static void
get_libraries (Library libraries[N_LIBRARIES])
{
  const Library found[N_LIBRARIES] = {
    { "GTK", gtk_get_major_version (), gtk_get_minor_version (), gtk_get_micro_version () },
    { "libadwaita", adw_get_major_version (), adw_get_minor_version (), adw_get_micro_version () },
    { "GtkSourceView", gtk_source_get_major_version (), gtk_source_get_minor_version (),
      gtk_source_get_micro_version () },
    { "VTE", vte_get_major_version (), vte_get_minor_version (), vte_get_micro_version () },
    { "GLib", glib_major_version, glib_minor_version, glib_micro_version },
    { "Pango", (guint) pango_version () / 10000, (guint) pango_version () / 100 % 100, (guint) pango_version () % 100 },
    { "JSON-GLib", JSON_MAJOR_VERSION, JSON_MINOR_VERSION, JSON_MICRO_VERSION },
  };

  memcpy (libraries, found, sizeof found);
}

char *
enclave_about_window_dup_diagnostics (EnclaveAboutWindow *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  GskRenderer *renderer;
  Library libraries[N_LIBRARIES];
  struct utsname kernel;

  g_return_val_if_fail (ENCLAVE_IS_ABOUT_WINDOW (self), NULL);

  g_string_append_printf (text, "Enclave %s\n", ENCLAVE_VERSION);
  g_string_append_printf (text, "System: %s\n", system != NULL ? system : "?");
  if (uname (&kernel) == 0)
    g_string_append_printf (text, "Kernel: %s %s %s\n", kernel.sysname, kernel.release, kernel.machine);
  g_string_append_printf (text, "Display: %s\n", G_OBJECT_TYPE_NAME (gtk_widget_get_display (GTK_WIDGET (self))));
  renderer = gtk_native_get_renderer (GTK_NATIVE (self));
  if (renderer != NULL)
    g_string_append_printf (text, "Renderer: %s\n", G_OBJECT_TYPE_NAME (renderer));
  g_string_append_printf (text, "Language: %s\n", pango_language_to_string (gtk_get_default_language ()));
  get_libraries (libraries);
  for (guint i = 0; i < N_LIBRARIES; i++)
    g_string_append_printf (text, "%s: %u.%u.%u\n", libraries[i].name, libraries[i].major, libraries[i].minor,
                            libraries[i].micro);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
copy_cb (EnclaveAboutWindow *self)
{
  g_autofree char *text = enclave_about_window_dup_diagnostics (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  adw_button_content_set_label (ADW_BUTTON_CONTENT (gtk_button_get_child (GTK_BUTTON (self->copy_button))),
                                _("Copied"));
}

static void
list_libraries (EnclaveAboutWindow *self)
{
  Library libraries[N_LIBRARIES];

  get_libraries (libraries);
  for (guint i = 0; i < N_LIBRARIES; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *version = g_strdup_printf ("%u.%u.%u", libraries[i].major, libraries[i].minor,
                                                  libraries[i].micro);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), libraries[i].name);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_label_new (version));
      adw_preferences_group_add (self->libraries, row);
    }
}

static void
enclave_about_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_ABOUT_WINDOW);
  G_OBJECT_CLASS (enclave_about_window_parent_class)->dispose (object);
}

static void
enclave_about_window_class_init (EnclaveAboutWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_about_window_dispose;

  enclave_preferences_get_resource ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/enclave/Enclave/preferences/enclave-about-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveAboutWindow, version);
  gtk_widget_class_bind_template_child (widget_class, EnclaveAboutWindow, libraries);
  gtk_widget_class_bind_template_child (widget_class, EnclaveAboutWindow, copy_button);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_about_window_init (EnclaveAboutWindow *self)
{
  g_autofree char *version = g_strdup_printf (_("Version %s"), ENCLAVE_VERSION);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_label_set_label (self->version, version);
  list_libraries (self);
}

GtkWidget *
enclave_about_window_new (void)
{
  return g_object_new (ENCLAVE_TYPE_ABOUT_WINDOW, NULL);
}
