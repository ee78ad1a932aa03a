/* enclave-inference-error.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-inference-error.h"

#include <glib/gi18n.h>

#include "enclave-limits.h"

G_DEFINE_QUARK (enclave-inference-error-quark, enclave_inference_error)

const char *
enclave_inference_error_to_word (EnclaveInferenceError code)
{
  switch (code)
    {
    case ENCLAVE_INFERENCE_ERROR_OFFLINE:
      return "offline";
    case ENCLAVE_INFERENCE_ERROR_TIMED_OUT:
      return "timed-out";
    case ENCLAVE_INFERENCE_ERROR_KEY:
      return "key";
    case ENCLAVE_INFERENCE_ERROR_MODEL:
      return "model";
    case ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL:
      return "remote-model";
    case ENCLAVE_INFERENCE_ERROR_LOADING:
      return "loading";
    case ENCLAVE_INFERENCE_ERROR_BUSY:
      return "busy";
    case ENCLAVE_INFERENCE_ERROR_WINDOW:
      return "window";
    case ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER:
      return "not-a-server";
    case ENCLAVE_INFERENCE_ERROR_CUT_OFF:
      return "cut-off";
    case ENCLAVE_INFERENCE_ERROR_LIMIT:
      return "limit";
    case ENCLAVE_INFERENCE_ERROR_SERVER:
    default:
      return "server";
    }
}

GError *
enclave_inference_error_new_long_line (void)
{
  return g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_LIMIT, _ ("Reading the reply: one line is longer than %d MiB"),
                      ENCLAVE_STREAM_MAX_LINE_BYTES / (1024 * 1024));
}
