/* enclave-code-attributes.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * enclave_code_attributes_add:
 * @list: takes colour, weight, slant and underline of what is between @start and @end
 * @start: a place in a highlighted buffer
 * @end: one after it
 * @index: where @start is in the text that @list belongs to, in bytes
 *
 * What a buffer shows by tags, for a label or a layout of its own.
 */
void enclave_code_attributes_add (PangoAttrList *list, const GtkTextIter *start, const GtkTextIter *end, guint index);

G_END_DECLS
