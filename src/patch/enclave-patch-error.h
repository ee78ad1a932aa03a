/* enclave-patch-error.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-words.h"

G_BEGIN_DECLS

#define ENCLAVE_PATCH_ERROR (enclave_patch_error_quark ())

typedef enum
{
  ENCLAVE_PATCH_ERROR_SYNTAX,     /* the message names the line */
  ENCLAVE_PATCH_ERROR_NO_MATCH,   /* the message shows the nearest real lines with numbers */
  ENCLAVE_PATCH_ERROR_AMBIGUOUS,
  ENCLAVE_PATCH_ERROR_EMPTY,      /* nothing proposed */
  ENCLAVE_PATCH_ERROR_TOO_LARGE,
} EnclavePatchError;

GQuark enclave_patch_error_quark (void);

/* A piece of a patch that has no place, for a person to see. */
typedef struct
{
  char *path;     /* (nullable) */
  char *reason;   /* in the language of the person */
  char *searched; /* the old lines, the first of them */
  char *found;    /* the nearest real lines, each as `   12| text`, or what else stands at the places; "" when there is none */
  guint block;    /* from 1 */
  guint n_blocks; /* of the patch */
  guint n_lines;  /* of the file, when the edit may fit in another form; otherwise 0 */
  GArray *landed; /* (element-type guint): blocks that were taken */
} EnclavePatchMiss;

EnclavePatchMiss *enclave_patch_miss_copy (const EnclavePatchMiss *miss);
void enclave_patch_miss_free (EnclavePatchMiss *miss);
/* The only block of a patch, of a file that is not known here. (transfer full) */
EnclavePatchMiss *enclave_patch_miss_new (const char *reason, const char *searched, const char *found);

/* @format: marked with N_(): the error says it in the language of the person, and plainly to models. */
void enclave_patch_set_error (GError **error, EnclavePatchError code, const char *format, ...) G_GNUC_PRINTF (3, 4);
void enclave_patch_set_error_words (GError **error, EnclavePatchError code, const EnclaveWords *words);
/* Puts words before those of @error, or behind them. */
void enclave_patch_prefix_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
void enclave_patch_extend_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* @miss: (transfer full). */
void enclave_patch_error_add_miss (GError *error, EnclavePatchMiss *miss);
/* Says of what is missed in @error, where nobody has yet: which file, what was looked for, which block. An error of a place that has no
 * miss gets one. */
void enclave_patch_error_locate (GError *error, const char *path, const char *searched, guint block, guint n_blocks);

/* What @error says to a model: not translated. Borrowed from @error, its message when it is of another domain. */
const char *enclave_patch_error_get_plain (const GError *error);
/* The pieces that have no place. Borrowed; (nullable): none, or @error is of another domain. (element-type EnclavePatchMiss) */
GPtrArray *enclave_patch_error_get_misses (const GError *error);

G_END_DECLS
