/* enclave-git-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What git prints, read as what it is: bytes that anybody may have written into a commit. Pure. */

#define ENCLAVE_GIT_AUTHOR_MAX_BYTES 120
#define ENCLAVE_GIT_SUBJECT_MAX_BYTES 400

/* Fields that each end with a NUL. */
typedef struct
{
  const char *at;
  const char *end;
} EnclaveGitFields;

/* The next field and its length; NULL: there is none that is whole. Borrowed. */
const char *enclave_git_fields_next (EnclaveGitFields *fields, gsize *length);
/* @bytes as one printable line, the first @max_bytes of it; what was cut shows as "…". (transfer full) */
char *enclave_git_dup_line (const char *bytes, gsize length, gsize max_bytes);
/* Seconds since 1970, 0 for what is no time that a calendar has. */
gint64 enclave_git_parse_time (const char *bytes, gsize length);
/* Whether it is the whole name of an object, in lower-case hexadecimal digits. */
gboolean enclave_git_is_object (const char *bytes, gsize length);
/* A name as git prints it in a line: C-quoted where it has to be. (transfer full) */
char *enclave_git_dup_unquoted (const char *bytes, gsize length);
/* Names of files as a message says them, the first of them: "a, b, c and 3 more". @paths: (element-type utf8), raw. (transfer full) */
char *enclave_git_dup_names (GPtrArray *paths);

G_END_DECLS
