/* enclave-gate-error.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-words.h"

G_BEGIN_DECLS

#define ENCLAVE_GATE_ERROR (enclave_gate_error_quark ())

typedef enum
{
  ENCLAVE_GATE_ERROR_DENIED,          /* by a rule; enclave_gate_error_get_rule() names it */
  ENCLAVE_GATE_ERROR_OUTSIDE_ROOT,
  ENCLAVE_GATE_ERROR_REFUSED_BY_USER,
  ENCLAVE_GATE_ERROR_NEEDS_APPROVAL,  /* nobody was there to be asked */
  ENCLAVE_GATE_ERROR_UNDECLARED,      /* a door that the tool's spec did not declare */
  ENCLAVE_GATE_ERROR_INVALID_PATH,
  ENCLAVE_GATE_ERROR_NOT_FOUND,
  ENCLAVE_GATE_ERROR_NOT_REGULAR,     /* folder, FIFO, device, socket */
  ENCLAVE_GATE_ERROR_TOO_LARGE,
  ENCLAVE_GATE_ERROR_NOT_TEXT,
  ENCLAVE_GATE_ERROR_CHANGED,         /* the file is no longer what the user saw */
  ENCLAVE_GATE_ERROR_NOT_CONFINED,    /* commands can't be confined here, so none runs */
  ENCLAVE_GATE_ERROR_ADDRESS,         /* an address that the allow-list does not hold */
  ENCLAVE_GATE_ERROR_FAILED,
  ENCLAVE_GATE_ERROR_UNTRUSTED,       /* the folder brings it, and the person has not trusted it */
  ENCLAVE_GATE_ERROR_NOT_RECORDED,    /* the audit log can't be written, so nothing is done */
} EnclaveGateError;

GQuark enclave_gate_error_quark (void);

/* Stable word for @code in JSON ("denied", "outside-root", …). */
const char *enclave_gate_error_to_word (EnclaveGateError code);
/* Rule and project-relative path of a gate error; borrowed from @error, NULL when it has none or
 * @error is of another domain. */
const char *enclave_gate_error_get_rule (const GError *error);
const char *enclave_gate_error_get_path (const GError *error);
/* The message as a model reads it: not translated. Borrowed from @error; its message when it is of another domain. */
const char *enclave_gate_error_get_plain (const GError *error);
/* Makes an error that carries rule and path. @rule, @path: (nullable). @format: marked with N_(). */
GError *enclave_gate_error_new (EnclaveGateError code, const char *rule, const char *path,
                                const char *format, ...) G_GNUC_PRINTF (4, 5);
GError *enclave_gate_error_new_words (EnclaveGateError code, const char *rule, const char *path, const EnclaveWords *words);

G_END_DECLS
