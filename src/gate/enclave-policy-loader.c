/* enclave-policy-loader.c
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

#include "enclave-policy-private.h"

#include "enclave-gate-error.h"
#include "enclave-limits.h"
#include "enclave-pins.h"
#include "enclave-state-dir.h"

typedef enum
{
  SECTION_DENY,
  SECTION_ASK,
  SECTION_LOCK,
  SECTION_PINS,
} Section;

/* A space at the end counts only behind a backslash, as in gitignore. */
static void
trim_line (GString *line)
{
  while (line->len > 0 && strchr ("\r\t ", line->str[line->len - 1]) != NULL)
    {
      if (line->len > 1 && line->str[line->len - 1] == ' ' && line->str[line->len - 2] == '\\')
        break;
      g_string_truncate (line, line->len - 1);
    }
}

static gboolean
add_line (EnclavePolicy *self, EnclavePolicySource source, Section section, const char *line, const char *name,
          guint number, GError **error)
{
  static const char *const prefixes[] = { "builtin", "system", "user", "project" };
  g_autoptr(GError) local_error = NULL;
  g_autofree char *id = NULL;
  EnclaveVerdict verdict = section == SECTION_ASK ? ENCLAVE_VERDICT_ASK : ENCLAVE_VERDICT_DENY;

  if (section == SECTION_PINS)
    {
      /* Those of the system's policy are read elsewhere: see enclave-pins.h. */
      if (source != ENCLAVE_POLICY_SOURCE_SYSTEM)
        enclave_policy_add_note (self, _("%s:%u: only the system’s policy can pin settings, models and servers"), name, number);
      return TRUE;
    }
  if (section == SECTION_LOCK)
    {
      if (source != ENCLAVE_POLICY_SOURCE_SYSTEM)
        enclave_policy_add_note (self, _("%s:%u: only the system’s policy can lock a rule"), name, number);
      else if (!enclave_policy_lock_rule (self, line))
        enclave_policy_add_note (self, _("%s:%u: there is no built-in rule of this name to lock"), name, number);
      return TRUE;
    }

  if (line[0] == '!')
    {
      /* Leaving an exception out is the strict side: a file that came with the project must be able to neither
       * relax a rule nor keep the project from being opened. */
      if (source != ENCLAVE_POLICY_SOURCE_USER || section == SECTION_ASK)
        {
          enclave_policy_add_note (self, _("%s:%u: an exception has no effect here"), name, number);
          return TRUE;
        }
      verdict = ENCLAVE_VERDICT_ALLOW;
      line++;
    }

  id = g_strdup_printf ("%s:%s", prefixes[source], line);
  if (!enclave_policy_add_rule (self, source, id, line, verdict, &local_error))
    {
      g_set_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED, _("Reading the policy %s, line %u: %s"),
                   name, number, local_error->message);
      return FALSE;
    }

  return TRUE;
}

gboolean
enclave_policy_add_text (EnclavePolicy *self, EnclavePolicySource source, const char *text, gsize length,
                         const char *name, GError **error)
{
  const char *end = text + length;
  Section section = SECTION_DENY;
  guint number = 0;

  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), FALSE);

  if (memchr (text, '\0', length) != NULL)
    {
      g_set_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED,
                   _("Reading the policy %s: it is not a text file"), name);
      return FALSE;
    }

  for (const char *start = text; start < end;)
    {
      const char *newline = memchr (start, '\n', end - start);
      const char *stop = newline != NULL ? newline : end;
      g_autoptr(GString) line = g_string_new_len (start, stop - start);

      start = stop + 1;
      number++;
      trim_line (line);
      if (line->len == 0 || line->str[0] == '#')
        continue;
      if (g_str_equal (line->str, "[deny]"))
        section = SECTION_DENY;
      else if (g_str_equal (line->str, "[ask]"))
        section = SECTION_ASK;
      else if (g_str_equal (line->str, "[lock]"))
        section = SECTION_LOCK;
      else if (enclave_pins_is_section (line->str))
        section = SECTION_PINS;
      else if (!add_line (self, source, section, line->str, name, number, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
set_read_error (const char *name, int code, GError **error)
{
  g_set_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED, _("Reading the policy %s: %s"), name,
               g_strerror (code));

  return FALSE;
}

/* Consumes @fd. */
static gboolean
add_descriptor (EnclavePolicy *self, EnclavePolicySource source, int fd, const char *name, GError **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  char buffer[4096];
  struct stat st;
  gssize n = 0;
  int saved = 0;

  if (fstat (fd, &st) != 0)
    saved = errno;
  else if (!S_ISREG (st.st_mode))
    saved = EINVAL;

  while (saved == 0 && bytes->len <= ENCLAVE_POLICY_FILE_MAX_BYTES)
    {
      n = read (fd, buffer, sizeof buffer);
      if (n == 0)
        break;
      if (n < 0 && errno != EINTR)
        saved = errno;
      if (n > 0)
        g_byte_array_append (bytes, (const guint8 *) buffer, n);
    }
  close (fd);

  if (saved != 0)
    return set_read_error (name, saved, error);
  if (bytes->len > ENCLAVE_POLICY_FILE_MAX_BYTES)
    return set_read_error (name, EFBIG, error);

  return enclave_policy_add_text (self, source, (const char *) bytes->data, bytes->len, name, error);
}

static gboolean
add_file (EnclavePolicy *self, EnclavePolicySource source, const char *path, GError **error)
{
  g_autofree char *display = g_filename_display_name (path);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    return errno == ENOENT || errno == ENOTDIR ? TRUE : set_read_error (display, errno, error);

  return add_descriptor (self, source, fd, display, error);
}

/* The project's file is a stranger's: no link is followed on the way to it. */
static gboolean
add_project_file (EnclavePolicy *self, const char *root, GError **error)
{
  const char *name = ".enclave/policy";
  struct stat st;
  int root_fd, folder_fd, fd, saved;

  root_fd = open (root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root_fd < 0)
    return errno == ENOENT || errno == ENOTDIR ? TRUE : set_read_error (name, errno, error);

  if (fstatat (root_fd, ".enclave", &st, AT_SYMLINK_NOFOLLOW) != 0)
    {
      saved = errno;
      close (root_fd);
      return saved == ENOENT ? TRUE : set_read_error (name, saved, error);
    }
  if (S_ISLNK (st.st_mode))
    {
      close (root_fd);
      return set_read_error (name, ELOOP, error);
    }
  folder_fd = openat (root_fd, ".enclave", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  saved = errno;
  close (root_fd);
  if (folder_fd < 0)
    return saved == ENOENT || saved == ENOTDIR ? TRUE : set_read_error (name, saved, error);

  fd = openat (folder_fd, "policy", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  saved = errno;
  close (folder_fd);
  if (fd < 0)
    return saved == ENOENT ? TRUE : set_read_error (name, saved, error);

  return add_descriptor (self, ENCLAVE_POLICY_SOURCE_PROJECT, fd, name, error);
}

/* The folders in use may lie elsewhere than the built-in patterns say. */
static gboolean
add_own_folder (EnclavePolicy *self, const char *folder, GError **error)
{
  g_autoptr(GString) pattern = NULL;

  if (folder == NULL || folder[0] != '/' || folder[1] == '\0')
    return TRUE;

  pattern = g_string_new (NULL);
  for (const char *c = folder; *c != '\0'; c++)
    {
      if (strchr ("*?[]\\! #", *c) != NULL)
        g_string_append_c (pattern, '\\');
      g_string_append_c (pattern, *c);
    }
  if (pattern->str[pattern->len - 1] != '/')
    g_string_append_c (pattern, '/');

  return enclave_policy_add_rule (self, ENCLAVE_POLICY_SOURCE_BUILTIN, "builtin:policy", pattern->str,
                                  ENCLAVE_VERDICT_DENY, error);
}

EnclavePolicy *
enclave_policy_load_files (const char *system_file, const char *user_file, const char *root, GError **error)
{
  g_autoptr(EnclavePolicy) self = enclave_policy_new ();
  g_autofree char *state_dir = enclave_state_dir_path (NULL);
  const EnclaveBuiltinRule *rules;
  gsize n_rules;

  rules = enclave_policy_get_builtin_rules (&n_rules);
  for (gsize i = 0; i < n_rules; i++)
    {
      if (!enclave_policy_add_rule (self, ENCLAVE_POLICY_SOURCE_BUILTIN, rules[i].id, rules[i].pattern,
                                    rules[i].verdict, error))
        return NULL;
    }
  if (!add_own_folder (self, state_dir, error))
    return NULL;
  if (user_file != NULL)
    {
      g_autofree char *config_dir = g_path_get_dirname (user_file);

      if (!add_own_folder (self, config_dir, error))
        return NULL;
    }

  if (system_file != NULL && !add_file (self, ENCLAVE_POLICY_SOURCE_SYSTEM, system_file, error))
    return NULL;
  if (user_file != NULL && !add_file (self, ENCLAVE_POLICY_SOURCE_USER, user_file, error))
    return NULL;
  if (root != NULL && !add_project_file (self, root, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * enclave_policy_load:
 * @root: (nullable): absolute path of the project
 *
 * Returns: (transfer full): the built-in rules with those of the system, the user and the project, or %NULL
 *   with %ENCLAVE_GATE_ERROR_FAILED naming the file that can't be read
 */
EnclavePolicy *
enclave_policy_load (const char *root, GError **error)
{
  g_autofree char *user_file = enclave_config_dir_path ("policy");
  const EnclavePins *pins = enclave_pins_get ();

  if (pins->problem != NULL)
    {
      g_set_error_literal (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED, pins->problem);
      return NULL;
    }
  return enclave_policy_load_files (ENCLAVE_POLICY_SYSTEM_FILE, user_file, root, error);
}
