/* enclave-text-style.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-install-paths.h"
#include "enclave-text-style.h"

#define DEFAULT_FONT "Monospace 11"
#define MIN_ZOOM -6
#define MAX_ZOOM 24

struct _EnclaveTextStyle
{
  GObject parent_instance;

  GSettings *settings;          /* (nullable) */
  GSettings *desktop_settings;  /* (nullable) */
  GDBusProxy *accessibility;    /* (nullable) */
  GCancellable *cancellable;
  GtkCssProvider *css;
  PangoFontDescription *font;
  int zoom;
  char *css_text; /* (nullable) */
  gboolean screen_reader;
  gboolean screen_reader_known;
};

enum
{
  PROP_0,
  PROP_DARK,
  PROP_SCREEN_READER,
  PROP_FONT,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveTextStyle, enclave_text_style, G_TYPE_OBJECT)

static GSettings *
open_desktop_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, "org.gnome.desktop.interface", TRUE);

  if (schema == NULL || !g_settings_schema_has_key (schema, "monospace-font-name"))
    return NULL;

  return g_settings_new_full (schema, NULL, NULL);
}

/* GtkSourceView 5.6 reads schemes from folders only, never from a resource. */
static void
add_scheme_folder (void)
{
  GtkSourceStyleSchemeManager *manager = gtk_source_style_scheme_manager_get_default ();
  const char *const *path = gtk_source_style_scheme_manager_get_search_path (manager);
  const char *build_folder = enclave_install_paths_schema_dir ();
  g_autofree char *folder = NULL;

  folder = g_build_filename (build_folder != NULL ? build_folder : ENCLAVE_DATA_DIR, "styles", NULL);
  if (path == NULL || !g_strv_contains (path, folder))
    gtk_source_style_scheme_manager_append_search_path (manager, folder);
}

/* @chat_size: of the font in chats, in its own unit. */
static char *
font_to_css (const PangoFontDescription *font, guint chat_zoom, double chat_size)
{
  const char *family = pango_font_description_get_family (font);
  g_autoptr (GString) css = g_string_new ("." ENCLAVE_TEXT_STYLE_CLASS " { ");
  char size[G_ASCII_DTOSTR_BUF_SIZE];

  if (family != NULL)
    {
      g_string_append (css, "font-family: \"");
      for (const char *c = family; *c != '\0'; c++)
        {
          if (*c == '"' || *c == '\\')
            g_string_append_c (css, '\\');
          if (!g_ascii_iscntrl (*c))
            g_string_append_c (css, *c);
        }
      g_string_append (css, "\", monospace; ");
    }

  g_ascii_formatd (size, sizeof size, "%.2f", (double) pango_font_description_get_size (font) / PANGO_SCALE);
  g_string_append_printf (css, "font-size: %s%s; font-weight: %d; font-style: %s; }", size,
                          pango_font_description_get_size_is_absolute (font) ? "px" : "pt",
                          (int) pango_font_description_get_weight (font),
                          pango_font_description_get_style (font) == PANGO_STYLE_NORMAL ? "normal" : "italic");
  g_ascii_formatd (size, sizeof size, "%.2f", chat_size);
  g_string_append_printf (css, "." ENCLAVE_TEXT_STYLE_CHAT_CLASS " { font-size: %u%%; } "
                               "." ENCLAVE_TEXT_STYLE_CHAT_CLASS " ." ENCLAVE_TEXT_STYLE_CLASS " { font-size: %s%s; }",
                          chat_zoom, size, pango_font_description_get_size_is_absolute (font) ? "px" : "pt");

  return g_string_free (g_steal_pointer (&css), FALSE);
}

static void
update_font (EnclaveTextStyle *self)
{
  g_autoptr (PangoFontDescription) font = NULL;
  g_autofree char *name = NULL;
  g_autofree char *css = NULL;
  guint chat_zoom = 100;
  double chat_size;

  if (self->settings != NULL)
    {
      name = g_settings_get_string (self->settings, "editor-font");
      chat_zoom = g_settings_get_uint (self->settings, "chat-zoom");
    }

  if ((name == NULL || *name == '\0') && self->desktop_settings != NULL)
    {
      g_free (name);
      name = g_settings_get_string (self->desktop_settings, "monospace-font-name");
    }

  font = pango_font_description_from_string (name != NULL && *name != '\0' ? name : DEFAULT_FONT);
  if (pango_font_description_get_family (font) == NULL)
    pango_font_description_set_family_static (font, "Monospace");
  if (pango_font_description_get_size (font) <= 0)
    pango_font_description_set_size (font, 11 * PANGO_SCALE);

  chat_size = (double) pango_font_description_get_size (font) / PANGO_SCALE * chat_zoom / 100;
  if (self->zoom != 0)
    {
      int size = MAX (pango_font_description_get_size (font) + self->zoom * PANGO_SCALE, 4 * PANGO_SCALE);

      if (pango_font_description_get_size_is_absolute (font))
        pango_font_description_set_absolute_size (font, size);
      else
        pango_font_description_set_size (font, size);
    }

  css = font_to_css (font, chat_zoom, chat_size);
  if (g_strcmp0 (css, self->css_text) != 0)
    {
      gtk_css_provider_load_from_data (self->css, css, -1);
      g_free (self->css_text);
      self->css_text = g_steal_pointer (&css);
    }

  if (self->font != NULL && pango_font_description_equal (self->font, font))
    return;

  g_clear_pointer (&self->font, pango_font_description_free);
  self->font = g_steal_pointer (&font);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FONT]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
zoom_changed_cb (EnclaveTextStyle *self)
{
  self->zoom = g_settings_get_int (self->settings, "editor-zoom");
  update_font (self);
}

static void
dark_changed_cb (EnclaveTextStyle *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DARK]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_screen_reader (EnclaveTextStyle *self, gboolean enabled)
{
  if (enabled == self->screen_reader && self->screen_reader_known)
    return;

  self->screen_reader = enabled;
  self->screen_reader_known = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCREEN_READER]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
update_screen_reader (EnclaveTextStyle *self)
{
  g_autoptr (GVariant) value = g_dbus_proxy_get_cached_property (self->accessibility, "ScreenReaderEnabled");
  gboolean enabled = value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN)
                     && g_variant_get_boolean (value);

  set_screen_reader (self, enabled);
}

static void
accessibility_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusProxy) proxy = g_dbus_proxy_new_finish (result, &error);
  EnclaveTextStyle *self = user_data;

  if (proxy == NULL)
    {
      /* without a session bus there is no screen reader either */
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      g_debug ("No accessibility bus: %s", error->message);
      set_screen_reader (self, FALSE);
      return;
    }

  self->accessibility = g_steal_pointer (&proxy);
  g_signal_connect_object (self->accessibility, "g-properties-changed", G_CALLBACK (update_screen_reader), self,
                           G_CONNECT_SWAPPED);
  update_screen_reader (self);
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  EnclaveTextStyle *self = user_data;

  if (bus == NULL)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      g_debug ("No session bus: %s", error->message);
      set_screen_reader (self, FALSE);
      return;
    }

  g_dbus_proxy_new (bus, G_DBUS_PROXY_FLAGS_NONE, NULL, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Status",
                    self->cancellable, accessibility_cb, self);
}

static void
enclave_text_style_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveTextStyle *self = ENCLAVE_TEXT_STYLE (object);

  switch (prop_id)
    {
    case PROP_DARK:
      g_value_set_boolean (value, enclave_text_style_get_dark (self));
      break;
    case PROP_SCREEN_READER:
      g_value_set_boolean (value, self->screen_reader);
      break;
    case PROP_FONT:
      g_value_set_boxed (value, self->font);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_text_style_dispose (GObject *object)
{
  EnclaveTextStyle *self = ENCLAVE_TEXT_STYLE (object);

  g_cancellable_cancel (self->cancellable);
  if (self->css != NULL && gdk_display_get_default () != NULL)
    gtk_style_context_remove_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (self->css));
  g_clear_object (&self->css);
  g_clear_object (&self->settings);
  g_clear_object (&self->desktop_settings);
  g_clear_object (&self->accessibility);

  G_OBJECT_CLASS (enclave_text_style_parent_class)->dispose (object);
}

static void
enclave_text_style_finalize (GObject *object)
{
  EnclaveTextStyle *self = ENCLAVE_TEXT_STYLE (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->font, pango_font_description_free);
  g_free (self->css_text);

  G_OBJECT_CLASS (enclave_text_style_parent_class)->finalize (object);
}

static void
enclave_text_style_class_init (EnclaveTextStyleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = enclave_text_style_get_property;
  object_class->dispose = enclave_text_style_dispose;
  object_class->finalize = enclave_text_style_finalize;

  properties[PROP_DARK] = g_param_spec_boolean ("dark", NULL, NULL, FALSE, flags);
  properties[PROP_SCREEN_READER] = g_param_spec_boolean ("screen-reader", NULL, NULL, FALSE, flags);
  properties[PROP_FONT] = g_param_spec_boxed ("font", NULL, NULL, PANGO_TYPE_FONT_DESCRIPTION, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
enclave_text_style_init (EnclaveTextStyle *self)
{
  add_scheme_folder ();

  self->cancellable = g_cancellable_new ();
  self->css = gtk_css_provider_new ();
  if (gdk_display_get_default () != NULL)
    gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (self->css),
                                                GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);

  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast", G_CALLBACK (dark_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (dark_changed_cb), self,
                           G_CONNECT_SWAPPED);

  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, bus_cb, self);
}

EnclaveTextStyle *
enclave_text_style_new (GSettings *settings)
{
  EnclaveTextStyle *self = g_object_new (ENCLAVE_TYPE_TEXT_STYLE, NULL);

  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), self);

  self->desktop_settings = open_desktop_settings ();
  if (self->desktop_settings != NULL)
    g_signal_connect_object (self->desktop_settings, "changed::monospace-font-name", G_CALLBACK (update_font), self,
                             G_CONNECT_SWAPPED);

  if (settings != NULL)
    {
      self->settings = g_object_ref (settings);
      g_signal_connect_object (settings, "changed::editor-colours", G_CALLBACK (dark_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (settings, "changed::editor-font", G_CALLBACK (update_font), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (settings, "changed::chat-zoom", G_CALLBACK (update_font), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (settings, "changed::editor-zoom", G_CALLBACK (zoom_changed_cb), self,
                               G_CONNECT_SWAPPED);
      self->zoom = g_settings_get_int (settings, "editor-zoom");
    }

  update_font (self);

  return self;
}

gboolean
enclave_text_style_get_dark (EnclaveTextStyle *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_STYLE (self), FALSE);

  return adw_style_manager_get_dark (adw_style_manager_get_default ());
}

gboolean
enclave_text_style_get_screen_reader (EnclaveTextStyle *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_STYLE (self), FALSE);

  return self->screen_reader;
}

const PangoFontDescription *
enclave_text_style_get_font (EnclaveTextStyle *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_STYLE (self), NULL);

  return self->font;
}

int
enclave_text_style_get_zoom (EnclaveTextStyle *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_STYLE (self), 0);

  return self->zoom;
}

void
enclave_text_style_set_zoom (EnclaveTextStyle *self, int points)
{
  g_return_if_fail (ENCLAVE_IS_TEXT_STYLE (self));

  points = CLAMP (points, MIN_ZOOM, MAX_ZOOM);
  if (points == self->zoom)
    return;

  self->zoom = points;
  if (self->settings != NULL)
    g_settings_set_int (self->settings, "editor-zoom", points);
  update_font (self);
}

static const char *
get_scheme_id (EnclaveTextStyle *self, gboolean dark)
{
  g_autofree char *wanted = self->settings != NULL ? g_settings_get_string (self->settings, "editor-colours") : NULL;
  gboolean contrast = adw_style_manager_get_high_contrast (adw_style_manager_get_default ());

  if (g_strcmp0 (wanted, "plain") == 0)
    return dark ? "enclave-plain-dark" : "enclave-plain";
  if (g_strcmp0 (wanted, "high-contrast") == 0 || (contrast && g_strcmp0 (wanted, "standard") != 0))
    return dark ? "enclave-contrast-dark" : "enclave-contrast";
  return dark ? "enclave-dark" : "enclave-light";
}

GtkSourceStyleScheme *
enclave_text_style_get_scheme (EnclaveTextStyle *self)
{
  gboolean dark;
  const char *id;

  g_return_val_if_fail (ENCLAVE_IS_TEXT_STYLE (self), NULL);

  dark = enclave_text_style_get_dark (self);
  /* Until the bus has answered there may be one, and it may ask at once. */
  if (self->screen_reader || !self->screen_reader_known)
    id = dark ? "enclave-plain-dark" : "enclave-plain";
  else
    id = get_scheme_id (self, dark);

  return gtk_source_style_scheme_manager_get_scheme (gtk_source_style_scheme_manager_get_default (), id);
}
