/* enclave-ctl-changes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ctl-commands.h"
#include "enclave-utf8.h"

void
enclave_ctl_name_changes (EnclaveChangeSet *changes, const char *title)
{
  g_autofree char *turn = g_strdup (enclave_change_set_get_turn (changes));

  enclave_change_set_name_turn (changes, "", turn, title);
}

gboolean
enclave_ctl_apply_changes (EnclaveCtlContext *context, EnclaveChangeSet *changes, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  enclave_change_set_apply_async (changes, NULL, enclave_ctl_context_get_cancellable (context),
                                  enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  return enclave_change_set_apply_finish (changes, result, error);
}

const char *
enclave_ctl_change_word (EnclaveChangeStatus status)
{
  switch (status)
    {
    case ENCLAVE_CHANGE_APPLIED:
      return "applied";
    case ENCLAVE_CHANGE_REJECTED:
      return "refused";
    case ENCLAVE_CHANGE_CONFLICT:
      return "conflict";
    case ENCLAVE_CHANGE_UNDONE:
      return "undone";
    case ENCLAVE_CHANGE_PROPOSED:
    default:
      return "proposed";
    }
}

JsonArray *
enclave_ctl_changes_to_json (EnclaveChangeSet *changes)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (changes)); i++)
    {
      g_autoptr (EnclaveChange) change = g_list_model_get_item (G_LIST_MODEL (changes), i);
      g_autofree char *path = enclave_utf8_make_valid (enclave_change_get_path (change), -1);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "path", path);
      json_object_set_string_member (object, "status", enclave_ctl_change_word (enclave_change_get_status (change)));
      json_object_set_boolean_member (object, "exact", !enclave_change_get_inexact (change));
      json_object_set_int_member (object, "hunks", enclave_change_get_hunks (change)->len);
      json_object_set_int_member (object, "added", enclave_change_get_added (change));
      json_object_set_int_member (object, "removed", enclave_change_get_removed (change));
      json_object_set_string_member (object, "message", enclave_change_get_message (change));
      json_array_add_object_element (array, object);
    }
  return array;
}
