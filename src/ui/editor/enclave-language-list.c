/* enclave-language-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-language-list.h"

struct _EnclaveLanguageList
{
  GtkPopover parent_instance;

  GtkWidget *search;
  GtkListBox *list;
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveLanguageList, enclave_language_list, GTK_TYPE_POPOVER)

static GtkSourceLanguage *
row_language (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "enclave-language");
}

static const char *
row_name (GtkListBoxRow *row)
{
  return gtk_label_get_label (GTK_LABEL (gtk_list_box_row_get_child (row)));
}

static void
add_row (EnclaveLanguageList *self, GtkSourceLanguage *language, const char *name)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *label = gtk_label_new (name);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_margin_start (label, 6);
  gtk_widget_set_margin_end (label, 6);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  if (language != NULL)
    g_object_set_data_full (G_OBJECT (row), "enclave-language", g_object_ref (language), g_object_unref);
  gtk_list_box_append (self->list, row);
}

static void
fill (EnclaveLanguageList *self)
{
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();
  const char *const *ids = gtk_source_language_manager_get_language_ids (manager);

  add_row (self, NULL, _("Plain text"));
  for (gsize i = 0; ids != NULL && ids[i] != NULL; i++)
    {
      GtkSourceLanguage *language = gtk_source_language_manager_get_language (manager, ids[i]);

      if (language != NULL && !gtk_source_language_get_hidden (language))
        add_row (self, language, gtk_source_language_get_name (language));
    }
}

static int
compare_rows (GtkListBoxRow *a, GtkListBoxRow *b, gpointer user_data)
{
  if (row_language (a) == NULL || row_language (b) == NULL)
    return row_language (a) == NULL ? -1 : 1;

  return g_utf8_collate (row_name (a), row_name (b));
}

static gboolean
filter_row (GtkListBoxRow *row, gpointer user_data)
{
  EnclaveLanguageList *self = ENCLAVE_LANGUAGE_LIST (user_data);
  const char *wanted = gtk_editable_get_text (GTK_EDITABLE (self->search));
  g_autofree char *name = NULL;
  g_autofree char *part = NULL;

  if (*wanted == '\0')
    return TRUE;

  name = g_utf8_casefold (row_name (row), -1);
  part = g_utf8_casefold (wanted, -1);

  return strstr (name, part) != NULL;
}

static void
row_activated_cb (EnclaveLanguageList *self, GtkListBoxRow *row)
{
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[CHOSEN], 0, row_language (row));
}

static void
search_activate_cb (EnclaveLanguageList *self)
{
  for (int i = 0;; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);

      if (row == NULL)
        return;
      if (gtk_widget_get_child_visible (GTK_WIDGET (row)))
        {
          row_activated_cb (self, row);
          return;
        }
    }
}

static void
enclave_language_list_map (GtkWidget *widget)
{
  EnclaveLanguageList *self = ENCLAVE_LANGUAGE_LIST (widget);

  if (gtk_list_box_get_row_at_index (self->list, 0) == NULL)
    fill (self);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");

  GTK_WIDGET_CLASS (enclave_language_list_parent_class)->map (widget);
  gtk_widget_grab_focus (self->search);
}

static void
enclave_language_list_class_init (EnclaveLanguageListClass *klass)
{
  GTK_WIDGET_CLASS (klass)->map = enclave_language_list_map;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, GTK_SOURCE_TYPE_LANGUAGE);
}

static void
enclave_language_list_init (EnclaveLanguageList *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->search = gtk_search_entry_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Search for a language"), -1);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_list_box_set_sort_func (self->list, compare_rows, NULL, NULL);
  gtk_list_box_set_filter_func (self->list, filter_row, self, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Languages"), -1);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 280);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_popover_set_child (GTK_POPOVER (self), box);

  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (gtk_list_box_invalidate_filter), self->list,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "activate", G_CALLBACK (search_activate_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
enclave_language_list_new (void)
{
  return g_object_new (ENCLAVE_TYPE_LANGUAGE_LIST, NULL);
}
