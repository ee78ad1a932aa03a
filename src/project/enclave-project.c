/* enclave-project.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-project.h"
#include "enclave-file-watch.h"
#include "enclave-utf8.h"

/* HEAD and a `.git` file hold one line; a longer one is something else. */
#define GIT_LINE_MAX_BYTES 4096
#define SHORT_COMMIT_LENGTH 7
#define GIT_CHANGE_DELAY_MS 100

struct _EnclaveProject
{
  GObject parent_instance;

  GFile *folder;
  char *path;
  char *name;
  char *branch;
  gboolean is_detached;
  GFileMonitor *git_monitor;
  GFileMonitor *head_monitor;
  char *head_path;
  guint change_source;
};

enum
{
  PROP_NAME = 1,
  PROP_BRANCH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveProject, enclave_project, G_TYPE_OBJECT)

/* The first line of a small regular file. Whoever made the folder made `.git` too: a pipe or a device there must not
 * stop the window. */
static char *
read_line (const char *path)
{
  char buffer[GIT_LINE_MAX_BYTES + 1];
  struct stat st;
  ssize_t length = -1;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    return NULL;
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode))
    length = TEMP_FAILURE_RETRY (read (fd, buffer, GIT_LINE_MAX_BYTES));
  close (fd);
  if (length <= 0)
    return NULL;

  buffer[length] = '\0';
  buffer[strcspn (buffer, "\r\n")] = '\0';
  return g_strdup (g_strchomp (buffer));
}

/* The folder that holds HEAD: `.git` itself, or where the `.git` file of a worktree or submodule points. */
static char *
find_head_path (const char *git_path)
{
  g_autofree char *line = NULL;
  g_autofree char *parent = NULL;
  g_autofree char *target = NULL;
  struct stat st;

  if (stat (git_path, &st) != 0)
    return NULL;
  if (S_ISDIR (st.st_mode))
    return g_build_filename (git_path, "HEAD", NULL);

  line = read_line (git_path);
  if (line == NULL || !g_str_has_prefix (line, "gitdir:"))
    return NULL;

  parent = g_path_get_dirname (git_path);
  target = g_canonicalize_filename (g_strchug (line + strlen ("gitdir:")), parent);
  return g_build_filename (target, "HEAD", NULL);
}

static gboolean
is_commit (const char *text)
{
  gsize length = strspn (text, "0123456789abcdef");

  return text[length] == '\0' && (length == 40 || length == 64);
}

static char *
branch_from_reference (const char *reference)
{
  static const char *const prefixes[] = { "refs/heads/", "refs/remotes/", "refs/" };

  /* With the reftable format HEAD names a branch that can't exist. */
  if (g_str_equal (reference, "refs/heads/.invalid"))
    return g_strdup ("");
  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      if (g_str_has_prefix (reference, prefixes[i]))
        return enclave_utf8_display_name (reference + strlen (prefixes[i]));
    }
  return g_strdup ("");
}

static char *
read_branch (const char *head_path, gboolean *is_detached)
{
  g_autofree char *line = NULL;
  g_autofree char *link = g_file_read_link (head_path, NULL);

  /* Old repositories have HEAD as a link to the branch, which need not exist yet. */
  if (link != NULL && g_str_has_prefix (link, "refs/"))
    return branch_from_reference (link);

  line = read_line (head_path);
  if (line == NULL)
    return g_strdup ("");
  if (g_str_has_prefix (line, "ref:"))
    return branch_from_reference (g_strchug (line + strlen ("ref:")));
  *is_detached = is_commit (line);
  if (*is_detached)
    return g_strndup (line, SHORT_COMMIT_LENGTH);
  return g_strdup ("");
}

static void git_changed_cb (EnclaveProject *self);

static GFileMonitor *
follow (EnclaveProject *self, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GFileMonitor *monitor = enclave_file_watch_new (file);

  g_signal_connect_object (monitor, "changed", G_CALLBACK (git_changed_cb), self, G_CONNECT_SWAPPED);
  return monitor;
}

static void
update_branch (EnclaveProject *self)
{
  g_autofree char *git_path = g_build_filename (self->path, ".git", NULL);
  g_autofree char *head_path = find_head_path (git_path);
  gboolean is_detached = FALSE;
  g_autofree char *branch = head_path != NULL ? read_branch (head_path, &is_detached) : g_strdup ("");

  if (g_strcmp0 (head_path, self->head_path) != 0)
    {
      g_clear_object (&self->head_monitor);
      g_free (self->head_path);
      self->head_path = g_steal_pointer (&head_path);
      if (self->head_path != NULL)
        self->head_monitor = follow (self, self->head_path);
    }
  if (g_strcmp0 (branch, self->branch) == 0 && is_detached == self->is_detached)
    return;

  self->is_detached = is_detached;
  g_free (self->branch);
  self->branch = g_steal_pointer (&branch);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BRANCH]);
}

static gboolean
change_settled_cb (gpointer data)
{
  EnclaveProject *self = data;

  self->change_source = 0;
  update_branch (self);
  return G_SOURCE_REMOVE;
}

static void
git_changed_cb (EnclaveProject *self)
{
  if (self->change_source == 0)
    self->change_source = g_timeout_add (GIT_CHANGE_DELAY_MS, change_settled_cb, self);
}

static void
enclave_project_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  EnclaveProject *self = ENCLAVE_PROJECT (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_BRANCH:
      g_value_set_string (value, self->branch);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
enclave_project_dispose (GObject *object)
{
  EnclaveProject *self = ENCLAVE_PROJECT (object);

  g_clear_handle_id (&self->change_source, g_source_remove);
  g_clear_object (&self->git_monitor);
  g_clear_object (&self->head_monitor);

  G_OBJECT_CLASS (enclave_project_parent_class)->dispose (object);
}

static void
enclave_project_finalize (GObject *object)
{
  EnclaveProject *self = ENCLAVE_PROJECT (object);

  g_clear_object (&self->folder);
  g_free (self->path);
  g_free (self->name);
  g_free (self->branch);
  g_free (self->head_path);

  G_OBJECT_CLASS (enclave_project_parent_class)->finalize (object);
}

static void
enclave_project_class_init (EnclaveProjectClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = enclave_project_get_property;
  object_class->dispose = enclave_project_dispose;
  object_class->finalize = enclave_project_finalize;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_BRANCH] = g_param_spec_string ("branch", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_project_init (EnclaveProject *self)
{
  self->branch = g_strdup ("");
}

EnclaveProject *
enclave_project_new (GFile *folder, GError **error)
{
  g_autoptr (EnclaveProject) self = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *base = NULL;
  g_autofree char *git_path = NULL;
  const char *path;
  struct stat st;

  g_return_val_if_fail (G_IS_FILE (folder), NULL);

  path = g_file_peek_path (folder);
  if (path == NULL)
    {
      g_autofree char *uri = g_file_get_uri (folder);

      shown = enclave_utf8_display_name (uri);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("Could not open “%s”: it is not a folder of this machine’s file system."), shown);
      return NULL;
    }

  shown = enclave_utf8_display_name (path);
  if (stat (path, &st) != 0)
    {
      int code = errno;

      if (code == ENOENT)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     _("Could not open “%s”: there is no such folder. It may have been moved or removed."), shown);
      else
        g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), _("Could not open “%s”: %s"), shown,
                     g_strerror (code));
      return NULL;
    }
  if (!S_ISDIR (st.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY,
                   _("Could not open “%s” as a project: it is a file. Open the folder it is in."), shown);
      return NULL;
    }
  if (access (path, R_OK | X_OK) != 0)
    {
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno),
                   _("Could not open “%s”: %s. Your user needs the rights to read and enter it."), shown,
                   g_strerror (errno));
      return NULL;
    }

  self = g_object_new (ENCLAVE_TYPE_PROJECT, NULL);
  self->folder = g_object_ref (folder);
  self->path = g_strdup (path);
  base = g_path_get_basename (path);
  self->name = enclave_utf8_display_name (base);
  git_path = g_build_filename (path, ".git", NULL);
  self->git_monitor = follow (self, git_path);
  update_branch (self);
  return g_steal_pointer (&self);
}

GFile *
enclave_project_get_folder (EnclaveProject *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROJECT (self), NULL);
  return self->folder;
}

const char *
enclave_project_get_path (EnclaveProject *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROJECT (self), NULL);
  return self->path;
}

const char *
enclave_project_get_name (EnclaveProject *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROJECT (self), NULL);
  return self->name;
}

gboolean
enclave_project_get_is_detached (EnclaveProject *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROJECT (self), FALSE);

  return self->is_detached;
}

const char *
enclave_project_get_branch (EnclaveProject *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROJECT (self), NULL);
  return self->branch;
}

char *
enclave_project_dup_relative (EnclaveProject *self, GFile *file)
{
  g_return_val_if_fail (ENCLAVE_IS_PROJECT (self), NULL);
  g_return_val_if_fail (G_IS_FILE (file), NULL);
  return g_file_get_relative_path (self->folder, file);
}
