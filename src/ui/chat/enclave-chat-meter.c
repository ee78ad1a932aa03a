/* enclave-chat-meter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-meter.h"

#define BAR_WIDTH 264
#define MAX_LEFT_OUT 6

static const struct
{
  const char *title;
  const char *css_class;
} kinds[ENCLAVE_CONTEXT_N_KINDS] = {
  [ENCLAVE_CONTEXT_INSTRUCTIONS] = { N_ ("Instructions, tools"), "enclave-meter-instructions" },
  [ENCLAVE_CONTEXT_MEMORY] = { N_ ("The project’s instructions"), "enclave-meter-memory" },
  [ENCLAVE_CONTEXT_CONVERSATION] = { N_ ("Conversation"), "enclave-meter-conversation" },
  [ENCLAVE_CONTEXT_FILES] = { N_ ("Files and output"), "enclave-meter-files" },
};

static GtkWidget *
new_label (const char *text, gboolean quiet, gboolean numeric)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), numeric ? 1 : 0);
  if (quiet)
    gtk_widget_add_css_class (label, "enclave-quiet");
  if (numeric)
    gtk_widget_add_css_class (label, "numeric");
  else
    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  /* Names of files are as long as they like. */
  gtk_label_set_ellipsize (GTK_LABEL (label), numeric ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_NONE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), numeric ? 25 : 36);
  if (numeric)
    gtk_widget_set_tooltip_text (label, text);

  return label;
}

static GtkWidget *
new_swatch (const char *css_class, int width, int height)
{
  GtkWidget *swatch = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_set_size_request (swatch, width, height);
  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (swatch, "enclave-meter-part");
  gtk_widget_add_css_class (swatch, css_class);

  return swatch;
}

static GtkWidget *
new_bar (const EnclaveContextReport *report)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 1);
  guint whole = MAX (MAX (report->window, report->total), 1);

  gtk_widget_set_size_request (bar, BAR_WIDTH, 9);
  gtk_widget_set_halign (bar, GTK_ALIGN_START);
  gtk_widget_add_css_class (bar, "enclave-meter-bar");
  for (guint i = 0; i < ENCLAVE_CONTEXT_N_KINDS; i++)
    if (report->tokens[i] > 0)
      gtk_box_append (GTK_BOX (bar), new_swatch (kinds[i].css_class, MAX (2, (int) (BAR_WIDTH * (guint64) report->tokens[i] / whole)), 9));

  return bar;
}

static void
add_row (GtkGrid *grid, int row, const char *css_class, const char *title, const char *value)
{
  GtkWidget *name = new_label (title, TRUE, FALSE);

  gtk_widget_set_hexpand (name, TRUE);
  if (css_class != NULL)
    gtk_grid_attach (grid, new_swatch (css_class, 9, 9), 0, row, 1, 1);
  gtk_grid_attach (grid, name, css_class != NULL ? 1 : 0, row, css_class != NULL ? 1 : 2, 1);
  gtk_grid_attach (grid, new_label (value, FALSE, TRUE), 2, row, 1, 1);
}

static char *
dup_title (const EnclaveContextReport *report)
{
  if (report->window == 0)
    return g_strdup_printf (ngettext ("%'u token", "%'u tokens", report->total), report->total);

  return g_strdup_printf (ngettext ("%'u of %'u token", "%'u of %'u tokens", report->window), report->total, report->window);
}

GtkWidget *
enclave_chat_meter_new (const EnclaveContextReport *report)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *grid = gtk_grid_new ();
  g_autofree char *words = NULL;
  GtkWidget *title;
  GtkWidget *note;
  int row = 0;

  g_return_val_if_fail (report != NULL, box);

  words = dup_title (report);
  title = new_label (words, FALSE, FALSE);
  gtk_widget_add_css_class (title, "heading");
  gtk_widget_add_css_class (title, "numeric");
  gtk_grid_set_column_spacing (GTK_GRID (grid), 9);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  for (guint i = 0; i < ENCLAVE_CONTEXT_N_KINDS; i++)
    if (report->tokens[i] > 0 || i == ENCLAVE_CONTEXT_CONVERSATION)
      {
        g_autofree char *value = g_strdup_printf ("%'u", report->tokens[i]);

        add_row (GTK_GRID (grid), row++, kinds[i].css_class, _ (kinds[i].title), value);
      }
  if (report->reply > 0)
    {
      g_autofree char *value = g_strdup_printf ("%'u", report->reply);

      add_row (GTK_GRID (grid), row++, NULL, _ ("Kept for the reply"), value);
    }
  for (guint i = report->left_out->len - MIN (report->left_out->len, MAX_LEFT_OUT); i < report->left_out->len; i++)
    add_row (GTK_GRID (grid), row++, NULL, i + MIN (report->left_out->len, MAX_LEFT_OUT) == report->left_out->len ? _ ("Cut") : "",
             g_ptr_array_index (report->left_out, i));

  note = new_label (report->counted ? _ ("Counted by the server, with what you are writing.")
                                    : _ ("Reckoned, with what you are writing."),
                    TRUE, FALSE);
  gtk_widget_add_css_class (note, "enclave-chat-small");
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), new_bar (report));
  gtk_box_append (GTK_BOX (box), grid);
  if (report->left_out->len > 0)
    {
      GtkWidget *why = new_label (_("The window has no room for more."), TRUE, FALSE);

      gtk_widget_add_css_class (why, "enclave-chat-small");
      gtk_box_append (GTK_BOX (box), why);
    }
  gtk_box_append (GTK_BOX (box), note);
  gtk_widget_set_margin_start (box, 9);
  gtk_widget_set_margin_end (box, 9);
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_bottom (box, 9);

  return box;
}
