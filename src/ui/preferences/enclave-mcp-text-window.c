/* enclave-mcp-text-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-limits.h"
#include "enclave-mcp-text-window.h"

struct _EnclaveMcpTextWindow
{
  AdwWindow parent_instance;

  GtkWidget *allow; /* (nullable) */
  GtkWidget *deny;  /* (nullable) */
  guint arm_timer;
};

enum
{
  ALLOWED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveMcpTextWindow, enclave_mcp_text_window, ADW_TYPE_WINDOW)

static void
enclave_mcp_text_window_dispose (GObject *object)
{
  g_clear_handle_id (&ENCLAVE_MCP_TEXT_WINDOW (object)->arm_timer, g_source_remove);
  G_OBJECT_CLASS (enclave_mcp_text_window_parent_class)->dispose (object);
}

static void
enclave_mcp_text_window_class_init (EnclaveMcpTextWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_mcp_text_window_dispose;
  signals[ALLOWED] = g_signal_new ("allowed", ENCLAVE_TYPE_MCP_TEXT_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_mcp_text_window_init (EnclaveMcpTextWindow *self)
{
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
}

static gboolean
arm_cb (gpointer user_data)
{
  EnclaveMcpTextWindow *self = user_data;

  self->arm_timer = 0;
  gtk_widget_set_sensitive (self->allow, TRUE);
  return G_SOURCE_REMOVE;
}

static void
allow_cb (EnclaveMcpTextWindow *self)
{
  g_signal_emit (self, signals[ALLOWED], 0);
  gtk_window_destroy (GTK_WINDOW (self));
}

/* One label a line: each can be read by itself, and has a ground of its own. */
static GtkWidget *
new_lines (const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 0);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      GtkWidget *label;

      if (*lines[i] == '\0' && lines[i + 1] == NULL)
        break;
      label = gtk_label_new (lines[i]);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_selectable (GTK_LABEL (label), TRUE);
      gtk_widget_add_css_class (label, "monospace");
      if (g_str_has_prefix (lines[i], "+ "))
        gtk_widget_add_css_class (label, "enclave-added");
      else if (g_str_has_prefix (lines[i], "- "))
        gtk_widget_add_css_class (label, "enclave-removed");
      gtk_box_append (GTK_BOX (box), label);
    }
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 9);
  gtk_widget_set_margin_bottom (box, 9);
  return box;
}

static GtkWidget *
new_answers (EnclaveMcpTextWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->deny = gtk_button_new_with_label (_("Deny"));
  self->allow = gtk_button_new_with_label (_("Allow"));
  gtk_widget_set_sensitive (self->allow, FALSE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->deny), "window.close");
  g_signal_connect_swapped (self->allow, "clicked", G_CALLBACK (allow_cb), self);
  gtk_widget_set_halign (box, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (box), self->deny);
  gtk_box_append (GTK_BOX (box), self->allow);
  self->arm_timer = g_timeout_add (ENCLAVE_APPROVAL_ARM_MS, arm_cb, self);

  return box;
}

GtkWidget *
enclave_mcp_text_window_new (GtkWindow *parent, const char *title, const char *heading, const char *text, gboolean can_allow)
{
  EnclaveMcpTextWindow *self;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *label = gtk_label_new (heading);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  g_return_val_if_fail (title != NULL && heading != NULL && text != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_TEXT_WINDOW, "title", title, "transient-for", parent, "modal", TRUE, "default-width", 640,
                       "default-height", 480, NULL);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), new_lines (text));
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_add_css_class (scroller, "enclave-card");
  gtk_widget_set_margin_start (content, 12);
  gtk_widget_set_margin_end (content, 12);
  gtk_widget_set_margin_bottom (content, 12);
  gtk_widget_set_margin_top (content, 6);
  gtk_box_append (GTK_BOX (content), label);
  gtk_box_append (GTK_BOX (content), scroller);
  if (can_allow)
    gtk_box_append (GTK_BOX (content), new_answers (self));
  gtk_widget_set_vexpand (content, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), content);
  adw_window_set_content (ADW_WINDOW (self), box);
  /* Not into the text, where it would only show a caret. */
  if (self->deny != NULL)
    gtk_window_set_focus (GTK_WINDOW (self), self->deny);

  return GTK_WIDGET (self);
}
