/* enclave-tab-drops.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A tab that is dropped outside of all windows on X11 is dropped on the root window, which GTK 4 takes for a drop and never ends: the tab is
 * in no window any more. From now on such a drop of a tab of @view ends, and the view asks for a window as it does on Wayland. */
void enclave_tab_drops_watch (AdwTabView *view);

G_END_DECLS
