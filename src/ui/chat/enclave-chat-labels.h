/* enclave-chat-labels.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One text as selectable labels below each other, so that a text which grows at its end has only its last label laid out again. What is
 * selected over several of these is painted here: a label by itself gives its selection up as soon as another one has one. */
#define ENCLAVE_TYPE_CHAT_LABELS (enclave_chat_labels_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatLabels, enclave_chat_labels, ENCLAVE, CHAT_LABELS, GtkWidget)

/* TRUE: lines wrap and fill what width there is, and nothing is asked for; FALSE: as wide as the longest line is. */
void enclave_chat_labels_set_fills (EnclaveChatLabels *self, gboolean fills);
guint enclave_chat_labels_get_n_labels (EnclaveChatLabels *self);
/* Borrowed; @index < the number of them. */
GtkLabel *enclave_chat_labels_get_label (EnclaveChatLabels *self, guint index);
/* (transfer none): @label, which is selectable, at the end. */
void enclave_chat_labels_append (EnclaveChatLabels *self, GtkLabel *label);
/* Keeps the first @n_labels. */
void enclave_chat_labels_truncate (EnclaveChatLabels *self, guint n_labels);
/* Takes the first one away. */
void enclave_chat_labels_drop_first (EnclaveChatLabels *self);

/* Places in the text: bytes of what the labels say, a line end between two of them. What is no longer shown of its beginning counts. */

/* @n_bytes of the text come before the first label. */
void enclave_chat_labels_set_before (EnclaveChatLabels *self, gsize n_bytes);
/* Of the first label and behind the last one. */
gsize enclave_chat_labels_get_start (EnclaveChatLabels *self);
gsize enclave_chat_labels_get_end (EnclaveChatLabels *self);
/* Marks what is between two places as selected; the same twice: nothing. G_MAXSIZE: and all that comes. */
void enclave_chat_labels_select (EnclaveChatLabels *self, gsize from, gsize to);
/* What is shown between two places. (transfer full) */
char *enclave_chat_labels_dup_text (EnclaveChatLabels *self, gsize from, gsize to);
/* The place nearest to a point in @self. @label: (out) (optional) (nullable): the label it is in, borrowed. */
gsize enclave_chat_labels_get_place_at (EnclaveChatLabels *self, double x, double y, GtkLabel **label);
/* Of byte @index in @label, which is one of @self. */
gsize enclave_chat_labels_get_place_in (EnclaveChatLabels *self, GtkLabel *label, gsize index);
/* The label that has @place, borrowed; NULL when there is none. @index: (out): the byte in its text. */
GtkLabel *enclave_chat_labels_find_place (EnclaveChatLabels *self, gsize place, gsize *index);

G_END_DECLS
