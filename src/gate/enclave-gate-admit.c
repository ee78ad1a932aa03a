/* enclave-gate-admit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-gate-private.h"

#include "enclave-context-item-private.h"
#include "enclave-limits.h"
#include "enclave-path-resolver.h"
#include "enclave-tool-scope-private.h"

static EnclaveAuditRecord
record_for (const char *path)
{
  return (EnclaveAuditRecord){ .actor = "user", .tool = path != NULL ? "attach" : "message", .path = path, .effect = "read" };
}

static gboolean
judge (EnclaveGate *self, const char *text, const char *path, const char *source, EnclaveResolvedPath *resolved, GError **error)
{
  if (path != NULL
      && !enclave_path_resolver_open (self->resolver, ENCLAVE_EFFECT_READ, path,
                                      ENCLAVE_RESOLVE_REGULAR | ENCLAVE_RESOLVE_ALLOW_MISSING, resolved, error))
    return FALSE;
  if (strlen (text) > ENCLAVE_MODEL_READ_MAX_BYTES)
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_TOO_LARGE, NULL, path,
                                                        N_("Adding %s: more than %d KiB of text at once"), source,
                                                        ENCLAVE_MODEL_READ_MAX_BYTES / 1024));
      return FALSE;
    }

  return TRUE;
}

static gboolean
open_and_judge (EnclaveGate *self, const char *text, const char *path, const char *source, EnclaveResolvedPath *resolved,
                GError **error)
{
  g_autoptr(GError) local_error = NULL;

  if (judge (self, text, path, source, resolved, &local_error))
    return TRUE;
  if (!g_error_matches (local_error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_TOO_LARGE))
    {
      EnclaveAuditRecord refused = record_for (path);

      enclave_gate_audit_error (self, &refused, local_error);
    }
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

static EnclaveContextItem *
admit (EnclaveGate *self, const char *text, const char *path, const char *source, EnclaveAdmissionFlags flags,
       GError **error)
{
  g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
  g_autoptr(EnclaveMaskedText) masked = NULL;
  g_autoptr(EnclaveContextItem) item = NULL;
  EnclaveAuditRecord masks, record;

  if (!enclave_gate_audit_ready (self, error) || !open_and_judge (self, text, path, source, &resolved, error))
    return NULL;

  masks = record = record_for (path != NULL ? resolved.path : NULL);
  if (path != NULL && resolved.fd >= 0)
    {
      record.device = resolved.st.st_dev;
      record.inode = resolved.st.st_ino;
    }
  masked = enclave_text_admission_mask (self->admission, text, flags);
  item = enclave_context_item_new (masked->text, source, NULL, FALSE);
  if (!enclave_gate_record_masks (self, &masks, masked, error))
    return NULL;
  /* What goes to the model, not what it was made from. */
  if (path != NULL && !enclave_gate_record_text (self, &record, enclave_context_item_get_text (item), error))
    return NULL;

  return g_steal_pointer (&item);
}

/**
 * enclave_gate_admit_text:
 * @text: what the user typed, selected or attached
 * @path: (nullable): the file it stands in, judged for reading like the file itself
 * @source: where it came from, for people
 *
 * Values of denied files and what has the form of a secret are masked in it.
 *
 * Returns: (transfer full): an item for the conversation, or %NULL with %ENCLAVE_GATE_ERROR_DENIED,
 *   %ENCLAVE_GATE_ERROR_OUTSIDE_ROOT, %ENCLAVE_GATE_ERROR_INVALID_PATH, %ENCLAVE_GATE_ERROR_TOO_LARGE or
 *   %ENCLAVE_GATE_ERROR_NOT_RECORDED
 */
EnclaveContextItem *
enclave_gate_admit_text (EnclaveGate *self, const char *text, const char *path, const char *source, GError **error)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);
  g_return_val_if_fail (text != NULL && source != NULL, NULL);

  return admit (self, text, path, source, ENCLAVE_ADMISSION_NONE, error);
}

static gboolean
record_approved_secrets (EnclaveGate *self, const char *text, const char *path, GError **error)
{
  g_auto(GStrv) secrets = NULL;

  if (!enclave_gate_list_secrets (self, text, &secrets, NULL))
    return TRUE;
  for (guint i = 0; secrets[i] != NULL; i++)
    {
      g_autofree char *rule = g_strconcat ("secret:", secrets[i], NULL);
      EnclaveAuditRecord record = record_for (path);

      record.rule = rule;
      record.decision = ENCLAVE_AUDIT_APPROVED;
      record.approver = "user";
      if (!enclave_gate_record (self, &record, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * enclave_gate_admit_text_as_it_is:
 * @text: what the user typed, selected or attached, and wants to send with the secrets in it
 * @path: (nullable): as for enclave_gate_admit_text()
 * @source: where it came from, for people
 *
 * Each secret that is not masked is an audit line of its rule, approved. Denied is denied: values of denied files are masked.
 *
 * Returns: (transfer full): as for enclave_gate_admit_text()
 */
EnclaveContextItem *
enclave_gate_admit_text_as_it_is (EnclaveGate *self, const char *text, const char *path, const char *source,
                                  GError **error)
{
  g_autoptr(EnclaveContextItem) item = NULL;

  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);
  g_return_val_if_fail (text != NULL && source != NULL, NULL);

  item = admit (self, text, path, source, ENCLAVE_ADMISSION_KEEP_SECRETS, error);
  if (item == NULL || !record_approved_secrets (self, text, path, error))
    return NULL;

  return g_steal_pointer (&item);
}

/**
 * enclave_gate_admit_withheld:
 * @scope: of a tool that has given a text without its secrets
 * @source: what it was, for people
 *
 * The same text with them, for a person who wants to send it; cut as it was for the model. Each secret is an audit line of its rule,
 * approved. Values of denied files stay masked.
 *
 * Returns: (transfer full): as for enclave_gate_admit_text()
 */
EnclaveContextItem *
enclave_gate_admit_withheld (EnclaveGate *self, EnclaveToolScope *scope, const char *source, GError **error)
{
  g_autofree char *clipped = NULL;
  gboolean truncated;

  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);
  g_return_val_if_fail (ENCLAVE_IS_TOOL_SCOPE (scope) && enclave_tool_scope_has_withheld (scope), NULL);

  clipped = enclave_tool_scope_clip_middle (enclave_tool_scope_get_withheld (scope), &truncated);

  return enclave_gate_admit_text_as_it_is (self, clipped, NULL, source, error);
}

static GStrv
to_strv (const GPtrArray *rules)
{
  GStrv list = g_new0 (char *, rules->len + 1);

  for (guint i = 0; i < rules->len; i++)
    list[i] = g_strdup (g_ptr_array_index (rules, i));

  return list;
}

/**
 * enclave_gate_list_secrets:
 * @text: what the user is about to send
 * @secrets: (out) (optional) (transfer full): rules of what has the form of a secret, one a place
 * @values: (out) (optional) (transfer full): rules of the denied files whose values are in it, one a place
 *
 * Returns: whether something would be masked
 */
gboolean
enclave_gate_list_secrets (EnclaveGate *self, const char *text, GStrv *secrets, GStrv *values)
{
  g_autoptr (EnclaveMaskedText) masked = NULL;

  g_return_val_if_fail (ENCLAVE_IS_GATE (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  masked = enclave_text_admission_mask (self->admission, text, ENCLAVE_ADMISSION_NONE);
  if (secrets != NULL)
    *secrets = to_strv (masked->secrets);
  if (values != NULL)
    *values = to_strv (masked->values);

  return masked->secrets->len + masked->values->len > 0;
}

/**
 * enclave_gate_look_at_text:
 * @text: what the user is writing, has selected or has attached
 * @path: (nullable): as for enclave_gate_admit_text()
 * @source: where it came from, for people
 * @secrets: (out) (transfer full): as enclave_gate_list_secrets() lists them
 * @values: (out) (transfer full): the same
 *
 * What enclave_gate_admit_text() would give, before the user has sent it: to be shown and counted on this machine, never to be sent.
 * It is looked at once for both, and nothing is recorded: that is done when it is sent.
 *
 * Returns: (transfer full) (nullable): as for enclave_gate_admit_text(); with %NULL the lists are empty
 */
EnclaveContextItem *
enclave_gate_look_at_text (EnclaveGate *self, const char *text, const char *path, const char *source, GStrv *secrets,
                           GStrv *values, GError **error)
{
  g_auto(EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
  g_autoptr (EnclaveMaskedText) masked = NULL;

  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);
  g_return_val_if_fail (text != NULL && source != NULL && secrets != NULL && values != NULL, NULL);

  *secrets = g_new0 (char *, 1);
  *values = g_new0 (char *, 1);
  if (!judge (self, text, path, source, &resolved, error))
    return NULL;
  g_free (*secrets);
  g_free (*values);
  masked = enclave_text_admission_mask (self->admission, text, ENCLAVE_ADMISSION_NONE);
  *secrets = to_strv (masked->secrets);
  *values = to_strv (masked->values);

  return enclave_context_item_new (masked->text, source, NULL, FALSE);
}
