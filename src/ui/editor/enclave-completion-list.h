/* enclave-completion-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* GtkSourceView 5.6 shows its list of completions again after it was hidden when the list has become empty meanwhile: the widget is
 * gone, but its surface stays on the screen, above all other tabs and windows, and no key closes it. Takes such a surface of @view away
 * soon after a key and when the person leaves @view. */
void enclave_completion_list_watch (GtkSourceView *view);

G_END_DECLS
