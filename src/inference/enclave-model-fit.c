/* enclave-model-fit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-fit.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)
/* A cache at 16 bits of a model that does not tell its own is about a forty-thousandth of its weights at four bits. */
#define WEIGHTS_PER_KV_BYTE 40000
/* Above, models follow a format less and less; without a graphics card each token of it is time before the first word. */
#define MOST_TOKENS 32768
#define MOST_TOKENS_WITHOUT_CARD 16384
#define LEAST_TOKENS 4096

guint64
enclave_model_fit_needed_bytes (guint64 weights_bytes, guint64 kv_bytes_per_token, guint tokens)
{
  guint64 kv = kv_bytes_per_token > 0 ? kv_bytes_per_token : weights_bytes / WEIGHTS_PER_KV_BYTE;
  guint64 needed;

  if (!g_uint64_checked_mul (&needed, kv, tokens) || !g_uint64_checked_add (&needed, needed, weights_bytes)
      || !g_uint64_checked_add (&needed, needed, weights_bytes / 10) || !g_uint64_checked_add (&needed, needed, GIB))
    return G_MAXUINT64;
  return needed;
}

guint64
enclave_model_fit_spare_ram (guint64 ram_bytes)
{
  return ram_bytes / 4 * 3;
}

EnclaveModelFit
enclave_model_fit (guint64 needed_bytes, guint64 ram_bytes, guint64 vram_bytes)
{
  if (ram_bytes == 0 && vram_bytes == 0)
    return ENCLAVE_MODEL_FIT_UNKNOWN;
  if (needed_bytes <= vram_bytes)
    return ENCLAVE_MODEL_FITS_CARD;
  return needed_bytes <= enclave_model_fit_spare_ram (ram_bytes) ? ENCLAVE_MODEL_FITS_MEMORY : ENCLAVE_MODEL_FITS_NOT;
}

guint
enclave_model_fit_useful_window (guint64 vram_bytes)
{
  return vram_bytes > 0 ? MOST_TOKENS : MOST_TOKENS_WITHOUT_CARD;
}

guint
enclave_model_fit_largest_window (guint64 weights_bytes, guint64 kv_bytes_per_token, guint most, guint64 bytes)
{
  static const guint steps[] = { 32768, 24576, 16384, 12288, 8192, 6144, LEAST_TOKENS };

  /* A model that was trained for less than any step. */
  if (most < LEAST_TOKENS)
    return enclave_model_fit_needed_bytes (weights_bytes, kv_bytes_per_token, most) <= bytes ? most : 0;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i] <= most && enclave_model_fit_needed_bytes (weights_bytes, kv_bytes_per_token, steps[i]) <= bytes)
      return steps[i];
  return 0;
}

guint
enclave_model_fit_window (guint64 weights_bytes, guint64 kv_bytes_per_token, guint trained, guint64 ram_bytes,
                          guint64 vram_bytes)
{
  guint most = enclave_model_fit_useful_window (vram_bytes);
  gboolean known = ram_bytes > 0 || vram_bytes > 0;

  if (trained > 0)
    most = MIN (most, trained);
  return enclave_model_fit_largest_window (weights_bytes, kv_bytes_per_token, most,
                                           known ? MAX (vram_bytes, enclave_model_fit_spare_ram (ram_bytes)) : G_MAXUINT64);
}

const char *
enclave_model_fit_to_word (EnclaveModelFit fit)
{
  switch (fit)
    {
    case ENCLAVE_MODEL_FITS_CARD:
      return "fits-card";
    case ENCLAVE_MODEL_FITS_MEMORY:
      return "fits-memory";
    case ENCLAVE_MODEL_FITS_NOT:
      return "too-large";
    case ENCLAVE_MODEL_FIT_UNKNOWN:
    default:
      return "unknown";
    }
}
