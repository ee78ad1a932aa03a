/* enclave-late-menu.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-accessible.h"
#include "enclave-late-menu.h"

static void
make_cb (GtkMenuButton *button, gpointer user_data)
{
  if (gtk_menu_button_get_menu_model (button) == user_data)
    return;
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (user_data));
  enclave_accessible_mend (GTK_WIDGET (gtk_menu_button_get_popover (button)));
}

void
enclave_late_menu_set (GtkMenuButton *button, GMenuModel *model)
{
  g_return_if_fail (GTK_IS_MENU_BUTTON (button));
  g_return_if_fail (G_IS_MENU_MODEL (model));

  gtk_menu_button_set_create_popup_func (button, make_cb, g_object_ref (model), g_object_unref);
}
