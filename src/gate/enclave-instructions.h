/* enclave-instructions.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_INSTRUCTIONS_NEW,     /* never trusted in this folder */
  ENCLAVE_INSTRUCTIONS_CHANGED, /* other bytes than those that were trusted */
  ENCLAVE_INSTRUCTIONS_TRUSTED,
} EnclaveInstructionsState;

/* The file of a folder that tells the agent how to work there, as it is on the disk at one moment, and what the person
 * has said about it. Whatever is open or proposed counts for nothing. Immutable. */
typedef struct
{
  char *name;         /* relative to the folder: "AGENTS.md" */
  char *text;         /* all of it; valid UTF-8 without NUL */
  gsize n_bytes;
  char *digest;       /* SHA-256 of the bytes, in hexadecimal digits */
  char *trusted_text; /* (nullable): what was trusted before */
  EnclaveInstructionsState state;
} EnclaveInstructions;

/* (transfer full) */
EnclaveInstructions *enclave_instructions_copy (const EnclaveInstructions *instructions);
void enclave_instructions_free (EnclaveInstructions *instructions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveInstructions, enclave_instructions_free)

/* Stable word: "new", "changed", "trusted". */
const char *enclave_instructions_state_to_word (EnclaveInstructionsState state);

G_END_DECLS
