/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Read once for the whole folder: reading these headers is most of the time that compiling a widget takes. */
#include <adwaita.h>
#include <gtksourceview/gtksource.h>
#include <vte/vte.h>
