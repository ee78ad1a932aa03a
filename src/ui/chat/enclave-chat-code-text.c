/* enclave-chat-code-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-chat-code-text.h"

/* The lines of one label of a block that grows. */
#define PART_LINES 8

gsize
enclave_chat_code_text_measure_lines (const char *text, guint n_lines)
{
  const char *p = text;

  for (guint i = 0; i < n_lines && *p != '\0'; i++)
    {
      p = strchrnul (p, '\n');
      p += *p == '\n' ? 1 : 0;
    }

  return (gsize) (p - text);
}

PangoAttrList *
enclave_chat_code_text_move_colours (PangoAttrList *colours, gsize n_bytes)
{
  PangoAttrList *moved = pango_attr_list_copy (colours);

  pango_attr_list_update (moved, 0, (int) n_bytes, 0);

  return moved;
}

void
enclave_chat_code_text_set_colours (EnclaveChatLabels *self, PangoAttrList *colours)
{
  gsize start = 0;

  for (guint i = 0; i < enclave_chat_labels_get_n_labels (self); i++)
    {
      GtkLabel *label = enclave_chat_labels_get_label (self, i);
      g_autoptr (PangoAttrList) part = enclave_chat_code_text_move_colours (colours, start);

      gtk_label_set_attributes (label, part);
      start += strlen (gtk_label_get_text (label)) + 1;
    }
}

/* The colours of all that is shown, as they are. (transfer full) */
static PangoAttrList *
dup_colours (EnclaveChatLabels *self)
{
  PangoAttrList *colours = pango_attr_list_new ();
  guint start = 0;

  for (guint i = 0; i < enclave_chat_labels_get_n_labels (self); i++)
    {
      GtkLabel *label = enclave_chat_labels_get_label (self, i);
      guint length = (guint) strlen (gtk_label_get_text (label));
      PangoAttrList *part = gtk_label_get_attributes (label);
      GSList *attributes = part != NULL ? pango_attr_list_get_attributes (part) : NULL;

      for (GSList *link = attributes; link != NULL; link = link->next)
        {
          PangoAttribute *attribute = link->data;

          if (attribute->start_index >= length)
            continue;
          attribute->end_index = start + MIN (attribute->end_index, length);
          attribute->start_index += start;
          pango_attr_list_insert (colours, pango_attribute_copy (attribute));
        }
      g_slist_free_full (attributes, (GDestroyNotify) pango_attribute_destroy);
      start += length + 1;
    }

  return colours;
}

static GtkLabel *
get_part (EnclaveChatLabels *self, guint index)
{
  GtkWidget *label;

  if (index < enclave_chat_labels_get_n_labels (self))
    return enclave_chat_labels_get_label (self, index);
  label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "yalign", 0.0, "selectable", TRUE, NULL);
  /* Code runs from left to right in every language. */
  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  enclave_chat_labels_append (self, GTK_LABEL (label));

  return GTK_LABEL (label);
}

/* What was coloured before keeps its colours, where it is still shown; @n_gone: lines that @label has shown before @text. */
static gboolean
show_part (GtkLabel *label, const char *text, guint n_gone)
{
  const char *before = gtk_label_get_text (label);
  gsize gone = enclave_chat_code_text_measure_lines (before, n_gone);
  PangoAttrList *colours = gtk_label_get_attributes (label);
  gboolean is_kept = g_str_has_prefix (text, before + gone);
  g_autoptr (PangoAttrList) moved = NULL;

  if (strcmp (before, text) == 0)
    return TRUE;
  if (colours != NULL && is_kept)
    moved = gone > 0 ? enclave_chat_code_text_move_colours (colours, gone) : pango_attr_list_ref (colours);
  if (colours != moved)
    gtk_label_set_attributes (label, moved);
  gtk_label_set_text (label, text);

  return is_kept;
}

gboolean
enclave_chat_code_text_show_whole (EnclaveChatLabels *self, const char *text, gboolean is_same_start)
{
  g_autofree char *before = enclave_chat_labels_dup_text (self, 0, G_MAXSIZE);
  gboolean is_kept = is_same_start && g_str_has_prefix (text, before);
  g_autoptr (PangoAttrList) colours = NULL;

  if (enclave_chat_labels_get_n_labels (self) == 1 && strcmp (before, text) == 0)
    return TRUE;
  if (is_kept)
    colours = dup_colours (self);
  enclave_chat_labels_truncate (self, 1);
  enclave_chat_labels_set_before (self, 0);
  gtk_label_set_attributes (get_part (self, 0), colours);
  gtk_label_set_text (get_part (self, 0), text);

  return is_kept;
}

gboolean
enclave_chat_code_text_show_end (EnclaveChatLabels *self, const char *text, guint first_line_before, guint first_line, gsize n_bytes_before)
{
  gboolean is_kept = first_line >= first_line_before;
  guint n_dropped = is_kept ? first_line / PART_LINES - first_line_before / PART_LINES : 0;
  guint n_gone = n_dropped > 0 ? first_line % PART_LINES : first_line - first_line_before;
  guint line = first_line;
  guint n = 0;

  if (!is_kept)
    enclave_chat_labels_truncate (self, 0);
  for (guint i = 0; i < n_dropped; i++)
    enclave_chat_labels_drop_first (self);
  do
    {
      guint n_lines = PART_LINES - line % PART_LINES;
      gsize length = enclave_chat_code_text_measure_lines (text, n_lines);
      gboolean is_last = text[length] == '\0';
      g_autofree char *part = g_strndup (text, is_last ? length : length - 1);

      is_kept = show_part (get_part (self, n), part, n == 0 ? n_gone : 0) && is_kept;
      n++;
      line += n_lines;
      text += length;
    }
  while (*text != '\0');
  enclave_chat_labels_truncate (self, n);
  enclave_chat_labels_set_before (self, n_bytes_before);

  return is_kept;
}
