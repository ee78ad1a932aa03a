/* enclave-chat-text-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-chat-labels.h"
#include "enclave-chat-markdown.h"
#include "enclave-chat-text-row.h"
#include "enclave-chat-text.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

/* Of a paragraph that is several labels: bytes of one of them. Few paragraphs are as long. What marks a change of the letter
 * counts for more: a run of its own is laid out by itself. */
#define PART_MAX_BYTES 2048
#define MARK_BYTES 12
/* From here on a part of a list ends with its line: there it is not seen. */
#define LINE_PART_BYTES 96

struct _EnclaveChatTextRow
{
  GtkWidget parent_instance;

  EnclaveChatLabels *parts;
  GtkWidget *box; /* (nullable): around @parts, where there is more than them */
  /* Made when there is something to say: most rows are paragraphs of a reply. */
  GtkWidget *cut;  /* (nullable) */
  GtkLabel *cut_label;
  GtkWidget *undo; /* (nullable): of a message of the person */
  GtkLabel *undo_label;
  GtkButton *undo_button;
  GtkWidget *edit; /* (nullable): of a message of the person */

  EnclaveChatItem *item;
  gulong appended_handler;
  gulong open_handler;
  gulong undo_handler;
  guint growth; /* source id: more is shown by it */
  gint64 shown_us; /* monotonic: the last time that the text grew */
  gsize shown_length;
  guint n_whole; /* of the parts, from the first on: what grows no more */
};

G_DEFINE_FINAL_TYPE (EnclaveChatTextRow, enclave_chat_text_row, GTK_TYPE_WIDGET)

/* The toolkit would open it at once. */
static gboolean
activate_link_cb (EnclaveChatTextRow *self, const char *address)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-link", "s", address);

  return GDK_EVENT_STOP;
}

/* A toolkit lays all of a label out anew when its end grows, and for a long one that takes longer than a frame. So a paragraph
 * of unusual length is several labels, of which only the last one changes. Where one ends, a line does; the break is put where
 * it is seen least. Returns: bytes of the part at the beginning of the @length bytes at @text; all when that is the last part. */
static gsize
measure_part (const char *text, gsize length)
{
  static const char *const breaks[] = { "\n", ". ", " " };

  gsize cost = 0;
  gsize most;

  for (most = 0; most < length && cost < PART_MAX_BYTES; most++)
    {
      if (text[most] == '\n' && most >= LINE_PART_BYTES && g_str_has_prefix (text + most, "\n- "))
        return most + 1;
      cost += memchr ("`*_[", text[most], 4) != NULL ? MARK_BYTES : 1;
    }
  if (most == length)
    return length;
  for (guint i = 0; i < G_N_ELEMENTS (breaks); i++)
    {
      const char *found = g_strstr_len (text + most / 4 * 3, (gssize) (most - most / 4 * 3), breaks[i]);

      if (found != NULL)
        return (gsize) (found - text) + strlen (breaks[i]);
    }

  return enclave_utf8_prefix_length (text, length, most);
}

static GtkLabel *
get_part_label (EnclaveChatTextRow *self, guint index)
{
  GtkWidget *label;

  if (index < enclave_chat_labels_get_n_labels (self->parts))
    return enclave_chat_labels_get_label (self->parts, index);
  label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                        "natural-wrap-mode", GTK_NATURAL_WRAP_NONE, "selectable", TRUE, NULL);
  g_signal_connect_swapped (label, "activate-link", G_CALLBACK (activate_link_cb), self);
  enclave_chat_labels_append (self->parts, GTK_LABEL (label));

  return GTK_LABEL (label);
}

static void
show_part (EnclaveChatTextRow *self, GtkLabel *label, const char *text, gsize length)
{
  g_autofree char *part = g_strndup (text, length);

  gtk_label_set_wrap_mode (label, enclave_chat_text_has_long_word (part) ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR);
  if (enclave_chat_item_get_kind (self->item) == ENCLAVE_CHAT_ITEM_USER)
    {
      g_autofree char *calm = enclave_chat_text_calm (part);

      gtk_label_set_text (label, g_strchomp (calm));
    }
  else
    {
      g_autofree char *markup = enclave_chat_markdown_to_markup (part);

      gtk_label_set_markup (label, g_strchomp (markup));
    }
}

static void
show_parts (EnclaveChatTextRow *self, const char *text, gsize length)
{
  guint n = 0;
  gsize at = 0;

  /* What was shown before and is whole stays; the first part always is there, even when it says nothing. */
  while (n < self->n_whole && at < length)
    at += measure_part (text + at, length - at), n++;
  do
    {
      gsize part = measure_part (text + at, length - at);

      show_part (self, get_part_label (self, n), text + at, part);
      at += part;
      n++;
    }
  while (at < length);
  self->n_whole = n - 1;
  enclave_chat_labels_truncate (self->parts, n);
}

static void
copy_cb (EnclaveChatTextRow *self)
{
  if (self->item != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                            enclave_message_block_get_text (enclave_chat_item_get_block (self->item)));
}

static void
ensure_box (EnclaveChatTextRow *self)
{
  g_autoptr (GtkWidget) parts = g_object_ref (GTK_WIDGET (self->parts));

  if (self->box != NULL)
    return;
  gtk_widget_unparent (parts);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (self->box), parts);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

/* Of @n_bytes that are not shown; 0: of nothing. */
static void
show_cut (EnclaveChatTextRow *self, gsize n_bytes)
{
  g_autofree char *size = g_format_size (n_bytes);
  g_autofree char *words = g_strdup_printf (_("%s more of this paragraph can be copied."), size);
  GtkWidget *button;

  if (n_bytes > 0 && self->cut == NULL)
    {
      ensure_box (self);
      self->cut = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      self->cut_label = GTK_LABEL (gtk_label_new (NULL));
      gtk_label_set_xalign (self->cut_label, 0);
      gtk_label_set_wrap (self->cut_label, TRUE);
      gtk_widget_set_hexpand (GTK_WIDGET (self->cut_label), TRUE);
      gtk_widget_add_css_class (GTK_WIDGET (self->cut_label), "enclave-quiet");
      gtk_widget_add_css_class (GTK_WIDGET (self->cut_label), "caption");
      gtk_box_append (GTK_BOX (self->cut), GTK_WIDGET (self->cut_label));
      button = gtk_button_new_with_label (_("Copy all"));
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (button, "flat");
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (copy_cb), self);
      gtk_box_append (GTK_BOX (self->cut), button);
      gtk_box_append (GTK_BOX (self->box), self->cut);
    }
  if (self->cut == NULL)
    return;
  gtk_widget_set_visible (self->cut, n_bytes > 0);
  gtk_label_set_label (self->cut_label, words);
}

static void
show_text (EnclaveChatTextRow *self)
{
  EnclaveMessageBlock *block = enclave_chat_item_get_block (self->item);
  const char *text = enclave_message_block_get_text (block);
  gsize length = strlen (text);
  gsize shown = enclave_utf8_prefix_length (text, length, ENCLAVE_CHAT_BLOCK_MAX_BYTES);

  show_cut (self, length - shown);
  /* What is left out grows; what is shown does not. */
  if (self->shown_length == shown && shown < length)
    return;
  self->shown_length = shown;
  show_parts (self, text, shown);
}

static gboolean
grow_cb (gpointer user_data)
{
  EnclaveChatTextRow *self = user_data;

  self->growth = 0;
  self->shown_us = g_get_monotonic_time ();
  show_text (self);

  return G_SOURCE_REMOVE;
}

/* What arrives is shown a few times a second, as nobody reads faster, and between two frames: within one, a key would wait for both. */
static void
appended_cb (EnclaveChatTextRow *self)
{
  gint64 left_us = self->shown_us + ENCLAVE_CHAT_TEXT_PAUSE_US - g_get_monotonic_time ();

  if (self->growth == 0)
    self->growth = g_timeout_add ((guint) (MAX (left_us, 0) / 1000), grow_cb, self);
}

static void
forget_item (EnclaveChatTextRow *self)
{
  g_clear_handle_id (&self->growth, g_source_remove);
  self->shown_us = 0;
  if (self->item != NULL)
    {
      EnclaveMessageBlock *block = enclave_chat_item_get_block (self->item);

      g_clear_signal_handler (&self->appended_handler, block);
      g_clear_signal_handler (&self->open_handler, block);
      g_clear_signal_handler (&self->undo_handler, self->item);
    }
  g_clear_object (&self->item);
}

static void
undo_cb (EnclaveChatTextRow *self)
{
  if (self->item != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "chat.undo-turn-of", "(sb)", enclave_chat_item_get_turn (self->item),
                                enclave_chat_item_get_undo_state (self->item, NULL) == ENCLAVE_CHAT_UNDO_CAN_REDO);
}

static void
place (GtkWidget *self, GtkWidget *child, int column, int row, int column_span)
{
  GtkLayoutManager *grid = gtk_widget_get_layout_manager (self);

  g_object_set (gtk_layout_manager_get_layout_child (grid, child), "column", column, "row", row, "column-span", column_span, NULL);
}

static void
place_undo (EnclaveChatTextRow *self)
{
  if (self->undo != NULL && GTK_IS_GRID_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))))
    place (GTK_WIDGET (self), self->undo, 0, 1, 2);
}

/* Below the bubble; only messages of the person have one. */
static void
add_undo (EnclaveChatTextRow *self)
{
  self->undo = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  gtk_widget_set_halign (self->undo, GTK_ALIGN_END);
  gtk_widget_add_css_class (self->undo, "enclave-chat-undo");
  self->undo_button = GTK_BUTTON (gtk_button_new_with_label (""));
  gtk_widget_set_valign (GTK_WIDGET (self->undo_button), GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self->undo_button), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self->undo_button), "caption");
  g_signal_connect_swapped (self->undo_button, "clicked", G_CALLBACK (undo_cb), self);
  gtk_box_append (GTK_BOX (self->undo), GTK_WIDGET (self->undo_button));
  self->undo_label = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->undo_label), "enclave-quiet");
  gtk_widget_add_css_class (GTK_WIDGET (self->undo_label), "caption");
  gtk_box_append (GTK_BOX (self->undo), GTK_WIDGET (self->undo_label));
  gtk_widget_insert_after (self->undo, GTK_WIDGET (self), self->box);
  place_undo (self);
}

/* What the turn of this message has changed. */
static void
show_undo (EnclaveChatTextRow *self)
{
  guint n_files = 0;
  EnclaveChatUndoState state = enclave_chat_item_get_undo_state (self->item, &n_files);
  gboolean is_undone = state == ENCLAVE_CHAT_UNDO_CAN_REDO;
  g_autofree char *text = NULL;

  if (self->undo == NULL && state != ENCLAVE_CHAT_UNDO_NONE)
    add_undo (self);
  if (self->undo != NULL)
    gtk_widget_set_visible (self->undo, state != ENCLAVE_CHAT_UNDO_NONE);
  if (state == ENCLAVE_CHAT_UNDO_NONE)
    return;
  text = is_undone ? g_strdup_printf (ngettext ("%u file taken back", "%u files taken back", n_files), n_files)
                   : g_strdup_printf (ngettext ("%u file changed", "%u files changed", n_files), n_files);
  gtk_label_set_label (self->undo_label, text);
  gtk_button_set_label (self->undo_button, is_undone ? _("Redo") : _("Undo turn"));
  if (is_undone)
    gtk_widget_add_css_class (self->undo, "undone");
  else
    gtk_widget_remove_css_class (self->undo, "undone");
}

static void
edit_cb (EnclaveChatTextRow *self)
{
  if (self->item != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "chat.edit-message", "s",
                                enclave_message_get_turn (enclave_chat_item_get_message (self->item)));
}

/* Beside the bubble; shown while the pointer or the focus is there. */
static void
show_edit (EnclaveChatTextRow *self, gboolean is_user)
{
  GtkWidget *row = GTK_WIDGET (self);

  if (is_user && self->edit == NULL)
    {
      self->edit = gtk_button_new_from_icon_name ("document-edit-symbolic");
      gtk_widget_add_css_class (self->edit, "flat");
      gtk_widget_add_css_class (self->edit, "enclave-chat-edit");
      gtk_widget_set_valign (self->edit, GTK_ALIGN_CENTER);
      gtk_widget_set_halign (self->edit, GTK_ALIGN_END);
      gtk_widget_set_hexpand (self->edit, TRUE);
      gtk_widget_set_tooltip_text (self->edit, _("Edit, and go on from here in a branch"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->edit), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Edit message"), -1);
      g_signal_connect_swapped (self->edit, "clicked", G_CALLBACK (edit_cb), self);
      gtk_widget_insert_before (self->edit, row, self->box);
    }
  if (self->edit != NULL)
    gtk_widget_set_visible (self->edit, is_user);
  if (is_user == GTK_IS_GRID_LAYOUT (gtk_widget_get_layout_manager (row)))
    return;
  /* A grid or a box asks its children more often than a bin, and a reply that grows has much to tell. */
  gtk_widget_set_layout_manager (row, is_user ? gtk_grid_layout_new () : gtk_bin_layout_new ());
  if (!is_user)
    return;
  place (row, self->edit, 0, 0, 1);
  place (row, self->box, 1, 0, 1);
  place_undo (self);
}

static void
enclave_chat_text_row_dispose (GObject *object)
{
  forget_item (ENCLAVE_CHAT_TEXT_ROW (object));
  g_clear_pointer (&ENCLAVE_CHAT_TEXT_ROW (object)->edit, gtk_widget_unparent);
  g_clear_pointer (&ENCLAVE_CHAT_TEXT_ROW (object)->undo, gtk_widget_unparent);
  if (ENCLAVE_CHAT_TEXT_ROW (object)->box == NULL)
    g_clear_pointer ((GtkWidget **) &ENCLAVE_CHAT_TEXT_ROW (object)->parts, gtk_widget_unparent);
  g_clear_pointer (&ENCLAVE_CHAT_TEXT_ROW (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (enclave_chat_text_row_parent_class)->dispose (object);
}

static void
enclave_chat_text_row_class_init (EnclaveChatTextRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_chat_text_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
enclave_chat_text_row_init (EnclaveChatTextRow *self)
{
  self->parts = g_object_new (ENCLAVE_TYPE_CHAT_LABELS, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->parts), GTK_WIDGET (self));
}

GtkWidget *
enclave_chat_text_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_TEXT_ROW, NULL);
}

void
enclave_chat_text_row_set_item (EnclaveChatTextRow *self, EnclaveChatItem *item)
{
  gboolean is_user;

  g_return_if_fail (ENCLAVE_IS_CHAT_TEXT_ROW (self));
  g_return_if_fail (item == NULL || ENCLAVE_IS_CHAT_ITEM (item));

  forget_item (self);
  if (item == NULL)
    return;

  self->item = g_object_ref (item);
  self->shown_length = 0;
  self->n_whole = 0;
  is_user = enclave_chat_item_get_kind (item) == ENCLAVE_CHAT_ITEM_USER;
  enclave_chat_labels_set_fills (self->parts, !is_user);
  if (is_user)
    ensure_box (self);
  if (self->box != NULL)
    {
      gtk_widget_set_halign (self->box, is_user ? GTK_ALIGN_END : GTK_ALIGN_FILL);
      show_edit (self, is_user);
      if (is_user)
        gtk_widget_add_css_class (self->box, "enclave-user");
      else
        gtk_widget_remove_css_class (self->box, "enclave-user");
    }

  self->appended_handler = g_signal_connect_swapped (enclave_chat_item_get_block (item), "appended",
                                                     G_CALLBACK (appended_cb), self);
  self->open_handler = g_signal_connect_swapped (enclave_chat_item_get_block (item), "notify::open",
                                                 G_CALLBACK (appended_cb), self);
  self->undo_handler = g_signal_connect_swapped (item, "notify::undo-state", G_CALLBACK (show_undo), self);
  show_undo (self);
  show_text (self);
}

EnclaveChatLabels *
enclave_chat_text_row_get_labels (EnclaveChatTextRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_TEXT_ROW (self), NULL);

  return self->parts;
}
