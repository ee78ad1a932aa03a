/* enclave-chat-exact-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_CHAT_EXACT_COMMAND, /* several lines are numbered, and their ends drawn */
  ENCLAVE_CHAT_EXACT_CHANGE,  /* lines of hunks are tinted */
  ENCLAVE_CHAT_EXACT_PROSE,
} EnclaveChatExactKind;

/* A text that a person must judge, to the last byte: what can't be seen is drawn, what is long scrolls in a box of its own, and
 * whether its end was ever shown is known. Property: "seen-whole" (boolean). */
#define ENCLAVE_TYPE_CHAT_EXACT_TEXT (enclave_chat_exact_text_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatExactText, enclave_chat_exact_text, ENCLAVE, CHAT_EXACT_TEXT, GtkWidget)

GtkWidget *enclave_chat_exact_text_new (void);
/* @name: what it is, for assistive technologies. Nothing of it counts as seen. Returns: how many characters had to be
 * drawn. */
guint enclave_chat_exact_text_set (EnclaveChatExactText *self, const char *text, EnclaveChatExactKind kind,
                                   const char *name);
gboolean enclave_chat_exact_text_get_seen_whole (EnclaveChatExactText *self);
/* Looks whether the end is shown now; scrolling does so by itself. */
void enclave_chat_exact_text_check (EnclaveChatExactText *self);

/* @subject as Pango markup: what can't be seen drawn as a bold `<U+…>`, a change's lines tinted.
 * @n_hidden: (out): how many characters were drawn. (transfer full) */
char *enclave_chat_exact_text_format (const char *subject, EnclaveChatExactKind kind, guint *n_hidden);

G_END_DECLS
