/* enclave-chat-markdown.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One block of Markdown as Pango markup: always well-formed, whatever @text is. Raw HTML is text; links and pictures
 * are shown with their address and lead nowhere; nothing is loaded. Emphasis is flat in the result however deep it
 * is nested. Pure. Returns: (transfer full). */
char *enclave_chat_markdown_to_markup (const char *text);

G_END_DECLS
