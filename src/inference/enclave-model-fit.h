/* enclave-model-fit.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_MODEL_FITS_CARD,   /* wholly in the graphics card's memory */
  ENCLAVE_MODEL_FITS_MEMORY, /* in what the main memory can spare */
  ENCLAVE_MODEL_FITS_NOT,
  ENCLAVE_MODEL_FIT_UNKNOWN, /* the machine does not tell its memory */
} EnclaveModelFit;

/* What a model needs with a window of @tokens: weights, cache, and a tenth and one GiB for the buffers of a computation.
 * @kv_bytes_per_token: 0: unknown, estimated from @weights_bytes. G_MAXUINT64 when it is more than can be said. */
guint64 enclave_model_fit_needed_bytes (guint64 weights_bytes, guint64 kv_bytes_per_token, guint tokens);
/* @ram_bytes, @vram_bytes: of the machine, 0: unknown or none. Of the main memory three quarters can be spared. Pure. */
EnclaveModelFit enclave_model_fit (guint64 needed_bytes, guint64 ram_bytes, guint64 vram_bytes);
/* Bytes of the main memory that a model may take: a quarter is left to everything else. */
guint64 enclave_model_fit_spare_ram (guint64 ram_bytes);
/* The largest window that is of use: 32,768 tokens; 16,384 without a graphics card. */
guint enclave_model_fit_useful_window (guint64 vram_bytes);
/* The largest of the usual windows that is not above @most and fits into @bytes; 0: none does. */
guint enclave_model_fit_largest_window (guint64 weights_bytes, guint64 kv_bytes_per_token, guint most, guint64 bytes);
/* The largest of the usual windows, 4,096 tokens at least, that fits; bounded by what the model was trained for and by what is of
 * use (32,768; without a card 16,384). 0: not even the smallest does. @trained: tokens, 0: unknown. */
guint enclave_model_fit_window (guint64 weights_bytes, guint64 kv_bytes_per_token, guint trained, guint64 ram_bytes,
                                guint64 vram_bytes);
/* "fits-card", "fits-memory", "too-large", "unknown". */
const char *enclave_model_fit_to_word (EnclaveModelFit fit);

G_END_DECLS
