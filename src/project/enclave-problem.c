/* enclave-problem.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-problem-private.h"

struct _EnclaveProblem
{
  GObject parent_instance;

  EnclaveProblemKind kind;
  char *path;
  char *folder; /* (nullable) */
  guint line;
  guint column;
  char *message;
};

G_DEFINE_FINAL_TYPE (EnclaveProblem, enclave_problem, G_TYPE_OBJECT)

static void
enclave_problem_finalize (GObject *object)
{
  EnclaveProblem *self = ENCLAVE_PROBLEM (object);

  g_free (self->path);
  g_free (self->folder);
  g_free (self->message);

  G_OBJECT_CLASS (enclave_problem_parent_class)->finalize (object);
}

static void
enclave_problem_class_init (EnclaveProblemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_problem_finalize;
}

static void
enclave_problem_init (EnclaveProblem *self)
{
}

EnclaveProblem *
_enclave_problem_new (EnclaveProblemKind kind, const char *path, gsize path_length, const char *folder, guint line,
                      guint column, const char *message, gsize message_length)
{
  EnclaveProblem *self = g_object_new (ENCLAVE_TYPE_PROBLEM, NULL);

  self->kind = kind;
  self->path = g_strndup (path, path_length);
  self->folder = g_strdup (folder);
  self->line = line;
  self->column = column;
  self->message = g_strstrip (g_strndup (message, message_length));

  return self;
}

EnclaveProblemKind
enclave_problem_get_kind (EnclaveProblem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROBLEM (self), ENCLAVE_PROBLEM_ERROR);

  return self->kind;
}

const char *
enclave_problem_get_path (EnclaveProblem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROBLEM (self), NULL);

  return self->path;
}

const char *
enclave_problem_get_folder (EnclaveProblem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROBLEM (self), NULL);

  return self->folder;
}

guint
enclave_problem_get_line (EnclaveProblem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROBLEM (self), 0);

  return self->line;
}

guint
enclave_problem_get_column (EnclaveProblem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROBLEM (self), 0);

  return self->column;
}

const char *
enclave_problem_get_message (EnclaveProblem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_PROBLEM (self), NULL);

  return self->message;
}

char *
enclave_problem_dup_file (EnclaveProblem *self, const char *root)
{
  g_autofree char *folder = NULL;

  g_return_val_if_fail (ENCLAVE_IS_PROBLEM (self), NULL);
  g_return_val_if_fail (root != NULL && g_path_is_absolute (root), NULL);

  folder = g_canonicalize_filename (self->folder != NULL ? self->folder : ".", root);
  return g_canonicalize_filename (self->path, folder);
}
