/* enclave-git-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-config.h"

#include <string.h>

#include "enclave-secret-scanner.h"

/* A run of so many letters and digits may be a key: only then it is worth to look for the forms of one. */
#define TOKEN_BYTES 16
#define MAX_NESTED 8
#define MAX_SCHEME_BYTES 32

gboolean
enclave_git_config_is (const char *path)
{
  const char *folder = NULL;
  const char *name = strrchr (path, '/');

  for (const char *at = path; (at = strstr (at, ".git/")) != NULL; at++)
    if (at == path || at[-1] == '/')
      folder = at;

  return folder != NULL && name != NULL && g_str_has_prefix (name, "/config");
}

static gboolean
has_prefix (const char *at, const char *end, const char *prefix)
{
  gsize length = strlen (prefix);

  return (gsize) (end - at) >= length && g_ascii_strncasecmp (at, prefix, length) == 0;
}

gboolean
enclave_git_config_looks_like (const char *text)
{
  static const char *const sections[] = { "[core]", "[remote ", "[branch ", "[credential", "[http", "[url ", "[user]",
                                          "[includeif ", "[include]", "[submodule " };
  const char *end = text + strlen (text);

  for (const char *at = text; at != NULL && at < end; at = strchr (at, '\n'))
    {
      at += strspn (at, " \t\r\n");
      for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
        if (has_prefix (at, end, sections[i]))
          return TRUE;
    }

  return FALSE;
}

/* A line break within is one that a backslash stands before; both stay, or git could not read the next line. */
static gsize
cover (char *from, const char *to)
{
  gsize n = 0;

  for (; from < to; from++)
    if (*from != '*' && *from != '\n' && *from != '\r'
        && !(*from == '\\' && from + 1 < to && (from[1] == '\n' || from[1] == '\r')))
      {
        *from = '*';
        n++;
      }

  return n;
}

static gboolean
ends_address (char c)
{
  return (guchar) c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' || c == '|' || c == '\\';
}

/* What stands behind `=` in the query of an address. */
static gsize
cover_query (char *at, char *end)
{
  gsize n = 0;

  while (at < end)
    {
      char *equals = memchr (at, '=', (gsize) (end - at));
      char *next;

      if (equals == NULL)
        break;
      for (next = equals + 1; next < end && *next != '&' && *next != ';' && *next != '#'; next++)
        ;
      n += cover (equals + 1, next);
      at = next;
    }

  return n;
}

/* @scheme: at its first letter; @at: behind "://". */
static gsize
cover_address (const char *scheme, char *at, char *end)
{
  char *slash = at;
  char *host = NULL;
  char *query;
  char *secret = at;
  gsize n = 0;

  while (slash < end && *slash != '/' && *slash != '?' && *slash != '#')
    slash++;
  for (char *c = at; c < slash; c++)
    if (*c == '@')
      host = c;
  /* A password that holds a slash where it must not: what stands behind a colon there is no number. */
  if (host == NULL)
    {
      char *colon = memchr (at, ':', (gsize) (slash - at));

      if (colon != NULL && colon + 1 < slash && strspn (colon + 1, "0123456789") < (gsize) (slash - colon - 1))
        for (char *c = slash; c < end; c++)
          if (*c == '@')
            host = c;
    }
  if (host != NULL)
    {
      /* The name alone opens nothing where a key is asked for as well; elsewhere it may be a token. */
      if (g_str_has_prefix (scheme, "ssh://") || g_str_has_prefix (scheme, "git+ssh://") || g_str_has_prefix (scheme, "ssh+git://"))
        {
          char *colon = memchr (at, ':', (gsize) (host - at));

          secret = colon != NULL ? colon + 1 : host;
        }
      n += cover (secret, host);
    }
  query = memchr (host != NULL ? host : at, '?', (gsize) (end - (host != NULL ? host : at)));
  if (query != NULL)
    n += cover_query (query, end);

  return n;
}

gsize
enclave_git_config_mask_addresses (char *text, gsize length)
{
  char *end = text + length;
  gsize n = 0;

  for (char *at = text; (at = g_strstr_len (at, end - at, "://")) != NULL;)
    {
      char *stop = at + 3;

      while (stop < end && !ends_address (*stop))
        stop++;
      /* One may be in another (`ext::`, a proxy's); more than a few are none. */
      for (guint i = 0; at != NULL; i++, at = g_strstr_len (at, stop - at, "://"))
        {
          const char *scheme = at;

          at += 3;
          if (i >= MAX_NESTED)
            {
              n += cover (at, stop);
              break;
            }
          while (scheme > text && at - scheme < MAX_SCHEME_BYTES
                 && (g_ascii_isalnum (scheme[-1]) || strchr ("+.-", scheme[-1]) != NULL))
            scheme--;
          n += cover_address (scheme, at, stop);
        }
      at = stop;
    }

  return n;
}

static gboolean
is_named_after_a_secret (const char *name)
{
  static const char *const words[] = { "extraheader", "password", "passwd",  "passphrase", "token",  "secret",
                                       "apikey",      "api-key",  "api_key", "accesskey",  "smtppass", "privatekey" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (name, words[i]) != NULL)
      return TRUE;

  return g_str_equal (name, "pass") || g_str_equal (name, "auth");
}

/* A switch or a number is no secret, whatever it is called. */
static gboolean
is_switch (const char *value, gsize length)
{
  static const char *const words[] = { "", "true", "false", "yes", "no", "on", "off" };
  gsize n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i]) == length && g_ascii_strncasecmp (value, words[i], length) == 0)
      return TRUE;
  while (n < length && g_ascii_isdigit (value[n]))
    n++;

  return n == length && length < 6;
}

/* The end of the setting that begins at @at: a value goes on in the next line behind a backslash. */
static char *
end_of_setting (char *at, const char *end)
{
  for (char *stop = at;; stop++)
    {
      char *c;
      gsize n_slashes = 0;

      while (stop < end && *stop != '\n')
        stop++;
      c = stop > at && stop[-1] == '\r' ? stop - 1 : stop;
      for (; c > at && c[-1] == '\\'; c--)
        n_slashes++;
      if (stop >= end || n_slashes % 2 == 0)
        return stop;
    }
}

/* One setting, without what stands before it in its lines. */
static gsize
mask_setting (char *at, char *end)
{
  gsize length = strcspn (at, " \t=\r\n");
  g_autofree char *name = g_ascii_strdown (at, (gssize) MIN (length, (gsize) (end - at)));
  char *value = memchr (at, '=', (gsize) (end - at));
  gboolean goes_on = memchr (at, '\n', (gsize) (end - at)) != NULL;
  char *stop = end;
  gsize shown;

  if (value == NULL)
    return 0;
  value++;
  while (value < stop && g_ascii_isspace (*value))
    value++;
  while (stop > value && g_ascii_isspace (stop[-1]))
    stop--;
  shown = (gsize) (stop - value);
  if (shown >= 2 && *value == '"' && stop[-1] == '"')
    {
      value++;
      stop--;
      shown -= 2;
    }
  /* A program that is written out there to say a password; in the sandbox there is nobody to say it to. */
  if (g_str_equal (name, "helper") && *value == '!')
    return cover (value + 1, stop);
  if (is_named_after_a_secret (name) && !is_switch (value, shown))
    {
      /* The name of a header may be shown. */
      char *colon = strstr (name, "extraheader") != NULL ? memchr (value, ':', shown) : NULL;

      return cover (colon != NULL ? colon + 1 : value, stop);
    }
  /* Where an address is cut in two nobody can tell what of it is its password. */
  if (goes_on && memchr (value, '@', (gsize) (stop - value)) != NULL)
    return cover (value, stop);

  return 0;
}

static gsize
mask_forms (char *text, gsize length)
{
  static const char *const telling[] = { "pass", "token", "secret", "bearer", "authorization" };
  g_autoptr (GArray) spans = NULL;
  gsize n_token = 0;
  gsize n = 0;
  gboolean has_digit = FALSE;
  gboolean found = FALSE;

  for (gsize i = 0; i < length && !found; i++)
    {
      if (g_ascii_isalnum (text[i]) || strchr ("_-+/=.", text[i]) != NULL)
        {
          n_token++;
          has_digit = has_digit || g_ascii_isdigit (text[i]);
          found = has_digit && n_token >= TOKEN_BYTES;
        }
      else
        {
          n_token = 0;
          has_digit = FALSE;
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (telling) && !found; i++)
    found = strcasestr (text, telling[i]) != NULL;
  if (!found)
    return 0;
  spans = enclave_secret_scanner_scan (text, length);
  for (guint i = 0; i < spans->len; i++)
    {
      const EnclaveSecretSpan *span = &g_array_index (spans, EnclaveSecretSpan, i);

      n += cover (text + span->start, text + span->end);
    }

  return n;
}

gsize
enclave_git_config_mask (char *text, gsize length)
{
  char *end = text + length;
  gsize n;

  g_return_val_if_fail (text != NULL && text[length] == '\0', 0);

  n = mask_forms (text, length) + enclave_git_config_mask_addresses (text, length);
  for (char *at = text; at < end;)
    {
      char *stop;

      at += strspn (at, " \t\r\n");
      if (at >= end)
        break;
      /* The first setting may stand in the line of its section. */
      if (*at == '[')
        {
          gboolean quoted = FALSE;

          while (at < end && *at != '\n' && (quoted || *at != ']'))
            {
              quoted = quoted != (*at == '"');
              at += *at == '\\' && at + 1 < end && at[1] != '\n' ? 2 : 1;
            }
          at = MIN (at, end);
          at += at < end && *at == ']';
          continue;
        }
      if (*at == '#' || *at == ';')
        {
          stop = at + strcspn (at, "\n");
          /* A setting that was switched off. */
          at += strspn (at, "#; \t");
        }
      else
        stop = end_of_setting (at, end);
      if (at < stop)
        n += mask_setting (at, stop);
      at = stop;
      if (at < end && *at == '\0')
        at++;
    }

  return n;
}

void
enclave_git_config_list_includes (const char *text, EnclaveGitIncludeFunc found, gpointer user_data)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean in_include = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      char *value;

      if (*line == '[')
        {
          char *behind = strrchr (line, ']');

          in_include = g_ascii_strncasecmp (line, "[include]", 9) == 0 || g_ascii_strncasecmp (line, "[includeif ", 11) == 0;
          if (behind == NULL)
            continue;
          line = g_strchug (behind + 1);
        }
      if (!in_include || g_ascii_strncasecmp (line, "path", 4) != 0)
        continue;
      value = line + 4 + strspn (line + 4, " \t");
      if (*value != '=')
        continue;
      value = g_strstrip (value + 1);
      if (*value == '"' && strlen (value) >= 2)
        {
          value++;
          value[strcspn (value, "\"")] = '\0';
        }
      if (*value != '\0')
        found (value, user_data);
    }
}
