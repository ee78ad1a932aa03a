/* enclave-git-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-words.h"

#include <glib/gi18n-lib.h>

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define MONTH (30 * DAY)

char *
enclave_git_words_dup_date (gint64 time)
{
  g_autoptr (GDateTime) date = time != 0 ? g_date_time_new_from_unix_local (time) : NULL;

  return date != NULL ? g_date_time_format (date, "%Y-%m-%d") : g_strdup ("");
}

char *
enclave_git_words_dup_age (gint64 time, gint64 now)
{
  gint64 age = now - time;
  guint n;

  if (time == 0 || age < 0 || age >= MONTH)
    return enclave_git_words_dup_date (time);
  if (age < MINUTE)
    return g_strdup (_("just now"));
  if (age < HOUR)
    {
      n = (guint) (age / MINUTE);
      return g_strdup_printf (g_dngettext (NULL, "%u minute ago", "%u minutes ago", n), n);
    }
  if (age < DAY)
    {
      n = (guint) (age / HOUR);
      return g_strdup_printf (g_dngettext (NULL, "%u hour ago", "%u hours ago", n), n);
    }
  n = (guint) (age / DAY);

  return g_strdup_printf (g_dngettext (NULL, "%u day ago", "%u days ago", n), n);
}
