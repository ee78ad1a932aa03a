/* enclave-path-resolver.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "enclave-path-resolver-private.h"

#include "enclave-descriptor.h"
#include "enclave-policy-private.h"
#include "enclave-test-walls.h"
#include "enclave-utf8.h"

G_DEFINE_FINAL_TYPE (EnclavePathResolver, enclave_path_resolver, G_TYPE_OBJECT)

static void
enclave_path_resolver_finalize (GObject *object)
{
  EnclavePathResolver *self = ENCLAVE_PATH_RESOLVER (object);

  if (self->root_fd >= 0)
    close (self->root_fd);
  g_clear_object (&self->policy);
  g_clear_object (&self->links);
  g_clear_pointer (&self->root, g_free);

  G_OBJECT_CLASS (enclave_path_resolver_parent_class)->finalize (object);
}

static void
enclave_path_resolver_class_init (EnclavePathResolverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_path_resolver_finalize;
}

static void
enclave_path_resolver_init (EnclavePathResolver *self)
{
  self->root_fd = -1;
}

void
enclave_resolved_path_clear (EnclaveResolvedPath *resolved)
{
  if (resolved->fd >= 0)
    close (resolved->fd);
  resolved->fd = -1;
  g_clear_pointer (&resolved->true_path, g_free);
  g_clear_pointer (&resolved->path, g_free);
}

EnclavePathResolver *
enclave_path_resolver_new (const char *root, EnclavePolicy *policy, GError **error)
{
  g_autoptr(EnclavePathResolver) self = NULL;
  g_autofree char *shown = NULL;
  struct stat st;

  g_return_val_if_fail (root != NULL, NULL);
  g_return_val_if_fail (ENCLAVE_IS_POLICY (policy), NULL);

  shown = enclave_utf8_display_name (root);
  self = g_object_new (ENCLAVE_TYPE_PATH_RESOLVER, NULL);
  self->policy = g_object_ref (policy);
  self->root_fd = open (root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (self->root_fd < 0)
    {
      EnclaveGateError code = errno == ENOENT ? ENCLAVE_GATE_ERROR_NOT_FOUND
                              : errno == ENOTDIR ? ENCLAVE_GATE_ERROR_NOT_REGULAR
                                                 : ENCLAVE_GATE_ERROR_FAILED;

      g_set_error (error, ENCLAVE_GATE_ERROR, code, _("Opening the folder %s: %s"), shown, g_strerror (errno));
      return NULL;
    }
  self->root = enclave_descriptor_dup_name (self->root_fd);
  self->root_length = self->root != NULL ? enclave_path_request_length_of_place (self->root) : 0;
  if (self->root == NULL)
    {
      g_set_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED,
                   _("Opening the folder %s: /proc is not there to tell its true name"), shown);
      return NULL;
    }
  enclave_descriptor_ask (self->root_fd, &st, &self->mount_id);
  self->links = enclave_link_index_new (policy, self->root);
  if (!enclave_beneath_kernel_has_openat2 ())
    self->beneath = ENCLAVE_BENEATH_PORTABLE;

  return g_steal_pointer (&self);
}

EnclavePathResolver *
enclave_path_resolver_new_with_policy (EnclavePathResolver *self, EnclavePolicy *policy, GError **error)
{
  g_autoptr(EnclavePathResolver) other = NULL;

  g_return_val_if_fail (ENCLAVE_IS_PATH_RESOLVER (self), NULL);
  g_return_val_if_fail (ENCLAVE_IS_POLICY (policy), NULL);

  other = g_object_new (ENCLAVE_TYPE_PATH_RESOLVER, NULL);
  other->policy = g_object_ref (policy);
  other->root_fd = fcntl (self->root_fd, F_DUPFD_CLOEXEC, 3);
  if (other->root_fd < 0)
    {
      g_set_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED, _("Opening the folder %s: %s"), self->root,
                   g_strerror (errno));
      return NULL;
    }
  other->root = g_strdup (self->root);
  other->root_length = self->root_length;
  other->links = enclave_link_index_new (policy, other->root);
  other->mount_id = self->mount_id;
  other->beneath = self->beneath;

  return g_steal_pointer (&other);
}

const char *
enclave_path_resolver_get_root (EnclavePathResolver *self)
{
  return self->root;
}

int
enclave_path_resolver_get_root_fd (EnclavePathResolver *self)
{
  return self->root_fd;
}

EnclavePolicy *
enclave_path_resolver_get_policy (EnclavePathResolver *self)
{
  return self->policy;
}

void
enclave_path_resolver_set_portable (EnclavePathResolver *self, gboolean portable)
{
  self->beneath = portable ? ENCLAVE_BENEATH_PORTABLE : ENCLAVE_BENEATH_NONE;
}

static const char *
source_of_rule (const char *rule)
{
  static const char *const sources[] = { "system", "user", "project" };

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    if (g_str_has_prefix (rule, sources[i]))
      return sources[i];

  return "builtin";
}

gboolean
enclave_path_resolver_judge (EnclavePathResolver *self, EnclaveEffects effects, int fd, const char *path,
                             EnclaveResolveFlags flags, gint64 tolerance_us, EnclaveResolvedPath *resolved,
                             GError **error)
{
  const char *relative;
  const char *rule;
  gboolean is_directory;
  gboolean is_mounted;
  guint64 mount_id;

  g_return_val_if_fail (ENCLAVE_IS_PATH_RESOLVER (self), FALSE);

  resolved->fd = fd;
  resolved->true_path = enclave_descriptor_dup_name (fd);
  if (resolved->true_path == NULL || !enclave_descriptor_ask (fd, &resolved->st, &mount_id))
    {
      g_propagate_error (error, enclave_path_error_new (ENCLAVE_GATE_ERROR_FAILED, effects, NULL, path,
                                                        N_("its true name can’t be told")));
      return FALSE;
    }
  is_directory = S_ISDIR (resolved->st.st_mode);
  relative = enclave_path_request_behind (self->root, resolved->true_path);
  resolved->path = g_strdup (relative != NULL ? relative : resolved->true_path);

  resolved->decision = enclave_policy_decide (self->policy, effects, self->root, resolved->true_path, is_directory);
  if (enclave_test_walls_is_off ("rules"))
    resolved->decision = (EnclaveDecision) { ENCLAVE_VERDICT_ALLOW, NULL, NULL };
  if (resolved->decision.verdict == ENCLAVE_VERDICT_DENY)
    {
      g_propagate_error (error, enclave_path_error_denied (effects, resolved->decision.rule, path));
      return FALSE;
    }
  /* A removed file's name is no longer one to judge by. */
  if (resolved->st.st_nlink == 0)
    {
      g_propagate_error (error, enclave_path_error_errno (effects, path, ENOENT));
      return FALSE;
    }
  /* A mount gives a file a second name as a hard link does. */
  is_mounted = mount_id != self->mount_id;
  rule = enclave_link_index_find (self->links, &resolved->st, is_mounted, tolerance_us);
  if (rule != NULL)
    {
      resolved->decision.verdict = ENCLAVE_VERDICT_DENY;
      g_propagate_error (error, enclave_path_error_denied (effects, rule, path));
      return FALSE;
    }
  /* What is written under this name would change the file under its other name as well. */
  if ((effects & ENCLAVE_EFFECT_WRITE) != 0 && resolved->decision.verdict == ENCLAVE_VERDICT_ALLOW
      && (resolved->st.st_nlink > 1 || is_mounted))
    {
      rule = enclave_link_index_find_asking (self->links, &resolved->st);
      if (rule != NULL)
        resolved->decision = (EnclaveDecision) { ENCLAVE_VERDICT_ASK, rule, source_of_rule (rule) };
    }

  if ((flags & ENCLAVE_RESOLVE_ANY) != 0 ? is_directory || S_ISREG (resolved->st.st_mode)
      : (flags & ENCLAVE_RESOLVE_DIRECTORY) != 0 ? is_directory
                                                 : S_ISREG (resolved->st.st_mode))
    return TRUE;

  g_propagate_error (error,
                     enclave_path_error_new (ENCLAVE_GATE_ERROR_NOT_REGULAR, effects, NULL, path,
                                             is_directory ? N_("it is a folder")
                                             : S_ISREG (resolved->st.st_mode) ? N_("it is no folder")
                                                                              : N_("it is not a regular file")));

  return FALSE;
}

/* For the words of the refusal only: a link that leaves the project may lead to a file with a rule of its own,
 * the project's own files by an absolute link among them. */
static GError *
outside_error (EnclavePathResolver *self, EnclaveEffects effects, const char *path)
{
  int fd = openat (self->root_fd, path, O_PATH | O_CLOEXEC);

  if (fd >= 0)
    {
      g_autofree char *target = enclave_descriptor_dup_name (fd);
      struct stat st;
      gboolean is_directory = fstat (fd, &st) == 0 && S_ISDIR (st.st_mode);

      close (fd);
      if (target != NULL)
        {
          EnclaveDecision decision = enclave_policy_decide_name (self->policy, self->root, target, is_directory);

          if (decision.verdict == ENCLAVE_VERDICT_DENY)
            return enclave_path_error_denied (effects, decision.rule, path);
        }
    }

  return enclave_path_error_denied (effects, OUTSIDE_RULE, path);
}

/* A name that nothing has yet: the nearest folder that is there gives the true path of what would be made. */
static gboolean
resolve_missing (EnclavePathResolver *self, EnclaveEffects effects, const char *path, EnclaveResolvedPath *resolved,
                 GError **error)
{
  g_autofree char *joined = g_build_path ("/", self->root, path, NULL);
  g_autofree char *canonical = g_canonicalize_filename (joined, "/");
  const char *relative = enclave_path_request_behind (self->root, canonical);
  g_autofree char *folder = NULL;
  g_autofree char *folder_name = NULL;
  g_autofree char *first = NULL;
  const char *rest;
  struct stat st;
  gsize length;
  int fd = -1;

  if (relative == NULL || g_str_equal (relative, ".") || g_str_has_suffix (path, "/"))
    {
      g_propagate_error (error, relative == NULL ? enclave_path_error_denied (effects, OUTSIDE_RULE, path)
                                                 : enclave_path_error_errno (effects, path, ENOENT));
      return FALSE;
    }

  folder = g_path_get_dirname (relative);
  while ((fd = enclave_beneath_open (self->root_fd, folder, O_DIRECTORY, self->beneath)) < 0)
    {
      g_autofree char *upper = NULL;

      if (errno != ENOENT || g_str_equal (folder, "."))
        {
          g_propagate_error (error, errno == EXDEV ? outside_error (self, effects, folder)
                                                   : enclave_path_error_errno (effects, path, errno));
          return FALSE;
        }
      upper = g_path_get_dirname (folder);
      g_free (folder);
      folder = g_steal_pointer (&upper);
    }

  rest = g_str_equal (folder, ".") ? relative : relative + strlen (folder) + 1;
  length = strcspn (rest, "/");
  first = g_strndup (rest, length);
  folder_name = enclave_descriptor_dup_name (fd);
  if (folder_name == NULL || fstatat (fd, first, &st, AT_SYMLINK_NOFOLLOW) == 0)
    {
      close (fd);
      g_propagate_error (error, enclave_path_error_new (ENCLAVE_GATE_ERROR_INVALID_PATH, effects, NULL, path,
                                                        N_("it is a link to something that is not there")));
      return FALSE;
    }
  close (fd);

  resolved->true_path = g_build_path ("/", folder_name, rest, NULL);
  relative = enclave_path_request_behind (self->root, resolved->true_path);
  resolved->path = g_strdup (relative != NULL ? relative : resolved->true_path);
  resolved->decision = enclave_policy_decide (self->policy, effects, self->root, resolved->true_path, FALSE);
  if (resolved->decision.verdict == ENCLAVE_VERDICT_DENY)
    {
      g_propagate_error (error, enclave_path_error_denied (effects, resolved->decision.rule, path));
      return FALSE;
    }

  return TRUE;
}

static int
open_in_place (EnclavePathResolver *self, EnclaveEffects effects, const char *path)
{
  const char *const *places = enclave_policy_get_read_only_places ();

  for (guint i = 0; (effects & ~ENCLAVE_EFFECT_READ) == 0 && places[i] != NULL; i++)
    {
      const char *relative = enclave_path_request_behind (places[i], path);
      int place_fd, fd, saved;

      if (relative == NULL)
        continue;
      place_fd = open (places[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
      if (place_fd < 0)
        return -1;
      fd = enclave_beneath_open (place_fd, relative, 0, self->beneath);
      saved = errno;
      close (place_fd);
      errno = saved;
      return fd;
    }

  errno = EXDEV;

  return -1;
}

gboolean
enclave_path_resolver_open (EnclavePathResolver *self, EnclaveEffects effects, const char *path,
                            EnclaveResolveFlags flags, EnclaveResolvedPath *resolved, GError **error)
{
  const char *relative = path;
  int fd;

  g_return_val_if_fail (ENCLAVE_IS_PATH_RESOLVER (self), FALSE);
  g_return_val_if_fail (resolved != NULL, FALSE);

  if (!enclave_path_request_check_string (effects, path, error) || !enclave_path_request_check (self, effects, path, error))
    return FALSE;

  if (path[0] == '/')
    relative = enclave_path_request_behind (self->root, path);
  if (relative != NULL)
    fd = enclave_beneath_open (self->root_fd, relative, 0, self->beneath);
  else
    fd = open_in_place (self, effects, path);

  if (fd >= 0)
    return enclave_path_resolver_judge (self, effects, fd, path, flags, 0, resolved, error);

  if (errno == ENOENT && relative != NULL && (flags & ENCLAVE_RESOLVE_ALLOW_MISSING) != 0)
    return resolve_missing (self, effects, relative, resolved, error);

  if (errno == EXDEV)
    g_propagate_error (error, outside_error (self, effects, path));
  else
    g_propagate_error (error, enclave_path_error_errno (effects, path, errno));

  return FALSE;
}

int
enclave_path_resolver_reopen (EnclavePathResolver *self, const EnclaveResolvedPath *resolved, GError **error)
{
  char link[ENCLAVE_DESCRIPTOR_LINK_MAX];
  int fd;

  g_return_val_if_fail (ENCLAVE_IS_PATH_RESOLVER (self), -1);
  g_return_val_if_fail (resolved->fd >= 0, -1);

  enclave_descriptor_link (resolved->fd, link);
  fd = open (link, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
                   | (S_ISDIR (resolved->st.st_mode) ? O_DIRECTORY : 0));
  if (fd < 0)
    g_propagate_error (error, enclave_path_error_errno (ENCLAVE_EFFECT_READ, resolved->path, errno));

  return fd;
}

int
enclave_path_resolver_open_parent (EnclavePathResolver *self, const char *true_path, GPtrArray *created,
                                   char **name, GError **error)
{
  const char *relative;
  g_auto(GStrv) parts = NULL;
  g_autoptr(GString) walked = g_string_new (NULL);
  guint n;
  int fd;

  g_return_val_if_fail (ENCLAVE_IS_PATH_RESOLVER (self), -1);

  relative = enclave_path_request_behind (self->root, true_path);
  if (relative == NULL || g_str_equal (relative, "."))
    {
      g_propagate_error (error, enclave_path_error_denied (ENCLAVE_EFFECT_WRITE, OUTSIDE_RULE, true_path));
      return -1;
    }

  parts = g_strsplit (relative, "/", -1);
  n = g_strv_length (parts);
  fd = openat (self->root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (guint i = 0; fd >= 0 && i + 1 < n; i++)
    {
      int next, saved;

      g_string_append_printf (walked, "%s%s", i > 0 ? "/" : "", parts[i]);
      next = openat (fd, parts[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (next < 0 && errno == ENOENT && created != NULL && mkdirat (fd, parts[i], 0777) == 0)
        {
          g_ptr_array_add (created, g_strdup (walked->str));
          next = openat (fd, parts[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        }
      saved = errno;
      close (fd);
      errno = saved;
      fd = next;
    }
  if (fd < 0)
    {
      g_propagate_error (error, enclave_path_error_errno (ENCLAVE_EFFECT_WRITE, relative, errno));
      return -1;
    }
  *name = g_strdup (parts[n - 1]);

  return fd;
}

EnclaveDecision
enclave_path_resolver_judge_name (EnclavePathResolver *self, EnclaveEffects effects, const char *path,
                                  gboolean is_directory)
{
  g_autofree char *absolute = NULL;
  g_autofree char *canonical = NULL;
  EnclaveDecision decision = { ENCLAVE_VERDICT_DENY, OUTSIDE_RULE, "builtin" };

  g_return_val_if_fail (ENCLAVE_IS_PATH_RESOLVER (self), decision);

  absolute = path[0] == '/' ? g_strdup (path) : g_build_path ("/", self->root, path, NULL);
  canonical = g_canonicalize_filename (absolute, "/");

  return enclave_policy_decide (self->policy, effects, self->root, canonical, is_directory);
}
