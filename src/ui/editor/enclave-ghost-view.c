/* enclave-ghost-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ghost-view.h"

#include "enclave-completion-list.h"

#include <string.h>

#define TAG_NAME "enclave-ghost-room"
/* At least 4.5:1 on the ground of the text and of the caret's line. */
#define LIGHT_COLOR "#6a6a6a"
#define DARK_COLOR "#a3a3a3"

struct _EnclaveGhostView
{
  GtkSourceView parent_instance;

  char *ghost;    /* (nullable) */
  int room;       /* pixels that are made below the caret's paragraph */
  int room_line;  /* the line with it */
  int old_margin; /* of the view's end, while it is larger; -1: it is as it was */
  gboolean in_layout;
  EnclaveGhostUnderlay underlay; /* (nullable) */
  gpointer underlay_data;
};

G_DEFINE_FINAL_TYPE (EnclaveGhostView, enclave_ghost_view, GTK_SOURCE_TYPE_VIEW)

static GtkTextBuffer *
get_buffer (EnclaveGhostView *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
}

static void
get_caret (EnclaveGhostView *self, GtkTextIter *caret)
{
  gtk_text_buffer_get_iter_at_mark (get_buffer (self), caret, gtk_text_buffer_get_insert (get_buffer (self)));
}

static GtkTextTag *
get_tag (EnclaveGhostView *self)
{
  GtkTextTagTable *table = gtk_text_buffer_get_tag_table (get_buffer (self));
  GtkTextTag *tag = gtk_text_tag_table_lookup (table, TAG_NAME);

  return tag != NULL ? tag : gtk_text_buffer_create_tag (get_buffer (self), TAG_NAME, NULL);
}

static PangoLayout *
create_layout (EnclaveGhostView *self, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoTabArray *tabs = gtk_text_view_get_tabs (GTK_TEXT_VIEW (self));

  if (tabs != NULL)
    {
      pango_layout_set_tabs (layout, tabs);
      pango_tab_array_free (tabs);
    }
  return layout;
}

/* From one line to the next. */
static int
get_pitch (EnclaveGhostView *self)
{
  g_autoptr (PangoLayout) layout = create_layout (self, "X");
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height + gtk_text_view_get_pixels_above_lines (GTK_TEXT_VIEW (self))
         + gtk_text_view_get_pixels_below_lines (GTK_TEXT_VIEW (self));
}

static void
take_room_back (EnclaveGhostView *self)
{
  GtkTextIter start, end;

  if (self->old_margin >= 0)
    gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (self), self->old_margin);
  self->old_margin = -1;
  if (self->room > 0 && gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (get_buffer (self)), TAG_NAME) != NULL)
    {
      gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);
      gtk_text_buffer_remove_tag (get_buffer (self), get_tag (self), &start, &end);
    }
  self->room = 0;
}

/* The number of a line with room below it stands at its text, not in the middle of the room. */
static void
align_gutter (EnclaveGhostView *self)
{
  GtkSourceGutter *gutter = gtk_source_view_get_gutter (GTK_SOURCE_VIEW (self), GTK_TEXT_WINDOW_LEFT);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (gutter)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_SOURCE_IS_GUTTER_RENDERER (child))
      {
        gtk_source_gutter_renderer_set_yalign (GTK_SOURCE_GUTTER_RENDERER (child), 0);
        gtk_source_gutter_renderer_set_ypad (GTK_SOURCE_GUTTER_RENDERER (child),
                                             gtk_text_view_get_pixels_above_lines (GTK_TEXT_VIEW (self)));
      }
}

/* The room is an attribute of the paragraph, not a text: it is in no undo step, in no file and changes no offset. */
static void
make_room (EnclaveGhostView *self, int pixels)
{
  GtkTextIter start, end;

  get_caret (self, &start);
  if (pixels == self->room && gtk_text_iter_get_line (&start) == self->room_line)
    return;
  take_room_back (self);
  if (pixels == 0)
    return;
  align_gutter (self);
  self->room = pixels;
  self->room_line = gtk_text_iter_get_line (&start);
  gtk_text_iter_set_line_offset (&start, 0);
  end = start;
  gtk_text_iter_forward_line (&end);
  if (gtk_text_iter_get_line (&end) == gtk_text_iter_get_line (&start))
    {
      /* The last line may have no character that could have the attribute; nothing is below it. */
      self->old_margin = gtk_text_view_get_bottom_margin (GTK_TEXT_VIEW (self));
      gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (self), self->old_margin + pixels);
      return;
    }
  g_object_set (get_tag (self), "pixels-below-lines",
                gtk_text_view_get_pixels_below_lines (GTK_TEXT_VIEW (self)) + pixels, NULL);
  gtk_text_buffer_apply_tag (get_buffer (self), get_tag (self), &start, &end);
}

static gboolean
is_dark (EnclaveGhostView *self)
{
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &color);
  return 0.299 * (double) color.red + 0.587 * (double) color.green + 0.114 * (double) color.blue > 0.5;
}

static gboolean
find_ground (GtkSourceStyleScheme *scheme, const char *name, GdkRGBA *color)
{
  GtkSourceStyle *style = scheme != NULL ? gtk_source_style_scheme_get_style (scheme, name) : NULL;
  g_autofree char *text = NULL;
  gboolean set = FALSE;

  if (style != NULL)
    g_object_get (style, "background", &text, "background-set", &set, NULL);
  return set && text != NULL && gdk_rgba_parse (color, text) && color->alpha > 0.99f;
}

/* The ground of the caret's line, to put what stands behind the caret elsewhere. */
static void
get_ground (EnclaveGhostView *self, GdkRGBA *color)
{
  GtkSourceStyleScheme *scheme = gtk_source_buffer_get_style_scheme (GTK_SOURCE_BUFFER (get_buffer (self)));

  if (gtk_source_view_get_highlight_current_line (GTK_SOURCE_VIEW (self)) && find_ground (scheme, "current-line", color))
    return;
  if (!find_ground (scheme, "text", color))
    gdk_rgba_parse (color, is_dark (self) ? "#1e1e1e" : "#ffffff");
}

static void
draw_text (EnclaveGhostView *self, GtkSnapshot *snapshot, PangoLayout *layout, int x, int y, const GdkRGBA *color)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static PangoLayout *
create_ghost_layout (EnclaveGhostView *self, const char *line)
{
  PangoLayout *layout = create_layout (self, line);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_style_new (PANGO_STYLE_ITALIC));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

/* The first line, and behind it what stands in the buffer there. */
static void
draw_first_line (EnclaveGhostView *self, GtkSnapshot *snapshot, const GtkTextIter *caret, const char *line,
                 const GdkRGBA *color)
{
  g_autoptr (PangoLayout) layout = create_ghost_layout (self, line);
  g_autofree char *rest = NULL;
  GtkTextIter end = *caret;
  GdkRectangle at, last;
  int width;

  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), caret, &at);
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  rest = gtk_text_iter_get_slice (caret, &end);
  pango_layout_get_pixel_size (layout, &width, NULL);
  if (*rest != '\0')
    {
      g_autoptr (PangoLayout) moved = create_layout (self, rest);
      GdkRGBA ground, foreground;

      gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), &end, &last);
      get_ground (self, &ground);
      gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &foreground);
      /* The caret is the first pixel: it stays. */
      gtk_snapshot_append_color (snapshot, &ground,
                                 &GRAPHENE_RECT_INIT ((float) (at.x + 1), (float) at.y, (float) MAX (last.x - at.x, 0),
                                                      (float) at.height));
      draw_text (self, snapshot, moved, at.x + width, at.y, &foreground);
    }
  draw_text (self, snapshot, layout, at.x, at.y, color);
}

static void
draw_ghost (EnclaveGhostView *self, GtkSnapshot *snapshot)
{
  g_auto (GStrv) lines = g_strsplit (self->ghost, "\n", -1);
  int pitch = get_pitch (self);
  GtkTextIter caret, start;
  GdkRectangle column;
  GdkRGBA color;
  int top, height;

  gdk_rgba_parse (&color, is_dark (self) ? DARK_COLOR : LIGHT_COLOR);
  get_caret (self, &caret);
  draw_first_line (self, snapshot, &caret, lines[0], &color);
  start = caret;
  gtk_text_iter_set_line_offset (&start, 0);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), &start, &column);
  gtk_text_view_get_line_yrange (GTK_TEXT_VIEW (self), &caret, &top, &height);
  top += height - (self->old_margin >= 0 ? 0 : self->room);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_autoptr (PangoLayout) layout = create_ghost_layout (self, lines[i]);

      draw_text (self, snapshot, layout, column.x,
                 top + (int) (i - 1) * pitch + gtk_text_view_get_pixels_above_lines (GTK_TEXT_VIEW (self)), &color);
    }
}

static void
enclave_ghost_view_snapshot_layer (GtkTextView *view, GtkTextViewLayer layer, GtkSnapshot *snapshot)
{
  EnclaveGhostView *self = ENCLAVE_GHOST_VIEW (view);

  GTK_TEXT_VIEW_CLASS (enclave_ghost_view_parent_class)->snapshot_layer (view, layer, snapshot);
  if (layer == GTK_TEXT_VIEW_LAYER_BELOW_TEXT && self->underlay != NULL)
    self->underlay (self, snapshot, self->underlay_data);
  if (layer == GTK_TEXT_VIEW_LAYER_ABOVE_TEXT && self->ghost != NULL)
    draw_ghost (self, snapshot);
}

static void
enclave_ghost_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  EnclaveGhostView *self = ENCLAVE_GHOST_VIEW (widget);

  GTK_WIDGET_CLASS (enclave_ghost_view_parent_class)->css_changed (widget, change);
  /* Another font: another height of the lines. */
  if (self->room > 0)
    enclave_ghost_view_set_ghost (self, NULL);
}

static void
enclave_ghost_view_finalize (GObject *object)
{
  g_free (ENCLAVE_GHOST_VIEW (object)->ghost);
  G_OBJECT_CLASS (enclave_ghost_view_parent_class)->finalize (object);
}

static void
enclave_ghost_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  EnclaveGhostView *self = ENCLAVE_GHOST_VIEW (widget);

  self->in_layout = TRUE;
  GTK_WIDGET_CLASS (enclave_ghost_view_parent_class)->size_allocate (widget, width, height, baseline);
  self->in_layout = FALSE;
}

static void
enclave_ghost_view_class_init (EnclaveGhostViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_ghost_view_finalize;
  GTK_WIDGET_CLASS (klass)->css_changed = enclave_ghost_view_css_changed;
  GTK_WIDGET_CLASS (klass)->size_allocate = enclave_ghost_view_size_allocate;
  GTK_TEXT_VIEW_CLASS (klass)->snapshot_layer = enclave_ghost_view_snapshot_layer;
}

static void
enclave_ghost_view_init (EnclaveGhostView *self)
{
  self->old_margin = -1;
  enclave_completion_list_watch (GTK_SOURCE_VIEW (self));
}

void
enclave_ghost_view_set_underlay (EnclaveGhostView *self, EnclaveGhostUnderlay draw, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_GHOST_VIEW (self));

  self->underlay = draw;
  self->underlay_data = user_data;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
enclave_ghost_view_set_ghost (EnclaveGhostView *self, const char *text)
{
  int n_more = 0;

  g_return_if_fail (ENCLAVE_IS_GHOST_VIEW (self));

  if (text != NULL && *text == '\0')
    text = NULL;
  if (text == NULL && self->ghost == NULL)
    return;
  for (const char *at = text; at != NULL && *at != '\0'; at++)
    n_more += *at == '\n' ? 1 : 0;
  if (text != self->ghost)
    {
      g_free (self->ghost);
      self->ghost = g_strdup (text);
    }
  make_room (self, n_more > 0 ? n_more * get_pitch (self) : 0);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const char *
enclave_ghost_view_get_ghost (EnclaveGhostView *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GHOST_VIEW (self), NULL);
  return self->ghost;
}

gboolean
enclave_ghost_view_get_in_layout (EnclaveGhostView *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GHOST_VIEW (self), FALSE);

  return self->in_layout;
}
