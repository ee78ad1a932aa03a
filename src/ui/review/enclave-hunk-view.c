/* enclave-hunk-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-hunk-view.h"
#include "enclave-text-style.h"

#define GROUND_ALPHA 0.12f
#define WORD_ALPHA 0.25
#define QUIET_ALPHA 0.75f
#define NOTHING_ALPHA 0.04f
/* Between columns, and above and below a line as in the editor. */
#define GAP 8
#define ROW_PADDING 1
/* Each side needs as many letters. */
#define SIDE_MIN_COLUMNS 36
#define MIN_COLUMNS 12

/* A line of the screen: one of the text, or two side by side; -1: nothing stands there. */
typedef struct
{
  int left;
  int right;
  int top;
  int height;
} Row;

struct _EnclaveHunkView
{
  GtkWidget parent_instance;

  EnclaveHunkText *text; /* (nullable) */
  gboolean wants_sides;
  gboolean bare;
  guint tab_width;

  GArray *rows;      /* (element-type Row); for the width and the letters below */
  int rows_width;    /* 0: none */
  int rows_height;
  gboolean sides;
  PangoLayout *layout; /* (nullable): reused for every piece */
  PangoTabArray *tabs;
  int letter_width;
  int line_height;
  int numbers_width;

  gboolean clipped;
  int clip_top;
  int clip_bottom;
  guint n_drawn;
};

G_DEFINE_FINAL_TYPE (EnclaveHunkView, enclave_hunk_view, GTK_TYPE_WIDGET)

static void
forget_letters (EnclaveHunkView *self)
{
  g_clear_object (&self->layout);
  g_clear_pointer (&self->tabs, pango_tab_array_free);
  self->rows_width = 0;
}

static void
ensure_letters (EnclaveHunkView *self)
{
  g_autofree char *number = NULL;
  int width;

  if (self->layout != NULL)
    return;

  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "0000000000");
  pango_layout_get_pixel_size (self->layout, &width, &self->line_height);
  self->letter_width = MAX (width / 10, 1);
  number = g_strdup_printf ("%u", self->text != NULL ? enclave_hunk_text_get_last_number (self->text) : 0);
  self->numbers_width = (int) MAX (strlen (number), 3) * self->letter_width;
  self->tabs = pango_tab_array_new_with_positions (1, TRUE, PANGO_TAB_LEFT, (int) self->tab_width * self->letter_width);
  pango_layout_set_tabs (self->layout, self->tabs);
  pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
}

/* From the edge of a cell to its text: the numbers, the sign, and what lies between. */
static int
get_lead (EnclaveHunkView *self)
{
  int numbers;

  if (self->bare)
    return 0;

  numbers = self->sides ? self->numbers_width : 2 * self->numbers_width + GAP;

  return GAP + numbers + GAP + self->letter_width + GAP;
}

static int
get_text_width (EnclaveHunkView *self, int width)
{
  return MAX ((self->sides ? width / 2 : width) - get_lead (self) - GAP, MIN_COLUMNS * self->letter_width);
}

static void
set_line (EnclaveHunkView *self, const EnclaveHunkLine *line, int text_width)
{
  pango_layout_set_attributes (self->layout, NULL);
  pango_layout_set_width (self->layout, text_width * PANGO_SCALE);
  pango_layout_set_text (self->layout, line->text, (int) line->length);
}

static int
measure_line (EnclaveHunkView *self, int index, int text_width)
{
  const EnclaveHunkLine *line;
  int height;

  if (index < 0)
    return self->line_height;

  line = enclave_hunk_text_get_line (self->text, (guint) index);
  if (line->plain && line->length * (gsize) self->letter_width <= (gsize) text_width)
    return self->line_height;

  set_line (self, line, text_width);
  pango_layout_get_pixel_size (self->layout, NULL, &height);
  return MAX (height, self->line_height);
}

static void
add_row (EnclaveHunkView *self, int left, int right, int text_width)
{
  Row row = { left, right, self->rows_height, 0 };

  row.height = MAX (measure_line (self, left, text_width), self->sides ? measure_line (self, right, text_width) : 0);
  row.height += 2 * ROW_PADDING;
  self->rows_height += row.height;
  g_array_append_val (self->rows, row);
}

static EnclaveDiffKind
get_kind (EnclaveHunkView *self, guint index)
{
  return enclave_hunk_text_get_line (self->text, index)->kind;
}

/* What was added stands beside what was removed in its place. */
static void
add_side_rows (EnclaveHunkView *self, int text_width)
{
  guint n_lines = enclave_hunk_text_get_n_lines (self->text);

  for (guint i = 0; i < n_lines;)
    {
      guint removed = i;
      guint added;

      if (get_kind (self, i) == ENCLAVE_DIFF_CONTEXT)
        {
          add_row (self, (int) i, (int) i, text_width);
          i++;
          continue;
        }
      while (i < n_lines && get_kind (self, i) == ENCLAVE_DIFF_REMOVED)
        i++;
      added = i;
      while (i < n_lines && get_kind (self, i) == ENCLAVE_DIFF_ADDED)
        i++;
      for (guint n = 0; removed + n < added || added + n < i; n++)
        add_row (self, removed + n < added ? (int) (removed + n) : -1, added + n < i ? (int) (added + n) : -1,
                 text_width);
    }
}

static void
ensure_rows (EnclaveHunkView *self, int width)
{
  int text_width;

  ensure_letters (self);
  if (self->rows_width == width || self->text == NULL)
    return;

  g_array_set_size (self->rows, 0);
  self->rows_height = 0;
  self->rows_width = width;
  self->sides = TRUE;
  self->sides = self->wants_sides && width / 2 - get_lead (self) - GAP >= SIDE_MIN_COLUMNS * self->letter_width;
  text_width = get_text_width (self, width);
  if (self->sides)
    add_side_rows (self, text_width);
  else
    for (guint i = 0; i < enclave_hunk_text_get_n_lines (self->text); i++)
      add_row (self, (int) i, (int) i, text_width);
}

static void
get_ground (EnclaveHunkView *self, EnclaveDiffKind kind, GdkRGBA *colour)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  gboolean added = kind == ENCLAVE_DIFF_ADDED;

  if (!gtk_style_context_lookup_color (context, added ? "success_color" : "error_color", colour))
    gdk_rgba_parse (colour, added ? "#26a269" : "#c01c28");
}

static void
add_attribute (PangoAttrList *attributes, PangoAttribute *attribute, guint start, guint end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
}

static PangoAttrList *
make_attributes (const EnclaveHunkLine *line, const GdkRGBA *ground)
{
  PangoAttrList *attributes = line->colours != NULL ? pango_attr_list_copy (line->colours) : pango_attr_list_new ();

  for (guint i = 0; line->words != NULL && i < line->words->len; i++)
    {
      const EnclaveTextRange *word = &g_array_index (line->words, EnclaveTextRange, i);

      add_attribute (attributes,
                     pango_attr_background_new ((guint16) (ground->red * 65535), (guint16) (ground->green * 65535),
                                                (guint16) (ground->blue * 65535)),
                     word->start, word->end);
      add_attribute (attributes, pango_attr_background_alpha_new ((guint16) (WORD_ALPHA * G_MAXUINT16)), word->start,
                     word->end);
    }

  return attributes;
}

static void
append_text (EnclaveHunkView *self, GtkSnapshot *snapshot, int x, int y, const GdkRGBA *colour)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_snapshot_append_layout (snapshot, self->layout, colour);
  gtk_snapshot_restore (snapshot);
}

static void
append_number (EnclaveHunkView *self, GtkSnapshot *snapshot, guint number, int right, int y, const GdkRGBA *colour)
{
  char text[16];

  if (number == 0)
    return;
  g_snprintf (text, sizeof text, "%u", number);
  pango_layout_set_width (self->layout, -1);
  pango_layout_set_attributes (self->layout, NULL);
  pango_layout_set_text (self->layout, text, -1);
  append_text (self, snapshot, right - (int) strlen (text) * self->letter_width, y, colour);
}

/* @index: the line that stands between @x and @x + @width; -1: none. */
static void
draw_cell (EnclaveHunkView *self, GtkSnapshot *snapshot, const Row *row, int index, int x, int width, gboolean left)
{
  static const char *const signs[] = { [ENCLAVE_DIFF_CONTEXT] = "", [ENCLAVE_DIFF_REMOVED] = "−",
                                       [ENCLAVE_DIFF_ADDED] = "+" };
  const graphene_rect_t area = GRAPHENE_RECT_INIT ((float) x, (float) row->top, (float) width, (float) row->height);
  g_autoptr (PangoAttrList) attributes = NULL;
  const EnclaveHunkLine *line;
  int y = row->top + ROW_PADDING;
  int number_right = x + GAP + self->numbers_width;
  GdkRGBA ground = { 0, 0, 0, 0 };
  GdkRGBA colour;
  GdkRGBA quiet;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &colour);
  quiet = colour;
  if (index < 0)
    {
      quiet.alpha *= NOTHING_ALPHA;
      gtk_snapshot_append_color (snapshot, &quiet, &area);
      return;
    }

  line = enclave_hunk_text_get_line (self->text, (guint) index);
  if (line->kind != ENCLAVE_DIFF_CONTEXT)
    {
      get_ground (self, line->kind, &ground);
      ground.alpha = GROUND_ALPHA;
      gtk_snapshot_append_color (snapshot, &ground, &area);
    }

  quiet.alpha *= QUIET_ALPHA;
  if (self->bare)
    {
      /* numbers and signs stand elsewhere */
    }
  else if (self->sides)
    {
      append_number (self, snapshot, left ? line->old_line : line->new_line, number_right, y, &quiet);
    }
  else
    {
      append_number (self, snapshot, line->old_line, number_right, y, &quiet);
      number_right += GAP + self->numbers_width;
      append_number (self, snapshot, line->new_line, number_right, y, &quiet);
    }
  if (line->kind != ENCLAVE_DIFF_CONTEXT && !self->bare)
    {
      pango_layout_set_width (self->layout, -1);
      pango_layout_set_attributes (self->layout, NULL);
      pango_layout_set_text (self->layout, signs[line->kind], -1);
      append_text (self, snapshot, number_right + GAP, y, &colour);
    }

  set_line (self, line, get_text_width (self, self->rows_width));
  attributes = make_attributes (line, &ground);
  pango_layout_set_attributes (self->layout, attributes);
  append_text (self, snapshot, x + get_lead (self), y, &colour);
  self->n_drawn++;
}

static void
enclave_hunk_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  EnclaveHunkView *self = ENCLAVE_HUNK_VIEW (widget);
  int width = gtk_widget_get_width (widget);

  self->n_drawn = 0;
  if (self->text == NULL || width <= 0)
    return;

  ensure_rows (self, width);
  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = &g_array_index (self->rows, Row, i);

      if (self->clipped && (row->top + row->height < self->clip_top || row->top > self->clip_bottom))
        continue;
      if (self->sides)
        {
          draw_cell (self, snapshot, row, row->left, 0, width / 2, TRUE);
          draw_cell (self, snapshot, row, row->right, width / 2, width - width / 2, FALSE);
        }
      else
        {
          draw_cell (self, snapshot, row, row->left, 0, width, TRUE);
        }
    }
}

static GtkSizeRequestMode
enclave_hunk_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
enclave_hunk_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                           int *minimum_baseline, int *natural_baseline)
{
  EnclaveHunkView *self = ENCLAVE_HUNK_VIEW (widget);

  *minimum = *natural = 0;
  *minimum_baseline = *natural_baseline = -1;
  if (self->text == NULL)
    return;

  ensure_letters (self);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = *natural = 4 * GAP + 2 * self->numbers_width + (MIN_COLUMNS + 1) * self->letter_width;
      return;
    }
  ensure_rows (self, for_size > 0 ? for_size : MAX (gtk_widget_get_width (widget), 600));
  *minimum = *natural = self->rows_height;
}

static void
enclave_hunk_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  EnclaveHunkView *self = ENCLAVE_HUNK_VIEW (widget);

  GTK_WIDGET_CLASS (enclave_hunk_view_parent_class)->css_changed (widget, change);
  forget_letters (self);
  gtk_widget_queue_resize (widget);
}

static void
enclave_hunk_view_dispose (GObject *object)
{
  enclave_hunk_view_set_text (ENCLAVE_HUNK_VIEW (object), NULL);

  G_OBJECT_CLASS (enclave_hunk_view_parent_class)->dispose (object);
}

static void
enclave_hunk_view_finalize (GObject *object)
{
  EnclaveHunkView *self = ENCLAVE_HUNK_VIEW (object);

  forget_letters (self);
  g_array_unref (self->rows);

  G_OBJECT_CLASS (enclave_hunk_view_parent_class)->finalize (object);
}

static void
enclave_hunk_view_class_init (EnclaveHunkViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_hunk_view_dispose;
  object_class->finalize = enclave_hunk_view_finalize;
  widget_class->snapshot = enclave_hunk_view_snapshot;
  widget_class->measure = enclave_hunk_view_measure;
  widget_class->get_request_mode = enclave_hunk_view_get_request_mode;
  widget_class->css_changed = enclave_hunk_view_css_changed;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
enclave_hunk_view_init (EnclaveHunkView *self)
{
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  self->tab_width = 8;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  /* code is read from the left in every script */
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  /* the columns stand under each other also where no document gave its font yet */
  gtk_widget_add_css_class (GTK_WIDGET (self), "monospace");
  gtk_widget_add_css_class (GTK_WIDGET (self), ENCLAVE_TEXT_STYLE_CLASS);
}

GtkWidget *
enclave_hunk_view_new (void)
{
  return g_object_new (ENCLAVE_TYPE_HUNK_VIEW, NULL);
}

void
enclave_hunk_view_set_text (EnclaveHunkView *self, EnclaveHunkText *text)
{
  g_return_if_fail (ENCLAVE_IS_HUNK_VIEW (self));
  g_return_if_fail (text == NULL || ENCLAVE_IS_HUNK_TEXT (text));

  if (self->text == text)
    return;

  if (self->text != NULL)
    g_signal_handlers_disconnect_by_data (self->text, self);
  g_set_object (&self->text, text);
  if (text != NULL)
    g_signal_connect_swapped (text, "changed", G_CALLBACK (gtk_widget_queue_draw), self);

  forget_letters (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

EnclaveHunkText *
enclave_hunk_view_get_text (EnclaveHunkView *self)
{
  g_return_val_if_fail (ENCLAVE_IS_HUNK_VIEW (self), NULL);

  return self->text;
}

void
enclave_hunk_view_set_side_by_side (EnclaveHunkView *self, gboolean side_by_side)
{
  g_return_if_fail (ENCLAVE_IS_HUNK_VIEW (self));

  if (self->wants_sides == side_by_side)
    return;

  self->wants_sides = side_by_side;
  self->rows_width = 0;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
enclave_hunk_view_set_bare (EnclaveHunkView *self, gboolean bare)
{
  g_return_if_fail (ENCLAVE_IS_HUNK_VIEW (self));

  if (self->bare == bare)
    return;

  self->bare = bare;
  self->rows_width = 0;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

int
enclave_hunk_view_get_line_height (EnclaveHunkView *self)
{
  g_return_val_if_fail (ENCLAVE_IS_HUNK_VIEW (self), 0);

  ensure_letters (self);
  return self->line_height + 2 * ROW_PADDING;
}

void
enclave_hunk_view_set_tab_width (EnclaveHunkView *self, guint columns)
{
  g_return_if_fail (ENCLAVE_IS_HUNK_VIEW (self));

  if (self->tab_width == columns || columns == 0)
    return;

  self->tab_width = columns;
  forget_letters (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
enclave_hunk_view_set_visible_range (EnclaveHunkView *self, int top, int bottom)
{
  int margin = MAX (bottom - top, 0);

  g_return_if_fail (ENCLAVE_IS_HUNK_VIEW (self));

  top = MAX (top, 0);
  bottom = MIN (bottom, gtk_widget_get_height (GTK_WIDGET (self)));
  if (self->clipped && (bottom <= top || (top >= self->clip_top && bottom <= self->clip_bottom)))
    return;

  /* with some to spare, so that not every step of scrolling draws again */
  self->clipped = TRUE;
  self->clip_top = bottom > top ? top - margin : 0;
  self->clip_bottom = bottom > top ? bottom + margin : -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
enclave_hunk_view_get_n_drawn (EnclaveHunkView *self)
{
  g_return_val_if_fail (ENCLAVE_IS_HUNK_VIEW (self), 0);

  return self->n_drawn;
}
