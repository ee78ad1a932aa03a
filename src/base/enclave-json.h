/* enclave-json.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define ENCLAVE_JSON_ERROR (enclave_json_error_quark ())

typedef enum
{
  ENCLAVE_JSON_ERROR_TOO_LARGE,
  ENCLAVE_JSON_ERROR_TOO_DEEP,
  ENCLAVE_JSON_ERROR_SYNTAX,
  ENCLAVE_JSON_ERROR_MEMBER,
} EnclaveJsonError;

GQuark enclave_json_error_quark (void);

/* The only entry to the JSON parser. A linear scan for size (ENCLAVE_JSON_MAX_BYTES), depth
 * (ENCLAVE_JSON_MAX_DEPTH), one root value and strict syntax (no comments, no single quotes, no
 * assignments, all of which json-glib would take) runs before json-glib sees the text.
 * @length: bytes, or -1 when @text ends with NUL.
 * Returns: (transfer full): the root, or NULL with ENCLAVE_JSON_ERROR set. */
JsonNode *enclave_json_parse (const char *text, gssize length, GError **error);
/* As enclave_json_parse(), for a root that must be an object. Returns: (transfer full). */
JsonObject *enclave_json_parse_object (const char *text, gssize length, GError **error);

/* As enclave_json_parse_object(), for files that people write by hand and other programs read as JSON with comments: comments
 * and commas before a closing bracket are taken, and what no string of ours can hold (NUL, halves of surrogate pairs) is read as U+FFFD. The
 * message of a syntax error names line and column. Returns: (transfer full). */
JsonObject *enclave_json_parse_commented_object (const char *text, gssize length, GError **error);
/* The same text as plain JSON, with blanks in the place of what only JSON with comments has: every byte stays where it
 * was. What is wrong in it stays wrong. Returns: (transfer full): @length bytes and a NUL. */
char *enclave_json_blank_comments (const char *text, gsize length);

/* Member readers that are safe on absent members, null and other types.
 * peek_: borrowed from @object, NULL when there is no such member of that type. */
const char *enclave_json_peek_string (JsonObject *object, const char *member);
JsonObject *enclave_json_peek_object (JsonObject *object, const char *member);
JsonArray *enclave_json_peek_array (JsonObject *object, const char *member);
gint64 enclave_json_get_int (JsonObject *object, const char *member, gint64 fallback);
double enclave_json_get_double (JsonObject *object, const char *member, double fallback);
gboolean enclave_json_get_boolean (JsonObject *object, const char *member, gboolean fallback);
/* The element as an object, or NULL when it is none. Borrowed. */
JsonObject *enclave_json_array_peek_object (JsonArray *array, guint index);
const char *enclave_json_array_peek_string (JsonArray *array, guint index);
/* As peek_string, but a missing member is ENCLAVE_JSON_ERROR_MEMBER, naming it. */
const char *enclave_json_require_string (JsonObject *object, const char *member, GError **error);

/* Compact (or indented) text of @node with no trailing newline. Returns: (transfer full). */
char *enclave_json_to_text (JsonNode *node, gboolean pretty);
char *enclave_json_object_to_text (JsonObject *object);

G_END_DECLS
