/* enclave-egress-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-egress-page.h"

#include "enclave-accessible.h"
#include "enclave-airgap-check.h"
#include "enclave-egress-rows.h"
#include "enclave-net-client.h"
#include "enclave-seal.h"
#include "enclave-settings.h"
#include "enclave-spawner.h"

#define WIDTH 860
#define RELOAD_INTERVAL_S 2

struct _EnclaveEgressPage
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkImage *icon;
  GtkLabel *headline;
  GtkLabel *summary;
  GtkButton *check_button;
  GtkListBox *connections;
  GtkWidget *refusals_title;
  GtkListBox *refusals;
  GtkListBox *how;
  GtkWidget *check_row;
  GSettings *settings;         /* (nullable) */
  EnclaveEgressReport *report; /* (nullable) */
  char *digest;                /* of what is shown */
  guint timer;
  gboolean loading;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (EnclaveEgressPage, enclave_egress_page, GTK_TYPE_WIDGET)

static char *
format_start (void)
{
  g_autoptr (GDateTime) start = g_date_time_new_from_unix_local (enclave_egress_get_start_us () / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (start, g_date_time_difference (now, start) < G_TIME_SPAN_DAY ? "%H:%M" : "%F %H:%M");
}

static void
show_headline (EnclaveEgressPage *self)
{
  const EnclaveEgressReport *report = self->report;
  guint64 all = report->sent_elsewhere;
  guint n_uncounted = report->n_uncounted_elsewhere;
  gboolean nothing = all == 0 && n_uncounted == 0;
  g_autofree char *since = format_start ();
  g_autofree char *size = g_format_size (all);
  g_autofree char *headline = NULL;
  g_autoptr (GPtrArray) sentences = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  if (nothing)
    headline = g_strdup (_("Nothing left this machine"));
  else if (all == 0)
    headline = g_strdup (_("Not everything is counted"));
  else
    /* Translators: an amount such as 12 kB */
    headline = g_strdup_printf (n_uncounted > 0 ? _("At least %s left this machine") : _("%s left this machine"), size);
  gtk_label_set_label (self->headline, headline);
  gtk_image_set_from_icon_name (self->icon, nothing ? "enclave-sandbox-full-symbolic" : "network-server-symbolic");
  if (nothing)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), "success");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->icon), "success");
  /* Translators: an amount, then a time of day */
  g_ptr_array_add (sentences, g_strdup_printf (n_uncounted > 0 ? _("%s counted since %s, when Enclave started.")
                                                               : _("%s since %s, when Enclave started."),
                                               size, since));
  if (n_uncounted > 0)
    g_ptr_array_add (sentences, g_strdup_printf (ngettext ("What a command or an MCP server sent to the address that it was granted is not "
                                                           "counted: %u grant.",
                                                           "What commands and MCP servers sent to addresses that they were granted is not "
                                                           "counted: %u grants.",
                                                           n_uncounted),
                                                 n_uncounted));
  if (report->n_refused > 0)
    g_ptr_array_add (sentences, g_strdup_printf (ngettext ("%u attempt was refused.", "%u attempts were refused.", report->n_refused),
                                                 report->n_refused));
  g_ptr_array_add (sentences, NULL);
  text = g_strjoinv (" ", (char **) sentences->pdata);
  gtk_label_set_label (self->summary, text);
}

static void
show_lists (EnclaveEgressPage *self)
{
  enclave_egress_rows_show_connections (self->connections, self->report);
  enclave_egress_rows_show_refusals (self->refusals, self->report);
  gtk_widget_set_visible (self->refusals_title, self->report->refusals->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->refusals), self->report->refusals->len > 0);
}

static char *
describe_seal (char **title)
{
  switch (enclave_seal_get_state ())
    {
    case ENCLAVE_SEAL_ON:
      *title = g_strdup (_("Sealed: Enclave itself can’t open a network connection"));
      if (!enclave_net_client_is_alive ())
        return g_strdup (_("The helper that connects has ended. The next request starts it again."));
      return g_strdup (_("The kernel refuses it. A helper connects to the addresses you allowed, and counts."));
    case ENCLAVE_SEAL_IMPOSSIBLE:
      *title = g_strdup (_("Not sealed: it is not possible here"));
      break;
    case ENCLAVE_SEAL_OFF:
    default:
      *title = g_strdup (_("Not sealed"));
      break;
    }
  /* Translators: why it is not sealed, such as “it is switched off” */
  return g_strdup_printf (_("Because %s. The same addresses are allowed; the bytes are Enclave’s own count."), enclave_seal_get_reason ());
}

static void
set_row (GtkWidget *row, const char *title, const char *subtitle)
{
  g_autofree char *safe = g_markup_escape_text (title, -1);
  g_autofree char *safe_subtitle = g_markup_escape_text (subtitle, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), safe);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), safe_subtitle);
}

static void
show_how (EnclaveEgressPage *self)
{
  GtkWidget *seal = gtk_widget_get_first_child (GTK_WIDGET (self->how));
  GtkWidget *terminals = gtk_widget_get_next_sibling (seal);
  g_autofree char *title = NULL;
  g_autofree char *subtitle = describe_seal (&title);

  set_row (seal, title, subtitle);
  if (!enclave_spawner_is_alive ())
    set_row (terminals, _("Programs can’t be started"), _("The helper that starts them has ended. Restart Enclave."));
  else if (enclave_seal_has_terminals ())
    set_row (terminals, _("Your own terminals are sealed too"), _("Programs in them can’t open a network connection"));
  else
    set_row (terminals, _("Your own terminals are not sealed"),
             _("They are yours, and nothing of them is counted. Commands of the agent never have a network."));
}

/* A list that is built anew loses the focus and the place of the person who reads it. */
static char *
digest_report (const EnclaveEgressReport *report)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < report->sums->len; i++)
    {
      const EnclaveEgressSum *sum = g_ptr_array_index (report->sums, i);

      g_string_append_printf (text, "%s|%s|%" G_GUINT64_FORMAT "|%" G_GUINT64_FORMAT "|%u|%u\n", sum->address, sum->by, sum->sent,
                              sum->received, sum->n_opened, sum->n_failed);
    }
  g_string_append_printf (text, "%u %u", report->n_refused, report->refusals->len);
  return g_string_free (text, FALSE);
}

static void
on_report (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveEgressPage) self = user_data;
  g_autoptr (EnclaveEgressReport) report = enclave_egress_report_finish (result, NULL);
  g_autofree char *digest = report != NULL ? digest_report (report) : NULL;

  self->loading = FALSE;
  if (report == NULL || self->scrolled == NULL)
    return;
  show_how (self);
  if (g_strcmp0 (digest, self->digest) == 0)
    return;
  g_free (self->digest);
  self->digest = g_steal_pointer (&digest);
  enclave_egress_report_free (self->report);
  self->report = g_steal_pointer (&report);
  show_headline (self);
  show_lists (self);
}

static gboolean
reload_cb (gpointer user_data)
{
  EnclaveEgressPage *self = user_data;

  if (!self->loading)
    {
      self->loading = TRUE;
      enclave_egress_report_async (enclave_egress_get_start_us (), on_report, g_object_ref (self));
    }
  return G_SOURCE_CONTINUE;
}

static void
show_check (EnclaveEgressPage *self, const char *title, const char *subtitle)
{
  set_row (self->check_row, title, subtitle);
  gtk_widget_set_visible (self->check_row, TRUE);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveEgressPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveAirgapResult) found = enclave_airgap_check_finish (result, &error);
  g_autofree char *subtitle = NULL;

  if (self->scrolled == NULL)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->check_button), TRUE);
  if (found == NULL)
    {
      show_check (self, _("The check could not be made"), error->message);
      return;
    }
  /* Translators: the counters, then where the report is */
  subtitle = g_strdup_printf (found->is_signed ? _("%s. Signed report: %s") : _("%s. Report: %s"), found->text,
                              found->path != NULL ? found->path : _("not saved"));
  show_check (self,
              found->good                                         ? _("Checked: nothing left")
              : g_strcmp0 (found->verdict, "not-measured") == 0   ? _("Checked: the count can’t be relied on")
              : g_strcmp0 (found->verdict, "conversation-failed") == 0
                ? _("Checked: the conversation did not come to its end")
                : _("Checked: packets were sent"),
              subtitle);
}

static void
check_cb (EnclaveEgressPage *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->check_button), FALSE);
  show_check (self, _("Checking"), _("A conversation with the practice engine, where every packet is counted. It takes some seconds."));
  enclave_airgap_check_async (self->cancellable, on_checked, g_object_ref (self));
}

static void
export_response_cb (GtkNativeDialog *dialog, int response, EnclaveEgressPage *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL && self->report != NULL)
    {
      g_autofree char *text = enclave_egress_rows_to_text (self->report);
      gsize length = strlen (text);
      g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&text), length);

      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, NULL, NULL);
    }
  g_object_unref (dialog);
}

static void
export_cb (EnclaveEgressPage *self)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Export what left"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                                              GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), "enclave-connections.tsv");
  g_signal_connect_object (dialog, "response", G_CALLBACK (export_response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
enclave_egress_page_map (GtkWidget *widget)
{
  EnclaveEgressPage *self = ENCLAVE_EGRESS_PAGE (widget);

  GTK_WIDGET_CLASS (enclave_egress_page_parent_class)->map (widget);
  reload_cb (self);
  if (self->timer == 0)
    self->timer = g_timeout_add_seconds (RELOAD_INTERVAL_S, reload_cb, self);
}

static void
enclave_egress_page_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&ENCLAVE_EGRESS_PAGE (widget)->timer, g_source_remove);
  GTK_WIDGET_CLASS (enclave_egress_page_parent_class)->unmap (widget);
}

static gboolean
enclave_egress_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (ENCLAVE_EGRESS_PAGE (widget)->check_button));
}

static void
enclave_egress_page_dispose (GObject *object)
{
  EnclaveEgressPage *self = ENCLAVE_EGRESS_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  G_OBJECT_CLASS (enclave_egress_page_parent_class)->dispose (object);
}

static void
enclave_egress_page_finalize (GObject *object)
{
  EnclaveEgressPage *self = ENCLAVE_EGRESS_PAGE (object);

  enclave_egress_report_free (self->report);
  g_free (self->digest);
  g_clear_object (&self->settings);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (enclave_egress_page_parent_class)->finalize (object);
}

static void
enclave_egress_page_class_init (EnclaveEgressPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_egress_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_egress_page_finalize;
  widget_class->map = enclave_egress_page_map;
  widget_class->unmap = enclave_egress_page_unmap;
  widget_class->grab_focus = enclave_egress_page_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
new_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkListBox *
append_list (GtkWidget *box, const char *title, GtkWidget **title_label)
{
  GtkWidget *label = new_label (title, "heading");
  GtkWidget *list = gtk_list_box_new ();

  gtk_widget_set_margin_top (label, 6);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  enclave_accessible_set_label (list, title);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), list);
  if (title_label != NULL)
    *title_label = label;
  return GTK_LIST_BOX (list);
}

static GtkWidget *
new_head (EnclaveEgressPage *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *export = gtk_button_new_with_mnemonic (_("_Export…"));

  self->icon = GTK_IMAGE (gtk_image_new ());
  gtk_image_set_pixel_size (self->icon, 48);
  self->headline = GTK_LABEL (new_label (_("What left this machine"), "title-1"));
  self->summary = GTK_LABEL (new_label ("", "enclave-quiet"));
  self->check_button = GTK_BUTTON (gtk_button_new_with_mnemonic (_("Check _now")));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (export, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self->check_button), GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->check_button), _("Hold a conversation where every packet is counted, and keep a report"));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->headline));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->summary));
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (head), words);
  gtk_box_append (GTK_BOX (head), export);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (self->check_button));
  g_signal_connect_swapped (export, "clicked", G_CALLBACK (export_cb), self);
  g_signal_connect_swapped (self->check_button, "clicked", G_CALLBACK (check_cb), self);
  return head;
}

static GtkWidget *
append_how_row (EnclaveEgressPage *self, const char *icon_name)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (icon_name);

  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_list_box_append (self->how, row);
  return row;
}

/* What is chosen counts from the next start: a seal is for the whole run of a process. */
static void
add_switch (EnclaveEgressPage *self, GtkWidget *row, const char *key, const char *name)
{
  GtkWidget *toggle = gtk_switch_new ();

  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (toggle, _("Counts from the next start"));
  enclave_accessible_set_label (toggle, name);
  g_settings_bind (self->settings, key, toggle, "active", G_SETTINGS_BIND_DEFAULT);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
}

static void
enclave_egress_page_init (EnclaveEgressPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *seal, *terminals;

  self->cancellable = g_cancellable_new ();
  self->settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, NULL);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_margin_top (box, 18);
  gtk_widget_set_margin_bottom (box, 24);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_box_append (GTK_BOX (box), new_head (self));
  self->connections = append_list (box, _("Connections"), NULL);
  self->refusals = append_list (box, _("Refused attempts"), &self->refusals_title);
  self->how = append_list (box, _("How this is known"), NULL);
  seal = append_how_row (self, "enclave-sandbox-full-symbolic");
  terminals = append_how_row (self, "enclave-terminal-symbolic");
  if (self->settings != NULL)
    {
      add_switch (self, seal, "sealed", _("Seal the window"));
      add_switch (self, terminals, "seal-terminals", _("Seal the terminals"));
    }
  self->check_row = append_how_row (self, "object-select-symbolic");
  gtk_widget_set_visible (self->check_row, FALSE);
  gtk_widget_set_visible (self->refusals_title, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->refusals), FALSE);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), clamp);
  enclave_accessible_set_label (GTK_WIDGET (self), _("What left this machine"));
  show_how (self);
}

GtkWidget *
enclave_egress_page_new (void)
{
  return g_object_new (ENCLAVE_TYPE_EGRESS_PAGE, "hexpand", TRUE, "vexpand", TRUE, NULL);
}
