/* enclave-language-server-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-installed-program.h"
#include "enclave-language-server.h"
#include "enclave-language-watch.h"
#include "enclave-rpc-peer.h"
#include "enclave-rpc-pipe.h"
#include "enclave-service-process.h"

G_BEGIN_DECLS

typedef struct
{
  char *path;
  EnclaveLanguageText *text;      /* what the editor has */
  EnclaveLanguageText *told_text; /* (nullable): what the server was told: NULL: it is not open there */
  gint64 version;
  gint64 told_of;                 /* the version that the diagnostics are of */
  gboolean is_temporary;          /* open for a look only */
} EnclaveLanguageDocument;

struct _EnclaveLanguageServer
{
  GObject parent_instance;

  EnclaveGate *gate;
  const EnclaveLanguageKind *kind;
  GStrv command;                   /* (nullable): instead of those of the kind */
  GStrv readable;                  /* (nullable) */
  guint start_ms;
  guint request_ms;
  guint restart_ms;

  EnclaveLanguageServerState state;
  char *reason;                    /* (nullable) */
  char *progress;                  /* (nullable) */
  guint progress_timer;            /* until it is told of */
  EnclaveInstalledProgram *program; /* (nullable) */
  GStrv folders;                   /* (nullable): what it was shown beside the system's and the project */
  char *shown;                     /* (nullable): its path */
  guint candidate;                 /* of the kind's commands */
  gboolean only_look;
  gboolean is_script;              /* what is looked for is a script of Node that was found */
  GQueue log;                      /* of char * */

  GCancellable *cancellable;       /* (nullable): of this start */
  EnclaveServiceProcess *process;  /* (nullable) */
  EnclaveRpcInbox *inbox;
  EnclaveRpcPipe *pipe;
  EnclaveRpcPeer *peer;
  char *root;                      /* (nullable): where it sees the project */
  JsonObject *capabilities;        /* (nullable) */
  EnclaveLanguageWatch *watch;     /* (nullable): what it asked to be told about */
  gboolean is_stopping;
  guint n_skipped;
  guint n_silent;                  /* requests in a row without an answer */
  guint n_crashes;
  gint64 ready_since;
  guint restart_timer;
  guint n_commands;                /* of the person that may still bring edits */

  GHashTable *documents;           /* path → EnclaveLanguageDocument */
  GHashTable *diagnostics;         /* path → GPtrArray of EnclaveDiagnostic */
  guint n_diagnostics;
  GTask *look;                     /* (nullable): see enclave-language-server-look.c */
};

void _enclave_language_server_log (EnclaveLanguageServer *self, const char *text);
void _enclave_language_server_emit_changed (EnclaveLanguageServer *self);
void _enclave_language_server_emit_progress (EnclaveLanguageServer *self);
void _enclave_language_server_emit_diagnostics (EnclaveLanguageServer *self, const char *path);
gboolean _enclave_language_server_emit_edit (EnclaveLanguageServer *self, JsonObject *edit);
/* @reason: (nullable): kept, and a line of the log. */
void _enclave_language_server_set_state (EnclaveLanguageServer *self, EnclaveLanguageServerState state, const char *reason);
/* Nothing of the program that ran is heard any more. */
void _enclave_language_server_let_go (EnclaveLanguageServer *self);
/* It has gone, and nobody had asked for that. */
void _enclave_language_server_crashed (EnclaveLanguageServer *self, const char *reason);
/* It can't be talked to any more: as if it had ended by itself. @reason: one sentence. */
void _enclave_language_server_give_up (EnclaveLanguageServer *self, const char *reason);
void _enclave_language_server_notify (EnclaveLanguageServer *self, const char *method, JsonObject *params);

/* enclave-language-server-start.c */
/* Looks for the candidate's program and starts it, unless that is all that is wanted. */
void _enclave_language_server_find_program (EnclaveLanguageServer *self);

/* enclave-language-server-messages.c */
JsonObject *_enclave_language_server_new_initialize (EnclaveLanguageServer *self);
/* (transfer full): what workspace/didChangeConfiguration takes. */
JsonObject *_enclave_language_server_new_settings (EnclaveLanguageServer *self);
void _enclave_language_server_take_request (EnclaveLanguageServer *self, EnclaveRpcMessage *message);
void _enclave_language_server_take_notification (EnclaveLanguageServer *self, EnclaveRpcMessage *message);
void _enclave_language_server_drop_diagnostics (EnclaveLanguageServer *self);
/* The text of @path was @before and is @after. */
void _enclave_language_server_move_diagnostics (EnclaveLanguageServer *self, const char *path, EnclaveLanguageText *before,
                                                EnclaveLanguageText *after);

/* enclave-language-server-documents.c */
void _enclave_language_document_free (gpointer document);
char *_enclave_language_server_dup_uri (EnclaveLanguageServer *self, const char *path);
/* Tells the server about the text of @document, by didOpen or didChange, as it needs. */
void _enclave_language_server_tell (EnclaveLanguageServer *self, EnclaveLanguageDocument *document, EnclaveLanguageText *text);
void _enclave_language_server_tell_all (EnclaveLanguageServer *self);
void _enclave_language_server_tell_closed (EnclaveLanguageServer *self, const char *path);
void _enclave_language_server_forget_told (EnclaveLanguageServer *self);
gboolean _enclave_language_server_may_tell (EnclaveLanguageServer *self, const char *path);

/* enclave-language-server-files.c */
/* `client/registerCapability`, or @unregister, the other. @params: (nullable). */
void _enclave_language_server_watch (EnclaveLanguageServer *self, JsonObject *params, gboolean unregister);

/* enclave-language-server-look.c */
/* Returns: TRUE: they belong to the look alone. @version: -1: not said. */
gboolean _enclave_language_server_look_take (EnclaveLanguageServer *self, const char *path, gint64 version, GPtrArray *diagnostics);
void _enclave_language_server_look_end (EnclaveLanguageServer *self, const char *reason);
/* The editor has a text of @path: it comes before one that is only looked at. */
void _enclave_language_server_look_give_way (EnclaveLanguageServer *self, const char *path);
/* @diagnostics: (transfer full). */
void _enclave_language_server_keep_diagnostics (EnclaveLanguageServer *self, const char *path, GPtrArray *diagnostics);

G_END_DECLS
