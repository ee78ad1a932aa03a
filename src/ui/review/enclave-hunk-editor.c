/* enclave-hunk-editor.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-code-language.h"
#include "enclave-hunk-editor.h"
#include "enclave-text-history.h"

/* Longer hunks scroll. */
#define MAX_LINES 20
#define MARGIN 4

struct _EnclaveHunkEditor
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *scrolled;
  GtkSourceView *view;
  EnclaveTextStyle *style;
};

enum
{
  KEPT,
  CANCELLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveHunkEditor, enclave_hunk_editor, GTK_TYPE_WIDGET)

static void
keep_cb (EnclaveHunkEditor *self)
{
  g_signal_emit (self, signals[KEPT], 0);
}

static void
cancel_cb (EnclaveHunkEditor *self)
{
  g_signal_emit (self, signals[CANCELLED], 0);
}

static gboolean
keep_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  keep_cb (ENCLAVE_HUNK_EDITOR (widget));
  return TRUE;
}

static gboolean
cancel_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  cancel_cb (ENCLAVE_HUNK_EDITOR (widget));
  return TRUE;
}

static void
style_changed_cb (EnclaveHunkEditor *self)
{
  gtk_source_buffer_set_style_scheme (GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view))),
                                      enclave_text_style_get_scheme (self->style));
}

static void
enclave_hunk_editor_dispose (GObject *object)
{
  EnclaveHunkEditor *self = ENCLAVE_HUNK_EDITOR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->style);

  G_OBJECT_CLASS (enclave_hunk_editor_parent_class)->dispose (object);
}

static void
enclave_hunk_editor_class_init (EnclaveHunkEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_hunk_editor_dispose;
  signals[KEPT] = g_signal_new ("kept", ENCLAVE_TYPE_HUNK_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CANCELLED] = g_signal_new ("cancelled", ENCLAVE_TYPE_HUNK_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, cancel_key_cb, NULL);
}

static GtkWidget *
add_button (GtkWidget *bar, const char *label)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_box_append (GTK_BOX (bar), button);
  return button;
}

static void
enclave_hunk_editor_init (EnclaveHunkEditor *self)
{
  GtkWidget *scrolled = self->scrolled = gtk_scrolled_window_new ();
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *hint = gtk_label_new (_ ("Ctrl+Return keeps it, Esc leaves it as it was."));
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkWidget *cancel;
  GtkWidget *keep;

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->view = GTK_SOURCE_VIEW (gtk_source_view_new ());
  enclave_text_history_mend (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)));
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->view), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->view), ENCLAVE_TEXT_STYLE_CLASS);
  gtk_source_view_set_auto_indent (self->view, TRUE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self->view), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (self->view), MARGIN);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (self->view), MARGIN);
  enclave_accessible_set_label (GTK_WIDGET (self->view), _ ("Lines of the hunk"));

  gtk_widget_set_focusable (scrolled, FALSE);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_AUTOMATIC, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->view));
  gtk_box_append (GTK_BOX (self->box), scrolled);

  gtk_widget_add_css_class (bar, "enclave-hunk-editor-bar");
  gtk_widget_add_css_class (hint, "enclave-quiet");
  gtk_widget_add_css_class (hint, "caption");
  gtk_widget_set_hexpand (hint, TRUE);
  gtk_label_set_xalign (GTK_LABEL (hint), 0);
  gtk_label_set_ellipsize (GTK_LABEL (hint), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (bar), hint);
  cancel = add_button (bar, _ ("Cancel"));
  gtk_widget_add_css_class (cancel, "flat");
  keep = add_button (bar, _ ("Keep edit"));
  gtk_box_append (GTK_BOX (self->box), bar);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (cancel_cb), self);
  g_signal_connect_swapped (keep, "clicked", G_CALLBACK (keep_cb), self);

  /* before the text sees it */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control>Return|<Control>KP_Enter"),
                                                          gtk_callback_action_new (keep_key_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/* A text knows its height only once it was shown. */
static void
fit_height (EnclaveHunkEditor *self)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->view), "0");
  int n_lines = gtk_text_buffer_get_line_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)));
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->scrolled),
                                              CLAMP (n_lines + 1, 2, MAX_LINES) * height + 2 * MARGIN);
}

GtkWidget *
enclave_hunk_editor_new (EnclaveTextStyle *style, const char *path, const char *text, guint tab_width)
{
  EnclaveHunkEditor *self = g_object_new (ENCLAVE_TYPE_HUNK_EDITOR, NULL);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  GtkTextIter start;

  g_return_val_if_fail (ENCLAVE_IS_TEXT_STYLE (style), NULL);
  g_return_val_if_fail (path != NULL && text != NULL, NULL);

  self->style = g_object_ref (style);
  gtk_source_view_set_tab_width (self->view, tab_width);
  gtk_source_buffer_set_language (GTK_SOURCE_BUFFER (buffer), enclave_code_language_guess (path));
  g_signal_connect_object (style, "changed", G_CALLBACK (style_changed_cb), self, G_CONNECT_SWAPPED);
  style_changed_cb (self);
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, text, -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  fit_height (self);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (fit_height), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

char *
enclave_hunk_editor_dup_text (EnclaveHunkEditor *self)
{
  GtkTextBuffer *buffer;
  GtkTextIter start;
  GtkTextIter end;

  g_return_val_if_fail (ENCLAVE_IS_HUNK_EDITOR (self), NULL);

  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

gboolean
enclave_hunk_editor_focus (EnclaveHunkEditor *self)
{
  g_return_val_if_fail (ENCLAVE_IS_HUNK_EDITOR (self), FALSE);

  return gtk_widget_grab_focus (GTK_WIDGET (self->view));
}
