/* enclave-completion-models.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-completion-models.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-fill-request.h"
#include "enclave-model-roles.h"

gboolean
enclave_completion_model_can (EnclaveServer *server, EnclaveModelInfo *model, GError **error)
{
  EnclaveFillRoute route;
  int other_route;

  g_return_val_if_fail (ENCLAVE_IS_SERVER (server) && ENCLAVE_IS_MODEL_INFO (model), FALSE);

  return enclave_fill_request_choose_route (enclave_endpoint_get_kind (enclave_server_get_endpoint (server)), model, &route,
                                            &other_route, error);
}

static gboolean
is_wanted (EnclaveServer *server, EnclaveModelInfo *model, const char *wanted)
{
  g_autofree char *text = enclave_model_role_choice_to_text (server, model);

  return strcmp (text, wanted) == 0 || strcmp (enclave_model_info_get_id (model), wanted) == 0;
}

gboolean
enclave_completion_model_find (EnclaveServerList *servers, const char *wanted, EnclaveServer **server,
                               EnclaveModelInfo **model, GError **error)
{
  g_autoptr (GError) refusal = NULL;
  guint n_ready = 0;

  g_return_val_if_fail (ENCLAVE_IS_SERVER_LIST (servers) && server != NULL && model != NULL, FALSE);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (servers)); i++)
    {
      g_autoptr (EnclaveServer) candidate = g_list_model_get_item (G_LIST_MODEL (servers), i);
      GListModel *models = enclave_server_get_models (candidate);

      if (enclave_server_get_state (candidate) != ENCLAVE_SERVER_READY)
        continue;
      n_ready++;
      for (guint k = 0; k < g_list_model_get_n_items (models); k++)
        {
          g_autoptr (EnclaveModelInfo) info = g_list_model_get_item (models, k);
          g_autoptr (GError) reason = NULL;

          if (wanted != NULL && !is_wanted (candidate, info, wanted))
            continue;
          if (enclave_completion_model_can (candidate, info, &reason))
            {
              *server = g_steal_pointer (&candidate);
              *model = g_steal_pointer (&info);
              return TRUE;
            }
          if (refusal == NULL)
            refusal = g_steal_pointer (&reason);
        }
    }
  if (n_ready == 0)
    g_set_error_literal (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE,
                         _ ("Looking for a model that fills in code: no server is ready"));
  else if (refusal != NULL)
    g_propagate_error (error, g_steal_pointer (&refusal));
  else
    g_set_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL,
                 _ ("Looking for the model %s: no server has it; “enclavectl models” lists what there is"),
                 wanted != NULL ? wanted : _ ("that fills in code"));
  return FALSE;
}
