/* enclave-terminal-place.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-terminal-place.h"

/* How far @box is from @from in that direction; G_MAXFLOAT: it is not there. */
static float
get_distance (const graphene_rect_t *from, const graphene_rect_t *box, GtkDirectionType direction)
{
  gboolean level = direction == GTK_DIR_LEFT || direction == GTK_DIR_RIGHT;
  gboolean back = direction == GTK_DIR_LEFT || direction == GTK_DIR_UP;
  float begin = level ? from->origin.x : from->origin.y;
  float end = begin + (level ? from->size.width : from->size.height);
  float box_begin = level ? box->origin.x : box->origin.y;
  float box_end = box_begin + (level ? box->size.width : box->size.height);
  float side = level ? from->origin.y : from->origin.x;
  float side_end = side + (level ? from->size.height : from->size.width);
  float box_side = level ? box->origin.y : box->origin.x;
  float box_side_end = box_side + (level ? box->size.height : box->size.width);
  float gap = back ? begin - box_end : box_begin - end;

  if (gap < 0 || box_side >= side_end || box_side_end <= side)
    return G_MAXFLOAT;
  /* of those that are as near, the one where the eye is: at the upper or left end */
  return gap + ABS (box_side - side) / 1000;
}

gpointer
enclave_terminal_place_find (GPtrArray *widgets, GtkWidget *from, GtkWidget *around, GtkDirectionType direction)
{
  gpointer found = NULL;
  float nearest = G_MAXFLOAT;
  graphene_rect_t place;

  g_return_val_if_fail (widgets != NULL, NULL);
  g_return_val_if_fail (GTK_IS_WIDGET (from) && GTK_IS_WIDGET (around), NULL);

  if (!gtk_widget_compute_bounds (from, around, &place))
    return NULL;
  for (guint i = 0; i < widgets->len; i++)
    {
      GtkWidget *widget = g_ptr_array_index (widgets, i);
      graphene_rect_t box;
      float distance;

      if (widget == from || !gtk_widget_compute_bounds (widget, around, &box))
        continue;
      distance = get_distance (&place, &box, direction);
      if (distance < nearest)
        {
          nearest = distance;
          found = widget;
        }
    }
  return found;
}
