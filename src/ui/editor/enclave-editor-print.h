/* enclave-editor-print.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* Prints the view's text with line numbers, its title on each page. @parent: (nullable). @export_path: (nullable): writes a PDF there
 * instead of asking for a printer. Failure is told in a dialog of the toolkit's own. */
void enclave_editor_print (GtkSourceView *view, const char *title, GtkWindow *parent, const char *export_path);

G_END_DECLS
