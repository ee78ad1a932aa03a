/* enclave-chat-markdown.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One block of Markdown as the markup of a GtkLabel: always well-formed, whatever @text is. Raw HTML is text; links and pictures
 * are shown with their address, and of links to the web that address can be pressed: who shows it has to ask; nothing is loaded. Emphasis is flat in the result however deep it
 * is nested. Pure. Returns: (transfer full). */
char *enclave_chat_markdown_to_markup (const char *text);

G_END_DECLS
