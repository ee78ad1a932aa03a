/* enclave-chat-completion-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-gate.h"
#include "enclave-mcp-catalog.h"
#include "enclave-mention.h"

G_BEGIN_DECLS

/* A row of the list over the composer; it never takes the focus. @value: what is written when it is taken. (transfer floating) */
GtkWidget *enclave_chat_completion_row_new (const char *value, const char *icon_name, const char *title, const char *detail);
/* What can be mentioned. What @gate denies now, or no mention can hold, is insensitive and says why. (transfer floating) */
GtkWidget *enclave_chat_completion_row_new_for_match (const EnclaveMentionMatch *match, EnclaveGate *gate);
/* Appends those commands of the composer that begin with @prefix. */
void enclave_chat_completion_row_add_commands (GtkListBox *list, const char *prefix);
/* Appends those prompts of servers that @word means, as far as the list has room. */
void enclave_chat_completion_row_add_prompts (GtkListBox *list, const char *word, EnclaveMcpCatalog *catalog);
/* @name: without the `/`. */
gboolean enclave_chat_completion_row_is_command (const char *name);
/* Borrowed. */
const char *enclave_chat_completion_row_get_value (GtkWidget *row);
/* For a screen reader. Borrowed. */
const char *enclave_chat_completion_row_get_words (GtkWidget *row);
/* The first of those that can be taken, or the one of @value (nullable). (nullable): Borrowed. */
GtkListBoxRow *enclave_chat_completion_row_find (GtkListBox *list, const char *value);
EnclaveMentionKind enclave_chat_completion_row_get_kind (GtkWidget *row);

G_END_DECLS
