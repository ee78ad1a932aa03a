/* enclave-ctl-output.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What enclavectl says: results on stdout, diagnostics on stderr, and how it ends. */

/* Exit statuses; a public interface. */
typedef enum
{
  ENCLAVE_CTL_DONE = 0,
  ENCLAVE_CTL_FAILED = 1,
  ENCLAVE_CTL_WRONG_USAGE = 2,
  ENCLAVE_CTL_DENIED = 3,
  ENCLAVE_CTL_UNREACHABLE = 4,
  ENCLAVE_CTL_NEEDS_APPROVAL = 5,
  ENCLAVE_CTL_NOTHING = 6,          /* `audit verify`: there is nothing to verify */
  ENCLAVE_CTL_RUN_FAILED = 125,     /* `run`: everything that went wrong before the command ran */
  ENCLAVE_CTL_RUN_SIGNAL_BASE = 128, /* `run`: plus the number of the signal that ended the command */
} EnclaveCtlStatus;

#define ENCLAVE_CTL_ERROR (enclave_ctl_error_quark ())

typedef enum
{
  ENCLAVE_CTL_ERROR_USAGE,
  ENCLAVE_CTL_ERROR_INPUT,  /* what was to be read could not be */
  ENCLAVE_CTL_ERROR_STOPPED, /* the turn ended before the model was done; the message says why */
} EnclaveCtlError;

GQuark enclave_ctl_error_quark (void);

int enclave_ctl_status_for_error (const GError *error);
/* {"domain","code","rule"?,"path"?,"message"}: domain and code are stable words. (transfer full) */
JsonObject *enclave_ctl_error_to_json (const GError *error);
/* {"ok":false,"error":{…}} when @json, and the sentence on stderr. Returns: the exit status. */
int enclave_ctl_report_error (gboolean json, const GError *error);

/* One line of JSON on stdout, flushed. @object, @array: (transfer full). */
void enclave_ctl_print_object (JsonObject *object);
void enclave_ctl_print_array (JsonArray *array);
/* Human text on stdout. Nothing is added at its end. */
void enclave_ctl_print (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* Text that others wrote: on a terminal without control characters, else as it is. */
void enclave_ctl_print_content (const char *text);
/* Bytes to stdout, unmodified. */
void enclave_ctl_print_bytes (const char *bytes, gsize length);
/* One line on stderr; what can't be seen is drawn. */
void enclave_ctl_note (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* The same without the program's name: what goes on while a command works. */
void enclave_ctl_row (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* TRUE once a write to stdout failed: nobody reads any more. */
gboolean enclave_ctl_output_is_broken (void);

G_END_DECLS
