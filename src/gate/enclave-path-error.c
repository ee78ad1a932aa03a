/* enclave-path-error.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>

#include "enclave-path-resolver-private.h"

#include "enclave-utf8.h"

GError *
enclave_path_error_new (EnclaveGateError code, EnclaveEffects effects, const char *rule, const char *path, const char *reason)
{
  g_autofree char *shown = enclave_utf8_display_name (path);

  if ((effects & ENCLAVE_EFFECT_WRITE) != 0)
    return enclave_gate_error_new (code, rule, shown, _("Changing %s: %s"), shown, reason);

  return enclave_gate_error_new (code, rule, shown, _("Reading %s: %s"), shown, reason);
}

GError *
enclave_path_error_denied (EnclaveEffects effects, const char *rule, const char *path)
{
  g_autofree char *reason = NULL;

  if (g_strcmp0 (rule, OUTSIDE_RULE) == 0)
    return enclave_path_error_new (ENCLAVE_GATE_ERROR_OUTSIDE_ROOT, effects, rule, path, _("it lies outside the project"));

  reason = g_strdup_printf (_("denied by rule %s"), rule);

  return enclave_path_error_new (ENCLAVE_GATE_ERROR_DENIED, effects, rule, path, reason);
}

GError *
enclave_path_error_errno (EnclaveEffects effects, const char *path, int code)
{
  switch (code)
    {
    case ENOENT:
    case ENOTDIR:
      return enclave_path_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, effects, NULL, path, _("there is no such file"));
    case EXDEV:
      return enclave_path_error_denied (effects, OUTSIDE_RULE, path);
    case ELOOP:
      return enclave_path_error_new (ENCLAVE_GATE_ERROR_INVALID_PATH, effects, NULL, path, _("its links lead nowhere"));
    case ENAMETOOLONG:
      return enclave_path_error_new (ENCLAVE_GATE_ERROR_INVALID_PATH, effects, NULL, path, _("the name is too long"));
    default:
      return enclave_path_error_new (ENCLAVE_GATE_ERROR_FAILED, effects, NULL, path, g_strerror (code));
    }
}
