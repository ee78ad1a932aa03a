/* enclave-window-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-window-plan.h"

#include "enclave-machine.h"
#include "enclave-model-fit.h"

/* A window that an agent can work in. */
#define ENOUGH_TOKENS 8192
/* What servers load when nobody asks for anything. */
#define USUAL_TOKENS 4096

static gboolean
fits (EnclaveModelInfo *model, guint tokens, guint64 bytes)
{
  return enclave_model_fit_needed_bytes (enclave_model_info_get_size_bytes (model),
                                         enclave_model_info_get_kv_bytes_per_token (model), tokens)
         <= bytes;
}

static guint
largest (EnclaveModelInfo *model, guint most, guint64 bytes)
{
  return enclave_model_fit_largest_window (enclave_model_info_get_size_bytes (model),
                                           enclave_model_info_get_kv_bytes_per_token (model), most, bytes);
}

static guint
plan_for_ollama (EnclaveModelInfo *model, guint64 ram_bytes, guint64 vram_bytes)
{
  guint loaded = enclave_model_info_get_context_loaded (model);
  guint max = enclave_model_info_get_context_max (model);
  guint set = enclave_model_info_get_context_set (model);
  guint64 spare = enclave_model_fit_spare_ram (ram_bytes);
  guint most = enclave_model_fit_useful_window (vram_bytes);
  guint tokens = 0;

  /* Another number would load the model again. */
  if (loaded >= ENOUGH_TOKENS)
    return loaded;
  if (set >= ENOUGH_TOKENS)
    most = set;
  if (max > 0)
    most = MIN (most, max);
  if (ram_bytes == 0 && vram_bytes == 0)
    return most;
  /* In the card's memory if that leaves a window to work in; else what is over goes to the main memory anyway. */
  tokens = largest (model, most, vram_bytes);
  if (tokens < ENOUGH_TOKENS)
    tokens = MAX (tokens, largest (model, most, spare));
  if (set >= ENOUGH_TOKENS && fits (model, most, MAX (vram_bytes, spare)))
    tokens = most;
  /* A model that does not fit at all fails by itself, and says so. */
  return tokens > 0 ? tokens : MIN (most, USUAL_TOKENS);
}

guint
enclave_window_plan (EnclaveModelInfo *model, guint64 ram_bytes, guint64 vram_bytes)
{
  guint loaded;

  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (model), 0);

  loaded = enclave_model_info_get_context_loaded (model);
  if (enclave_endpoint_get_kind (enclave_model_info_get_endpoint (model)) == ENCLAVE_ENDPOINT_OLLAMA)
    return plan_for_ollama (model, ram_bytes, vram_bytes);
  if (loaded > 0)
    return loaded;
  return MIN (enclave_model_info_get_context_max (model), USUAL_TOKENS);
}

guint
enclave_window_plan_here (EnclaveModelInfo *model)
{
  const EnclaveMachine *machine = enclave_machine_get_default ();

  return enclave_window_plan (model, machine->ram_bytes, machine->vram_bytes);
}
