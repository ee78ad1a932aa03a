/* fuzz-audit-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-audit-reader.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
verify (const char *text, gsize length, GBytes *key, const char *anchor)
{
  g_autoptr (EnclaveAuditVerifier) verifier = enclave_audit_verifier_new (key);
  g_autoptr (EnclaveAuditReport) report = NULL;

  enclave_audit_verifier_add_anchor (verifier, anchor, "anchor");
  enclave_audit_verifier_read (verifier, text, length / 2, "first");
  enclave_audit_verifier_read (verifier, text + length / 2, length - length / 2, "second");
  report = enclave_audit_verifier_finish (verifier);
  if ((report->fault == ENCLAVE_AUDIT_HOLDS) != (report->message == NULL))
    g_error ("a fault without a message, or the other way round");
}

/* The bytes are a log, a single line and an anchor. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_memdup2 (data, MAX (size, 1));
  g_autofree char *anchor = g_strndup ((const char *) data, size);
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  g_autoptr (EnclaveAuditEntry) entry = enclave_audit_entry_parse (text, size);

  if (entry != NULL)
    {
      g_autofree char *shown = enclave_audit_entry_to_text (entry);

      if (!g_utf8_validate (shown, -1, NULL) || strchr (shown, '\n') != NULL)
        g_error ("a record is shown as more than one line, or not as text");
    }
  verify (text, size, NULL, anchor);
  verify (text, size, key, anchor);
  return 0;
}
