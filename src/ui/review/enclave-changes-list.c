/* enclave-changes-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-change-row.h"
#include "enclave-changes-list.h"
#include "enclave-style-sheet.h"

struct _EnclaveChangesList
{
  GtkWidget parent_instance;

  GtkWidget *window;
  GtkWidget *keys;
  GtkListView *list;
  GtkSingleSelection *selection;
  gboolean follows; /* within our own change of the selection */
};

enum
{
  SHOW_CHANGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveChangesList, enclave_changes_list, GTK_TYPE_WIDGET)

static void
show_selected (EnclaveChangesList *self, gboolean focus)
{
  EnclaveChange *change = gtk_single_selection_get_selected_item (self->selection);

  if (change != NULL && !self->follows)
    g_signal_emit (self, signals[SHOW_CHANGE], 0, change, focus);
}

static void
selected_cb (EnclaveChangesList *self)
{
  show_selected (self, FALSE);
}

static void
activate_cb (EnclaveChangesList *self)
{
  show_selected (self, TRUE);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  gtk_list_item_set_child (list_item, enclave_change_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  enclave_change_row_set_change (ENCLAVE_CHANGE_ROW (gtk_list_item_get_child (list_item)), gtk_list_item_get_item (list_item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  enclave_change_row_set_change (ENCLAVE_CHANGE_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
enclave_changes_list_dispose (GObject *object)
{
  EnclaveChangesList *self = ENCLAVE_CHANGES_LIST (object);

  self->list = NULL;
  g_clear_pointer (&self->window, gtk_widget_unparent);
  g_clear_pointer (&self->keys, gtk_widget_unparent);
  g_clear_object (&self->selection);

  G_OBJECT_CLASS (enclave_changes_list_parent_class)->dispose (object);
}

static void
enclave_changes_list_class_init (EnclaveChangesListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_changes_list_dispose;
  signals[SHOW_CHANGE] = g_signal_new ("show-change", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                       2, ENCLAVE_TYPE_CHANGE, G_TYPE_BOOLEAN);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

/* The keys of the review, for who learns them. */
static GtkWidget *
new_keys (void)
{
  static const struct
  {
    const char *keys[2];
    const char *words;
  } rows[] = {
    { { "n", "p" }, N_("next, previous") },
    { { "y", "r" }, N_("accept, reject") },
    { { "u", NULL }, N_("undo the decision") },
    { { "e", NULL }, N_("edit the hunk") },
  };
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_widget_add_css_class (grid, "enclave-changes-keys");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GtkWidget *words = gtk_label_new (_(rows[i].words));

      for (guint k = 0; k < 2 && rows[i].keys[k] != NULL; k++)
        {
          GtkWidget *key = gtk_label_new (rows[i].keys[k]);

          gtk_widget_add_css_class (key, "enclave-changes-key");
          gtk_grid_attach (GTK_GRID (grid), key, (int) k, (int) i, 1, 1);
        }
      gtk_label_set_xalign (GTK_LABEL (words), 0);
      gtk_label_set_ellipsize (GTK_LABEL (words), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (words, "caption");
      gtk_widget_add_css_class (words, "enclave-quiet");
      gtk_grid_attach (GTK_GRID (grid), words, 2, (int) i, 1, 1);
    }

  return grid;
}

static void
enclave_changes_list_init (EnclaveChangesList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  enclave_style_sheet_add ("/dev/enclave/Enclave/review/enclave-review.css");
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  self->list = GTK_LIST_VIEW (gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "navigation-sidebar");
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "enclave-changes");
  enclave_accessible_set_label (GTK_WIDGET (self->list), _("Changed files"));
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);

  self->window = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->window), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->window), GTK_WIDGET (self->list));
  gtk_widget_set_vexpand (self->window, TRUE);
  gtk_widget_set_focusable (self->window, FALSE);
  gtk_widget_set_parent (self->window, GTK_WIDGET (self));
  self->keys = new_keys ();
  gtk_widget_set_parent (self->keys, GTK_WIDGET (self));
}

GtkWidget *
enclave_changes_list_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHANGES_LIST, NULL);
}

void
enclave_changes_list_set_change_set (EnclaveChangesList *self, EnclaveChangeSet *change_set)
{
  g_return_if_fail (ENCLAVE_IS_CHANGES_LIST (self));
  g_return_if_fail (change_set == NULL || ENCLAVE_IS_CHANGE_SET (change_set));

  self->follows = TRUE;
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (change_set));
  self->follows = FALSE;
}

void
enclave_changes_list_select (EnclaveChangesList *self, EnclaveChange *change)
{
  guint position = GTK_INVALID_LIST_POSITION;
  GListModel *model;

  g_return_if_fail (ENCLAVE_IS_CHANGES_LIST (self));

  model = gtk_single_selection_get_model (self->selection);
  for (guint i = 0; model != NULL && i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (EnclaveChange) other = g_list_model_get_item (model, i);

      if (other == change)
        position = i;
    }
  if (position == gtk_single_selection_get_selected (self->selection))
    return;
  self->follows = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
  self->follows = FALSE;
}
