/* enclave-chat-exact-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-chat-exact-text.h"
#include "enclave-chat-text.h"
#include "enclave-utf8.h"

/* A text of more lines scrolls in a box of its own; a line that is longer takes several. */
#define MAX_LINES 12
#define LINE_CHARS 36
#define MIN_HEIGHT 220
/* Pixels of the end that may be left out of sight. */
#define END_SLACK 4

struct _EnclaveChatExactText
{
  GtkWidget parent_instance;

  GtkBox *box;
  GtkScrolledWindow *window;
  GtkLabel *label;
  gboolean seen_whole;
};

enum
{
  PROP_0,
  PROP_SEEN_WHOLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveChatExactText, enclave_chat_exact_text, GTK_TYPE_WIDGET)

static void
append_escaped (GString *markup, const char *text, gsize length)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize) length);

  g_string_append (markup, escaped);
}

/* @text: the whole, for the words that a character stands in. */
static void
append_line (GString *markup, const char *text, const char *line, const char *end, guint *n_hidden)
{
  const char *run = line;

  for (const char *p = line; p < end; p = g_utf8_next_char (p))
    {
      if (!enclave_utf8_needs_mark (text, p))
        continue;
      append_escaped (markup, run, p - run);
      g_string_append_printf (markup,
                              "<span weight=\"bold\" background=\"#e5a50a\" background_alpha=\"35%%\">"
                              "&lt;U+%04X&gt;</span>",
                              g_utf8_get_char (p));
      (*n_hidden)++;
      run = g_utf8_next_char (p);
    }
  append_escaped (markup, run, end - run);
}

/* A command's lines are numbered and their ends drawn: what looks like a line of its own may be the end of a long one. */
static guint
count_digits (const char *text)
{
  guint n_lines = 1, digits = 1;

  for (const char *c = text; *c != '\0'; c++)
    n_lines += *c == '\n';
  for (; n_lines >= 10; n_lines /= 10)
    digits++;

  return digits;
}

char *
enclave_chat_exact_text_format (const char *subject, EnclaveChatExactKind kind, guint *n_hidden)
{
  g_autofree char *text = NULL;
  g_autoptr (GString) markup = NULL;
  gboolean in_hunk = FALSE;
  gboolean numbered;
  guint digits;
  guint number = 0;

  g_return_val_if_fail (subject != NULL && n_hidden != NULL, NULL);

  *n_hidden = 0;
  text = enclave_utf8_make_valid (subject, -1);
  numbered = kind == ENCLAVE_CHAT_EXACT_COMMAND && strchr (text, '\n') != NULL;
  digits = count_digits (text);
  markup = g_string_new (NULL);
  for (const char *line = text; line != NULL;)
    {
      const char *newline = strchr (line, '\n');
      const char *end = newline != NULL ? newline : line + strlen (line);
      const char *color = NULL;

      if (newline == NULL && line == end && number > 0)
        break;
      in_hunk = in_hunk || g_str_has_prefix (line, "@@");
      if (kind == ENCLAVE_CHAT_EXACT_CHANGE && in_hunk && *line == '+')
        color = "#2ec27e";
      else if (kind == ENCLAVE_CHAT_EXACT_CHANGE && in_hunk && *line == '-')
        color = "#e01b24";

      if (number > 0)
        g_string_append_c (markup, '\n');
      number++;
      if (numbered)
        g_string_append_printf (markup, "<span alpha=\"65%%\">%*u  </span>", (int) digits, number);
      if (color != NULL)
        g_string_append_printf (markup, "<span background=\"%s\" background_alpha=\"14%%\">", color);
      append_line (markup, text, line, end, n_hidden);
      if (color != NULL)
        g_string_append (markup, "</span>");
      if (numbered && newline != NULL)
        g_string_append (markup, "<span alpha=\"65%\">⏎</span>");
      line = newline != NULL ? newline + 1 : NULL;
    }

  return g_string_free (g_steal_pointer (&markup), FALSE);
}

static void
set_seen_whole (EnclaveChatExactText *self, gboolean seen_whole)
{
  if (self->seen_whole == seen_whole)
    return;
  self->seen_whole = seen_whole;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEEN_WHOLE]);
}

void
enclave_chat_exact_text_check (EnclaveChatExactText *self)
{
  GtkAdjustment *adjustment;
  gboolean scrolls;
  double page;

  g_return_if_fail (ENCLAVE_IS_CHAT_EXACT_TEXT (self));

  adjustment = gtk_scrolled_window_get_vadjustment (self->window);
  page = gtk_adjustment_get_page_size (adjustment);
  scrolls = gtk_scrolled_window_get_child (self->window) != NULL;
  /* Before it has a size nothing was shown. */
  if ((scrolls && page < 1) || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (!scrolls
      || gtk_adjustment_get_value (adjustment) + page >= gtk_adjustment_get_upper (adjustment) - END_SLACK)
    set_seen_whole (self, TRUE);
}

gboolean
enclave_chat_exact_text_get_seen_whole (EnclaveChatExactText *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_EXACT_TEXT (self), FALSE);

  return self->seen_whole;
}

static void
enclave_chat_exact_text_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_SEEN_WHOLE)
    g_value_set_boolean (value, ENCLAVE_CHAT_EXACT_TEXT (object)->seen_whole);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
enclave_chat_exact_text_dispose (GObject *object)
{
  EnclaveChatExactText *self = ENCLAVE_CHAT_EXACT_TEXT (object);
  GtkWidget *box = GTK_WIDGET (self->box);

  g_clear_pointer (&box, gtk_widget_unparent);
  self->box = NULL;

  G_OBJECT_CLASS (enclave_chat_exact_text_parent_class)->dispose (object);
}

static void
enclave_chat_exact_text_class_init (EnclaveChatExactTextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_chat_exact_text_dispose;
  object_class->get_property = enclave_chat_exact_text_get_property;

  properties[PROP_SEEN_WHOLE] =
    g_param_spec_boolean ("seen-whole", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
enclave_chat_exact_text_init (EnclaveChatExactText *self)
{
  GtkAdjustment *adjustment;

  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_widget_add_css_class (GTK_WIDGET (self->box), "enclave-command");
  gtk_widget_add_css_class (GTK_WIDGET (self->box), "enclave-chat-exact");
  gtk_widget_set_parent (GTK_WIDGET (self->box), GTK_WIDGET (self));

  self->window = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_scrolled_window_set_policy (self->window, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (self->window, MIN_HEIGHT);
  gtk_widget_set_visible (GTK_WIDGET (self->window), FALSE);
  gtk_box_append (self->box, GTK_WIDGET (self->window));

  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->label, 0);
  gtk_label_set_yalign (self->label, 0);
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_selectable (self->label, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "enclave-code");
  gtk_widget_set_direction (GTK_WIDGET (self->label), GTK_TEXT_DIR_LTR);
  gtk_box_append (self->box, GTK_WIDGET (self->label));

  adjustment = gtk_scrolled_window_get_vadjustment (self->window);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (enclave_chat_exact_text_check), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (enclave_chat_exact_text_check), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
enclave_chat_exact_text_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_EXACT_TEXT, NULL);
}

/* A scrolled window does not ask a wrapped label for its height, so only what is long stands in one. */
static void
place (EnclaveChatExactText *self, const char *subject)
{
  g_autoptr (GtkWidget) label = g_object_ref (GTK_WIDGET (self->label));
  gboolean scrolls = gtk_scrolled_window_get_child (self->window) != NULL;
  guint n_lines = 0;

  for (const char *line = subject; line != NULL && n_lines <= MAX_LINES; line = strchr (line, '\n'))
    {
      line += *line == '\n';
      n_lines += 1 + (guint) (strcspn (line, "\n") / LINE_CHARS);
    }

  gtk_widget_set_visible (GTK_WIDGET (self->window), n_lines > MAX_LINES);
  if (scrolls == (n_lines > MAX_LINES))
    return;
  if (scrolls)
    {
      gtk_scrolled_window_set_child (self->window, NULL);
      gtk_box_append (self->box, label);
    }
  else
    {
      gtk_box_remove (self->box, label);
      gtk_scrolled_window_set_child (self->window, label);
    }
}

guint
enclave_chat_exact_text_set (EnclaveChatExactText *self, const char *text, EnclaveChatExactKind kind, const char *name)
{
  g_autofree char *markup = NULL;
  guint n_hidden;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_EXACT_TEXT (self), 0);
  g_return_val_if_fail (text != NULL && name != NULL, 0);

  markup = enclave_chat_exact_text_format (text, kind, &n_hidden);
  gtk_label_set_wrap_mode (self->label, enclave_chat_text_has_long_word (text) ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR);
  gtk_label_set_markup (self->label, markup);
  /* As it is drawn: marks take more room than what they stand for. */
  place (self, gtk_label_get_text (self->label));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->window), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  set_seen_whole (self, FALSE);

  return n_hidden;
}
