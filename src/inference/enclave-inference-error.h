/* enclave-inference-error.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENCLAVE_INFERENCE_ERROR (enclave_inference_error_quark ())

typedef enum
{
  ENCLAVE_INFERENCE_ERROR_OFFLINE,        /* refused, no route, no answer */
  ENCLAVE_INFERENCE_ERROR_TIMED_OUT,
  ENCLAVE_INFERENCE_ERROR_KEY,            /* 401, 403 */
  ENCLAVE_INFERENCE_ERROR_MODEL,          /* the model is unknown or can't do what was asked */
  ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL,   /* the server would send the text elsewhere */
  ENCLAVE_INFERENCE_ERROR_LOADING,
  ENCLAVE_INFERENCE_ERROR_BUSY,           /* 429, 503 */
  ENCLAVE_INFERENCE_ERROR_WINDOW,         /* the prompt is longer than the window */
  ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER,   /* HTML, garbage: something else answers there */
  ENCLAVE_INFERENCE_ERROR_CUT_OFF,        /* the stream ended before its end */
  ENCLAVE_INFERENCE_ERROR_LIMIT,          /* a line, event or reply above a limit */
  ENCLAVE_INFERENCE_ERROR_SERVER,         /* any other error of the server, its words in the message */
} EnclaveInferenceError;

GQuark enclave_inference_error_quark (void);
const char *enclave_inference_error_to_word (EnclaveInferenceError code);
/* LIMIT: a line of a reply is longer than ENCLAVE_STREAM_MAX_LINE_BYTES. (transfer full) */
GError *enclave_inference_error_new_long_line (void);

G_END_DECLS
