/* enclave-chat-code-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

#include "enclave-chat-code-row.h"
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

  GtkWidget *box;
  GtkLabel *title;
  GtkLabel *language;
  GtkWidget *actions;
  GtkWidget *insert;
  GtkWidget *apply;
  GtkWidget *run;
  GtkLabel *code;
  GtkButton *fold;

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
  guint tick;
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
show_head (EnclaveChatCodeRow *self)
{
  EnclaveMessageBlock *block = get_block (self);
  const char *language = enclave_message_block_get_language (block);
  const char *path = enclave_message_block_get_path (block);
  gboolean is_open = enclave_message_block_get_open (block);
  g_autofree char *shown_language = enclave_utf8_display_name (get_language_name (self));
  g_autofree char *shown_path = path != NULL ? enclave_utf8_display_name (path) : NULL;

  gtk_label_set_label (self->title, shown_path != NULL     ? shown_path
                                    : *shown_language != '\0' ? shown_language
                                                              : _("Text"));
  gtk_label_set_label (self->language, shown_path != NULL && is_open ? shown_language : "");
  gtk_widget_set_visible (self->actions, !is_open);
  gtk_widget_set_visible (self->run, enclave_code_language_is_shell (language));
  gtk_widget_set_visible (self->insert, !enclave_code_language_is_shell (language));
  gtk_widget_set_visible (self->apply, path != NULL || g_strcmp0 (language, "diff") == 0
                                         || g_strcmp0 (language, "patch") == 0);
}

static void
stop_colouring (EnclaveChatCodeRow *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->asked_text, g_free);
}

/* Bytes of the first @n_lines lines of @text. */
static gsize
measure_lines (const char *text, guint n_lines)
{
  const char *p = text;

  for (guint i = 0; i < n_lines && *p != '\0'; i++)
    {
      p = strchrnul (p, '\n');
      p += *p == '\n' ? 1 : 0;
    }

  return (gsize) (p - text);
}

/* Colours of a text that has lost its first @n_lines lines, @text being what it was. (transfer full) */
static PangoAttrList *
move_colours (PangoAttrList *colours, const char *text, guint n_lines)
{
  PangoAttrList *moved = pango_attr_list_copy (colours);

  pango_attr_list_update (moved, 0, (int) measure_lines (text, n_lines), 0);

  return moved;
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
  moved = move_colours (colours, self->asked_text, self->first_line - self->asked_line);
  gtk_label_set_attributes (self->code, moved);
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
  gsize end = measure_lines (text, self->first_line);
  g_autofree char *lead = NULL;
  gsize start;

  *first_line = self->first_line > LIVE_LEAD_LINES ? self->first_line - LIVE_LEAD_LINES : 0;
  start = measure_lines (text, *first_line);
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
  const char *shown = gtk_label_get_text (self->code);
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
  if (self->highlighter == NULL || self->language_found == NULL)
    return;
  if (!enclave_message_block_get_open (get_block (self)))
    ask_for_colours (self, gtk_label_get_text (self->code), self->first_line);
  else if (self->live_timer == 0)
    self->live_timer = g_timeout_add (LIVE_MS, live_cb, self);
}

static void
colours_changed_cb (EnclaveChatCodeRow *self)
{
  if (self->item != NULL)
    colour (self);
}

/* What was coloured before keeps its colours, where it is still shown. */
static void
show_lines (EnclaveChatCodeRow *self, const char *visible, guint first_line)
{
  PangoAttrList *colours = gtk_label_get_attributes (self->code);
  const char *before = gtk_label_get_text (self->code);
  g_autoptr (PangoAttrList) moved = NULL;

  if (first_line < self->first_line
      || !g_str_has_prefix (visible, before + measure_lines (before, first_line - self->first_line)))
    stop_colouring (self);
  else if (colours != NULL)
    moved = move_colours (colours, before, first_line - self->first_line);
  self->first_line = first_line;
  if (colours != moved)
    gtk_label_set_attributes (self->code, moved);
  if (strcmp (before, visible) != 0)
    gtk_label_set_text (self->code, visible);
}

static void
show_code (EnclaveChatCodeRow *self)
{
  EnclaveMessageBlock *block = get_block (self);
  gboolean is_open = enclave_message_block_get_open (block);
  guint max_lines = self->unfolded ? ENCLAVE_CHAT_CODE_MAX_LINES : ENCLAVE_CHAT_CODE_FOLD_LINES;
  guint n_lines;
  gboolean cut;
  g_autofree char *part = NULL;
  g_autofree char *visible = NULL;
  g_autofree char *words = NULL;

  /* While it grows a folded block shows its end: there is where something happens. */
  part = enclave_chat_text_shorten (enclave_message_block_get_text (block), max_lines,
                                    ENCLAVE_CHAT_CODE_MAX_LINE_BYTES, ENCLAVE_CHAT_CODE_MAX_BYTES,
                                    is_open && !self->unfolded, &n_lines, &cut);
  visible = enclave_utf8_make_visible (part, NULL);
  show_lines (self, visible, is_open && !self->unfolded && n_lines > max_lines ? n_lines - max_lines : 0);
  colour (self);

  gtk_widget_set_visible (GTK_WIDGET (self->fold), cut || self->unfolded);
  if (self->unfolded)
    words = cut ? g_strdup_printf (_("Fold; the rest of %u lines can be copied"), n_lines) : g_strdup (_("Fold"));
  else if (n_lines > max_lines)
    words = g_strdup_printf (_("Show all %u lines"), n_lines);
  else
    words = g_strdup (_("Long lines are cut here, not in the copy"));
  gtk_button_set_label (self->fold, words);
  gtk_widget_set_sensitive (GTK_WIDGET (self->fold), self->unfolded || n_lines > max_lines);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  EnclaveChatCodeRow *self = ENCLAVE_CHAT_CODE_ROW (widget);

  self->tick = 0;
  if (self->item != NULL)
    {
      show_head (self);
      show_code (self);
    }

  return G_SOURCE_REMOVE;
}

static void
changed_cb (EnclaveChatCodeRow *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
fold_cb (EnclaveChatCodeRow *self)
{
  self->unfolded = !self->unfolded;
  show_code (self);
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

static void
forget_item (EnclaveChatCodeRow *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  stop_colouring (self);
  g_clear_handle_id (&self->live_timer, g_source_remove);
  self->asked_length = 0;
  self->first_line = 0;
  self->language_found = NULL;
  if (self->item != NULL)
    {
      gtk_label_set_attributes (self->code, NULL);
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

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-code-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, language);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, actions);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, insert);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, apply);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, run);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, code);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatCodeRow, fold);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, insert_cb);
  gtk_widget_class_bind_template_callback (widget_class, apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, run_cb);
  gtk_widget_class_bind_template_callback (widget_class, fold_cb);
}

static void
enclave_chat_code_row_init (EnclaveChatCodeRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Code runs from left to right in every language. */
  gtk_widget_set_direction (GTK_WIDGET (self->code), GTK_TEXT_DIR_LTR);
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
