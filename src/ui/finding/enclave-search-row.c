/* enclave-search-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-search-item.h"
#include "enclave-search-row.h"
#include "enclave-utf8.h"

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *expander = gtk_tree_expander_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *number = gtk_label_new (NULL);
  GtkWidget *text = gtk_label_new (NULL);
  GtkWidget *count = gtk_label_new (NULL);

  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_label_set_xalign (GTK_LABEL (number), 1);
  gtk_label_set_width_chars (GTK_LABEL (number), 5);
  gtk_widget_add_css_class (number, "enclave-quiet");
  gtk_widget_add_css_class (number, "numeric");
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (text), TRUE);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_add_css_class (count, "enclave-quiet");
  gtk_widget_add_css_class (count, "numeric");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), number);
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (box), count);
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), box);
  gtk_list_item_set_child (list_item, expander);
}

/* As a line of a list: what can't be seen is drawn, a tab is a blank. */
static char *
make_printable (const char *text, gsize length)
{
  g_autofree char *valid = enclave_utf8_make_valid (text, (gssize) length);

  g_strdelimit (valid, "\t\r", ' ');

  return enclave_utf8_make_visible (valid, NULL);
}

static void
show_line (GtkLabel *label, const EnclaveTextHit *hit)
{
  gsize length = strlen (hit->text);
  gsize skipped = 0;
  g_autofree char *before = NULL;
  g_autofree char *match = make_printable (hit->text + hit->start, hit->end - hit->start);
  g_autofree char *after = make_printable (hit->text + hit->end, length - hit->end);
  g_autofree char *text = NULL;
  PangoAttrList *attributes = pango_attr_list_new ();
  PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);
  PangoAttribute *line = pango_attr_underline_new (PANGO_UNDERLINE_SINGLE);

  while (skipped < hit->start && g_ascii_isspace (hit->text[skipped]))
    skipped++;
  before = make_printable (hit->text + skipped, hit->start - skipped);
  text = g_strconcat (before, match, after, NULL);
  bold->start_index = line->start_index = (guint) strlen (before);
  bold->end_index = line->end_index = (guint) (strlen (before) + strlen (match));
  pango_attr_list_insert (attributes, bold);
  pango_attr_list_insert (attributes, line);
  gtk_label_set_text (label, text);
  gtk_label_set_attributes (label, attributes);
  pango_attr_list_unref (attributes);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, EnclaveGate *gate)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item));
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  g_autoptr (EnclaveSearchItem) item = gtk_tree_list_row_get_item (row);
  const EnclaveTextHit *hit = enclave_search_item_get_hit (item);
  GtkWidget *icon = gtk_widget_get_first_child (gtk_tree_expander_get_child (expander));
  GtkWidget *number = gtk_widget_get_next_sibling (icon);
  GtkWidget *text = gtk_widget_get_next_sibling (number);
  GtkWidget *count = gtk_widget_get_next_sibling (text);
  g_autofree char *words = NULL;
  g_autofree char *whole = NULL;

  gtk_tree_expander_set_list_row (expander, row);
  gtk_widget_set_visible (icon, hit == NULL);
  gtk_widget_set_visible (number, hit != NULL);
  gtk_widget_set_visible (count, hit == NULL);
  if (hit != NULL)
    {
      g_autofree char *line = g_strdup_printf ("%u", hit->line);
      g_autofree char *file = enclave_utf8_display_name (enclave_search_item_get_path (item));

      gtk_label_set_text (GTK_LABEL (number), line);
      gtk_widget_add_css_class (text, "monospace");
      show_line (GTK_LABEL (text), hit);
      gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
      /* Translators: what a screen reader says of a line that was found: its number and its text. */
      words = g_strdup_printf (_("Line %1$u: %2$s"), hit->line, gtk_label_get_text (GTK_LABEL (text)));
      /* Translators: “Line 3: its text”, then the file it is in. */
      whole = g_strdup_printf (_("%1$s, in %2$s"), words, file);
    }
  else
    {
      const char *path = enclave_search_item_get_path (item);
      EnclaveDecision decision = enclave_gate_judge_name (gate, ENCLAVE_EFFECT_READ, path, FALSE);
      gboolean denied = decision.verdict == ENCLAVE_VERDICT_DENY;
      g_autofree char *shown = enclave_utf8_display_name (path);
      g_autofree char *n = g_strdup_printf ("%u", enclave_search_item_get_n_lines (item));

      gtk_image_set_from_icon_name (GTK_IMAGE (icon), denied ? "changes-prevent-symbolic" : "text-x-generic-symbolic");
      gtk_widget_remove_css_class (text, "monospace");
      gtk_label_set_attributes (GTK_LABEL (text), NULL);
      gtk_label_set_text (GTK_LABEL (text), shown);
      gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_START);
      gtk_label_set_text (GTK_LABEL (count), n);
      words = denied ? g_strdup_printf (_("%s, not shared with the agent"), shown) : g_strdup_printf ("%s, %s", shown, n);
    }
  /* The expander takes the focus, for its arrow keys, and stands in a row that could: both are named. Who comes to a line does not see
   * the file it is under. */
  enclave_accessible_set_row_label (GTK_WIDGET (expander), words);
  enclave_accessible_set_label (GTK_WIDGET (expander), whole != NULL ? whole : words);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item)), NULL);
}

GtkListItemFactory *
enclave_search_row_factory_new (EnclaveGate *gate)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), gate, 0);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);

  return factory;
}
