/* enclave-code-attributes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-code-attributes.h"

#include <string.h>

static void
add (PangoAttrList *list, PangoAttribute *attribute, guint start, guint end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (list, attribute);
}

static void
add_tag (PangoAttrList *list, GtkTextTag *tag, guint start, guint end)
{
  g_autoptr (GdkRGBA) colour = NULL;
  gboolean has_colour;
  gboolean has_weight;
  gboolean has_style;
  gboolean has_underline;
  int weight;
  PangoStyle style;
  PangoUnderline underline;

  g_object_get (tag, "foreground-set", &has_colour, "foreground-rgba", &colour, "weight-set", &has_weight, "weight",
                &weight, "style-set", &has_style, "style", &style, "underline-set", &has_underline, "underline",
                &underline, NULL);
  if (has_colour && colour != NULL)
    {
      add (list,
           pango_attr_foreground_new ((guint16) (colour->red * 65535), (guint16) (colour->green * 65535),
                                      (guint16) (colour->blue * 65535)),
           start, end);
      /* Else the colour is as transparent as the text that it replaces, and has less contrast than in the editor. */
      add (list, pango_attr_foreground_alpha_new ((guint16) (colour->alpha * 65535)), start, end);
    }
  if (has_weight)
    add (list, pango_attr_weight_new ((PangoWeight) weight), start, end);
  if (has_style)
    add (list, pango_attr_style_new (style), start, end);
  if (has_underline && underline != PANGO_UNDERLINE_NONE)
    add (list, pango_attr_underline_new (underline), start, end);
}

static guint
count_bytes (const GtkTextIter *from, const GtkTextIter *to)
{
  g_autofree char *slice = NULL;

  if (gtk_text_iter_get_line (from) == gtk_text_iter_get_line (to))
    return (guint) (gtk_text_iter_get_line_index (to) - gtk_text_iter_get_line_index (from));
  slice = gtk_text_iter_get_slice (from, to);

  return (guint) strlen (slice);
}

void
enclave_code_attributes_add (PangoAttrList *list, const GtkTextIter *start, const GtkTextIter *end, guint index)
{
  GtkTextIter at;

  g_return_if_fail (list != NULL && start != NULL && end != NULL);

  at = *start;
  while (gtk_text_iter_compare (&at, end) < 0)
    {
      GtkTextIter next = at;
      g_autoptr (GSList) tags = gtk_text_iter_get_tags (&at);
      guint length;

      if (!gtk_text_iter_forward_to_tag_toggle (&next, NULL) || gtk_text_iter_compare (&next, end) > 0)
        next = *end;
      length = count_bytes (&at, &next);
      for (GSList *tag = tags; tag != NULL; tag = tag->next)
        add_tag (list, tag->data, index, index + length);
      index += length;
      at = next;
    }
}
