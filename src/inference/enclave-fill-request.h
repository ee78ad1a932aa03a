/* enclave-fill-request.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-fim-template.h"
#include "enclave-model-info.h"

G_BEGIN_DECLS

/* The ways to have the middle of a text filled in. */
typedef enum
{
  ENCLAVE_FILL_INFILL,   /* llama.cpp: POST /infill; the server knows the model's marks */
  ENCLAVE_FILL_SUFFIX,   /* Ollama: POST /api/generate with `suffix`; the model's template has the marks */
  ENCLAVE_FILL_RAW,      /* Ollama: POST /api/generate with `raw` and our template */
  ENCLAVE_FILL_TEMPLATE, /* POST /v1/completions with our template */
  ENCLAVE_FILL_V1_SUFFIX, /* POST /v1/completions with `suffix`: where a check has shown that the server heeds it */
} EnclaveFillRoute;

/* "infill", "suffix", "raw", "template", "v1-suffix". */
const char *enclave_fill_route_to_word (EnclaveFillRoute route);
const char *enclave_fill_route_get_path (EnclaveFillRoute route);
/* The way that a server of @kind has of its own, without marks of ours. */
EnclaveFillRoute enclave_fill_route_get_own (EnclaveEndpointKind kind);

/* What is before and behind a caret, as the gate has admitted it. */
typedef struct _EnclaveFillRequest EnclaveFillRequest;

EnclaveFillRequest *enclave_fill_request_new (const char *prefix, const char *suffix);
void enclave_fill_request_free (EnclaveFillRequest *self);
/* A text beside it, the least related first. */
void enclave_fill_request_add_file (EnclaveFillRequest *self, const char *name, const char *text);
/* The text that is to be filled in ends with its line. Default: several lines. */
void enclave_fill_request_set_one_line (EnclaveFillRequest *self, gboolean one_line);
gboolean enclave_fill_request_get_one_line (EnclaveFillRequest *self);
/* @suffix: (nullable): what the server knows the model by beside its name, ":local" of Ollama. */
void enclave_fill_request_set_model_suffix (EnclaveFillRequest *self, const char *suffix);
/* Tokens of the reply at most. */
guint enclave_fill_request_get_max_tokens (EnclaveFillRequest *self);

/* The first way to try with @model and, when the server turns out not to know it, the other (-1: none). What a check of the
 * model has shown counts; without one, its name and what the server says.
 * FALSE with ENCLAVE_INFERENCE_ERROR_MODEL or _REMOTE_MODEL: the model can't, and why. Nothing is sent for it. */
gboolean enclave_fill_request_choose_route (EnclaveEndpointKind kind, EnclaveModelInfo *model, EnclaveFillRoute *route,
                                            int *other_route, GError **error);
/* The same by name and by what the server says alone: what a check begins with. Pure. */
gboolean enclave_fill_request_guess_route (EnclaveEndpointKind kind, EnclaveModelInfo *model, EnclaveFillRoute *route,
                                           int *other_route, GError **error);
/* (transfer full). @model: one that choose_route() has allowed this @route for. */
GBytes *enclave_fill_request_to_body (EnclaveFillRequest *self, EnclaveModelInfo *model, EnclaveFillRoute route);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFillRequest, enclave_fill_request_free)

G_END_DECLS
