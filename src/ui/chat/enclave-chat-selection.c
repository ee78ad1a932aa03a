/* enclave-chat-selection.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-chat-selection-private.h"

G_DEFINE_FINAL_TYPE (EnclaveChatSelection, enclave_chat_selection, G_TYPE_OBJECT)

EnclaveChatRow *
enclave_chat_selection_next_row (EnclaveChatSelection *self, EnclaveChatRow *row)
{
  GtkWidget *holder = row != NULL ? gtk_widget_get_next_sibling (gtk_widget_get_parent (GTK_WIDGET (row)))
                                  : gtk_widget_get_first_child (GTK_WIDGET (self->view));

  for (; holder != NULL; holder = gtk_widget_get_next_sibling (holder))
    {
      GtkWidget *child = gtk_widget_get_first_child (holder);

      if (child != NULL && ENCLAVE_IS_CHAT_ROW (child) && enclave_chat_row_get_list_item (ENCLAVE_CHAT_ROW (child)) != NULL)
        return ENCLAVE_CHAT_ROW (child);
    }

  return NULL;
}

EnclaveChatRow *
enclave_chat_selection_find_row (EnclaveChatSelection *self, EnclaveChatItem *item)
{
  EnclaveChatRow *row = NULL;

  while ((row = enclave_chat_selection_next_row (self, row)) != NULL)
    if (gtk_list_item_get_item (enclave_chat_row_get_list_item (row)) == (gpointer) item)
      return row;

  return NULL;
}

static EnclaveChatLabels *
get_labels (EnclaveChatRow *row)
{
  return row != NULL ? enclave_chat_row_get_labels (row) : NULL;
}

/* GTK_INVALID_LIST_POSITION when it is gone. */
static guint
find_position (EnclaveChatSelection *self, EnclaveChatItem *item)
{
  EnclaveChatRow *row = enclave_chat_selection_find_row (self, item);
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (self->view));

  if (row != NULL)
    return gtk_list_item_get_position (enclave_chat_row_get_list_item (row));
  for (guint i = g_list_model_get_n_items (model); i > 0; i--)
    {
      g_autoptr (GObject) other = g_list_model_get_item (model, i - 1);

      if (other == (gpointer) item)
        return i - 1;
    }

  return GTK_INVALID_LIST_POSITION;
}

void
enclave_chat_place_set (EnclaveChatPlace *self, EnclaveChatItem *item, gsize place)
{
  g_set_object (&self->item, item);
  self->place = place;
}

/* The two ends in their order. Returns: FALSE when nothing is selected, or what was is gone. */
static gboolean
get_ends (EnclaveChatSelection *self, guint *first, gsize *from, guint *last, gsize *to)
{
  guint anchor;
  guint head;
  gboolean is_forward;

  if (!self->active || self->view == NULL)
    return FALSE;
  anchor = find_position (self, self->anchor.item);
  head = self->head.item == self->anchor.item ? anchor : find_position (self, self->head.item);
  if (anchor == GTK_INVALID_LIST_POSITION || head == GTK_INVALID_LIST_POSITION)
    return FALSE;
  is_forward = anchor < head || (anchor == head && self->anchor.place <= self->head.place);
  *first = is_forward ? anchor : head;
  *from = is_forward ? self->anchor.place : self->head.place;
  *last = is_forward ? head : anchor;
  *to = is_forward ? self->head.place : self->anchor.place;

  return TRUE;
}

void
enclave_chat_selection_update (EnclaveChatSelection *self)
{
  EnclaveChatRow *row = NULL;
  guint first = 0;
  guint last = 0;
  gsize from = 0;
  gsize to = 0;
  gboolean has_ends;

  g_return_if_fail (ENCLAVE_IS_CHAT_SELECTION (self));

  if (self->view == NULL)
    return;
  has_ends = get_ends (self, &first, &from, &last, &to);
  while ((row = enclave_chat_selection_next_row (self, row)) != NULL)
    {
      EnclaveChatLabels *labels = get_labels (row);
      guint position = gtk_list_item_get_position (enclave_chat_row_get_list_item (row));

      if (labels == NULL)
        continue;
      if (has_ends && position >= first && position <= last)
        enclave_chat_labels_select (labels, position == first ? from : 0, position == last ? to : G_MAXSIZE);
      else
        enclave_chat_labels_select (labels, 0, 0);
    }
}

/* What is shown of @item between two places. (transfer full) */
static char *
dup_item_text (EnclaveChatSelection *self, EnclaveChatItem *item, gsize from, gsize to)
{
  const char *whole = enclave_message_block_get_text (enclave_chat_item_get_block (item));
  EnclaveChatLabels *labels = get_labels (enclave_chat_selection_find_row (self, item));

  switch (enclave_chat_item_get_kind (item))
    {
    case ENCLAVE_CHAT_ITEM_CODE:
      if (labels != NULL && (from > enclave_chat_labels_get_start (labels) || to < enclave_chat_labels_get_end (labels)))
        return enclave_chat_labels_dup_text (labels, from, to);
      break;
    case ENCLAVE_CHAT_ITEM_USER:
    case ENCLAVE_CHAT_ITEM_TEXT:
      if (labels != NULL)
        return enclave_chat_labels_dup_text (labels, from, to);
      break;
    case ENCLAVE_CHAT_ITEM_PLAN:
      break;
    case ENCLAVE_CHAT_ITEM_STEPS:
    case ENCLAVE_CHAT_ITEM_NOTICE:
    default:
      return g_strdup ("");
    }
  if (labels == NULL && item == self->anchor.item && (from > 0 || to < G_MAXSIZE))
    {
      /* Scrolled so far away that its row shows another one. */
      gsize length = strlen (self->anchor_text);
      gsize start = MIN (from > self->anchor_start ? from - self->anchor_start : 0, length);
      gsize end = MIN (to > self->anchor_start ? to - self->anchor_start : 0, length);

      return g_strndup (self->anchor_text + start, end > start ? end - start : 0);
    }

  return g_strchomp (g_strdup (whole));
}

char *
enclave_chat_selection_dup_text (EnclaveChatSelection *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint first;
  guint last;
  gsize from;
  gsize to;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_SELECTION (self), NULL);

  if (!get_ends (self, &first, &from, &last, &to))
    return g_strdup ("");
  for (guint i = first; i <= last; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (self->view)), i);
      g_autofree char *part = NULL;

      if (!ENCLAVE_IS_CHAT_ITEM (item))
        continue;
      part = dup_item_text (self, ENCLAVE_CHAT_ITEM (item), i == first ? from : 0, i == last ? to : G_MAXSIZE);
      if (*part != '\0' && text->len > 0)
        g_string_append (text, "\n\n");
      g_string_append (text, part);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
enclave_chat_selection_clear (EnclaveChatSelection *self)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_SELECTION (self));

  if (!self->active)
    return;
  self->active = FALSE;
  enclave_chat_place_set (&self->anchor, NULL, 0);
  enclave_chat_place_set (&self->head, NULL, 0);
  g_clear_pointer (&self->anchor_text, g_free);
  g_clear_object (&self->provider);
  enclave_chat_selection_update (self);
}

void
enclave_chat_selection_begin (EnclaveChatSelection *self, EnclaveChatItem *item, gsize place)
{
  EnclaveChatLabels *labels = get_labels (enclave_chat_selection_find_row (self, item));

  enclave_chat_place_set (&self->anchor, item, place);
  enclave_chat_place_set (&self->head, item, place);
  g_free (self->anchor_text);
  self->anchor_start = labels != NULL ? enclave_chat_labels_get_start (labels) : 0;
  self->anchor_text = labels != NULL ? enclave_chat_labels_dup_text (labels, 0, G_MAXSIZE) : g_strdup ("");
  self->active = TRUE;
}

void
enclave_chat_selection_move (EnclaveChatSelection *self, EnclaveChatItem *item, gsize place)
{
  enclave_chat_place_set (&self->head, item, place);
  enclave_chat_selection_update (self);
}

/* As a label does: what another one puts there ends what is selected here. */
static void
primary_changed_cb (EnclaveChatSelection *self, GParamSpec *pspec, GdkClipboard *primary)
{
  if (self->provider != NULL && gdk_clipboard_get_content (primary) != self->provider)
    enclave_chat_selection_clear (self);
}

void
enclave_chat_selection_publish (EnclaveChatSelection *self)
{
  GdkClipboard *primary = gtk_widget_get_primary_clipboard (GTK_WIDGET (self->view));
  g_autofree char *text = enclave_chat_selection_dup_text (self);

  if (*text == '\0')
    return;
  g_clear_object (&self->provider);
  self->provider = gdk_content_provider_new_typed (G_TYPE_STRING, text);
  gdk_clipboard_set_content (primary, self->provider);
  if (self->primary_handler == 0)
    self->primary_handler = g_signal_connect_object (primary, "notify::content", G_CALLBACK (primary_changed_cb), self,
                                                     G_CONNECT_SWAPPED);
}

void
enclave_chat_selection_copy (EnclaveChatSelection *self)
{
  g_autofree char *text = NULL;

  g_return_if_fail (ENCLAVE_IS_CHAT_SELECTION (self));

  text = enclave_chat_selection_dup_text (self);
  if (*text != '\0')
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self->view)), text);
}

gboolean
enclave_chat_selection_select_message (EnclaveChatSelection *self)
{
  GtkRoot *root;
  GtkWidget *row;
  EnclaveChatItem *item;
  GListModel *model;
  guint first;
  guint last;
  g_autoptr (EnclaveChatItem) first_item = NULL;
  g_autoptr (EnclaveChatItem) last_item = NULL;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_SELECTION (self), FALSE);

  root = self->view != NULL ? gtk_widget_get_root (GTK_WIDGET (self->view)) : NULL;
  row = root != NULL && gtk_root_get_focus (root) != NULL
          ? gtk_widget_get_ancestor (gtk_root_get_focus (root), ENCLAVE_TYPE_CHAT_ROW) : NULL;
  item = row != NULL ? enclave_chat_row_get_item (ENCLAVE_CHAT_ROW (row)) : NULL;
  if (item == NULL)
    return FALSE;
  model = G_LIST_MODEL (gtk_list_view_get_model (self->view));
  first = last = find_position (self, item);
  for (gboolean is_same = TRUE; is_same;)
    {
      g_autoptr (GObject) before = first > 0 ? g_list_model_get_item (model, first - 1) : NULL;

      is_same = ENCLAVE_IS_CHAT_ITEM (before)
                && enclave_chat_item_get_message (ENCLAVE_CHAT_ITEM (before)) == enclave_chat_item_get_message (item);
      first -= is_same ? 1 : 0;
    }
  for (gboolean is_same = TRUE; is_same;)
    {
      g_autoptr (GObject) after = g_list_model_get_item (model, last + 1);

      is_same = ENCLAVE_IS_CHAT_ITEM (after)
                && enclave_chat_item_get_message (ENCLAVE_CHAT_ITEM (after)) == enclave_chat_item_get_message (item);
      last += is_same ? 1 : 0;
    }
  first_item = g_list_model_get_item (model, first);
  last_item = g_list_model_get_item (model, last);
  enclave_chat_selection_begin (self, first_item, 0);
  enclave_chat_selection_move (self, last_item, G_MAXSIZE);
  enclave_chat_selection_publish (self);

  return TRUE;
}

gboolean
enclave_chat_selection_get_active (EnclaveChatSelection *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_SELECTION (self), FALSE);

  return self->active;
}

void
enclave_chat_selection_detach (EnclaveChatSelection *self)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_SELECTION (self));

  if (self->view == NULL)
    return;
  enclave_chat_selection_clear (self);
  enclave_chat_selection_stop_listening (self);
  self->view = NULL;
}

static void
enclave_chat_selection_dispose (GObject *object)
{
  enclave_chat_selection_detach (ENCLAVE_CHAT_SELECTION (object));

  G_OBJECT_CLASS (enclave_chat_selection_parent_class)->dispose (object);
}

static void
enclave_chat_selection_class_init (EnclaveChatSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_chat_selection_dispose;
}

static void
enclave_chat_selection_init (EnclaveChatSelection *self)
{
}

EnclaveChatSelection *
enclave_chat_selection_new (GtkListView *view)
{
  EnclaveChatSelection *self;

  g_return_val_if_fail (GTK_IS_LIST_VIEW (view), NULL);

  self = g_object_new (ENCLAVE_TYPE_CHAT_SELECTION, NULL);
  self->view = view;
  enclave_chat_selection_listen (self);

  return self;
}
