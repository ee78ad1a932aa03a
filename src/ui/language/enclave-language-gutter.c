/* enclave-language-gutter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-gutter.h"

#define ICON_SIZE 14
#define WIDTH (ICON_SIZE + 4)

typedef struct
{
  char *category;
  char *icon_name;
  char *colour;
} Look;

struct _EnclaveLanguageGutter
{
  GtkSourceGutterRenderer parent_instance;

  GArray *looks; /* of Look, the worst first */
};

G_DEFINE_FINAL_TYPE (EnclaveLanguageGutter, enclave_language_gutter, GTK_SOURCE_TYPE_GUTTER_RENDERER)

static void
look_clear (Look *look)
{
  g_free (look->category);
  g_free (look->icon_name);
  g_free (look->colour);
}

/* (nullable) */
static const Look *
find_look (EnclaveLanguageGutter *self, guint line)
{
  GtkSourceBuffer *buffer = gtk_source_gutter_renderer_get_buffer (GTK_SOURCE_GUTTER_RENDERER (self));

  for (guint i = 0; buffer != NULL && i < self->looks->len; i++)
    {
      const Look *look = &g_array_index (self->looks, Look, i);
      g_autoptr (GSList) marks = gtk_source_buffer_get_source_marks_at_line (buffer, (int) line, look->category);

      if (marks != NULL)
        return look;
    }

  return NULL;
}

static void
enclave_language_gutter_snapshot_line (GtkSourceGutterRenderer *renderer, GtkSnapshot *snapshot, GtkSourceGutterLines *lines, guint line)
{
  GtkWidget *widget = GTK_WIDGET (renderer);
  const Look *look = find_look (ENCLAVE_LANGUAGE_GUTTER (renderer), line);
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  g_autoptr (GtkIconPaintable) icon = NULL;
  GdkRGBA colours[4];
  int top;
  int height;

  if (look == NULL)
    return;
  if (!gtk_style_context_lookup_color (context, look->colour, &colours[0]))
    gtk_style_context_get_color (context, &colours[0]);
  for (guint i = 1; i < G_N_ELEMENTS (colours); i++)
    colours[i] = colours[0];
  icon = gtk_icon_theme_lookup_icon (gtk_icon_theme_get_for_display (gtk_widget_get_display (widget)), look->icon_name, NULL, ICON_SIZE,
                                     gtk_widget_get_scale_factor (widget), gtk_widget_get_direction (widget), 0);
  gtk_source_gutter_lines_get_line_yrange (lines, line, GTK_SOURCE_GUTTER_RENDERER_ALIGNMENT_MODE_FIRST, &top, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((WIDTH - ICON_SIZE) / 2.0F, (float) top + (float) (height - ICON_SIZE) / 2.0F));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON_SIZE, ICON_SIZE, colours, G_N_ELEMENTS (colours));
  gtk_snapshot_restore (snapshot);
}

static void
enclave_language_gutter_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                                 int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : 0;
  *minimum_baseline = *natural_baseline = -1;
}

static void
enclave_language_gutter_finalize (GObject *object)
{
  g_array_unref (ENCLAVE_LANGUAGE_GUTTER (object)->looks);

  G_OBJECT_CLASS (enclave_language_gutter_parent_class)->finalize (object);
}

static void
enclave_language_gutter_class_init (EnclaveLanguageGutterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_language_gutter_finalize;
  GTK_WIDGET_CLASS (klass)->measure = enclave_language_gutter_measure;
  GTK_SOURCE_GUTTER_RENDERER_CLASS (klass)->snapshot_line = enclave_language_gutter_snapshot_line;
}

static void
enclave_language_gutter_init (EnclaveLanguageGutter *self)
{
  self->looks = g_array_new (FALSE, FALSE, sizeof (Look));
  g_array_set_clear_func (self->looks, (GDestroyNotify) look_clear);
}

GtkSourceGutterRenderer *
enclave_language_gutter_new (void)
{
  return g_object_new (ENCLAVE_TYPE_LANGUAGE_GUTTER, NULL);
}

void
enclave_language_gutter_add_look (EnclaveLanguageGutter *self, const char *category, const char *icon_name, const char *colour)
{
  Look look = { g_strdup (category), g_strdup (icon_name), g_strdup (colour) };

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_GUTTER (self));

  g_array_append_val (self->looks, look);
}
