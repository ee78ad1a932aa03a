/* enclave-path-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <limits.h>
#include <string.h>

#include "enclave-path-resolver-private.h"

#include "enclave-policy-private.h"
#include "enclave-test-walls.h"

gsize
enclave_path_request_length_of_place (const char *place)
{
  gsize length = strlen (place);

  while (length > 0 && place[length - 1] == '/')
    length--;

  return length;
}

const char *
enclave_path_request_behind (const char *place, const char *path)
{
  gsize length = enclave_path_request_length_of_place (place);

  if (strncmp (place, path, length) != 0 || (path[length] != '/' && path[length] != '\0'))
    return NULL;
  path += length;
  while (*path == '/')
    path++;

  return *path == '\0' ? "." : path;
}

gboolean
enclave_path_request_check_string (EnclaveEffects effects, const char *path, GError **error)
{
  const char *reason = NULL;

  if (path == NULL || *path == '\0')
    reason = N_("the path is empty");
  else if (strlen (path) >= PATH_MAX)
    reason = N_("the path is too long");
  else if (g_ascii_strncasecmp (path, "file:", 5) == 0)
    reason = N_("a path is wanted, not an address");

  for (const guchar *c = (const guchar *) path; reason == NULL && *c != '\0'; c++)
    {
      if (*c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f))
        reason = N_("the path has a control character in it");
    }
  if (reason == NULL)
    return TRUE;

  g_propagate_error (error, enclave_path_error_new_reason (ENCLAVE_GATE_ERROR_INVALID_PATH, effects,
                                                           path != NULL && strlen (path) < PATH_MAX ? path : "", reason));

  return FALSE;
}

static gboolean
check_candidate (EnclavePathResolver *self, EnclaveEffects effects, const char *absolute, const char *path, GError **error)
{
  EnclaveDecision decision = enclave_policy_decide_name (self->policy, self->root, absolute, TRUE);

  if (decision.verdict != ENCLAVE_VERDICT_DENY || enclave_test_walls_is_off ("names"))
    return TRUE;
  g_propagate_error (error, enclave_path_error_denied (effects, decision.rule, path));

  return FALSE;
}

/* What g_canonicalize_filename() makes of @path, which is absolute with one slash in front. @canonical: as much room as @path has. */
static void
put_in_order (const char *path, char *canonical)
{
  gsize length = 0;

  while (*path != '\0')
    {
      const char *name = path + 1;
      const char *end = strchrnul (name, '/');
      gsize n = (gsize) (end - name);

      if (n == 2 && name[0] == '.' && name[1] == '.')
        while (length > 0 && canonical[--length] != '/')
          ;
      else if (n > 0 && !(n == 1 && name[0] == '.'))
        {
          canonical[length] = '/';
          memcpy (canonical + length + 1, name, n);
          length += n + 1;
        }
      path = end;
    }
  if (length == 0)
    canonical[length++] = '/';
  canonical[length] = '\0';
}

/* A path of /proc, and one that does not begin at the project. */
static gboolean
check_elsewhere (EnclavePathResolver *self, EnclaveEffects effects, const char *path, GError **error)
{
  g_autofree char *absolute = path[0] == '/' ? g_strdup (path) : g_build_path ("/", self->root, path, NULL);
  g_autofree char *canonical = g_canonicalize_filename (absolute, "/");
  g_autofree char *alias = NULL;
  const char *candidates[3] = { absolute, canonical, NULL };

  /* /proc/PID/root/PATH is PATH by another name: the rule named should be the one about that file. */
  if (g_str_has_prefix (canonical, "/proc/"))
    {
      const char *rest = strstr (canonical, "/root/");
      const char *cwd = strstr (canonical, "/cwd/");

      if (rest != NULL)
        alias = g_strdup (rest + strlen ("/root"));
      else if (cwd != NULL)
        alias = g_build_path ("/", self->root, cwd + strlen ("/cwd/"), NULL);
    }
  if (alias != NULL)
    {
      candidates[0] = alias;
      candidates[2] = absolute;
    }

  for (guint i = 0; i < G_N_ELEMENTS (candidates) && candidates[i] != NULL; i++)
    if (!check_candidate (self, effects, candidates[i], path, error))
      return FALSE;

  return TRUE;
}

/* Judges the string as it stands, before anything is opened. */
gboolean
enclave_path_request_check (EnclavePathResolver *self, EnclaveEffects effects, const char *path, GError **error)
{
  char absolute[PATH_MAX];
  char canonical[PATH_MAX];
  gsize length = strlen (path);

  if (path[0] == '/' || self->root_length + 1 + length >= PATH_MAX)
    return check_elsewhere (self, effects, path, error);

  memcpy (absolute, self->root, self->root_length);
  absolute[self->root_length] = '/';
  memcpy (absolute + self->root_length + 1, path, length + 1);
  put_in_order (absolute, canonical);
  if (g_str_has_prefix (canonical, "/proc/"))
    return check_elsewhere (self, effects, path, error);

  return check_candidate (self, effects, absolute, path, error)
         && (strcmp (absolute, canonical) == 0 || check_candidate (self, effects, canonical, path, error));
}
