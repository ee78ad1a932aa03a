/* enclave-tool-scope-knowledge.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a model knows of a file, so that a whole file that it writes takes nobody's work away: the digest of the text that it was
 * given last, or has written itself.
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-scope-private.h"

#include "enclave-gate-private.h"

/* Of which more than this is read at once is never known whole, and looking whether it has changed would take too long. */
#define KNOWN_MAX_BYTES (1024 * 1024)

static char *
dup_digest (const char *text)
{
  gsize length = strlen (text);

  return length <= KNOWN_MAX_BYTES ? g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, length) : NULL;
}

void
enclave_tool_scope_note_read (EnclaveToolScope *self, const char *true_path, const char *text, gboolean whole)
{
  GHashTable *files = enclave_tool_scope_get_gate (self)->read_files;
  g_autofree char *digest = NULL;

  if (enclave_tool_scope_get_counting (self))
    return;
  /* Who reads a part again still knows the rest. */
  if (!whole && enclave_tool_scope_look_up_read (self, true_path, text) == ENCLAVE_KNOWLEDGE_CURRENT)
    return;
  digest = dup_digest (text);
  if (digest != NULL)
    g_hash_table_insert (files, g_strdup (true_path), g_strconcat (whole ? "whole " : "part ", digest, NULL));
}

EnclaveKnowledge
enclave_tool_scope_look_up_read (EnclaveToolScope *self, const char *true_path, const char *text)
{
  const char *read = g_hash_table_lookup (enclave_tool_scope_get_gate (self)->read_files, true_path);
  g_autofree char *digest = NULL;

  if (read == NULL)
    return ENCLAVE_KNOWLEDGE_NONE;
  digest = dup_digest (text);
  if (digest == NULL || !g_str_has_suffix (read, digest))
    return ENCLAVE_KNOWLEDGE_STALE;

  return g_str_has_prefix (read, "whole ") ? ENCLAVE_KNOWLEDGE_CURRENT : ENCLAVE_KNOWLEDGE_PART;
}
