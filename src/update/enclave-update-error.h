/* enclave-update-error.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENCLAVE_UPDATE_ERROR (enclave_update_error_quark ())

/* Why a statement about a release is not believed. */
typedef enum
{
  ENCLAVE_UPDATE_ERROR_OFF,       /* the check is switched off, by the person or by the administrator */
  ENCLAVE_UPDATE_ERROR_ANSWER,    /* the host answered something else than a manifest */
  ENCLAVE_UPDATE_ERROR_TOO_LARGE, /* more than ENCLAVE_RELEASE_MANIFEST_MAX_BYTES */
  ENCLAVE_UPDATE_ERROR_MALFORMED,
  ENCLAVE_UPDATE_ERROR_KEY,       /* signed, as it says, with a key that this program does not know */
  ENCLAVE_UPDATE_ERROR_SIGNATURE, /* altered after it was signed, or signed by somebody else */
  ENCLAVE_UPDATE_ERROR_NAME,      /* about another program */
  ENCLAVE_UPDATE_ERROR_FUTURE,    /* dated after today: this clock is wrong, or the statement is */
  ENCLAVE_UPDATE_ERROR_EXPIRED,
  ENCLAVE_UPDATE_ERROR_DOWNGRADE, /* offers a release older than this one, or than one offered before */
  ENCLAVE_UPDATE_ERROR_REPLAY,    /* older than one that was seen before, or another of the same second */
  ENCLAVE_UPDATE_ERROR_FILE,      /* the release does not have this file, or it has other bytes */
} EnclaveUpdateError;

GQuark enclave_update_error_quark (void);

/* Stable word for @code in JSON ("expired", "downgrade", …). */
const char *enclave_update_error_to_word (EnclaveUpdateError code);

G_END_DECLS
