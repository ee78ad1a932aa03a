/* enclave-help-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-help-window.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-chat-markdown.h"
#include "enclave-help-resources.h"

#define FOLDER "/dev/enclave/Enclave/help/"
#define WIDTH 860
#define HEIGHT 640
#define TEXT_WIDTH 560

struct _EnclaveHelpWindow
{
  AdwWindow parent_instance;

  GtkListBox *sidebar;
  GtkWidget *page; /* holds the blocks of the page that is shown */
  GtkScrolledWindow *scroller;
};

G_DEFINE_FINAL_TYPE (EnclaveHelpWindow, enclave_help_window, ADW_TYPE_WINDOW)

static const struct
{
  const char *file;
  const char *title;
} pages[] = {
  { "start.md", N_ ("First steps") },
  { "servers.md", N_ ("A model server") },
  { "agent.md", N_ ("Asking the agent") },
  { "review.md", N_ ("Changes: review and undo") },
  { "deny-list.md", N_ ("What the agent may see") },
  { "sandbox.md", N_ ("Commands and the sandbox") },
  { "mcp.md", N_ ("MCP servers") },
  { "editor.md", N_ ("Editor and terminal") },
  { "network.md", N_ ("What leaves this machine") },
  { "administrators.md", N_ ("For administrators") },
};

/* Its text goes on at its own edge in the next line. */
static GtkWidget *
new_block (const char *text)
{
  gboolean is_item = g_str_has_prefix (text, "- ");
  gboolean is_heading = g_str_has_prefix (text, "# ");
  g_autofree char *markup = enclave_chat_markdown_to_markup (is_item || is_heading ? text + 2 : text);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *box;
  GtkWidget *mark;

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  if (is_heading)
    gtk_widget_add_css_class (label, "title-2");
  if (!is_item)
    return label;

  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  mark = gtk_label_new ("•");
  gtk_widget_set_valign (mark, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), mark);
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

static void
show_page (EnclaveHelpWindow *self, guint index)
{
  g_autofree char *path = g_strconcat (FOLDER, pages[index].file, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autofree char *text = bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : g_strdup ("");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->page)) != NULL)
    gtk_box_remove (GTK_BOX (self->page), child);
  /* A block is a line here: that is the form of these pages. */
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      gtk_box_append (GTK_BOX (self->page), new_block (lines[i]));
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
}

static void
row_selected_cb (EnclaveHelpWindow *self, GtkListBoxRow *row)
{
  if (row != NULL)
    show_page (self, (guint) gtk_list_box_row_get_index (row));
}

static void
fill_sidebar (EnclaveHelpWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      GtkWidget *row = gtk_list_box_row_new ();
      GtkWidget *label = gtk_label_new (_ (pages[i].title));

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (pages[i].title), -1);
      gtk_list_box_append (self->sidebar, row);
    }
}

static GtkWidget *
new_side (EnclaveHelpWindow *self)
{
  GtkWidget *side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *heading = gtk_label_new (_ ("Help"));

  gtk_widget_add_css_class (heading, "heading");
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (bar), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (bar), FALSE);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), heading);
  self->sidebar = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->sidebar), "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->sidebar), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Pages"), -1);
  fill_sidebar (self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->sidebar));
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_set_size_request (side, 230, -1);
  gtk_box_append (GTK_BOX (side), bar);
  gtk_box_append (GTK_BOX (side), scroller);
  return side;
}

static GtkWidget *
new_content (EnclaveHelpWindow *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *clamp = adw_clamp_new ();

  /* The page says its title itself. */
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), adw_window_title_new ("", ""));
  self->page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_margin_top (self->page, 18);
  gtk_widget_set_margin_bottom (self->page, 24);
  gtk_widget_set_margin_start (self->page, 18);
  gtk_widget_set_margin_end (self->page, 18);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), TEXT_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->page);
  self->scroller = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_scrolled_window_set_policy (self->scroller, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (self->scroller, clamp);
  gtk_widget_set_vexpand (GTK_WIDGET (self->scroller), TRUE);
  gtk_widget_set_hexpand (content, TRUE);
  gtk_box_append (GTK_BOX (content), bar);
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->scroller));
  return content;
}

static void
enclave_help_window_class_init (EnclaveHelpWindowClass *klass)
{
  enclave_help_get_resource ();
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_help_window_init (EnclaveHelpWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_window_set_title (GTK_WINDOW (self), _ ("Help"));
  gtk_window_set_default_size (GTK_WINDOW (self), WIDTH, HEIGHT);
  gtk_box_append (GTK_BOX (box), new_side (self));
  gtk_box_append (GTK_BOX (box), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  gtk_box_append (GTK_BOX (box), new_content (self));
  adw_window_set_content (ADW_WINDOW (self), box);
  g_signal_connect_object (self->sidebar, "row-selected", G_CALLBACK (row_selected_cb), self, G_CONNECT_SWAPPED);
  gtk_list_box_select_row (self->sidebar, gtk_list_box_get_row_at_index (self->sidebar, 0));
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
}

GtkWidget *
enclave_help_window_new (void)
{
  return g_object_new (ENCLAVE_TYPE_HELP_WINDOW, NULL);
}
