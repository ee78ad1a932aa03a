/* enclave-patch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-line-diff.h"
#include "enclave-patch.h"

EnclavePatch *
enclave_patch_new (void)
{
  EnclavePatch *patch = g_new0 (EnclavePatch, 1);

  patch->operations = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_patch_operation_free);
  patch->sources = g_ptr_array_new_with_free_func (g_free);
  return patch;
}

void
enclave_patch_free (EnclavePatch *patch)
{
  if (patch == NULL)
    return;
  g_ptr_array_unref (patch->operations);
  g_ptr_array_unref (patch->sources);
  g_free (patch);
}

EnclavePatchOperation *
enclave_patch_operation_new (EnclavePatchKind kind, const char *path)
{
  EnclavePatchOperation *operation = g_new0 (EnclavePatchOperation, 1);

  operation->kind = kind;
  operation->path = g_strdup (path);
  if (kind == ENCLAVE_PATCH_HUNKS)
    operation->hunks = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_diff_hunk_free);
  return operation;
}

void
enclave_patch_operation_free (EnclavePatchOperation *operation)
{
  if (operation == NULL)
    return;
  g_free (operation->path);
  g_free (operation->old_text);
  g_free (operation->new_text);
  g_clear_pointer (&operation->hunks, g_ptr_array_unref);
  g_free (operation);
}
