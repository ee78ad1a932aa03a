/* enclave-gguf-header.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the header of a model file says (GGUF, versions 1 to 3, little-endian). Texts are valid UTF-8 of at most 256 bytes, chosen
 * by whoever made the file: text, never markup. */
typedef struct
{
  guint version;
  char *name;              /* "" when the file has none */
  char *architecture;      /* "llama", "qwen2", … */
  char *quantization;      /* "Q4_K_M" as the file says, else the type of most of its weights; "" when neither is known */
  char *dominant_type;     /* of most of the weights, by bytes; "" when no tensor was read */
  guint64 file_bytes;
  guint64 parameters;      /* weights, counted; 0 when the tensors were not read to their end */
  guint64 missing_bytes;   /* by which the file is too short for the weights that it announces */
  guint64 n_tensors;
  guint64 kv_bytes_per_token; /* of the key-value cache at 16 bits; an upper bound for models that keep less; 0: unknown */
  guint context_length;    /* trained window in tokens; 0: unknown */
  guint layers;
  guint heads;
  guint heads_kv;          /* the most that a layer has */
  guint n_parts;           /* files that the model is split into; 1: this one alone */
  gboolean has_template;   /* of a chat */
  gboolean is_complete;    /* the header was read to its end */
} EnclaveGgufHeader;

/* @head: the first bytes of the file, all of it when it is small. @file_bytes: how large the file is.
 * A header that goes on behind @head gives what was read, with is_complete FALSE, once the architecture is known.
 * Pure; takes time and memory in proportion to @head, whatever counts it announces.
 * Returns: (transfer full): NULL with G_IO_ERROR_INVALID_DATA (no GGUF, or one that contradicts itself),
 * G_IO_ERROR_PARTIAL_INPUT (the file ends within its header), G_IO_ERROR_NOT_SUPPORTED (big-endian, newer version). */
EnclaveGgufHeader *enclave_gguf_header_parse (GBytes *head, guint64 file_bytes, GError **error);
void enclave_gguf_header_free (EnclaveGgufHeader *self);
/* "7.6B", "137M": as people call a model of so many weights; "" for 0. (transfer full) */
char *enclave_gguf_header_dup_parameters (const EnclaveGgufHeader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveGgufHeader, enclave_gguf_header_free)

G_END_DECLS
