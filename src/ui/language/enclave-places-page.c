/* enclave-places-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-places-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"

#define INDENT 12
#define MARGIN 12

struct _EnclavePlacesPage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *entry;
  GtkLabel *heading;
  GtkStack *stack;
  GtkWidget *list;
  GListStore *store;
  GtkFilterListModel *shown;
  GtkSingleSelection *selection;
  char *words; /* folded */
  gboolean filters;
  gboolean is_opened; /* what is selected */
};

enum
{
  CHOSEN,
  SEARCHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclavePlacesPage, enclave_places_page, GTK_TYPE_WIDGET)

static void
enclave_places_page_dispose (GObject *object)
{
  EnclavePlacesPage *self = ENCLAVE_PLACES_PAGE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (enclave_places_page_parent_class)->dispose (object);
}

static void
enclave_places_page_finalize (GObject *object)
{
  EnclavePlacesPage *self = ENCLAVE_PLACES_PAGE (object);

  g_clear_object (&self->selection);
  g_clear_object (&self->store);
  g_free (self->words);
  G_OBJECT_CLASS (enclave_places_page_parent_class)->finalize (object);
}

static gboolean
grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (ENCLAVE_PLACES_PAGE (widget)->entry);
}

static void
enclave_places_page_class_init (EnclavePlacesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_places_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_places_page_finalize;
  widget_class->grab_focus = grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  signals[CHOSEN] = g_signal_new ("chosen", ENCLAVE_TYPE_PLACES_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  ENCLAVE_TYPE_PLACE);
  signals[SEARCHED] = g_signal_new ("searched", ENCLAVE_TYPE_PLACES_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                    G_TYPE_STRING);
}

static void
enclave_places_page_init (EnclavePlacesPage *self)
{
}

static gboolean
is_shown (gpointer item, gpointer user_data)
{
  EnclavePlacesPage *self = user_data;
  EnclavePlace *place = item;
  g_autofree char *folded = NULL;

  if (!self->filters || self->words == NULL || *self->words == '\0')
    return TRUE;
  folded = g_utf8_casefold (enclave_place_get_text (place), -1);
  if (strstr (folded, self->words) != NULL)
    return TRUE;
  g_free (folded);
  folded = g_utf8_casefold (enclave_place_get_shown (place), -1);
  return strstr (folded, self->words) != NULL;
}

static void
update_stack (EnclavePlacesPage *self)
{
  gtk_stack_set_visible_child_name (self->stack, g_list_model_get_n_items (G_LIST_MODEL (self->shown)) > 0 ? "list" : "nothing");
}

static void
filter_now (EnclavePlacesPage *self)
{
  g_free (self->words);
  self->words = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->entry)), -1);
  if (self->filters)
    gtk_filter_changed (gtk_filter_list_model_get_filter (self->shown), GTK_FILTER_CHANGE_DIFFERENT);
  update_stack (self);
}

static void
on_search_changed (EnclavePlacesPage *self)
{
  filter_now (self);
  g_signal_emit (self, signals[SEARCHED], 0, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}

static void
choose (EnclavePlacesPage *self, guint position)
{
  g_autoptr (EnclavePlace) place = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (place == NULL)
    return;
  self->is_opened = TRUE;
  g_signal_emit (self, signals[CHOSEN], 0, place);
}

static void
on_entry_activated (EnclavePlacesPage *self)
{
  /* The entry tells of its text after a pause that is meant for typing. */
  filter_now (self);
  choose (self, gtk_single_selection_get_selected (self->selection));
}

static gboolean
on_entry_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, EnclavePlacesPage *self)
{
  if (keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
    return FALSE;
  return gtk_widget_grab_focus (self->list);
}

static void
on_set_up (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *text = gtk_label_new (NULL);
  GtkWidget *where = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_set_margin_end (row, MARGIN);
  gtk_widget_set_margin_top (row, 4);
  gtk_widget_set_margin_bottom (row, 4);
  gtk_label_set_ellipsize (GTK_LABEL (where), PANGO_ELLIPSIZE_START);
  gtk_label_set_width_chars (GTK_LABEL (where), 12);
  gtk_widget_add_css_class (where, "enclave-quiet");
  gtk_widget_add_css_class (where, "caption");
  gtk_box_append (GTK_BOX (row), icon);
  gtk_box_append (GTK_BOX (row), text);
  gtk_box_append (GTK_BOX (row), where);
  gtk_list_item_set_child (item, row);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *row = gtk_list_item_get_child (item);
  EnclavePlace *place = gtk_list_item_get_item (item);
  GtkWidget *icon = gtk_widget_get_first_child (row);
  GtkWidget *text = gtk_widget_get_next_sibling (icon);
  GtkWidget *where = gtk_widget_get_next_sibling (text);
  EnclaveLanguagePosition position = enclave_place_get_position (place);
  g_autofree char *shown = g_strdup_printf ("%s:%u", enclave_place_get_shown (place), position.line + 1);
  g_autofree char *line = g_strdelimit (g_strdup (enclave_place_get_text (place)), "\n\r\t", ' ');
  g_autofree char *spoken = NULL;
  const char *word = enclave_place_get_word (place);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), enclave_place_get_icon_name (place));
  gtk_widget_set_visible (icon, enclave_place_get_icon_name (place) != NULL);
  gtk_widget_set_margin_start (row, MARGIN + (int) enclave_place_get_depth (place) * INDENT);
  gtk_label_set_text (GTK_LABEL (text), line);
  gtk_widget_set_tooltip_text (row, enclave_place_get_text (place));
  gtk_label_set_text (GTK_LABEL (where), shown);
  spoken = g_strdup_printf ("%s%s%s, %s", word != NULL ? word : "", word != NULL ? ": " : "", line, shown);
  enclave_accessible_set_row_label (row, spoken);
}

static void
build (EnclavePlacesPage *self, const char *label, const char *nothing)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkWidget *empty = gtk_label_new (nothing);

  self->store = g_list_store_new (ENCLAVE_TYPE_PLACE);
  self->shown = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->store)),
                                           GTK_FILTER (gtk_custom_filter_new (is_shown, self, NULL)));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (self->shown));
  g_signal_connect (factory, "setup", G_CALLBACK (on_set_up), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  self->list = gtk_list_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)), factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (choose), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);

  self->entry = gtk_search_entry_new ();
  enclave_accessible_set_label (self->entry, _ ("Filter"));
  g_object_set (self->entry, "placeholder-text", _ ("Filter"), NULL);
  gtk_widget_set_margin_start (self->entry, 12);
  gtk_widget_set_margin_end (self->entry, 12);
  gtk_widget_set_margin_top (self->entry, 12);
  g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (on_search_changed), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (on_entry_activated), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_entry_key), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (self->entry, keys);

  self->heading = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->heading, 0);
  gtk_label_set_ellipsize (self->heading, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->heading), "enclave-quiet");
  gtk_widget_set_margin_start (GTK_WIDGET (self->heading), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (self->heading), 12);
  gtk_widget_set_visible (GTK_WIDGET (self->heading), FALSE);

  gtk_label_set_wrap (GTK_LABEL (empty), TRUE);
  gtk_label_set_justify (GTK_LABEL (empty), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (empty, "enclave-quiet");
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (self->stack, empty, "nothing");
  gtk_stack_add_named (self->stack, scrolled, "list");
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (self->box), self->entry);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->heading));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->stack));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
enclave_places_page_new (const char *label, const char *nothing, gboolean filters)
{
  EnclavePlacesPage *self;

  g_return_val_if_fail (label != NULL && nothing != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_PLACES_PAGE, NULL);
  self->filters = filters;
  build (self, label, nothing);
  return GTK_WIDGET (self);
}

void
enclave_places_page_set_heading (EnclavePlacesPage *self, const char *heading)
{
  g_return_if_fail (ENCLAVE_IS_PLACES_PAGE (self));

  gtk_label_set_text (self->heading, heading != NULL ? heading : "");
  gtk_widget_set_visible (GTK_WIDGET (self->heading), heading != NULL);
}

void
enclave_places_page_set_places (EnclavePlacesPage *self, GPtrArray *places)
{
  guint selected;

  g_return_if_fail (ENCLAVE_IS_PLACES_PAGE (self) && places != NULL);

  selected = gtk_single_selection_get_selected (self->selection);
  g_list_store_splice (self->store, 0, g_list_model_get_n_items (G_LIST_MODEL (self->store)), places->pdata, places->len);
  if (selected != GTK_INVALID_LIST_POSITION && selected < g_list_model_get_n_items (G_LIST_MODEL (self->selection)))
    gtk_single_selection_set_selected (self->selection, selected);
  update_stack (self);
}

guint
enclave_places_page_get_n_places (EnclavePlacesPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PLACES_PAGE (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->store));
}

gboolean
enclave_places_page_step (EnclavePlacesPage *self, gboolean forward)
{
  guint n;
  guint selected;

  g_return_val_if_fail (ENCLAVE_IS_PLACES_PAGE (self), FALSE);

  n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  if (n == 0)
    return FALSE;
  selected = gtk_single_selection_get_selected (self->selection);
  if (selected >= n)
    selected = forward ? 0 : n - 1;
  else if (!forward)
    selected = (selected + n - 1) % n;
  else if (self->is_opened)
    selected = (selected + 1) % n;
  gtk_single_selection_set_selected (self->selection, selected);
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", selected);
  choose (self, selected);

  return TRUE;
}

void
enclave_places_page_rewind (EnclavePlacesPage *self)
{
  g_return_if_fail (ENCLAVE_IS_PLACES_PAGE (self));

  self->is_opened = FALSE;
  gtk_single_selection_set_selected (self->selection, 0);
}

void
enclave_places_page_focus (EnclavePlacesPage *self)
{
  g_return_if_fail (ENCLAVE_IS_PLACES_PAGE (self));

  gtk_widget_grab_focus (self->entry);
}

const char *
enclave_places_page_get_words (EnclavePlacesPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PLACES_PAGE (self), NULL);

  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}
