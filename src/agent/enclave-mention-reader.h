/* enclave-mention-reader.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-toolbox.h"
#include "enclave-repo-map.h"
#include "enclave-tool-registry.h"

G_BEGIN_DECLS

/* Gets what a message mentions with an `@`: files, folders, definitions, what is changed in git. Selection and terminal are the
 * window's and are not read here. One reader is for one message: it looks at the project at most once. */
#define ENCLAVE_TYPE_MENTION_READER (enclave_mention_reader_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMentionReader, enclave_mention_reader, ENCLAVE, MENTION_READER, GObject)

/* What one mention has brought, as if the model had called a tool. */
typedef struct
{
  const char *tool;         /* static */
  JsonObject *arguments;
  EnclaveToolScope *scope;
  EnclaveContextItem *item; /* (nullable): what is attached */
  EnclaveContextItem *told; /* (nullable): why there is nothing to attach, although nothing forbids it */
  GError *error;            /* (nullable): it may not be attached, or could not be read */
} EnclaveMentionPart;

void enclave_mention_part_free (EnclaveMentionPart *part);

/* @to_count: what is read is only to be counted and reaches no model: the model does not know it then. */
EnclaveMentionReader *enclave_mention_reader_new (EnclaveGate *gate, EnclaveToolRegistry *registry, EnclaveRepoMap *map,
                                                  gboolean to_count);
/* Whose resources can be mentioned. @toolbox: (nullable): none, as without it. */
void enclave_mention_reader_set_toolbox (EnclaveMentionReader *self, EnclaveMcpToolbox *toolbox);
/* @mention: as enclave_mention_list() gives it. One after another: not while another mention is being read. */
void enclave_mention_reader_read_async (EnclaveMentionReader *self, const char *mention, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full) (nullable) (element-type EnclaveMentionPart): none when the mention is just a word; after one with an
 * error there is no other. NULL only with G_IO_ERROR_CANCELLED. */
GPtrArray *enclave_mention_reader_read_finish (EnclaveMentionReader *self, GAsyncResult *result, GError **error);

G_END_DECLS
