/* enclave-practice-stream.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-practice-reply.h"

G_BEGIN_DECLS

/* Writes one streamed chat reply in the dialect of a route: what is said becomes steps of an EnclavePracticeReply. */
typedef struct _EnclavePracticeStream EnclavePracticeStream;

/* @path: /api/chat speaks NDJSON, all others chunks of /v1/chat/completions. @reply stays the caller's.
 * @delay_ms: before each piece. */
EnclavePracticeStream *enclave_practice_stream_new (EnclavePracticeReply *reply, const char *path, const char *model,
                                                    guint delay_ms);
void enclave_practice_stream_free (EnclavePracticeStream *self);
gboolean enclave_practice_stream_path_is_native (const char *path);

void enclave_practice_stream_set_delay (EnclavePracticeStream *self, guint delay_ms);
/* One piece. */
void enclave_practice_stream_add_text (EnclavePracticeStream *self, const char *text);
void enclave_practice_stream_add_reasoning (EnclavePracticeStream *self, const char *text);
/* Word by word. */
void enclave_practice_stream_say (EnclavePracticeStream *self, const char *text);
void enclave_practice_stream_think (EnclavePracticeStream *self, const char *text);
/* @arguments: as text, whole or broken. @piece_bytes: size of its pieces; 0: whole. Native: whole, as an object when it
 * is one. */
void enclave_practice_stream_add_call (EnclavePracticeStream *self, const char *id, const char *name,
                                       const char *arguments, guint piece_bytes);
void enclave_practice_stream_add_usage (EnclavePracticeStream *self, guint prompt_tokens, guint completion_tokens);
/* Any event. */
void enclave_practice_stream_add_object (EnclavePracticeStream *self, JsonObject *object);
/* As add_object, but given back instead of added. (transfer full) */
GBytes *enclave_practice_stream_frame_object (EnclavePracticeStream *self, JsonObject *object);
GBytes *enclave_practice_stream_frame_text (EnclavePracticeStream *self, const char *text);
/* finish_reason or done_reason. @with_done: [DONE] on /v1. */
void enclave_practice_stream_finish (EnclavePracticeStream *self, const char *reason, gboolean with_done);
guint enclave_practice_stream_get_n_pieces (EnclavePracticeStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclavePracticeStream, enclave_practice_stream_free)

G_END_DECLS
