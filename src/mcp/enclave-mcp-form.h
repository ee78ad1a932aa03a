/* enclave-mcp-form.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_MCP_FIELD_TEXT,
  ENCLAVE_MCP_FIELD_INTEGER,
  ENCLAVE_MCP_FIELD_NUMBER,
  ENCLAVE_MCP_FIELD_BOOLEAN,
  ENCLAVE_MCP_FIELD_CHOICE,  /* one of @choices */
  ENCLAVE_MCP_FIELD_CHOICES, /* some of @choices */
} EnclaveMcpFieldKind;

typedef struct
{
  char *value; /* as it is sent */
  char *label; /* clean, one line */
} EnclaveMcpChoice;

/* One value that is asked for. Title and description are clean text of a server: no markup, no hidden characters. */
typedef struct
{
  EnclaveMcpFieldKind kind;
  char *name;        /* as it is sent */
  char *title;       /* never empty */
  char *description; /* "" for none */
  gboolean required;
  char *format;      /* (nullable): "email", "uri", "date", "date-time": those that are checked */
  gint64 min_length; /* characters; 0: none */
  gint64 max_length; /* G_MAXINT64: none */
  double minimum;    /* -inf: none */
  double maximum;    /* inf: none */
  guint min_items;   /* of CHOICES */
  guint max_items;   /* G_MAXUINT: none */
  GPtrArray *choices; /* (element-type EnclaveMcpChoice): empty for others */
  JsonNode *value;   /* (nullable): what it is unless it is changed */
  gboolean is_secret; /* what it is called looks like a password or a key */
} EnclaveMcpField;

/* What a server wants to know of the person: the flat subset of JSON Schema that elicitation and the arguments of prompts have. Counted;
 * immutable. Pure: any bytes of a server end in a form within the limits below or in an error. */
typedef struct
{
  char *message;     /* clean, maybe of several lines, at most ENCLAVE_MCP_FORM_MESSAGE_BYTES */
  GPtrArray *fields; /* (element-type EnclaveMcpField): in the server's order, at most ENCLAVE_MCP_FORM_MAX_FIELDS */
} EnclaveMcpForm;

#define ENCLAVE_MCP_FORM_MAX_FIELDS 40
#define ENCLAVE_MCP_FORM_MAX_CHOICES 250
#define ENCLAVE_MCP_FORM_MESSAGE_BYTES 4096
#define ENCLAVE_MCP_FORM_VALUE_BYTES 8192

/* @params: (nullable): of `elicitation/create`: `message` and `requestedSchema`. Source of the subset: the specification's revisions 2025-06-18
 * (primitives, enum with enumNames), 2025-11-25 and 2026-07-28 (titled and multiple choices, defaults). NULL with
 * ENCLAVE_MCP_ERROR_PROTOCOL: it asks for more values than the limit, or for one that is no such primitive. (transfer full) */
EnclaveMcpForm *enclave_mcp_form_parse (JsonObject *params, GError **error);
/* Of the arguments of a prompt, as prompts/list has them: texts. @arguments: (nullable). The same errors. (transfer full) */
EnclaveMcpForm *enclave_mcp_form_parse_arguments (JsonArray *arguments, GError **error);
/* Of the names between braces in the template of a URI. The same errors. (transfer full) */
EnclaveMcpForm *enclave_mcp_form_parse_template (const char *uri_template, GError **error);
EnclaveMcpForm *enclave_mcp_form_ref (EnclaveMcpForm *self);
void enclave_mcp_form_unref (EnclaveMcpForm *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpForm, enclave_mcp_form_unref)

/* @text: what the person has written, of TEXT, INTEGER and NUMBER. @value: (out) (transfer full) (nullable): what is sent; NULL: it was left
 * out, which it may. FALSE with ENCLAVE_MCP_ERROR_PROTOCOL, one short sentence for the person: it does not fit. */
gboolean enclave_mcp_field_read (const EnclaveMcpField *field, const char *text, JsonNode **value, GError **error);
/* The same of CHOICES, by how many are taken. */
gboolean enclave_mcp_field_check_count (const EnclaveMcpField *field, guint n_chosen, GError **error);
/* What TEXT, INTEGER and NUMBER begin with; "" for nothing. (transfer full) */
char *enclave_mcp_field_dup_text (const EnclaveMcpField *field);
/* Whether the choice of @index is taken to begin with. */
gboolean enclave_mcp_field_is_chosen (const EnclaveMcpField *field, guint index);

G_END_DECLS
