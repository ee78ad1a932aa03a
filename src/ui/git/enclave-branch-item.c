/* enclave-branch-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-branch-item.h"

#include <glib/gi18n-lib.h>

#include "enclave-git-words.h"
#include "enclave-utf8.h"

struct _EnclaveBranchItem
{
  GObject parent_instance;

  char *name;
  char *title;
  char *detail;
  char *age;
  gboolean is_current;
  gboolean creates;
};

G_DEFINE_FINAL_TYPE (EnclaveBranchItem, enclave_branch_item, G_TYPE_OBJECT)

static void
enclave_branch_item_finalize (GObject *object)
{
  EnclaveBranchItem *self = ENCLAVE_BRANCH_ITEM (object);

  g_free (self->name);
  g_free (self->title);
  g_free (self->detail);
  g_free (self->age);

  G_OBJECT_CLASS (enclave_branch_item_parent_class)->finalize (object);
}

static void
enclave_branch_item_class_init (EnclaveBranchItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_branch_item_finalize;
}

static void
enclave_branch_item_init (EnclaveBranchItem *self)
{
}

EnclaveBranchItem *
enclave_branch_item_new (const EnclaveGitBranch *branch, gint64 now)
{
  EnclaveBranchItem *self;

  g_return_val_if_fail (branch != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_BRANCH_ITEM, NULL);
  self->name = g_strdup (branch->name);
  self->title = g_strdup (branch->shown);
  self->detail = g_strdup (branch->is_current ? _("you are here") : branch->subject);
  self->age = enclave_git_words_dup_age (branch->time, now);
  self->is_current = branch->is_current;

  return self;
}

EnclaveBranchItem *
enclave_branch_item_new_to_create (const char *name)
{
  EnclaveBranchItem *self;
  g_autofree char *shown = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_BRANCH_ITEM, NULL);
  self->name = g_strdup (name);
  shown = enclave_utf8_display_name (name);
  self->title = g_strdup_printf (_("Make the branch “%s” from here"), shown);
  self->detail = g_strdup ("");
  self->age = g_strdup ("");
  self->creates = TRUE;

  return self;
}

const char *
enclave_branch_item_get_name (EnclaveBranchItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_BRANCH_ITEM (self), NULL);

  return self->name;
}

gboolean
enclave_branch_item_get_is_current (EnclaveBranchItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_BRANCH_ITEM (self), FALSE);

  return self->is_current;
}

gboolean
enclave_branch_item_get_creates (EnclaveBranchItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_BRANCH_ITEM (self), FALSE);

  return self->creates;
}

const char *
enclave_branch_item_get_title (EnclaveBranchItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_BRANCH_ITEM (self), NULL);

  return self->title;
}

const char *
enclave_branch_item_get_detail (EnclaveBranchItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_BRANCH_ITEM (self), NULL);

  return self->detail;
}

const char *
enclave_branch_item_get_age (EnclaveBranchItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_BRANCH_ITEM (self), NULL);

  return self->age;
}
