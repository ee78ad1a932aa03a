/* enclave-chat-code-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

#include "enclave-chat-code-row.h"
#include "enclave-chat-code-text.h"
#include "enclave-chat-text.h"
#include "enclave-code-language.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

/* A block that grows gets its colours so often, when no more than so much has come since and is shown: about 400 tokens a second. */
#define LIVE_MS 400
#define LIVE_MAX_BYTES 800
#define LIVE_MAX_SHOWN_BYTES 8192
/* Read before the first line that is shown of it. */
#define LIVE_LEAD_LINES 40

struct _EnclaveChatCodeRow
{
  GtkWidget parent_instance;

  GtkBox *box;
  GtkLabel *title;
  GtkLabel *language;
  GtkBox *actions;
  GtkWidget *insert;
  GtkWidget *apply; /* (nullable): as run and fold, made when it is wanted */
  GtkWidget *run;   /* (nullable) */
  EnclaveChatLabels *code;
  GtkWidget *fold; /* (nullable) */

  EnclaveCodeHighlighter *highlighter; /* (nullable): without one all is plain */
  gulong colours_handler;
  GCancellable *cancellable; /* (nullable): of the colours that are asked for */
  guint asked_line;          /* of the block, that was shown first when they were asked for */
  char *asked_text;          /* (nullable): what was shown then */
  gsize asked_length;        /* of the block then */
  guint first_line;          /* of the block, that is shown first */
  guint live_timer;

  EnclaveChatItem *item;
  GtkSourceLanguage *language_found; /* (nullable): of @item; not owned */
  gulong appended_handler;
  gulong open_handler;
  guint growth;    /* source id: more is shown by it */
  gint64 shown_us; /* monotonic: the last time that the text grew */
  gboolean unfolded;
};

G_DEFINE_FINAL_TYPE (EnclaveChatCodeRow, enclave_chat_code_row, GTK_TYPE_WIDGET)

static EnclaveMessageBlock *
get_block (EnclaveChatCodeRow *self)
{
  return enclave_chat_item_get_block (self->item);
}

/* "C" for "c": as the highlighter calls it, where it knows the language. */
static const char *
get_language_name (EnclaveChatCodeRow *self)
{
  const char *word = enclave_message_block_get_language (get_block (self));

  if (enclave_code_language_is_shell (word))
    return _("Shell");

  return self->language_found != NULL && *word != '\0' ? gtk_source_language_get_name (self->language_found) : word;
}

static void
run_cb (EnclaveChatCodeRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "chat.run-in-terminal", "s",
                              enclave_message_block_get_text (get_block (self)));
}

static void
apply_cb (EnclaveChatCodeRow *self)
{
  EnclaveMessageBlock *block = get_block (self);
  const char *path = enclave_message_block_get_path (block);

  gtk_widget_activate_action (GTK_WIDGET (self), "chat.apply-block", "(sss)", enclave_message_block_get_text (block),
                              enclave_message_block_get_language (block), path != NULL ? path : "");
}

/* Most blocks have one or two of all buttons that there are. */
static void
show_button (EnclaveChatCodeRow *self, GtkWidget **button, GtkBox *place, gboolean is_wanted, const char *label, GCallback callback)
{
  if (*button == NULL && is_wanted)
    {
      *button = gtk_button_new ();
      gtk_widget_add_css_class (*button, "flat");
      g_signal_connect_swapped (*button, "clicked", callback, self);
      gtk_box_append (place, *button);
    }
  if (*button == NULL)
    return;
  gtk_button_set_label (GTK_BUTTON (*button), label);
  gtk_widget_set_visible (*button, is_wanted);
}

static void
show_head (EnclaveChatCodeRow *self)
{
  EnclaveMessageBlock *block = get_block (self);
  const char *language = enclave_message_block_get_language (block);
  const char *path = enclave_message_block_get_path (block);
  gboolean is_open = enclave_message_block_get_open (block);
  gboolean is_shell = enclave_code_language_is_shell (language);
  g_autofree char *shown_language = enclave_utf8_display_name (get_language_name (self));
  g_autofree char *shown_path = path != NULL ? enclave_utf8_display_name (path) : NULL;

  gtk_label_set_label (self->title, shown_path != NULL     ? shown_path
                                    : *shown_language != '\0' ? shown_language
                                                              : _("Text"));
  gtk_label_set_label (self->language, shown_path != NULL && is_open ? shown_language : "");
  gtk_widget_set_visible (GTK_WIDGET (self->actions), !is_open);
  gtk_widget_set_visible (self->insert, !is_shell);
  show_button (self, &self->apply, self->actions,
               !is_open && (path != NULL || g_strcmp0 (language, "diff") == 0 || g_strcmp0 (language, "patch") == 0), _("Apply"),
               G_CALLBACK (apply_cb));
  if (self->apply != NULL)
    gtk_widget_set_tooltip_text (self->apply, _("Propose this block as a change"));
  show_button (self, &self->run, self->actions, !is_open && is_shell, _("Run in terminal"), G_CALLBACK (run_cb));
}

static void
stop_colouring (EnclaveChatCodeRow *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->asked_text, g_free);
}

static void
coloured_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EnclaveCodeHighlighter *highlighter = ENCLAVE_CODE_HIGHLIGHTER (source);
  g_autoptr (PangoAttrList) colours = enclave_code_highlighter_highlight_finish (highlighter, result, NULL);
  g_autoptr (EnclaveChatCodeRow) self = user_data;
  g_autoptr (PangoAttrList) moved = NULL;

  /* Cancelled, and so for a text that is shown no more. */
  if (colours == NULL)
    return;
  g_clear_object (&self->cancellable);
  /* The lines before those that are shown, and those that have gone up since. */
  moved = enclave_chat_code_text_move_colours (
    colours, enclave_chat_code_text_measure_lines (self->asked_text, self->first_line - self->asked_line));
  enclave_chat_code_text_set_colours (self->code, moved);
  g_clear_pointer (&self->asked_text, g_free);
}

/* @text: what is shown, with lines of the block before it. */
static void
ask_for_colours (EnclaveChatCodeRow *self, const char *text, guint first_line)
{
  stop_colouring (self);
  self->cancellable = g_cancellable_new ();
  self->asked_line = first_line;
  self->asked_text = g_strdup (text);
  enclave_code_highlighter_highlight_async (self->highlighter, text, self->language_found, self->cancellable, coloured_cb,
                                            g_object_ref (self));
}

/* Lines of the block before the first one that is shown: what began there may go on. (transfer full) */
static char *
dup_lead (EnclaveChatCodeRow *self, guint *first_line)
{
  const char *text = enclave_message_block_get_text (get_block (self));
  gsize end = enclave_chat_code_text_measure_lines (text, self->first_line);
  g_autofree char *lead = NULL;
  gsize start;

  *first_line = self->first_line > LIVE_LEAD_LINES ? self->first_line - LIVE_LEAD_LINES : 0;
  start = enclave_chat_code_text_measure_lines (text, *first_line);
  lead = g_strndup (text + start, end - start);

  return enclave_utf8_make_visible (lead, NULL);
}

/* Of a block that grows slowly enough for it; one that comes in a flood waits until it is closed. */
static gboolean
live_cb (gpointer user_data)
{
  EnclaveChatCodeRow *self = user_data;
  EnclaveMessageBlock *block = get_block (self);
  gsize length = strlen (enclave_message_block_get_text (block));
  gboolean is_slow = length - self->asked_length <= LIVE_MAX_BYTES;
  g_autofree char *shown = enclave_chat_labels_dup_text (self->code, 0, G_MAXSIZE);
  g_autofree char *lead = NULL;
  g_autofree char *text = NULL;
  guint first_line;

  self->live_timer = 0;
  self->asked_length = length;
  if (!enclave_message_block_get_open (block) || !is_slow || strlen (shown) > LIVE_MAX_SHOWN_BYTES)
    return G_SOURCE_REMOVE;
  lead = dup_lead (self, &first_line);
  text = g_strconcat (lead, shown, NULL);
  ask_for_colours (self, text, first_line);

  return G_SOURCE_REMOVE;
}

static void
colour (EnclaveChatCodeRow *self)
{
  g_autofree char *shown = NULL;

  if (self->highlighter == NULL || self->language_found == NULL)
    return;
  if (!enclave_message_block_get_open (get_block (self)))
    {
      shown = enclave_chat_labels_dup_text (self->code, 0, G_MAXSIZE);
      ask_for_colours (self, shown, self->first_line);
    }
  else if (self->live_timer == 0)
    self->live_timer = g_timeout_add (LIVE_MS, live_cb, self);
}

static void
colours_changed_cb (EnclaveChatCodeRow *self)
{
  if (self->item != NULL)
    colour (self);
}

static void show_code (EnclaveChatCodeRow *self);

static void
fold_cb (EnclaveChatCodeRow *self)
{
  self->unfolded = !self->unfolded;
  show_code (self);
}

static void
show_code (EnclaveChatCodeRow *self)
{
  EnclaveMessageBlock *block = get_block (self);
  gboolean is_open = enclave_message_block_get_open (block);
  guint max_lines = self->unfolded ? ENCLAVE_CHAT_CODE_MAX_LINES : ENCLAVE_CHAT_CODE_FOLD_LINES;
  const char *text = enclave_message_block_get_text (block);
  guint n_lines;
  guint first_line;
  gboolean cut;
  g_autofree char *part = NULL;
  g_autofree char *visible = NULL;
  g_autofree char *words = NULL;

  /* While it grows a folded block shows its end: there is where something happens. */
  part = enclave_chat_text_shorten (text, max_lines, ENCLAVE_CHAT_CODE_MAX_LINE_BYTES, ENCLAVE_CHAT_CODE_MAX_BYTES,
                                    is_open && !self->unfolded, &n_lines, &cut);
  visible = enclave_utf8_make_visible (part, NULL);
  first_line = is_open && !self->unfolded && n_lines > max_lines ? n_lines - max_lines : 0;
  if (is_open ? !enclave_chat_code_text_show_end (self->code, visible, self->first_line, first_line,
                                                  enclave_chat_code_text_measure_lines (text, first_line))
              : !enclave_chat_code_text_show_whole (self->code, visible, self->first_line == first_line))
    stop_colouring (self);
  self->first_line = first_line;
  colour (self);

  if (self->unfolded)
    words = cut ? g_strdup_printf (_("Fold; the rest of %u lines can be copied"), n_lines) : g_strdup (_("Fold"));
  else if (n_lines > max_lines)
    words = g_strdup_printf (_("Show all %u lines"), n_lines);
  else
    words = g_strdup (_("Long lines are cut here, not in the copy"));
  show_button (self, &self->fold, self->box, cut || self->unfolded, words, G_CALLBACK (fold_cb));
  if (self->fold == NULL)
    return;
  gtk_widget_add_css_class (self->fold, "enclave-chat-fold");
  gtk_widget_set_sensitive (self->fold, self->unfolded || n_lines > max_lines);
}

static gboolean
grow_cb (gpointer user_data)
{
  EnclaveChatCodeRow *self = user_data;

  self->growth = 0;
  self->shown_us = g_get_monotonic_time ();
  show_head (self);
  show_code (self);

  return G_SOURCE_REMOVE;
}

/* What arrives is shown a few times a second, as nobody reads faster, and between two frames: within one, a key would wait for both. */
static void
changed_cb (EnclaveChatCodeRow *self)
{
  gint64 left_us = self->shown_us + ENCLAVE_CHAT_TEXT_PAUSE_US - g_get_monotonic_time ();

  if (self->growth == 0)
    self->growth = g_timeout_add ((guint) (MAX (left_us, 0) / 1000), grow_cb, self);
}

static void
copy_cb (EnclaveChatCodeRow *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          enclave_message_block_get_text (get_block (self)));
}

static void
insert_cb (EnclaveChatCodeRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "chat.insert-text", "s",
                              enclave_message_block_get_text (get_block (self)));
}

static void
forget_item (EnclaveChatCodeRow *self)
{
  g_clear_handle_id (&self->growth, g_source_remove);
  stop_colouring (self);
  g_clear_handle_id (&self->live_timer, g_source_remove);
  self->shown_us = 0;
  self->asked_length = 0;
  self->first_line = 0;
  self->language_found = NULL;
  if (self->item != NULL)
    {
      enclave_chat_labels_truncate (self->code, 0);
      g_clear_signal_handler (&self->appended_handler, get_block (self));
      g_clear_signal_handler (&self->open_handler, get_block (self));
    }
  g_clear_object (&self->item);
}

static void
enclave_chat_code_row_dispose (GObject *object)
{
  EnclaveChatCodeRow *self = ENCLAVE_CHAT_CODE_ROW (object);

  forget_item (self);
  enclave_chat_code_row_set_highlighter (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_CODE_ROW);

  G_OBJECT_CLASS (enclave_chat_code_row_parent_class)->dispose (object);
}

static void
enclave_chat_code_row_class_init (EnclaveChatCodeRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_code_row_dispose;

  g_type_ensure (ENCLAVE_TYPE_CHAT_LABELS);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-code-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, language);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, actions);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, insert);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, code);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, insert_cb);
}

static void
enclave_chat_code_row_init (EnclaveChatCodeRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
enclave_chat_code_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_CODE_ROW, NULL);
}

void
enclave_chat_code_row_set_highlighter (EnclaveChatCodeRow *self, EnclaveCodeHighlighter *highlighter)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_CODE_ROW (self));
  g_return_if_fail (highlighter == NULL || ENCLAVE_IS_CODE_HIGHLIGHTER (highlighter));

  if (self->highlighter != NULL)
    g_clear_signal_handler (&self->colours_handler, self->highlighter);
  g_set_object (&self->highlighter, highlighter);
  if (highlighter != NULL)
    self->colours_handler = g_signal_connect_swapped (highlighter, "changed", G_CALLBACK (colours_changed_cb), self);
}

void
enclave_chat_code_row_set_item (EnclaveChatCodeRow *self, EnclaveChatItem *item)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_CODE_ROW (self));
  g_return_if_fail (item == NULL || ENCLAVE_IS_CHAT_ITEM (item));

  forget_item (self);
  if (item == NULL)
    return;

  self->item = g_object_ref (item);
  self->unfolded = FALSE;
  self->language_found = enclave_code_language_find (enclave_message_block_get_language (get_block (self)),
                                                     enclave_message_block_get_path (get_block (self)));
  self->appended_handler = g_signal_connect_swapped (get_block (self), "appended", G_CALLBACK (changed_cb), self);
  self->open_handler = g_signal_connect_swapped (get_block (self), "notify::open", G_CALLBACK (changed_cb), self);
  show_head (self);
  show_code (self);
}

EnclaveChatLabels *
enclave_chat_code_row_get_labels (EnclaveChatCodeRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_CODE_ROW (self), NULL);

  return self->code;
}
