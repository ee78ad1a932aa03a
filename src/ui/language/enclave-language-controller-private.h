/* enclave-language-controller-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-language-controller.h"
#include "enclave-language-editor.h"
#include "enclave-places-page.h"

G_BEGIN_DECLS

struct _EnclaveLanguageController
{
  GObject parent_instance;

  EnclaveEditorPane *editor;   /* (nullable) (weak) */
  EnclaveLanguageService *service;
  EnclaveGate *gate;
  EnclaveChangeSet *change_set;
  GSettings *settings;         /* (nullable) */
  GSimpleActionGroup *actions;
  GCancellable *cancellable;   /* of what the person asked last */
  guint update_source;
  GHashTable *said_of;         /* path → itself: what servers have said something new of */
  gboolean all_changed;        /* a server has come or gone */
  EnclavePlacesPage *problems; /* (nullable) (weak): while its tab is open; the same of the others */
  EnclavePlacesPage *uses;
  EnclavePlacesPage *symbols;
  EnclavePlacesPage *project_symbols;
  char *symbols_path;          /* (nullable): whose symbols are listed */
  GHashTable *commands;        /* EnclaveLanguageServer → what it does that the person has chosen */
};

void _enclave_language_controller_say (EnclaveLanguageController *self, const char *words);
/* The map of symbols is to be asked for @word. */
void _enclave_language_controller_want_symbol (EnclaveLanguageController *self, const char *word);
/* That there is no server for what was asked: why, or @words where nothing better is known. FALSE: the one of the active page is starting,
 * which is said instead. */
gboolean _enclave_language_controller_say_none (EnclaveLanguageController *self, const char *words);
/* The active page's, or NULL. Borrowed. */
EnclaveLanguageEditor *_enclave_language_controller_get_active (EnclaveLanguageController *self);
/* A cancellable for the next question of the person; the one before is given up. (transfer full) */
GCancellable *_enclave_language_controller_begin (EnclaveLanguageController *self);
/* @path: absolute. */
void _enclave_language_controller_open (EnclaveLanguageController *self, const char *path, EnclaveLanguagePosition position);
/* Shows the list of @page (a field of @self), made when there is none. Borrowed. */
EnclavePlacesPage *_enclave_language_controller_show_list (EnclaveLanguageController *self, EnclavePlacesPage **page, const char *title,
                                                           const char *icon_name, const char *nothing, gboolean filters);

/* enclave-language-controller-questions.c */
void _enclave_language_controller_go_to_definition (EnclaveLanguageController *self);
void _enclave_language_controller_find_uses (EnclaveLanguageController *self);
void _enclave_language_controller_show_symbols (EnclaveLanguageController *self);
void _enclave_language_controller_show_project_symbols (EnclaveLanguageController *self);

/* enclave-language-controller-edits.c */
void _enclave_language_controller_rename (EnclaveLanguageController *self);
void _enclave_language_controller_format (EnclaveLanguageController *self);
void _enclave_language_controller_show_fixes (EnclaveLanguageController *self);

/* What servers are at, for self->commands. (transfer full) */
GHashTable *_enclave_language_controller_new_commands (void);
/* Commands come back as edits of the same server: each one's are taken between begin and end, and made in what @snapshot has. */
void _enclave_language_controller_begin_command (EnclaveLanguageController *self, EnclaveLanguageServer *server,
                                                 EnclaveLanguageSnapshot *snapshot);
void _enclave_language_controller_end_command (EnclaveLanguageController *self, EnclaveLanguageServer *server);
/* Its edits are made in what @snapshot has from now on. */
void _enclave_language_controller_renew_command (EnclaveLanguageController *self, EnclaveLanguageServer *server,
                                                 EnclaveLanguageSnapshot *snapshot);
/* What @server knew when its command began, or after the last edit of it. Borrowed; NULL: it does none. */
EnclaveLanguageSnapshot *_enclave_language_controller_get_command (EnclaveLanguageController *self, EnclaveLanguageServer *server);

/* enclave-language-changes.c */
/* Tells the servers of all texts as they are now. What @server knows then; see _enclave_language_controller_change(). (transfer full) */
EnclaveLanguageSnapshot *_enclave_language_controller_take_snapshot (EnclaveLanguageController *self, EnclaveLanguageServer *server);
/* Makes what @edit of @server wants: at once, as one undo step, when it is only of the active document and @at_once, else as a
 * proposal. @snapshot: of when it was asked: nothing is changed when one of the texts is another by now. FALSE: refused at once; the
 * person is told why. */
gboolean _enclave_language_controller_change (EnclaveLanguageController *self, EnclaveLanguageServer *server, JsonObject *edit,
                                              EnclaveLanguageSnapshot *snapshot, gboolean at_once);

G_END_DECLS
