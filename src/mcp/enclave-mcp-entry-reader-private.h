/* enclave-mcp-entry-reader-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-mcp-config.h"

G_BEGIN_DECLS

/* One entry of a file. Never fails: what can't be used says why. @node: of any type. (transfer full) */
EnclaveMcpServerEntry *enclave_mcp_entry_read (const EnclaveMcpConfigOrigin *origin, const EnclaveMcpContext *context,
                                               const char *name, JsonNode *node);
/* What reads one entry. */
typedef struct
{
  const EnclaveMcpConfigOrigin *origin;
  const EnclaveMcpContext *context;
  EnclaveMcpServerEntry *entry;
  JsonObject *object;
  GPtrArray *inputs; /* without an answer */
  GStrvBuilder *notes;
  gsize n_bytes;     /* of all values, expanded */
} EnclaveMcpReader;

/* The first problem is the one that is kept: what follows is often only its consequence. @member: (nullable). */
void enclave_mcp_reader_fail (EnclaveMcpReader *reader, const char *member, const char *format, ...) G_GNUC_PRINTF (3, 4);
void enclave_mcp_reader_note (EnclaveMcpReader *reader, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* NULL for a member that is null, too. Borrowed. */
JsonNode *enclave_mcp_reader_find (JsonObject *object, const char *member);
/* @text with its variables, counted; NULL after a problem. (transfer full) (nullable) */
char *enclave_mcp_reader_expand (EnclaveMcpReader *reader, const char *member, const char *text);
/* The text of @member, expanded. (transfer full) (nullable) */
char *enclave_mcp_reader_read_text (EnclaveMcpReader *reader, JsonObject *object, const char *member);
/* (transfer full): never NULL. */
GStrv enclave_mcp_reader_read_list (EnclaveMcpReader *reader, JsonObject *object, const char *member, gboolean expanded);
/* Into the entry. */
void enclave_mcp_reader_read_environment (EnclaveMcpReader *reader, JsonObject *object);
void enclave_mcp_reader_read_headers (EnclaveMcpReader *reader);

G_END_DECLS
