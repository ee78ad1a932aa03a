/* enclave-finder-outline.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The definitions of the open file: in their order and nested, with the one at the caret selected, until something is typed.
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-finder-private.h"

/* In which a list is laid out that was just filled, in a popover that may just have come. */
#define SCROLL_FRAMES 4

void
_enclave_finder_drop_outline (EnclaveFinder *self)
{
  g_clear_pointer (&self->outline, g_ptr_array_unref);
  g_clear_pointer (&self->outline_list, enclave_fuzzy_list_unref);
}

/* @items: (transfer full). */
static void
take_outline (EnclaveFinder *self, GPtrArray *items)
{
  _enclave_finder_drop_outline (self);
  self->outline = items;
  self->outline_list = enclave_fuzzy_list_new ();
  for (guint i = 0; i < items->len; i++)
    enclave_fuzzy_list_add (self->outline_list, enclave_finder_item_get_title (g_ptr_array_index (items, i)), 0);
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  guint one = enclave_finder_item_get_line (*(EnclaveFinderItem *const *) a);
  guint other = enclave_finder_item_get_line (*(EnclaveFinderItem *const *) b);

  return one < other ? -1 : one > other;
}

static void
take_file_symbols (EnclaveFinder *self)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->file_symbols->places->len; i++)
    g_ptr_array_add (items, _enclave_finder_new_symbol_item (self, self->file_symbols, i));
  g_ptr_array_sort (items, compare_lines);
  take_outline (self, items);
}

/* The last one that begins at the caret's line or above it. */
static guint
find_current (EnclaveFinder *self)
{
  guint current = 0;

  for (guint i = 0; i < self->outline->len; i++)
    {
      guint line = enclave_finder_item_get_line (g_ptr_array_index (self->outline, i));

      if (line <= self->caret_line && line >= enclave_finder_item_get_line (g_ptr_array_index (self->outline, current)))
        current = i;
    }

  return current;
}

static gboolean
scroll_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  EnclaveFinder *self = user_data;

  if (--self->scroll_frames > 0)
    return G_SOURCE_CONTINUE;
  self->scroll_tick = 0;
  if (self->outline != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->found)) == self->outline->len)
    _enclave_finder_select (self, gtk_single_selection_get_selected (self->selection));

  return G_SOURCE_REMOVE;
}

/* GtkListView 4.8 loses its rows when it is scrolled before it has a size for them. */
static void
select_current (EnclaveFinder *self)
{
  gtk_single_selection_set_selected (self->selection, find_current (self));
  self->scroll_frames = SCROLL_FRAMES;
  if (self->scroll_tick == 0)
    self->scroll_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->view), scroll_tick_cb, self, NULL);
}

/* A row of a ranked list says by words what it is in. (transfer full) */
static EnclaveFinderItem *
new_flat_item (EnclaveFinder *self, guint index)
{
  EnclaveFinderItem *item = g_ptr_array_index (self->outline, index);
  guint depth = enclave_finder_item_get_depth (item);
  g_autofree char *detail = NULL;

  for (guint i = index; depth > 0 && i > 0 && detail == NULL; i--)
    {
      EnclaveFinderItem *above = g_ptr_array_index (self->outline, i - 1);

      if (enclave_finder_item_get_depth (above) < depth)
        detail = g_strdup_printf ("%s  %s", enclave_finder_item_get_title (above), enclave_finder_item_get_detail (item));
    }

  return enclave_finder_item_new_place (enclave_finder_item_get_icon_name (item), enclave_finder_item_get_title (item),
                                        detail != NULL ? detail : enclave_finder_item_get_detail (item),
                                        enclave_finder_item_get_path (item), enclave_finder_item_get_line (item),
                                        enclave_finder_item_get_column (item));
}

static void
show_outline (EnclaveFinder *self, const char *pattern)
{
  g_autoptr (GArray) hits = NULL;
  g_autoptr (GPtrArray) items = NULL;

  if (self->outline->len == 0)
    {
      _enclave_finder_show (self, NULL, _("There are no symbols in this file"));
      return;
    }
  if (*pattern == '\0')
    {
      _enclave_finder_show (self, self->outline, NULL);
      select_current (self);
      return;
    }
  hits = enclave_fuzzy_list_search (self->outline_list, pattern, ENCLAVE_FINDER_MAX_ROWS, NULL, NULL);
  items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < hits->len; i++)
    g_ptr_array_add (items, new_flat_item (self, g_array_index (hits, EnclaveFuzzyHit, i).index));
  _enclave_finder_show (self, items, items->len == 0 ? _("No definition is called like this") : NULL);
}

void
_enclave_finder_look_for_outline (EnclaveFinder *self, const char *pattern)
{
  while (*pattern == ' ')
    pattern++;
  if (self->open_path != NULL && *self->open_path != '\0' && self->outline_state == ENCLAVE_FINDER_OUTLINE_UNKNOWN)
    {
      self->outline_state = ENCLAVE_FINDER_OUTLINE_ASKED;
      g_signal_emit_by_name (self, "outline-wanted", self->open_path);
      if (self->outline_state != ENCLAVE_FINDER_OUTLINE_ASKED)
        /* Answered at once, and shown. */
        return;
    }
  if (self->outline_state == ENCLAVE_FINDER_OUTLINE_ASKED)
    {
      _enclave_finder_show (self, NULL, _("Looking for definitions"));
      return;
    }
  if (self->outline == NULL && self->outline_state == ENCLAVE_FINDER_OUTLINE_TAGS && self->file_symbols != NULL)
    take_file_symbols (self);
  if (self->outline != NULL)
    show_outline (self, pattern);
  else
    _enclave_finder_look_for_symbols (self, pattern, TRUE);
}

void
enclave_finder_set_outline (EnclaveFinder *self, const char *open_path, GPtrArray *items)
{
  g_return_if_fail (ENCLAVE_IS_FINDER (self));

  if (self->outline_state != ENCLAVE_FINDER_OUTLINE_ASKED || g_strcmp0 (open_path, self->open_path) != 0)
    return;
  self->outline_state = items != NULL ? ENCLAVE_FINDER_OUTLINE_GIVEN : ENCLAVE_FINDER_OUTLINE_TAGS;
  if (items != NULL)
    take_outline (self, g_ptr_array_ref (items));
  _enclave_finder_update (self);
}

void
enclave_finder_set_caret_line (EnclaveFinder *self, guint line)
{
  g_return_if_fail (ENCLAVE_IS_FINDER (self));

  self->caret_line = line;
}
