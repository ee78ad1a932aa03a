/* enclave-model-profile.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-model-info.h"

G_BEGIN_DECLS

/* How the agent speaks to a model: what its check has shown (enclave-model-record.h), and what its size says where nothing was
 * checked. The same for all requests of a conversation. */
typedef struct
{
  gboolean calls_as_text; /* its server does not understand calls: tools are told in words */
  gboolean holds_schema;  /* its server holds a reply to a JSON schema */
  gboolean few_tools;     /* it gets lost among many tools: those that all else can be done with, at most eight */
  guint window_stated;    /* tokens, as the server told at the check; 0: nothing */
  guint window_measured;  /* what the check has found to be less; 0: nothing less */
} EnclaveModelProfile;

/* @model: (nullable). */
void enclave_model_profile_load (EnclaveModelInfo *model, EnclaveModelProfile *profile);
/* Billions of parameters out of what servers say ("7.6B", "500M"); 0: not told. */
double enclave_model_profile_read_size (const char *parameters);

G_END_DECLS
