/* enclave-terminal-problems.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-terminal-problems.h"

struct _EnclaveTerminalProblems
{
  GtkWidget parent_instance;

  GtkLabel *heading;
  GtkListView *list;
  GtkSingleSelection *selection;
};

enum
{
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveTerminalProblems, enclave_terminal_problems, GTK_TYPE_WIDGET)

static GtkWidget *
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *icon = gtk_image_new ();

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (icon, 2);
  gtk_box_append (GTK_BOX (words), new_label (NULL));
  gtk_box_append (GTK_BOX (words), new_label ("enclave-quiet"));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), words);
  gtk_list_item_set_child (item, box);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  EnclaveProblem *problem = gtk_list_item_get_item (item);
  gboolean is_error = enclave_problem_get_kind (problem) == ENCLAVE_PROBLEM_ERROR;
  GtkWidget *icon = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *message = gtk_widget_get_first_child (gtk_widget_get_next_sibling (icon));
  g_autofree char *place = g_strdup_printf ("%s:%u", enclave_problem_get_path (problem), enclave_problem_get_line (problem));
  /* Translators: "Error: what it is", then where, as a screen reader says it. */
  g_autofree char *spoken = g_strdup_printf (is_error ? _ ("Error: %s, %s") : _ ("Warning: %s, %s"),
                                             enclave_problem_get_message (problem), place);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), is_error ? "dialog-error-symbolic" : "dialog-warning-symbolic");
  gtk_widget_remove_css_class (icon, is_error ? "warning" : "error");
  gtk_widget_add_css_class (icon, is_error ? "error" : "warning");
  gtk_label_set_label (GTK_LABEL (message), enclave_problem_get_message (problem));
  gtk_widget_set_tooltip_text (message, enclave_problem_get_message (problem));
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (message)), place);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_list_item_get_child (item)), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
activate_cb (EnclaveTerminalProblems *self, guint position)
{
  g_autoptr (EnclaveProblem) problem = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (problem != NULL)
    g_signal_emit (self, signals[ACTIVATED], 0, problem);
}

guint
enclave_terminal_problems_get_n_items (EnclaveTerminalProblems *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_PROBLEMS (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}

void
enclave_terminal_problems_set_model (EnclaveTerminalProblems *self, GListModel *problems)
{
  guint n;
  g_autofree char *heading = NULL;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_PROBLEMS (self));

  gtk_single_selection_set_model (self->selection, problems);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  n = enclave_terminal_problems_get_n_items (self);
  heading = g_strdup_printf (ngettext ("%u problem", "%u problems", n), n);
  gtk_label_set_label (self->heading, heading);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}

EnclaveProblem *
enclave_terminal_problems_step (EnclaveTerminalProblems *self, gboolean forward)
{
  guint n;
  guint selected;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_PROBLEMS (self), NULL);

  n = enclave_terminal_problems_get_n_items (self);
  if (n == 0)
    return NULL;

  selected = gtk_single_selection_get_selected (self->selection);
  if (selected == GTK_INVALID_LIST_POSITION)
    selected = forward ? 0 : n - 1;
  else
    selected = (selected + (forward ? 1 : n - 1)) % n;
  gtk_single_selection_set_selected (self->selection, selected);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", selected);

  return gtk_single_selection_get_selected_item (self->selection);
}

static void
enclave_terminal_problems_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (enclave_terminal_problems_parent_class)->dispose (object);
}

static void
enclave_terminal_problems_class_init (EnclaveTerminalProblemsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_terminal_problems_dispose;

  signals[ACTIVATED] = g_signal_new ("activated", ENCLAVE_TYPE_TERMINAL_PROBLEMS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, ENCLAVE_TYPE_PROBLEM);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
enclave_terminal_problems_init (EnclaveTerminalProblems *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  self->list = GTK_LIST_VIEW (gtk_list_view_new (GTK_SELECTION_MODEL (self->selection), factory));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Problems of the task"), -1);
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (activate_cb), self);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "navigation-sidebar");

  self->heading = GTK_LABEL (new_label ("heading"));
  gtk_widget_add_css_class (GTK_WIDGET (self->heading), "enclave-terminal-problems");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->heading));
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_widget_set_parent (box, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Problems"), -1);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
