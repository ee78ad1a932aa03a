/* enclave-load-log.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_LOAD_FINE,
  ENCLAVE_LOAD_OUT_OF_MEMORY,
  ENCLAVE_LOAD_BAD_MODEL,    /* the program can't read the file */
  ENCLAVE_LOAD_BAD_ARGUMENT, /* the program does not know an argument */
  ENCLAVE_LOAD_NO_SOCKET,    /* the program can't listen where it was told to */
} EnclaveLoadProblem;

/* What a model server writes while it loads and runs: its last lines, how far it says to be, and which known problem it names.
 * Pure; keeps ENCLAVE_LOAD_LOG_LINES lines of at most ENCLAVE_LOAD_LOG_LINE_BYTES. */
typedef struct _EnclaveLoadLog EnclaveLoadLog;

EnclaveLoadLog *enclave_load_log_new (void);
void enclave_load_log_free (EnclaveLoadLog *self);
/* @text: valid UTF-8, any piece. */
void enclave_load_log_feed (EnclaveLoadLog *self, const char *text);
/* The last @n_lines lines, escape sequences removed, each ended by a newline. (transfer full) */
char *enclave_load_log_dup_last (EnclaveLoadLog *self, guint n_lines);
/* Of 100 dots that llama.cpp draws while it loads: 0 to 1; -1 when it draws none. */
double enclave_load_log_get_fraction (EnclaveLoadLog *self);
/* The first that was named; out of memory goes before all others. */
EnclaveLoadProblem enclave_load_log_get_problem (EnclaveLoadLog *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveLoadLog, enclave_load_log_free)

G_END_DECLS
