/* enclave-finder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-finder-private.h"
#include "enclave-finding-resources.h"
#include "enclave-list-keys.h"
#include "enclave-style-sheet.h"

/* Of a definition within another one. */
#define INDENT 18
#define WIDTH 620

enum
{
  OPEN_PLACE,
  RUN_COMMAND,
  OUTLINE_WANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveFinder, enclave_finder, GTK_TYPE_POPOVER)

void
_enclave_finder_choose (EnclaveFinder *self, EnclaveFinderItem *chosen)
{
  g_autoptr (EnclaveFinderItem) item = g_object_ref (chosen);

  gtk_popover_popdown (GTK_POPOVER (self));
  if (enclave_finder_item_get_action (item) != NULL)
    g_signal_emit (self, signals[RUN_COMMAND], 0, enclave_finder_item_get_action (item));
  else
    g_signal_emit (self, signals[OPEN_PLACE], 0, enclave_finder_item_get_path (item), enclave_finder_item_get_line (item),
                   enclave_finder_item_get_column (item));
}

static void
activate_cb (EnclaveFinder *self)
{
  EnclaveFinderItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL)
    _enclave_finder_choose (self, item);
}

static void
row_activated_cb (EnclaveFinder *self, guint position)
{
  g_autoptr (EnclaveFinderItem) item = g_list_model_get_item (G_LIST_MODEL (self->found), position);

  if (item != NULL)
    _enclave_finder_choose (self, item);
}

static void
changed_cb (EnclaveFinder *self)
{
  _enclave_finder_update (self);
}

static void
stop_cb (EnclaveFinder *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
}

void
_enclave_finder_select (EnclaveFinder *self, guint position)
{
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
}

static GtkWidget *
new_label (PangoEllipsizeMode ellipsize, gboolean quiet)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), ellipsize);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (quiet)
    gtk_widget_add_css_class (label, "enclave-quiet");

  return label;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *detail = new_label (PANGO_ELLIPSIZE_START, TRUE);
  GtkWidget *keys = new_label (PANGO_ELLIPSIZE_NONE, TRUE);

  gtk_widget_add_css_class (box, "enclave-finder-row");
  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_widget_set_hexpand (detail, TRUE);
  gtk_widget_add_css_class (keys, "enclave-finder-keys");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), new_label (PANGO_ELLIPSIZE_MIDDLE, FALSE));
  gtk_box_append (GTK_BOX (box), detail);
  gtk_box_append (GTK_BOX (box), keys);
  gtk_list_item_set_child (list_item, box);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  EnclaveFinderItem *item = gtk_list_item_get_item (list_item);
  GtkWidget *box = gtk_list_item_get_child (list_item);
  GtkWidget *icon = gtk_widget_get_first_child (box);
  GtkWidget *title = gtk_widget_get_next_sibling (icon);
  GtkWidget *detail = gtk_widget_get_next_sibling (title);
  GtkWidget *keys = gtk_widget_get_next_sibling (detail);
  const char *shown_keys = enclave_finder_item_get_keys (item);
  g_autofree char *words = NULL;

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), enclave_finder_item_get_icon_name (item));
  /* the same for each command: it would say nothing */
  gtk_widget_set_visible (icon, enclave_finder_item_get_action (item) == NULL);
  gtk_widget_set_margin_start (box, (int) enclave_finder_item_get_depth (item) * INDENT);
  gtk_label_set_text (GTK_LABEL (title), enclave_finder_item_get_title (item));
  gtk_label_set_text (GTK_LABEL (detail), enclave_finder_item_get_detail (item));
  gtk_label_set_text (GTK_LABEL (keys), shown_keys != NULL ? shown_keys : "");
  gtk_widget_set_visible (keys, shown_keys != NULL);
  words = g_strdup_printf ("%s %s %s", enclave_finder_item_get_title (item), enclave_finder_item_get_detail (item),
                           shown_keys != NULL ? shown_keys : "");
  enclave_accessible_set_row_label (box, g_strchomp (words));
}

void
_enclave_finder_show (EnclaveFinder *self, GPtrArray *items, const char *status)
{
  guint n = items != NULL ? items->len : 0;

  g_list_store_splice (self->found, 0, g_list_model_get_n_items (G_LIST_MODEL (self->found)), n > 0 ? items->pdata : NULL, n);
  if (n > 0)
    _enclave_finder_select (self, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->scroller), n > 0);
  gtk_label_set_text (self->status, status != NULL ? status : "");
  gtk_widget_set_visible (GTK_WIDGET (self->status), status != NULL);
}

static void
selected_cb (EnclaveFinder *self)
{
  EnclaveFinderItem *item = gtk_single_selection_get_selected_item (self->selection);
  g_autofree char *words = item != NULL ? g_strdup_printf ("%s %s", enclave_finder_item_get_title (item),
                                                           enclave_finder_item_get_detail (item))
                                        : g_strdup ("");

  /* the focus stays in the entry: what Enter takes is said there */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

static void
enclave_finder_closed (GtkPopover *popover)
{
  EnclaveFinder *self = ENCLAVE_FINDER (popover);

  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->survivors, enclave_fuzzy_survivors_unref);
  g_clear_pointer (&self->file_symbols, enclave_finder_symbols_free);
}

static void
enclave_finder_dispose (GObject *object)
{
  EnclaveFinder *self = ENCLAVE_FINDER (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  enclave_finder_set_project (self, NULL, NULL, NULL);
  g_clear_object (&self->commands);
  g_clear_object (&self->snippets);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_FINDER);

  G_OBJECT_CLASS (enclave_finder_parent_class)->dispose (object);
}

static void
enclave_finder_finalize (GObject *object)
{
  EnclaveFinder *self = ENCLAVE_FINDER (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->selection);
  g_clear_object (&self->found);
  g_clear_pointer (&self->command_list, enclave_fuzzy_list_unref);
  g_clear_pointer (&self->snippet_list, enclave_fuzzy_list_unref);
  g_free (self->snippet_problem);
  g_clear_pointer (&self->survivors, enclave_fuzzy_survivors_unref);
  g_clear_pointer (&self->file_symbols, enclave_finder_symbols_free);
  _enclave_finder_drop_outline (self);
  g_free (self->open_path);
  g_free (self->sought);

  G_OBJECT_CLASS (enclave_finder_parent_class)->finalize (object);
}

static void
enclave_finder_class_init (EnclaveFinderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_finder_dispose;
  object_class->finalize = enclave_finder_finalize;
  GTK_POPOVER_CLASS (klass)->closed = enclave_finder_closed;

  signals[OPEN_PLACE] = g_signal_new ("open-place", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT, G_TYPE_UINT);
  signals[OUTLINE_WANTED] = g_signal_new ("outline-wanted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[RUN_COMMAND] = g_signal_new ("run-command", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);

  enclave_finding_get_resource ();
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/finding/enclave-finder.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveFinder, entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFinder, view);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFinder, scroller);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFinder, status);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
enclave_finder_init (EnclaveFinder *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  enclave_style_sheet_add ("/dev/enclave/Enclave/finding/enclave-finding.css");
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  self->found = g_list_store_new (ENCLAVE_TYPE_FINDER_ITEM);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->found)));
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_list_view_set_factory (self->view, factory);
  g_object_unref (factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));

  enclave_list_keys_attach (GTK_WIDGET (self), self->view);
}

GtkWidget *
enclave_finder_new (void)
{
  return g_object_new (ENCLAVE_TYPE_FINDER, NULL);
}

void
enclave_finder_set_project (EnclaveFinder *self, EnclaveFileIndex *index, EnclaveGate *gate, EnclaveRepoMap *map)
{
  g_return_if_fail (ENCLAVE_IS_FINDER (self));

  if (self->index != NULL)
    g_signal_handlers_disconnect_by_func (self->index, _enclave_finder_update, self);
  g_set_object (&self->index, index);
  if (index != NULL)
    g_signal_connect_object (index, "changed", G_CALLBACK (_enclave_finder_update), self, G_CONNECT_SWAPPED);
  g_set_object (&self->gate, gate);
  g_set_object (&self->map, map);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->symbols, enclave_finder_symbols_free);
}

static EnclaveFuzzyList *
list_words (GListModel *items, gboolean with_details)
{
  EnclaveFuzzyList *list = enclave_fuzzy_list_new ();

  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (EnclaveFinderItem) item = g_list_model_get_item (items, i);
      g_autofree char *words = g_strdup_printf ("%s %s", enclave_finder_item_get_title (item), enclave_finder_item_get_detail (item));

      enclave_fuzzy_list_add (list, with_details ? words : enclave_finder_item_get_title (item), 0);
    }
  return list;
}

void
enclave_finder_set_commands (EnclaveFinder *self, GListModel *commands)
{
  g_return_if_fail (ENCLAVE_IS_FINDER (self));

  g_set_object (&self->commands, commands);
  g_clear_pointer (&self->command_list, enclave_fuzzy_list_unref);
  self->command_list = list_words (commands, FALSE);
}

void
enclave_finder_set_snippets (EnclaveFinder *self, GListModel *snippets, const char *problem)
{
  g_return_if_fail (ENCLAVE_IS_FINDER (self));

  g_set_object (&self->snippets, snippets);
  g_free (self->snippet_problem);
  self->snippet_problem = g_strdup (problem);
  g_clear_pointer (&self->snippet_list, enclave_fuzzy_list_unref);
  self->snippet_list = snippets != NULL ? list_words (snippets, TRUE) : NULL;
}

void
enclave_finder_present (EnclaveFinder *self, const char *text, const char *open_path)
{
  GtkWidget *parent;
  GdkRectangle at = { 0, 0, 1, 1 };

  g_return_if_fail (ENCLAVE_IS_FINDER (self));
  g_return_if_fail (text != NULL);

  parent = gtk_widget_get_parent (GTK_WIDGET (self));
  g_free (self->open_path);
  self->open_path = g_strdup (open_path);
  g_clear_pointer (&self->sought, g_free);
  self->surveyed = FALSE;
  self->outline_state = ENCLAVE_FINDER_OUTLINE_UNKNOWN;
  _enclave_finder_drop_outline (self);
  g_clear_pointer (&self->file_symbols, enclave_finder_symbols_free);
  if (self->index != NULL)
    enclave_file_index_refresh (self->index);
  at.x = gtk_widget_get_width (parent) / 2;
  at.y = MIN (96, gtk_widget_get_height (parent) / 8);
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &at);
  gtk_widget_set_size_request (GTK_WIDGET (self), MIN (WIDTH, gtk_widget_get_width (parent) - 24), -1);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  _enclave_finder_update (self);
  gtk_popover_popup (GTK_POPOVER (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

void
enclave_finder_present_definition (EnclaveFinder *self, const char *name, const char *open_path)
{
  g_autofree char *text = NULL;

  g_return_if_fail (ENCLAVE_IS_FINDER (self));
  g_return_if_fail (name != NULL);

  text = g_strconcat ("#", name, NULL);
  enclave_finder_present (self, text, open_path);
  self->sought = g_strdup (name);
}
