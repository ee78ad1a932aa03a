/* enclave-mcp-log-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-log-window.h"
#include "enclave-utf8.h"

#define FOLLOW_MS 300
#define REASON_BYTES 600

struct _EnclaveMcpLogWindow
{
  AdwWindow parent_instance;

  EnclaveMcpConfigured *configured;
  GtkLabel *reason;
  GtkStack *stack;
  GtkListView *list;
  GtkStringList *messages;
  GtkTextBuffer *output;
  GtkDropDown *level;
  guint timer;
  EnclaveMcpServer *shown; /* not owned: whose log it is; only compared */
  guint serial;
};

G_DEFINE_FINAL_TYPE (EnclaveMcpLogWindow, enclave_mcp_log_window, ADW_TYPE_WINDOW)

static void
show_messages (EnclaveMcpLogWindow *self, EnclaveMcpServer *server)
{
  EnclaveMcpMessageLog *log = server != NULL ? enclave_mcp_server_get_messages (server) : NULL;
  guint serial = log != NULL ? enclave_mcp_message_log_get_serial (log) : 0;
  g_autoptr (GPtrArray) texts = NULL;
  guint n;

  if (self->shown == server && self->serial == serial)
    return;
  self->shown = server;
  self->serial = serial;
  texts = log != NULL ? enclave_mcp_message_log_dup_texts (log) : g_ptr_array_new_with_free_func (g_free);
  n = texts->len;
  g_ptr_array_add (texts, NULL);
  gtk_string_list_splice (self->messages, 0, g_list_model_get_n_items (G_LIST_MODEL (self->messages)), (const char *const *) texts->pdata);
  if (n > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", n - 1);
}

static void
show_output (EnclaveMcpLogWindow *self, EnclaveMcpServer *server)
{
  g_autofree char *errors = server != NULL ? enclave_mcp_server_dup_errors (server) : g_strdup ("");
  EnclaveMcpLogLevel least = (EnclaveMcpLogLevel) MAX (enclave_mcp_configured_get_log_level (self->configured), 0);
  g_autofree char *log = server != NULL ? enclave_mcp_server_dup_log_from (server, least) : g_strdup ("");
  g_autofree char *text = g_strconcat (errors, *errors != '\0' && !g_str_has_suffix (errors, "\n") ? "\n" : "", log, NULL);
  g_autofree char *before = NULL;
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->output, &start, &end);
  before = gtk_text_buffer_get_text (self->output, &start, &end, TRUE);
  if (*g_strchomp (text) == '\0')
    {
      g_free (text);
      text = g_strdup (_("It has written nothing."));
    }
  if (strcmp (before, text) != 0)
    gtk_text_buffer_set_text (self->output, text, -1);
}

/* One that has said what it can, and that it has no log, can't be told how much of it is wanted. */
static void
show_level (EnclaveMcpLogWindow *self, EnclaveMcpServer *server)
{
  EnclaveMcpClient *client = server != NULL ? enclave_mcp_server_get_client (server) : NULL;
  gboolean can_log = client == NULL || enclave_mcp_client_offers (client, "logging");

  gtk_widget_set_sensitive (GTK_WIDGET (self->level), can_log);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->level), can_log ? _("How much the server logs, until Enclave ends") : _("This server has no log of its own"));
  gtk_drop_down_set_selected (self->level, (guint) (enclave_mcp_configured_get_log_level (self->configured) + 1));
}

static void
level_cb (EnclaveMcpLogWindow *self)
{
  gint chosen = (gint) gtk_drop_down_get_selected (self->level) - 1;
  EnclaveMcpLogLevel level = (EnclaveMcpLogLevel) MAX (chosen, 0);

  if (chosen != enclave_mcp_configured_get_log_level (self->configured))
    enclave_mcp_configured_set_log_level (self->configured, chosen >= 0 ? &level : NULL);
}

static void
refresh (EnclaveMcpLogWindow *self)
{
  EnclaveMcpServer *server = enclave_mcp_configured_get_server (self->configured);
  const char *reason = enclave_mcp_configured_get_reason (self->configured);
  g_autofree char *sentence = reason != NULL ? enclave_mcp_clean_line (reason, REASON_BYTES) : NULL;

  gtk_label_set_label (self->reason, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->reason), sentence != NULL);
  show_level (self, server);
  show_messages (self, server);
  show_output (self, server);
}

static gboolean
follow_cb (gpointer user_data)
{
  refresh (user_data);
  return G_SOURCE_CONTINUE;
}

static void
map_cb (EnclaveMcpLogWindow *self)
{
  if (self->timer == 0)
    self->timer = g_timeout_add (FOLLOW_MS, follow_cb, self);
}

static void
unmap_cb (EnclaveMcpLogWindow *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
}

/* What is shown now, for a report. */
static void
copy_cb (EnclaveMcpLogWindow *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (strcmp (gtk_stack_get_visible_child_name (self->stack), "messages") == 0)
    {
      for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->messages)); i++)
        g_string_append_printf (text, "%s\n", gtk_string_list_get_string (self->messages, i));
    }
  else
    {
      g_autofree char *output = NULL;
      GtkTextIter start, end;

      gtk_text_buffer_get_bounds (self->output, &start, &end);
      output = gtk_text_buffer_get_text (self->output, &start, &end, TRUE);
      g_string_append (text, output);
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
}

static void
set_up_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_set_margin_start (label, 6);
  gtk_widget_set_margin_end (label, 6);
  gtk_widget_set_margin_top (label, 3);
  gtk_widget_set_margin_bottom (label, 3);
  gtk_list_item_set_child (item, label);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static GtkWidget *
new_messages (EnclaveMcpLogWindow *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *list;

  g_signal_connect (factory, "setup", G_CALLBACK (set_up_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  self->messages = gtk_string_list_new (NULL);
  list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->messages)))), factory);
  self->list = GTK_LIST_VIEW (list);
  gtk_list_view_set_show_separators (self->list, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Messages"), -1);

  return list;
}

static GtkWidget *
new_output (EnclaveMcpLogWindow *self)
{
  GtkWidget *view = gtk_text_view_new ();

  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 9);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 9);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Output"), -1);
  self->output = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));

  return view;
}

static void
add_page (EnclaveMcpLogWindow *self, GtkWidget *child, const char *name, const char *title)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), child);
  gtk_stack_add_titled (self->stack, scroller, name, title);
}

/* In the order of EnclaveMcpLogLevel, behind the one that sets none. */
static GtkWidget *
new_level (void)
{
  const char *const words[] = { _("As the server has it"), _("Debug"), _("Info"), _("Notice"), _("Warning"), _("Error"), _("Critical"),
                                /* Translators: a level of a log, above “Critical” */
                                _("Alert"), _("Emergency"), NULL };
  GtkWidget *drop_down = gtk_drop_down_new_from_strings (words);

  gtk_accessible_update_property (GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Log level"), -1);

  return drop_down;
}

static void
build (EnclaveMcpLogWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *switcher = gtk_stack_switcher_new ();
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  self->reason = GTK_LABEL (gtk_label_new (NULL));
  self->stack = GTK_STACK (gtk_stack_new ());
  add_page (self, new_output (self), "output", _("Output"));
  add_page (self, new_messages (self), "messages", _("Messages"));
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), self->stack);
  gtk_widget_set_halign (switcher, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_bottom (switcher, 9);
  gtk_widget_set_tooltip_text (copy, _("Copy all of it"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Copy all of it"), -1);
  g_signal_connect_swapped (copy, "clicked", G_CALLBACK (copy_cb), self);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), copy);
  self->level = GTK_DROP_DOWN (new_level ());
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), GTK_WIDGET (self->level));

  gtk_label_set_xalign (self->reason, 0);
  gtk_label_set_wrap (self->reason, TRUE);
  gtk_label_set_wrap_mode (self->reason, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (self->reason, TRUE);
  gtk_widget_set_margin_start (GTK_WIDGET (self->reason), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (self->reason), 12);
  gtk_widget_set_margin_top (GTK_WIDGET (self->reason), 9);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->reason), 9);
  gtk_widget_set_margin_top (switcher, 9);
  gtk_widget_set_can_focus (GTK_WIDGET (self->reason), FALSE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->reason));
  gtk_box_append (GTK_BOX (box), switcher);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->stack));
  adw_window_set_content (ADW_WINDOW (self), box);
}

static void
enclave_mcp_log_window_dispose (GObject *object)
{
  EnclaveMcpLogWindow *self = ENCLAVE_MCP_LOG_WINDOW (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->configured);
  g_clear_object (&self->messages);
  G_OBJECT_CLASS (enclave_mcp_log_window_parent_class)->dispose (object);
}

static void
enclave_mcp_log_window_class_init (EnclaveMcpLogWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_mcp_log_window_dispose;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_mcp_log_window_init (EnclaveMcpLogWindow *self)
{
  build (self);
  g_signal_connect (self, "map", G_CALLBACK (map_cb), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (unmap_cb), NULL);
  g_signal_connect_after (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
}

GtkWidget *
enclave_mcp_log_window_new (GtkWindow *parent, EnclaveMcpConfigured *configured)
{
  EnclaveMcpLogWindow *self;
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (configured), NULL);

  name = enclave_utf8_display_name (enclave_mcp_configured_get_entry (configured)->name);
  /* Translators: a server’s name */
  title = g_strdup_printf (_("Log of %s"), name);
  self = g_object_new (ENCLAVE_TYPE_MCP_LOG_WINDOW, "title", title, "transient-for", parent, "modal", TRUE, "default-width", 700,
                       "default-height", 520, NULL);
  self->configured = g_object_ref (configured);
  refresh (self);
  g_signal_connect_swapped (self->level, "notify::selected", G_CALLBACK (level_cb), self);

  return GTK_WIDGET (self);
}
