/* enclave-model-record.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-model-info.h"

G_BEGIN_DECLS

/* What a check of a model has shown; kept for each digest in the state folder, readable by the user alone. */

typedef enum
{
  ENCLAVE_CHECK_STREAM,
  ENCLAVE_CHECK_NATIVE_TOOLS, /* calls that the server understands */
  ENCLAVE_CHECK_TEXT_TOOLS,   /* calls that the model writes as text */
  ENCLAVE_CHECK_SCHEMA,
  ENCLAVE_CHECK_FILL_IN,      /* text between a prefix and a suffix */
  ENCLAVE_CHECK_N_ITEMS,
} EnclaveCheckItem;

typedef enum
{
  ENCLAVE_CHECK_UNKNOWN, /* could not be found out */
  ENCLAVE_CHECK_YES,
  ENCLAVE_CHECK_NO,
} EnclaveCheckVerdict;

/* What the server does with a prompt above its window. */
typedef enum
{
  ENCLAVE_WINDOW_UNKNOWN,
  ENCLAVE_WINDOW_REFUSES, /* says so */
  ENCLAVE_WINDOW_CUTS,    /* leaves out some of it in silence */
  ENCLAVE_WINDOW_HOLDS,   /* held all that was tried */
} EnclaveWindowManner;

typedef struct
{
  char *model;           /* id, as it was when checked */
  char *server;          /* kind and version, for people */
  gint64 checked_at;     /* seconds since 1970 */
  guint took_ms;         /* 0: not known */
  struct
  {
    EnclaveCheckVerdict verdict;
    char *detail;        /* one sentence for people, in the language of the check; NULL: nothing to say */
  } items[ENCLAVE_CHECK_N_ITEMS];
  EnclaveWindowManner window_manner;
  guint window_stated;   /* tokens, as the server tells or as Enclave asks for; 0: neither */
  guint window_measured; /* tokens; 0: not measured */
  double prompt_tokens_per_second;
  double tokens_per_second;
  guint first_token_ms;
} EnclaveModelRecord;

EnclaveModelRecord *enclave_model_record_new (EnclaveModelInfo *model);
void enclave_model_record_free (EnclaveModelRecord *record);
/* "native", "text" or "none": how the agent lets this model call tools. Never NULL. */
const char *enclave_model_record_get_tool_form (const EnclaveModelRecord *record);
/* "stream", "native_tools", "text_tools", "json_schema", "fill_in_middle". */
const char *enclave_check_item_to_word (EnclaveCheckItem item);
/* "refuses", "cuts", "holds", "unknown". */
const char *enclave_window_manner_to_word (EnclaveWindowManner manner);

/* (transfer full) */
JsonObject *enclave_model_record_to_json (const EnclaveModelRecord *record);
/* The record of @model. (transfer full) (nullable): NULL: never checked, or what is there can't be read. */
EnclaveModelRecord *enclave_model_record_load (EnclaveModelInfo *model);
/* What a model of the same name on the same kind of server has shown, when it was another one: its bytes or its server have
 * changed since. (transfer full) (nullable): NULL: there was none, or it is this very model. */
EnclaveModelRecord *enclave_model_record_load_previous (EnclaveModelInfo *model);
gboolean enclave_model_record_save (const EnclaveModelRecord *record, EnclaveModelInfo *model, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveModelRecord, enclave_model_record_free)

G_END_DECLS
