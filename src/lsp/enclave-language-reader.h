/* enclave-language-reader.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-language-text.h"

G_BEGIN_DECLS

/* Values of the Language Server Protocol as a server may send them: every size and depth is bounded, what has not the form of the
 * protocol is left out, and every text is safe to be shown. Pure. All results are (transfer full). */

/* @text without control characters, what can't be seen drawn, at most @max_bytes. */
char *enclave_language_clean (const char *text, gsize max_bytes);
/* FALSE: it is none. @object: (nullable). */
gboolean enclave_language_read_position (JsonObject *object, EnclaveLanguagePosition *position);
gboolean enclave_language_read_range (JsonObject *object, EnclaveLanguageRange *range);
JsonObject *enclave_language_write_position (EnclaveLanguagePosition position);
JsonObject *enclave_language_write_range (const EnclaveLanguageRange *range);

typedef struct
{
  char *uri;
  EnclaveLanguageRange range;
} EnclaveLanguageLocation;

void enclave_language_location_free (EnclaveLanguageLocation *self);
/* Location, Location[], LocationLink[] or null. (element-type EnclaveLanguageLocation) */
GPtrArray *enclave_language_read_locations (JsonNode *node);

/* Hover, or the documentation of something: text, Markdown as it is. NULL: nothing. */
char *enclave_language_read_hover (JsonNode *node);

typedef struct
{
  EnclaveLanguageRange range;
  char *new_text;
} EnclaveLanguageTextEdit;

/* NULL: no edits, or one of them is none: half of what was meant is worse than nothing. (element-type EnclaveLanguageTextEdit) */
GPtrArray *enclave_language_read_text_edits (JsonArray *array);

typedef struct
{
  char *uri;
  gint64 version; /* of the text that it is for; -1: not said */
  GPtrArray *edits;
} EnclaveLanguageFileEdit;

/* A WorkspaceEdit. NULL with G_IO_ERROR when it makes, renames or deletes files, or can't be read. (element-type EnclaveLanguageFileEdit) */
GPtrArray *enclave_language_read_workspace_edit (JsonObject *object, GError **error);

typedef struct
{
  char *name;
  char *container; /* (nullable): what it is in, or of what type */
  guint kind;      /* the number of the protocol */
  guint depth;
  char *uri;       /* (nullable): of the document that was asked about */
  EnclaveLanguageRange range;
} EnclaveLanguageSymbol;

/* DocumentSymbol[], flat with their depths, or SymbolInformation[]. (element-type EnclaveLanguageSymbol) */
GPtrArray *enclave_language_read_symbols (JsonNode *node);
/* "function", "class": static, for lists. */
const char *enclave_language_symbol_kind_to_string (guint kind);

typedef struct
{
  char *label;
  char *detail;        /* (nullable) */
  char *documentation; /* (nullable) */
  char *text;          /* what is inserted; a snippet when is_snippet */
  char *filter;        /* what is compared with what was typed */
  char *sort;
  gboolean is_snippet;
  gboolean has_range;
  EnclaveLanguageRange range;
  GPtrArray *other_edits; /* (nullable) (element-type EnclaveLanguageTextEdit) */
  guint kind;
} EnclaveLanguageProposal;

void enclave_language_proposal_free (EnclaveLanguageProposal *self);
/* At most ENCLAVE_LANGUAGE_MAX_PROPOSALS, in the order of the server. @incomplete: (out). (element-type EnclaveLanguageProposal) */
GPtrArray *enclave_language_read_proposals (JsonNode *node, gboolean *incomplete);
/* What a snippet inserts without its places to be filled in: `f(${1:int x})$0` is `f(int x)`. */
char *enclave_language_snippet_to_text (const char *snippet);

typedef struct
{
  char *label;
  guint start; /* characters of the label that are the parameter in hand; the same: none */
  guint end;
  char *documentation; /* (nullable) */
} EnclaveLanguageSignature;

void enclave_language_signature_free (EnclaveLanguageSignature *self);
/* The one that is meant. NULL: none. */
EnclaveLanguageSignature *enclave_language_read_signature (JsonNode *node);

typedef struct
{
  char *title;
  gboolean is_preferred;
  JsonObject *edit;    /* (nullable): a WorkspaceEdit */
  JsonObject *command; /* (nullable): name and arguments, for the server */
  JsonNode *wire;      /* as it was sent */
} EnclaveLanguageAction;

void enclave_language_action_free (EnclaveLanguageAction *self);
/* (element-type EnclaveLanguageAction): those that can be done. */
GPtrArray *enclave_language_read_actions (JsonNode *node);

G_END_DECLS
