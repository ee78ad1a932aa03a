/* enclave-model-profile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-model-profile.h"

#include "enclave-model-record.h"

/* Models of this size and below choose worse the more tools there are; a larger one finds the right one of a dozen. */
#define FEW_TOOLS_MAX_BILLIONS 16
/* The weights of such a model at four to five bits. */
#define FEW_TOOLS_MAX_BYTES (G_GUINT64_CONSTANT (11) << 30)

double
enclave_model_profile_read_size (const char *parameters)
{
  char *end = NULL;
  double number;

  if (parameters == NULL)
    return 0;
  number = g_ascii_strtod (parameters, &end);
  if (end == parameters || !(number > 0) || number > 1e6)
    return 0;
  while (*end == ' ')
    end++;
  if (g_ascii_tolower (*end) == 'b')
    return number;
  if (g_ascii_tolower (*end) == 'm')
    return number / 1000;

  return g_ascii_tolower (*end) == 't' ? number * 1000 : 0;
}

void
enclave_model_profile_load (EnclaveModelInfo *model, EnclaveModelProfile *profile)
{
  g_autoptr (EnclaveModelRecord) record = model != NULL ? enclave_model_record_load (model) : NULL;
  double billions = model != NULL ? enclave_model_profile_read_size (enclave_model_info_get_parameters (model)) : 0;
  guint64 bytes = model != NULL ? enclave_model_info_get_size_bytes (model) : 0;

  memset (profile, 0, sizeof *profile);
  /* Of what nothing is known is taken for small: a large model gets on with few tools better than a small one with many. */
  profile->few_tools = billions > 0 ? billions <= FEW_TOOLS_MAX_BILLIONS : bytes <= FEW_TOOLS_MAX_BYTES;
  if (record == NULL)
    return;
  profile->calls_as_text = strcmp (enclave_model_record_get_tool_form (record), "text") == 0;
  profile->holds_schema = record->items[ENCLAVE_CHECK_SCHEMA].verdict == ENCLAVE_CHECK_YES;
  profile->window_stated = record->window_stated;
  profile->window_measured = record->window_manner != ENCLAVE_WINDOW_HOLDS ? record->window_measured : 0;
}
