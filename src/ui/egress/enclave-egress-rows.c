/* enclave-egress-rows.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-egress-rows.h"

#include "enclave-accessible.h"
#include "enclave-utf8.h"

#define NUMBER_CHARS 9

static GtkWidget *
new_cell (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);
  g_autofree char *shown = enclave_utf8_display_name (text);

  gtk_label_set_label (GTK_LABEL (label), shown);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_tooltip_text (label, shown);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
new_number (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_label_set_width_chars (GTK_LABEL (label), NUMBER_CHARS);
  gtk_widget_add_css_class (label, "numeric");
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

/* The columns of all rows of @list are of one width each. */
static void
keep_in_column (GtkListBox *list, const char *column, GtkWidget *cell)
{
  GtkSizeGroup *group = g_object_get_data (G_OBJECT (list), column);

  if (group == NULL)
    {
      group = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
      g_object_set_data_full (G_OBJECT (list), column, group, g_object_unref);
    }
  gtk_size_group_add_widget (group, cell);
}

/* @first, @second: the words at the start, one below the other; @third, @fourth: at the end; @last: (nullable) (transfer full).
 * @spoken: all of it, for a screen reader. */
static void
append_row (GtkListBox *list, const char *first, const char *first_class, const char *second, GtkWidget *third, GtkWidget *fourth,
            GtkWidget *last, const char *spoken)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (box, 8);
  gtk_widget_set_margin_bottom (box, 8);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_box_append (GTK_BOX (words), new_cell (first, first_class));
  if (second != NULL && *second != '\0')
    {
      GtkWidget *below = new_cell (second, "caption");

      gtk_widget_add_css_class (below, "enclave-quiet");
      gtk_box_append (GTK_BOX (words), below);
    }
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), third);
  gtk_box_append (GTK_BOX (box), fourth);
  keep_in_column (list, "enclave-third", third);
  keep_in_column (list, "enclave-fourth", fourth);
  if (last != NULL)
    {
      gtk_box_append (GTK_BOX (box), last);
      keep_in_column (list, "enclave-last", last);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  enclave_accessible_set_label (row, spoken);
  gtk_list_box_append (list, row);
}

static GtkWidget *
new_tag (const char *text, const char *css_class)
{
  GtkWidget *tag = gtk_label_new (text);

  gtk_widget_set_valign (tag, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (tag, "enclave-tag");
  gtk_widget_add_css_class (tag, css_class);
  return tag;
}

static void
clear (GtkListBox *list)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (list))) != NULL)
    gtk_list_box_remove (list, child);
}

static void
append_heads (GtkListBox *list, const char *first, const char *third, const char *fourth)
{
  GtkWidget *place = gtk_label_new (NULL);
  g_autofree char *spoken = g_strdup_printf ("%s, %s, %s", first, third, fourth);

  append_row (list, first, "caption-heading", NULL, new_number (third, "caption-heading"), new_number (fourth, "caption-heading"),
              place, spoken);
}

static const char *
strip_scheme (const char *address)
{
  return g_str_has_prefix (address, "http://") ? address + strlen ("http://") : address;
}

/* The words of the ledger are those of the program, in one language. (transfer full) */
static char *
describe_asker (const char *by)
{
  static const char *const known[] = { N_("model server"), N_("agent"), N_("update check"), N_("MCP server") };
  static const char prefix[] = "MCP server ";

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (by, known[i]) == 0)
      return g_strdup (_(known[i]));
  if (g_str_has_prefix (by, prefix))
    /* Translators: the name of an MCP server */
    return g_strdup_printf (_("MCP server %s"), by + strlen (prefix));
  return g_strdup (by);
}

static char *
describe_by (const EnclaveEgressSum *sum)
{
  g_autofree char *by = describe_asker (sum->by);

  if (sum->n_opened == 0 && sum->n_failed > 0)
    /* Translators: who asked, such as “MCP server postgres” */
    return g_strdup_printf (_("%s · nobody answered"), by);
  if (sum->n_uncounted > 0)
    return g_strdup_printf (_("%s · granted, bytes not counted"), by);
  return g_steal_pointer (&by);
}

/* Of what nobody counts there is no number, and nought would be one. (transfer full) */
static char *
format_amount (const EnclaveEgressSum *sum, guint64 amount)
{
  return sum->n_uncounted > 0 && amount == 0 ? g_strdup ("—") : g_format_size (amount);
}

void
enclave_egress_rows_show_connections (GtkListBox *list, const EnclaveEgressReport *report)
{
  g_autofree char *none = g_format_size (0);

  clear (list);
  append_heads (list, _("To, and by whom"), _("Sent"), _("Received"));
  for (guint i = 0; i < report->sums->len; i++)
    {
      const EnclaveEgressSum *sum = g_ptr_array_index (report->sums, i);
      g_autofree char *sent = format_amount (sum, sum->sent);
      g_autofree char *received = format_amount (sum, sum->received);
      g_autofree char *by = describe_by (sum);
      const char *place = sum->is_local ? _("This machine") : _("Other machine");
      g_autofree char *spoken = sum->n_uncounted > 0
                                  ? g_strdup_printf ("%s, %s, %s", sum->address, by, place)
                                  /* Translators: an address, who asked, two amounts, a place */
                                  : g_strdup_printf (_("%s, %s, sent %s, received %s, %s"), sum->address, by, sent, received, place);

      append_row (list, strip_scheme (sum->address), "monospace", by, new_number (sent, NULL), new_number (received, NULL),
                  new_tag (place, sum->is_local ? "success" : "warning"), spoken);
    }
  if (report->sent_elsewhere == 0 && report->received_elsewhere == 0)
    append_row (list, _("Any other address"), NULL, NULL, new_number (none, NULL), new_number (none, NULL), new_tag (_("None"), "success"),
                _("Any other address: nothing"));
}

static char *
format_time (const char *iso)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (iso, NULL);
  g_autoptr (GDateTime) local = time != NULL ? g_date_time_to_local (time) : NULL;

  return local != NULL ? g_date_time_format (local, "%H:%M:%S") : g_strdup ("");
}

void
enclave_egress_rows_show_refusals (GtkListBox *list, const EnclaveEgressReport *report)
{
  clear (list);
  for (guint i = report->refusals->len; i > 0; i--)
    {
      const EnclaveEgressRefusal *refusal = g_ptr_array_index (report->refusals, i - 1);
      g_autofree char *time = format_time (refusal->last);
      g_autofree char *times = refusal->n > 1 ? g_strdup_printf (ngettext ("%u try", "%u tries", refusal->n), refusal->n) : g_strdup ("");
      g_autofree char *by = describe_asker (refusal->by);
      g_autofree char *below = g_strdup_printf ("%s · %s", by, refusal->reason);
      g_autofree char *spoken = g_strdup_printf ("%s, %s, %s", refusal->address, below, time);

      append_row (list, strip_scheme (refusal->address), "monospace", below, new_number (times, NULL), new_number (time, NULL), NULL,
                  spoken);
    }
}

char *
enclave_egress_rows_to_text (const EnclaveEgressReport *report)
{
  GString *text = g_string_new ("kind\taddress\tby\tmode\tsent\treceived\topened\tfailed\ttime\treason\n");

  for (guint i = 0; i < report->sums->len; i++)
    {
      const EnclaveEgressSum *sum = g_ptr_array_index (report->sums, i);

      g_autofree char *sent = sum->n_uncounted > 0 ? g_strdup ("") : g_strdup_printf ("%" G_GUINT64_FORMAT, sum->sent);
      g_autofree char *received = sum->n_uncounted > 0 ? g_strdup ("") : g_strdup_printf ("%" G_GUINT64_FORMAT, sum->received);

      g_string_append_printf (text, "connection\t%s\t%s\t%s\t%s\t%s\t%u\t%u\t%s\t\n", sum->address, sum->by, sum->mode, sent, received,
                              sum->n_opened, sum->n_failed, sum->first != NULL ? sum->first : "");
    }
  for (guint i = 0; i < report->refusals->len; i++)
    {
      const EnclaveEgressRefusal *refusal = g_ptr_array_index (report->refusals, i);

      g_string_append_printf (text, "refused\t%s\t%s\t\t0\t0\t0\t%u\t%s\t%s\n", refusal->address, refusal->by, refusal->n, refusal->last,
                              refusal->reason);
    }
  return g_string_free (text, FALSE);
}
