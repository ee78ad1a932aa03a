/* enclave-practice-reply.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_PRACTICE_CHUNKED,
  ENCLAVE_PRACTICE_LENGTH,
  ENCLAVE_PRACTICE_UNTIL_CLOSE, /* no length: the end of the connection ends it */
} EnclavePracticeTransfer;

typedef enum
{
  ENCLAVE_PRACTICE_END,   /* properly */
  ENCLAVE_PRACTICE_CUT,   /* the connection is closed where the reply stands */
  ENCLAVE_PRACTICE_RESET, /* the same, with a reset on TCP */
  ENCLAVE_PRACTICE_HANG,  /* nothing more comes and nothing is closed */
} EnclavePracticeEnd;

typedef struct
{
  guint delay_ms;    /* before it */
  GBytes *bytes;     /* (nullable): only the delay */
  guint64 count;     /* times it is sent; 0: until the peer goes away */
  guint per_second;  /* 0: as fast as the peer takes it */
} EnclavePracticeStep;

/* One reply as a list of writes. */
typedef struct
{
  guint status;
  char *content_type;
  GString *headers;   /* whole lines with CRLF */
  GPtrArray *steps;   /* (element-type EnclavePracticeStep) */
  EnclavePracticeTransfer transfer;
  EnclavePracticeEnd end;
  gboolean no_head;   /* the steps are all that is sent */
  guint head_delay_ms;
  guint slice_bytes;  /* cut all writes so; each piece is a chunk of its own. 0: as they are */
} EnclavePracticeReply;

EnclavePracticeReply *enclave_practice_reply_new (guint status, const char *content_type);
/* Status 200 and a JSON body. @json: (transfer full). */
EnclavePracticeReply *enclave_practice_reply_new_json (guint status, char *json);
/* The error object of /v1. */
EnclavePracticeReply *enclave_practice_reply_new_error (guint status, const char *message);
void enclave_practice_reply_free (EnclavePracticeReply *self);
/* @bytes: (transfer full) (nullable). Returns: the step, to set more of it. */
EnclavePracticeStep *enclave_practice_reply_add (EnclavePracticeReply *self, guint delay_ms, GBytes *bytes);
void enclave_practice_reply_add_text (EnclavePracticeReply *self, guint delay_ms, const char *text);
/* All steps, so that others can be put in their place. (transfer full) */
GPtrArray *enclave_practice_reply_steal_steps (EnclavePracticeReply *self);
void enclave_practice_reply_add_header (EnclavePracticeReply *self, const char *name, const char *value);
/* The head as it goes out. (transfer full) */
char *enclave_practice_reply_build_head (EnclavePracticeReply *self);
/* @bytes framed and cut as the reply has it. (transfer full) */
GBytes *enclave_practice_reply_frame (EnclavePracticeReply *self, GBytes *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclavePracticeReply, enclave_practice_reply_free)

G_END_DECLS
