/* enclave-tool.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-patch.h"
#include "enclave-tool-scope.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_PARAMETER_UNSET, /* refused at registration */
  ENCLAVE_PARAMETER_PATH,
  ENCLAVE_PARAMETER_TEXT,
  ENCLAVE_PARAMETER_ENUM,
  ENCLAVE_PARAMETER_INTEGER,
  ENCLAVE_PARAMETER_BOOLEAN,
  ENCLAVE_PARAMETER_PATH_LIST,
  ENCLAVE_PARAMETER_TEXT_LIST,
} EnclaveParameterKind;

typedef struct
{
  const char *name;
  EnclaveParameterKind kind;
  gboolean required;
  const char *description;
  gsize max_bytes;             /* PATH, TEXT; 0: 4096 */
  const char *const *choices;  /* ENUM; NULL-terminated */
} EnclaveToolParameter;

typedef struct
{
  const char *name;
  const char *description;  /* for the model: short */
  EnclaveEffects effects;   /* 0 is refused at registration */
  const EnclaveToolParameter *parameters;
  guint n_parameters;
  JsonObject *function;     /* (nullable): what a model is told in place of the parameters, which somebody else checks */
  gboolean extra;           /* not told to models that get lost among many tools; others do the same in more steps */
} EnclaveToolSpec;

/* What an error of a tool says to the model: the words of Enclave in it are not translated. Borrowed from @error. */
const char *enclave_tool_error_get_plain (const GError *error);

/* What a tool gives back. */
typedef struct
{
  EnclaveContextItem *item;   /* for the model */
  GPtrArray *proposals;       /* (element-type EnclaveProposal) (nullable): for the change set */
  int wait_status;            /* of a command; 0 otherwise */
  EnclaveMatchQuality quality; /* of the piece of an edit that was found least to the letter */
} EnclaveToolResult;

/* @item: (transfer none). */
EnclaveToolResult *enclave_tool_result_new (EnclaveContextItem *item);
/* @proposal: (transfer none). */
void enclave_tool_result_add_proposal (EnclaveToolResult *result, EnclaveProposal *proposal);
void enclave_tool_result_free (EnclaveToolResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveToolResult, enclave_tool_result_free)

#define ENCLAVE_TYPE_TOOL (enclave_tool_get_type ())
G_DECLARE_INTERFACE (EnclaveTool, enclave_tool, ENCLAVE, TOOL, GObject)

struct _EnclaveToolInterface
{
  GTypeInterface parent_iface;

  const EnclaveToolSpec *(*get_spec) (EnclaveTool *self);
  void (*run_async) (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data);
  EnclaveToolResult *(*run_finish) (EnclaveTool *self, GAsyncResult *result, GError **error);
};

const EnclaveToolSpec *enclave_tool_get_spec (EnclaveTool *self);
/* @arguments have passed enclave_tool_registry_check(). */
void enclave_tool_run_async (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveToolResult *enclave_tool_run_finish (EnclaveTool *self, GAsyncResult *result, GError **error);

G_END_DECLS
