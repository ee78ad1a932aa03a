/* enclave-chat-labels.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-chat-labels.h"
#include "enclave-utf8.h"

/* As the style of the toolkit marks what is selected in a label. */
#define SELECTED_COLOR "accent_bg_color"
#define SELECTED_ALPHA 0.3F
/* Pixels; the chat itself is never as narrow. */
#define NARROWEST 100

struct _EnclaveChatLabels
{
  GtkWidget parent_instance;

  GPtrArray *labels; /* (element-type GtkLabel) */
  gboolean fills;
  gsize before; /* bytes of the text before the first label */
  gsize from;   /* selected */
  gsize to;
};

G_DEFINE_FINAL_TYPE (EnclaveChatLabels, enclave_chat_labels, GTK_TYPE_WIDGET)

/* A label that is asked how wide it would like to be lays its text out three times over, and once more for a line without end. Here it is
 * as wide as it is told, and the layout that it will be drawn with tells how high that makes it. Nothing is ever shown as narrow as
 * what containers ask for to find out how narrow they could be: the answer to that is what is shown now. */
static int
measure_height (EnclaveChatLabels *self, GtkLabel *label, int width)
{
  int current = gtk_widget_get_width (GTK_WIDGET (label));
  int height;

  if (!self->fills || (width >= NARROWEST && current > 0 && width != current))
    {
      gtk_widget_measure (GTK_WIDGET (label), GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
      return height;
    }
  if (current == 0 && width < NARROWEST)
    return 0;
  if (current == 0)
    pango_layout_set_width (gtk_label_get_layout (label), width * PANGO_SCALE);
  pango_layout_get_size (gtk_label_get_layout (label), NULL, &height);

  return PANGO_PIXELS_CEIL (height);
}

static void
enclave_chat_labels_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                             int *minimum_baseline, int *natural_baseline)
{
  EnclaveChatLabels *self = ENCLAVE_CHAT_LABELS (widget);

  *minimum = *natural = 0;
  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL && self->fills)
    return;
  for (guint i = 0; i < self->labels->len; i++)
    {
      GtkWidget *label = g_ptr_array_index (self->labels, i);
      int label_minimum;
      int label_natural;

      if (orientation == GTK_ORIENTATION_VERTICAL)
        {
          *minimum += measure_height (self, GTK_LABEL (label), for_size);
          *natural = *minimum;
          continue;
        }
      gtk_widget_measure (label, orientation, -1, &label_minimum, &label_natural, NULL, NULL);
      *minimum = MAX (*minimum, label_minimum);
      *natural = MAX (*natural, label_natural);
    }
}

static GtkSizeRequestMode
enclave_chat_labels_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
enclave_chat_labels_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  EnclaveChatLabels *self = ENCLAVE_CHAT_LABELS (widget);
  GtkAllocation place = { 0, 0, width, 0 };

  for (guint i = 0; i < self->labels->len; i++)
    {
      GtkWidget *label = g_ptr_array_index (self->labels, i);

      place.height = measure_height (self, GTK_LABEL (label), width);
      gtk_widget_size_allocate (label, &place, -1);
      place.y += place.height;
    }
}

static gsize
measure_text (GtkLabel *label)
{
  return strlen (gtk_label_get_text (label));
}

/* Bytes of the text of @label, which begins at @start, that are between @from and @to. Returns: whether there are any. */
static gboolean
cut_range (GtkLabel *label, gsize start, gsize from, gsize to, gsize *first, gsize *last)
{
  const char *text = gtk_label_get_text (label);
  gsize length = strlen (text);

  if (to <= start || from >= start + length)
    return FALSE;
  /* The text may have changed since. */
  *first = enclave_utf8_prefix_length (text, length, from > start ? from - start : 0);
  *last = enclave_utf8_prefix_length (text, length, MIN (to - start, length));

  return *first < *last;
}

static void
snapshot_selected (EnclaveChatLabels *self, GtkLabel *label, gsize first, gsize last, const GdkRGBA *color, GtkSnapshot *snapshot)
{
  const int range[] = { (int) first, (int) last };
  cairo_region_t *region;
  double x;
  double y;
  int left;
  int top;

  gtk_widget_translate_coordinates (GTK_WIDGET (label), GTK_WIDGET (self), 0, 0, &x, &y);
  gtk_label_get_layout_offsets (label, &left, &top);
  region = gdk_pango_layout_get_clip_region (gtk_label_get_layout (label), left, top, range, 1);
  for (int i = 0; i < cairo_region_num_rectangles (region); i++)
    {
      cairo_rectangle_int_t part;

      cairo_region_get_rectangle (region, i, &part);
      gtk_snapshot_append_color (snapshot, color,
                                 &GRAPHENE_RECT_INIT ((float) (x + part.x), (float) (y + part.y), (float) part.width, (float) part.height));
    }
  cairo_region_destroy (region);
}

static void
enclave_chat_labels_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  EnclaveChatLabels *self = ENCLAVE_CHAT_LABELS (widget);
  gsize start = self->before;
  GdkRGBA color;

  if (self->from < self->to && gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), SELECTED_COLOR, &color))
    {
      color.alpha *= SELECTED_ALPHA;
      for (guint i = 0; i < self->labels->len; i++)
        {
          GtkLabel *label = g_ptr_array_index (self->labels, i);
          gsize first;
          gsize last;

          if (cut_range (label, start, self->from, self->to, &first, &last))
            snapshot_selected (self, label, first, last, &color, snapshot);
          start += measure_text (label) + 1;
        }
    }
  GTK_WIDGET_CLASS (enclave_chat_labels_parent_class)->snapshot (widget, snapshot);
}

static void
enclave_chat_labels_dispose (GObject *object)
{
  enclave_chat_labels_truncate (ENCLAVE_CHAT_LABELS (object), 0);

  G_OBJECT_CLASS (enclave_chat_labels_parent_class)->dispose (object);
}

static void
enclave_chat_labels_finalize (GObject *object)
{
  g_ptr_array_unref (ENCLAVE_CHAT_LABELS (object)->labels);

  G_OBJECT_CLASS (enclave_chat_labels_parent_class)->finalize (object);
}

static void
enclave_chat_labels_class_init (EnclaveChatLabelsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_labels_dispose;
  object_class->finalize = enclave_chat_labels_finalize;
  widget_class->measure = enclave_chat_labels_measure;
  widget_class->size_allocate = enclave_chat_labels_size_allocate;
  widget_class->snapshot = enclave_chat_labels_snapshot;
  widget_class->get_request_mode = enclave_chat_labels_get_request_mode;
}

static void
enclave_chat_labels_init (EnclaveChatLabels *self)
{
  self->labels = g_ptr_array_new ();
}

void
enclave_chat_labels_set_fills (EnclaveChatLabels *self, gboolean fills)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_LABELS (self));

  if (self->fills == fills)
    return;
  self->fills = fills;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

guint
enclave_chat_labels_get_n_labels (EnclaveChatLabels *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_LABELS (self), 0);

  return self->labels->len;
}

GtkLabel *
enclave_chat_labels_get_label (EnclaveChatLabels *self, guint index)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_LABELS (self), NULL);
  g_return_val_if_fail (index < self->labels->len, NULL);

  return g_ptr_array_index (self->labels, index);
}

/* Of what a label does not do by itself; borrowed. */
static GMenuModel *
get_menu (void)
{
  static GMenu *menu;

  if (menu == NULL)
    {
      menu = g_menu_new ();
      g_menu_append (menu, _("Select Whole _Message"), "selection.select-message");
    }

  return G_MENU_MODEL (menu);
}

void
enclave_chat_labels_append (EnclaveChatLabels *self, GtkLabel *label)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_LABELS (self));
  g_return_if_fail (GTK_IS_LABEL (label));

  gtk_label_set_extra_menu (label, get_menu ());
  gtk_widget_set_parent (GTK_WIDGET (label), GTK_WIDGET (self));
  g_ptr_array_add (self->labels, label);
}

/* A label that goes with the focus in it would make the next one look for it there. */
static void
remove_label (EnclaveChatLabels *self, guint index)
{
  GtkWidget *label = g_ptr_array_index (self->labels, index);
  GtkRoot *root = gtk_widget_get_root (label);

  g_ptr_array_remove_index (self->labels, index);
  if (root != NULL && gtk_root_get_focus (root) == label)
    gtk_root_set_focus (root, self->labels->len > 0 ? g_ptr_array_index (self->labels, 0) : NULL);
  gtk_widget_unparent (label);
}

void
enclave_chat_labels_truncate (EnclaveChatLabels *self, guint n_labels)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_LABELS (self));

  while (self->labels->len > n_labels)
    remove_label (self, self->labels->len - 1);
}

void
enclave_chat_labels_drop_first (EnclaveChatLabels *self)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_LABELS (self));

  if (self->labels->len > 0)
    remove_label (self, 0);
}

void
enclave_chat_labels_set_before (EnclaveChatLabels *self, gsize n_bytes)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_LABELS (self));

  self->before = n_bytes;
}

gsize
enclave_chat_labels_get_start (EnclaveChatLabels *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_LABELS (self), 0);

  return self->before;
}

gsize
enclave_chat_labels_get_end (EnclaveChatLabels *self)
{
  gsize end;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_LABELS (self), 0);

  end = self->before;
  for (guint i = 0; i < self->labels->len; i++)
    end += measure_text (g_ptr_array_index (self->labels, i)) + (i > 0 ? 1 : 0);

  return end;
}

void
enclave_chat_labels_select (EnclaveChatLabels *self, gsize from, gsize to)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_LABELS (self));

  if (self->from == from && self->to == to)
    return;
  self->from = from;
  self->to = to;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

char *
enclave_chat_labels_dup_text (EnclaveChatLabels *self, gsize from, gsize to)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize start;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_LABELS (self), NULL);

  start = self->before;
  for (guint i = 0; i < self->labels->len; i++)
    {
      GtkLabel *label = g_ptr_array_index (self->labels, i);
      gsize first;
      gsize last;

      if (i > 0 && from < start && to >= start)
        g_string_append_c (text, '\n');
      if (cut_range (label, start, from, to, &first, &last))
        g_string_append_len (text, gtk_label_get_text (label) + first, (gssize) (last - first));
      start += measure_text (label) + 1;
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

gsize
enclave_chat_labels_get_place_in (EnclaveChatLabels *self, GtkLabel *label, gsize index)
{
  gsize start;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_LABELS (self), 0);

  start = self->before;
  for (guint i = 0; i < self->labels->len && g_ptr_array_index (self->labels, i) != label; i++)
    start += measure_text (g_ptr_array_index (self->labels, i)) + 1;

  return start + index;
}

gsize
enclave_chat_labels_get_place_at (EnclaveChatLabels *self, double x, double y, GtkLabel **label)
{
  GtkLabel *found = NULL;
  double label_x;
  double label_y;
  int left;
  int top;
  int index;
  int trailing;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_LABELS (self), 0);

  for (guint i = 0; i < self->labels->len; i++)
    {
      found = g_ptr_array_index (self->labels, i);
      gtk_widget_translate_coordinates (GTK_WIDGET (self), GTK_WIDGET (found), x, y, &label_x, &label_y);
      if (label_y < gtk_widget_get_height (GTK_WIDGET (found)))
        break;
    }
  if (label != NULL)
    *label = found;
  if (found == NULL)
    return self->before;
  gtk_label_get_layout_offsets (found, &left, &top);
  pango_layout_xy_to_index (gtk_label_get_layout (found), (int) (label_x - left) * PANGO_SCALE, (int) (label_y - top) * PANGO_SCALE,
                            &index, &trailing);
  if (trailing > 0)
    {
      const char *text = gtk_label_get_text (found);

      index = (int) (g_utf8_offset_to_pointer (text + index, trailing) - text);
    }

  return enclave_chat_labels_get_place_in (self, found, (gsize) index);
}

GtkLabel *
enclave_chat_labels_find_place (EnclaveChatLabels *self, gsize place, gsize *index)
{
  gsize start;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_LABELS (self), NULL);

  start = self->before;
  for (guint i = 0; i < self->labels->len; i++)
    {
      GtkLabel *label = g_ptr_array_index (self->labels, i);
      gsize length = measure_text (label);

      if (place <= start + length || i + 1 == self->labels->len)
        {
          *index = place > start ? enclave_utf8_prefix_length (gtk_label_get_text (label), length, place - start) : 0;
          return label;
        }
      start += length + 1;
    }

  return NULL;
}
