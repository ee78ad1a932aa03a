/* enclave-accessible.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"

void
enclave_accessible_set_label (GtkWidget *widget, const char *label)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (label != NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

void
enclave_accessible_set_row_label (GtkWidget *child, const char *label)
{
  GtkWidget *row;

  g_return_if_fail (GTK_IS_WIDGET (child));

  row = gtk_widget_get_parent (child);
  if (row != NULL)
    enclave_accessible_set_label (row, label);
}

GtkWidget *
enclave_accessible_menu_button_new (void)
{
  return g_object_new (GTK_TYPE_MENU_BUTTON, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
}

void
enclave_accessible_label_menu_button (GtkMenuButton *button, const char *label, const char *description)
{
  GtkWidget *inner;

  g_return_if_fail (GTK_IS_MENU_BUTTON (button));
  g_return_if_fail (label != NULL);

  /* the toggle inside is what takes the focus */
  inner = gtk_widget_get_first_child (GTK_WIDGET (button));
  gtk_accessible_update_property (GTK_ACCESSIBLE (inner), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description != NULL ? description : "", -1);
}

/* What stands in the button of a drop-down is a row that could take the focus but never gets it. */
static void
mend_button_content (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      gtk_widget_set_focusable (child, FALSE);
      mend_button_content (child);
    }
}

void
enclave_accessible_label_drop_down (GtkDropDown *drop_down, const char *label)
{
  GtkWidget *inner;

  g_return_if_fail (GTK_IS_DROP_DOWN (drop_down));
  g_return_if_fail (label != NULL);

  inner = gtk_widget_get_first_child (GTK_WIDGET (drop_down));
  enclave_accessible_set_label (inner, label);
  mend_button_content (inner);
}

static void
mend_row_content (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      /* The list that opens does take it. */
      if (GTK_IS_POPOVER (child))
        continue;
      gtk_widget_set_focusable (child, FALSE);
      mend_row_content (child);
    }
}

/* Not before its window is shown: a change of what can be told makes GTK tell of the whole window, and one that is still being
 * made gets no role for the rest of its life. */
static void
mend_mapped_row (GtkWidget *row)
{
  if (gtk_widget_get_mapped (row))
    mend_row_content (row);
}

void
enclave_accessible_watch_combo_row (AdwComboRow *row)
{
  g_return_if_fail (ADW_IS_COMBO_ROW (row));

  g_signal_connect_after (row, "notify::selected", G_CALLBACK (mend_mapped_row), NULL);
  g_signal_connect_after (row, "notify::model", G_CALLBACK (mend_mapped_row), NULL);
}

static void
label_tab (GtkWidget *tab, GtkWidget *holder)
{
  g_autoptr (AdwTabPage) page = NULL;
  g_autofree char *close = NULL;
  const char *title;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (tab), "page") == NULL)
    return;
  g_object_get (tab, "page", &page, NULL);
  if (page == NULL)
    return;

  title = adw_tab_page_get_title (page);
  if (title == NULL || *title == '\0')
    title = _("Tab");
  enclave_accessible_set_label (holder, title);
  close = g_strdup_printf (_("Close %s"), title);
  for (GtkWidget *child = gtk_widget_get_first_child (tab); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_BUTTON (child) && gtk_widget_has_css_class (child, "tab-close-button"))
      enclave_accessible_set_label (child, close);
}

static void
label_tabs (GtkWidget *widget)
{
  if (GTK_IS_SCROLLED_WINDOW (widget))
    gtk_widget_set_focusable (widget, FALSE);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (strcmp (G_OBJECT_TYPE_NAME (child), "AdwTab") == 0)
      label_tab (child, widget);
    else
      label_tabs (child);
}

static gboolean
label_tabs_cb (gpointer user_data)
{
  AdwTabBar *bar = ADW_TAB_BAR (user_data);

  g_object_set_data (G_OBJECT (bar), "enclave-labelling", NULL);
  label_tabs (GTK_WIDGET (bar));
  return G_SOURCE_REMOVE;
}

/* Later: the bar makes its tabs in handlers of the same signals. */
static void
queue_labels (AdwTabBar *bar)
{
  if (g_object_get_data (G_OBJECT (bar), "enclave-labelling") != NULL)
    return;
  g_object_set_data (G_OBJECT (bar), "enclave-labelling", GINT_TO_POINTER (TRUE));
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, label_tabs_cb, g_object_ref (bar), g_object_unref);
}

static void
page_attached_cb (AdwTabBar *bar, AdwTabPage *page)
{
  g_signal_connect_object (page, "notify::title", G_CALLBACK (queue_labels), bar, G_CONNECT_SWAPPED);
  queue_labels (bar);
}

void
enclave_accessible_watch_tabs (AdwTabBar *bar)
{
  AdwTabView *view;

  g_return_if_fail (ADW_IS_TAB_BAR (bar));

  view = adw_tab_bar_get_view (bar);
  g_return_if_fail (view != NULL);

  for (int i = 0; i < adw_tab_view_get_n_pages (view); i++)
    page_attached_cb (bar, adw_tab_view_get_nth_page (view, i));
  g_signal_connect_object (view, "page-attached", G_CALLBACK (page_attached_cb), bar, G_CONNECT_SWAPPED);
  queue_labels (bar);
}

void
enclave_accessible_mend_mnemonic (GtkButton *button)
{
  g_return_if_fail (GTK_IS_BUTTON (button));

  /* the label of a mnemonic names the button already, without the mark */
  gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

void
enclave_accessible_mend (GtkWidget *widget)
{
  const char *tooltip;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  tooltip = gtk_widget_get_tooltip_text (widget);
  if (GTK_IS_SCROLLED_WINDOW (widget)
      && !gtk_widget_has_css_class (widget, ENCLAVE_ACCESSIBLE_TAKES_FOCUS))
    gtk_widget_set_focusable (widget, FALSE);
  else if (ADW_IS_COMBO_ROW (widget))
    mend_row_content (widget);
  else if (GTK_IS_BUTTON (widget) && gtk_button_get_use_underline (GTK_BUTTON (widget))
           && gtk_button_get_label (GTK_BUTTON (widget)) != NULL)
    enclave_accessible_mend_mnemonic (GTK_BUTTON (widget));
  else if (GTK_IS_BUTTON (widget) && GTK_IS_LABEL (gtk_button_get_child (GTK_BUTTON (widget)))
           && gtk_button_get_label (GTK_BUTTON (widget)) == NULL)
    enclave_accessible_set_label (widget, gtk_label_get_text (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (widget)))));
  else if (tooltip != NULL && gtk_widget_get_focusable (widget)
           && gtk_widget_get_ancestor (widget, ADW_TYPE_PASSWORD_ENTRY_ROW) != NULL)
    enclave_accessible_set_label (widget, tooltip);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    enclave_accessible_mend (child);
}
