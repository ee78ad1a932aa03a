/* enclave-path-error.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>

#include "enclave-path-resolver-private.h"

#include "enclave-utf8.h"

/* "Reading PATH: ". @shown: the path. (transfer full) */
static EnclaveWords *
begin (EnclaveEffects effects, const char *shown)
{
  EnclaveWords *words = enclave_words_new ();

  if ((effects & ENCLAVE_EFFECT_WRITE) != 0)
    enclave_words_add (words, N_("Changing %s: "), shown);
  else
    enclave_words_add (words, N_("Reading %s: "), shown);

  return words;
}

GError *
enclave_path_error_new (EnclaveGateError code, EnclaveEffects effects, const char *rule, const char *path, const char *format, ...)
{
  g_autofree char *shown = enclave_utf8_display_name (path);
  g_autoptr(EnclaveWords) words = begin (effects, shown);
  va_list args;

  va_start (args, format);
  enclave_words_add_valist (words, format, args);
  va_end (args);

  return enclave_gate_error_new_words (code, rule, shown, words);
}

GError *
enclave_path_error_new_reason (EnclaveGateError code, EnclaveEffects effects, const char *path, const char *reason)
{
  g_autofree char *shown = enclave_utf8_display_name (path);
  g_autoptr(EnclaveWords) words = begin (effects, shown);

  enclave_words_add_message (words, reason);

  return enclave_gate_error_new_words (code, NULL, shown, words);
}

GError *
enclave_path_error_system (EnclaveGateError code, EnclaveEffects effects, const char *path, int number)
{
  g_autofree char *shown = enclave_utf8_display_name (path);
  g_autoptr(EnclaveWords) words = begin (effects, shown);

  enclave_words_add_errno (words, number);

  return enclave_gate_error_new_words (code, NULL, shown, words);
}

GError *
enclave_path_error_denied (EnclaveEffects effects, const char *rule, const char *path)
{
  if (g_strcmp0 (rule, OUTSIDE_RULE) == 0)
    return enclave_path_error_new (ENCLAVE_GATE_ERROR_OUTSIDE_ROOT, effects, rule, path, N_("it lies outside the project"));

  return enclave_path_error_new (ENCLAVE_GATE_ERROR_DENIED, effects, rule, path, N_("denied by rule %s"), rule);
}

GError *
enclave_path_error_errno (EnclaveEffects effects, const char *path, int code)
{
  switch (code)
    {
    case ENOENT:
    case ENOTDIR:
      return enclave_path_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, effects, NULL, path, N_("there is no such file"));
    case EXDEV:
      return enclave_path_error_denied (effects, OUTSIDE_RULE, path);
    case ELOOP:
      return enclave_path_error_new (ENCLAVE_GATE_ERROR_INVALID_PATH, effects, NULL, path, N_("its links lead nowhere"));
    case ENAMETOOLONG:
      return enclave_path_error_new (ENCLAVE_GATE_ERROR_INVALID_PATH, effects, NULL, path, N_("the name is too long"));
    default:
      return enclave_path_error_system (ENCLAVE_GATE_ERROR_FAILED, effects, path, code);
    }
}
