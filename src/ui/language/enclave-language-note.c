/* enclave-language-note.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-note.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-chat-markdown.h"
#include "enclave-text-style.h"

#define FENCE "```"
#define MAX_WIDTH_CHARACTERS 72
#define MAX_HEIGHT 260

struct _EnclaveLanguageNote
{
  GtkSourceView *view; /* (nullable) (weak) */
  GtkEventController *keys;
  GtkWidget *popover; /* (nullable): made when it is first shown */
};

static GtkWidget *
new_label (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), MAX_WIDTH_CHARACTERS);
  return label;
}

/* @length: of a part of the text between two fences. */
static void
append_part (GtkBox *box, const char *text, gsize length, gboolean is_code, gboolean is_markdown)
{
  g_autofree char *part = g_strndup (text, length);
  g_autofree char *markup = NULL;
  GtkWidget *label;

  g_strstrip (part);
  if (*part == '\0')
    return;
  label = new_label ();
  if (is_code)
    gtk_widget_add_css_class (label, ENCLAVE_TEXT_STYLE_CLASS);
  if (!is_code && is_markdown)
    {
      markup = enclave_chat_markdown_to_markup (part);
      gtk_label_set_markup (GTK_LABEL (label), markup);
    }
  else
    gtk_label_set_text (GTK_LABEL (label), part);
  gtk_box_append (box, label);
}

/* Each paragraph of Markdown is a block of its own. */
static void
append_paragraphs (GtkBox *box, const char *text, gsize length)
{
  g_autofree char *part = g_strndup (text, length);
  g_auto (GStrv) paragraphs = g_strsplit (part, "\n\n", 200);

  for (guint i = 0; paragraphs[i] != NULL; i++)
    {
      g_autofree char *one = g_strstrip (g_strdup (paragraphs[i]));

      /* A rule between two paragraphs. */
      if (strspn (one, "-*_") != strlen (one))
        append_part (box, one, strlen (one), FALSE, TRUE);
    }
}

GtkWidget *
enclave_language_note_new_content (const char *text, gboolean is_markdown)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  const char *at = text;

  g_return_val_if_fail (text != NULL, NULL);

  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  if (!is_markdown)
    {
      append_part (GTK_BOX (box), text, strlen (text), FALSE, FALSE);
      return box;
    }
  while (*at != '\0')
    {
      const char *open = strstr (at, FENCE);
      const char *code = open != NULL ? strchr (open, '\n') : NULL;
      const char *close = code != NULL ? strstr (code + 1, FENCE) : NULL;

      append_paragraphs (GTK_BOX (box), at, close != NULL ? (gsize) (open - at) : strlen (at));
      if (close == NULL)
        break;
      append_part (GTK_BOX (box), code + 1, (gsize) (close - code - 1), TRUE, FALSE);
      at = close + strlen (FENCE);
    }
  return box;
}

static gboolean
on_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, EnclaveLanguageNote *self)
{
  if (keyval != GDK_KEY_Escape || self->popover == NULL || !gtk_widget_get_visible (self->popover))
    return FALSE;
  enclave_language_note_hide (self);
  return TRUE;
}

static void
drop_popover (EnclaveLanguageNote *self)
{
  g_clear_pointer (&self->popover, gtk_widget_unparent);
}

static void
on_focus (EnclaveLanguageNote *self)
{
  if (self->view != NULL && !gtk_widget_has_focus (GTK_WIDGET (self->view)))
    enclave_language_note_hide (self);
}

EnclaveLanguageNote *
enclave_language_note_new (GtkSourceView *view)
{
  EnclaveLanguageNote *self = g_new0 (EnclaveLanguageNote, 1);

  g_set_weak_pointer (&self->view, view);
  g_signal_connect_swapped (view, "destroy", G_CALLBACK (drop_popover), self);
  g_signal_connect_swapped (view, "notify::has-focus", G_CALLBACK (on_focus), self);
  self->keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (self->keys, GTK_PHASE_CAPTURE);
  g_signal_connect (self->keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (view), self->keys);
  return self;
}

void
enclave_language_note_free (EnclaveLanguageNote *self)
{
  if (self->view != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->view, self);
      gtk_widget_remove_controller (GTK_WIDGET (self->view), self->keys);
    }
  drop_popover (self);
  g_clear_weak_pointer (&self->view);
  g_free (self);
}

void
enclave_language_note_show (EnclaveLanguageNote *self, const GtkTextIter *iter, const char *text, gboolean is_markdown)
{
  GtkTextView *view = GTK_TEXT_VIEW (self->view);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *content = enclave_language_note_new_content (text, is_markdown);
  GdkRectangle place;
  int height = 0;
  int width = 0;

  if (self->popover == NULL)
    {
      self->popover = gtk_popover_new ();
      gtk_popover_set_autohide (GTK_POPOVER (self->popover), FALSE);
      gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_TOP);
      gtk_widget_set_can_focus (self->popover, FALSE);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (view));
    }
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), content);
  gtk_popover_set_child (GTK_POPOVER (self->popover), scrolled);
  gtk_widget_measure (content, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  gtk_widget_measure (content, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  /* a scroll bar that may come has a least height, which is more than a line */
  if (height <= MAX_HEIGHT)
    gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_NEVER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->popover), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Documentation"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  gtk_text_view_get_iter_location (view, iter, &place);
  gtk_text_view_buffer_to_window_coords (view, GTK_TEXT_WINDOW_WIDGET, place.x, place.y, &place.x, &place.y);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &place);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

void
enclave_language_note_hide (EnclaveLanguageNote *self)
{
  if (self->popover != NULL && self->view != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}
