/* enclave-terminal-profile.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ENCLAVE_TERMINAL_MAX_PROFILES 32
#define ENCLAVE_TERMINAL_PROFILE_NAME_MAX_CHARS 40
/* As the range of `terminal-scrollback` is. */
#define ENCLAVE_TERMINAL_SCROLLBACK_MIN_LINES 100
#define ENCLAVE_TERMINAL_SCROLLBACK_MAX_LINES 1000000

typedef enum
{
  ENCLAVE_TERMINAL_START_PROJECT,
  ENCLAVE_TERMINAL_START_LAST,  /* where the terminal before it was */
  ENCLAVE_TERMINAL_START_GIVEN,
} EnclaveTerminalStart;

/* How the person wants some terminals to be. They are kept in the person's settings and nowhere else, and what stands there is not
 * believed: it is cut to its limits, and what makes no sense counts as not given. A project has no say. */
typedef struct
{
  char *name;                 /* never empty; no two have the same */
  char *command;              /* a whole path, or a name that is looked up in PATH; "": the usual shell */
  GStrv arguments;            /* never NULL */
  EnclaveTerminalStart start;
  char *folder;               /* of ENCLAVE_TERMINAL_START_GIVEN; else "" */
  char *scheme;               /* of enclave_terminal_palette_list(); "": as the editor */
  char *font;                 /* for Pango; "": the editor's */
  guint scrollback;           /* lines; 0: as the others */
} EnclaveTerminalProfile;

EnclaveTerminalProfile *enclave_terminal_profile_new (const char *name);
EnclaveTerminalProfile *enclave_terminal_profile_copy (const EnclaveTerminalProfile *self);
void enclave_terminal_profile_free (EnclaveTerminalProfile *self);
/* The program to start, with its whole path. (transfer full). Errors: there is none of that name, or it may not be run; for people.
 * G_IO_ERROR_INVALID_FILENAME: it depends on where one is, so that no time makes it right. */
char *enclave_terminal_profile_dup_program (const EnclaveTerminalProfile *self, GError **error);
/* A program that is not found may be found yet: what the person's login shell adds to PATH is not known, see
 * enclave_login_path_ask_async(). */
gboolean enclave_terminal_profile_waits_for_path (const EnclaveTerminalProfile *self);
/* The command and its arguments as one would type them. (transfer full) */
char *enclave_terminal_profile_dup_line (const EnclaveTerminalProfile *self);
/* @line: as one would type it, also with `~/`; empty is the usual shell. Errors: a quotation mark that has no end, or more than fits; for
 * people. */
gboolean enclave_terminal_profile_take_line (EnclaveTerminalProfile *self, const char *line, GError **error);

/* The administrator has pinned the shell and not the profiles: no other program is started. */
gboolean enclave_terminal_profiles_are_overruled (void);
/* In the person's order. (transfer full) (element-type EnclaveTerminalProfile) @settings: (nullable). */
GPtrArray *enclave_terminal_profiles_load (GSettings *settings);
void enclave_terminal_profiles_save (GSettings *settings, GPtrArray *profiles);
/* (transfer full) (nullable): NULL: there is none of that name. @settings, @name: (nullable). */
EnclaveTerminalProfile *enclave_terminal_profiles_find (GSettings *settings, const char *name);
/* The one for new terminals. (transfer full) (nullable): NULL: as without profiles. */
EnclaveTerminalProfile *enclave_terminal_profiles_find_default (GSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveTerminalProfile, enclave_terminal_profile_free)

G_END_DECLS
