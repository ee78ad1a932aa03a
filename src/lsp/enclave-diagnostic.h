/* enclave-diagnostic.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-language-text.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_DIAGNOSTIC_ERROR = 1, /* the numbers of the protocol */
  ENCLAVE_DIAGNOSTIC_WARNING,
  ENCLAVE_DIAGNOSTIC_INFORMATION,
  ENCLAVE_DIAGNOSTIC_HINT,
} EnclaveDiagnosticSeverity;

/* What a server says of a range of a text. Immutable, counted by references. */
typedef struct
{
  EnclaveLanguageRange range;
  EnclaveDiagnosticSeverity severity;
  char *message;  /* safe to be shown; may have several lines */
  char *source;   /* (nullable): "clangd" */
  char *code;     /* (nullable) */
  JsonNode *wire; /* as it was sent, for questions about it */
} EnclaveDiagnostic;

EnclaveDiagnostic *enclave_diagnostic_ref (EnclaveDiagnostic *self);
void enclave_diagnostic_unref (EnclaveDiagnostic *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveDiagnostic, enclave_diagnostic_unref)

/* @array: (nullable): of a notification. At most ENCLAVE_LANGUAGE_MAX_DIAGNOSTICS, sorted by place; what is no diagnostic is left out.
 * Returns: (transfer full) (element-type EnclaveDiagnostic). */
GPtrArray *enclave_diagnostic_read_all (JsonArray *array);
/* What is said of @before as it stands in @after, until the server has looked at that: behind what was changed it moves along with its
 * text. Within what was changed it keeps its line as long as there are as many of them, else it goes to where the change begins.
 * @all: (element-type EnclaveDiagnostic). Returns: (transfer full) (element-type EnclaveDiagnostic), sorted by place. */
GPtrArray *enclave_diagnostic_move_all (GPtrArray *all, EnclaveLanguageText *before, EnclaveLanguageText *after);
/* "error: expected ‘;’ [clangd -Wall]", one line. (transfer full) */
char *enclave_diagnostic_to_line (const EnclaveDiagnostic *self);
/* "Error", for people. Static. */
const char *enclave_diagnostic_severity_to_string (EnclaveDiagnosticSeverity severity);

G_END_DECLS
