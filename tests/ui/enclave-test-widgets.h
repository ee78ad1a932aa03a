/* enclave-test-widgets.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef gboolean (*EnclaveTestWidgetFunc) (GtkWidget *widget, gpointer data);

/* The first of @root and what is below it for which @matches says so, in the order of the tree. Borrowed; NULL: there is none. */
GtkWidget *enclave_test_find_widget (GtkWidget *root, EnclaveTestWidgetFunc matches, gpointer data);
GtkWidget *enclave_test_find_type (GtkWidget *root, GType type);
/* @label: (nullable): any button. */
GtkWidget *enclave_test_find_button (GtkWidget *root, const char *label);
/* One that is mapped, with this text or with it in its text. */
GtkWidget *enclave_test_find_label (GtkWidget *root, const char *text);
GtkWidget *enclave_test_find_label_with (GtkWidget *root, const char *part);
/* Rows of preferences, of any depth, that are not hidden. */
guint enclave_test_count_shown_rows (GtkWidget *root);

G_END_DECLS
