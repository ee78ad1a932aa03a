/* enclave-model-advice.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-machine.h"
#include "enclave-model-record.h"

G_BEGIN_DECLS

/* What to expect of models on a machine. All pure. */

typedef enum
{
  ENCLAVE_PLACE_UNKNOWN, /* the server is on another machine, or nobody tells the model's size or the machine's memory */
  ENCLAVE_PLACE_CARD,    /* in the graphics card's memory */
  ENCLAVE_PLACE_SPLIT,   /* a part of it there, the rest in the main memory */
  ENCLAVE_PLACE_MEMORY,
  ENCLAVE_PLACE_NOWHERE, /* larger than all memory together */
} EnclaveModelPlace;

typedef struct
{
  EnclaveModelPlace place;
  guint window;             /* tokens that requests are made for; 0: unknown */
  guint64 needed_bytes;     /* weights, cache for the window, buffers; 0: unknown */
  guint64 available_bytes;  /* where it runs; 0: unknown */
  double tokens_per_second; /* written; 0: unknown */
  gboolean measured;        /* by a check; else an estimate */
} EnclaveModelAdvice;

/* @record: (nullable): of a check of @model. The estimate: bytes a second of the memory it lies in, over the bytes that one
 * token reads: all active weights and half of a full cache. */
void enclave_model_advice_make (EnclaveModelInfo *model, const EnclaveModelRecord *record, const EnclaveMachine *machine,
                                EnclaveModelAdvice *advice);
/* The same with this machine and the record that is kept. */
void enclave_model_advice_make_here (EnclaveModelInfo *model, EnclaveModelAdvice *advice);
/* "card", "split", "memory", "nowhere", "unknown". */
const char *enclave_model_place_to_word (EnclaveModelPlace place);
/* For people: "Fits, fast", "Very slow here", "Too large". NULL when there is nothing to say.
 * @kind: (out): "success", "warning", "error" or NULL. */
const char *enclave_model_advice_get_tag (const EnclaveModelAdvice *advice, const char **kind);
/* For people: "fits into memory, 32k window, about 40 tokens/s"; without @with_place the last two. "" when there is nothing to
 * say. (transfer full) */
char *enclave_model_advice_dup_facts (const EnclaveModelAdvice *advice, gboolean with_place);
/* The share of its weights that a model reads for one token, by its name: 1 but for mixtures of experts. */
double enclave_model_active_share (const char *id);

/* What sizes of models are for. */
typedef struct
{
  const char *size;      /* "7B–14B" */
  const char *memory;    /* "16 GB" */
  const char *use;       /* marked with N_() */
  guint64 ram_bytes;     /* at least, for a machine that is sold with so much */
  guint64 vram_bytes;    /* or in its graphics cards */
  guint64 weights_bytes; /* of a model from the middle, at four bits */
} EnclaveModelTier;

const EnclaveModelTier *enclave_model_tiers (guint *n_tiers);
gboolean enclave_model_tier_fits (const EnclaveModelTier *tier, const EnclaveMachine *machine);
/* Tokens a second to expect of a dense model; 0 when it does not fit. */
double enclave_model_tier_estimate (const EnclaveModelTier *tier, const EnclaveMachine *machine);

/* "32 GB memory, graphics card with 16 GB". (transfer full) */
char *enclave_machine_advice_dup_title (const EnclaveMachine *machine);
/* What fits, for what, and how fast: two or three sentences. (transfer full) */
char *enclave_machine_advice_dup_text (const EnclaveMachine *machine);

G_END_DECLS
