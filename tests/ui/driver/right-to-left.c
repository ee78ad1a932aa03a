/* right-to-left.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Preloaded into the program by a test. GTK takes its direction from its own translation, but only for a language that
 * the program is translated to; this says that the language is written from right to left, whatever it is. */

#include <libintl.h>
#include <string.h>

const char *g_dgettext (const char *domain, const char *message);

const char *
g_dgettext (const char *domain, const char *message)
{
  if (message != NULL && strcmp (message, "default:LTR") == 0)
    return "default:RTL";
  return dgettext (domain, message);
}
