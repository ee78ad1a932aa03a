/* enclave-patch.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-patch-error.h"

G_BEGIN_DECLS

/* What a model proposes, as a value: one operation a file. Pure text, no path is opened here. */

typedef enum
{
  ENCLAVE_PATCH_REPLACE_TEXT, /* search/replace block */
  ENCLAVE_PATCH_HUNKS,        /* unified diff */
  ENCLAVE_PATCH_WHOLE_FILE,
  ENCLAVE_PATCH_DELETE_FILE,
} EnclavePatchKind;

/* How a piece was found in the file; anything but EXACT is marked in the review. */
typedef enum
{
  ENCLAVE_MATCH_EXACT,
  ENCLAVE_MATCH_LINE_ENDS,   /* apart from line ends and trailing blanks */
  ENCLAVE_MATCH_INDENTATION, /* apart from one uniform indentation, or tabs for blanks */
  ENCLAVE_MATCH_BLANK_LINES,
  ENCLAVE_MATCH_ELISION,     /* lines were left out by a mark, and what stands around it says which */
} EnclaveMatchQuality;

typedef struct
{
  EnclavePatchKind kind;
  char *path;        /* as written by the model, `a/` and `b/` taken off; NULL when none was given */
  char *old_text;    /* REPLACE_TEXT */
  char *new_text;    /* REPLACE_TEXT and WHOLE_FILE */
  GPtrArray *hunks;  /* HUNKS; DELETE_FILE: what the diff says the file holds, or NULL (element-type EnclaveDiffHunk) */
} EnclavePatchOperation;

typedef struct
{
  GPtrArray *operations; /* (element-type EnclavePatchOperation), in the order written */
  GPtrArray *sources;    /* lines that hunks borrow */
} EnclavePatch;

EnclavePatch *enclave_patch_new (void);
void enclave_patch_free (EnclavePatch *patch);
EnclavePatchOperation *enclave_patch_operation_new (EnclavePatchKind kind, const char *path);
void enclave_patch_operation_free (EnclavePatchOperation *operation);

/* A unified diff, plain or in a fence; search/replace blocks (`<<<<<<< SEARCH`, `=======`,
 * `>>>>>>> REPLACE`) with the path on a line before; fenced code with a path in the info string or on
 * the line before. Everything else in @reply is prose and ignored.
 * Returns: (transfer full): NULL with ENCLAVE_PATCH_ERROR. */
EnclavePatch *enclave_patch_parse_reply (const char *reply, GError **error);
/* A unified diff (or `*** Begin Patch` form) alone, as the tool apply_patch takes it. */
EnclavePatch *enclave_patch_parse_diff (const char *diff, GError **error);

/* @text after @operation: a unique match or none, in layers (exact; line ends and trailing blanks;
 * uniform indentation; blank lines; lines left out by a mark), never partially. Line ends of @text, its byte order mark
 * and the newline that its last line lacks are kept.
 * @quality: (out) (optional).
 * Returns: (transfer full): the new text. */
char *enclave_patch_apply (const char *text, const EnclavePatchOperation *operation,
                           EnclaveMatchQuality *quality, GError **error);
/* Replaces the one place where @old_text stands. As above. */
char *enclave_patch_replace_text (const char *text, const char *old_text, const char *new_text,
                                  EnclaveMatchQuality *quality, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclavePatch, enclave_patch_free)

G_END_DECLS
