/* enclave-gate-error.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-gate-error.h"

typedef struct
{
  char *rule;
  char *path;
  char *plain; /* (nullable): the message */
} EnclaveGateErrorPrivate;

static void
enclave_gate_error_private_init (EnclaveGateErrorPrivate *priv)
{
}

static void
enclave_gate_error_private_copy (const EnclaveGateErrorPrivate *src_priv, EnclaveGateErrorPrivate *dest_priv)
{
  dest_priv->rule = g_strdup (src_priv->rule);
  dest_priv->path = g_strdup (src_priv->path);
  dest_priv->plain = g_strdup (src_priv->plain);
}

static void
enclave_gate_error_private_clear (EnclaveGateErrorPrivate *priv)
{
  g_free (priv->rule);
  g_free (priv->path);
  g_free (priv->plain);
}

G_DEFINE_EXTENDED_ERROR (EnclaveGateError, enclave_gate_error)

/**
 * enclave_gate_error_to_word:
 * @code: an error code of the gate
 *
 * Returns: the stable word that JSON output uses for @code
 */
const char *
enclave_gate_error_to_word (EnclaveGateError code)
{
  switch (code)
    {
    case ENCLAVE_GATE_ERROR_DENIED:
      return "denied";
    case ENCLAVE_GATE_ERROR_OUTSIDE_ROOT:
      return "outside-root";
    case ENCLAVE_GATE_ERROR_REFUSED_BY_USER:
      return "refused-by-user";
    case ENCLAVE_GATE_ERROR_NEEDS_APPROVAL:
      return "needs-approval";
    case ENCLAVE_GATE_ERROR_UNDECLARED:
      return "undeclared";
    case ENCLAVE_GATE_ERROR_INVALID_PATH:
      return "invalid-path";
    case ENCLAVE_GATE_ERROR_NOT_FOUND:
      return "not-found";
    case ENCLAVE_GATE_ERROR_NOT_REGULAR:
      return "not-regular";
    case ENCLAVE_GATE_ERROR_TOO_LARGE:
      return "too-large";
    case ENCLAVE_GATE_ERROR_NOT_TEXT:
      return "not-text";
    case ENCLAVE_GATE_ERROR_CHANGED:
      return "changed";
    case ENCLAVE_GATE_ERROR_NOT_CONFINED:
      return "not-confined";
    case ENCLAVE_GATE_ERROR_ADDRESS:
      return "address";
    case ENCLAVE_GATE_ERROR_UNTRUSTED:
      return "untrusted";
    case ENCLAVE_GATE_ERROR_NOT_RECORDED:
      return "not-recorded";
    case ENCLAVE_GATE_ERROR_FAILED:
    default:
      return "failed";
    }
}

/**
 * enclave_gate_error_get_rule:
 * @error: (nullable): any error
 *
 * Returns: (nullable): the rule that decided, borrowed from @error
 */
const char *
enclave_gate_error_get_rule (const GError *error)
{
  if (error == NULL || error->domain != ENCLAVE_GATE_ERROR)
    return NULL;

  return enclave_gate_error_get_private (error)->rule;
}

/**
 * enclave_gate_error_get_path:
 * @error: (nullable): any error
 *
 * Returns: (nullable): the project-relative path that was judged, borrowed from @error
 */
const char *
enclave_gate_error_get_path (const GError *error)
{
  if (error == NULL || error->domain != ENCLAVE_GATE_ERROR)
    return NULL;

  return enclave_gate_error_get_private (error)->path;
}

/**
 * enclave_gate_error_get_plain:
 * @error: any error
 *
 * Returns: what @error says to a model: not translated where the gate has made it; borrowed from @error
 */
const char *
enclave_gate_error_get_plain (const GError *error)
{
  const char *plain = NULL;

  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == ENCLAVE_GATE_ERROR)
    plain = enclave_gate_error_get_private (error)->plain;

  return plain != NULL ? plain : error->message;
}

/**
 * enclave_gate_error_new_words:
 * @code: what kind of refusal or failure
 * @rule: (nullable): rule that decided
 * @path: (nullable): path relative to the project
 * @words: the message
 *
 * Returns: (transfer full): a new error of the gate
 */
GError *
enclave_gate_error_new_words (EnclaveGateError code, const char *rule, const char *path, const EnclaveWords *words)
{
  GError *error = g_error_new_literal (ENCLAVE_GATE_ERROR, code, words->shown->str);
  EnclaveGateErrorPrivate *priv = enclave_gate_error_get_private (error);

  priv->rule = g_strdup (rule);
  priv->path = g_strdup (path);
  priv->plain = g_strdup (words->plain->str);

  return error;
}

/**
 * enclave_gate_error_new:
 * @code: what kind of refusal or failure
 * @rule: (nullable): rule that decided
 * @path: (nullable): path relative to the project
 * @format: message, beginning with what was attempted; never file content. Marked with N_(): it is translated here
 *
 * Returns: (transfer full): a new error of the gate
 */
GError *
enclave_gate_error_new (EnclaveGateError code, const char *rule, const char *path, const char *format, ...)
{
  g_autoptr (EnclaveWords) words = enclave_words_new ();
  va_list args;

  va_start (args, format);
  enclave_words_add_valist (words, format, args);
  va_end (args);

  return enclave_gate_error_new_words (code, rule, path, words);
}
