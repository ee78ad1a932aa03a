/* enclave-action-table.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where a key counts. The focused pane is asked first, then everything else. */
typedef enum
{
  ENCLAVE_SCOPE_EVERYWHERE,
  ENCLAVE_SCOPE_NOT_TERMINAL, /* plain keys that belong to the shell while the terminal has the focus */
  ENCLAVE_SCOPE_SEARCH, /* a bar that finds, or the page that searches the project */
  ENCLAVE_SCOPE_FILES,
  ENCLAVE_SCOPE_EDITOR,
  ENCLAVE_SCOPE_TERMINAL,
  ENCLAVE_SCOPE_CHAT,
  ENCLAVE_SCOPE_REVIEW,
} EnclaveActionScope;

typedef struct
{
  const char *action;       /* detailed name: "win.open-folder", "editor.save", "win.focus-pane('chat')" */
  const char *accelerators; /* as of gtk_accelerator_parse(), separated by blanks; "" when it has no key */
  EnclaveActionScope scope;
  const char *title;        /* untranslated, marked with N_() */
  gboolean handled_by_pane; /* the widget itself takes the key (Enter in the composer); listed, not dispatched */
} EnclaveActionEntry;

/* The one table that the key dispatcher, the page of shortcuts and the tests are made from. (transfer none) */
const EnclaveActionEntry *enclave_action_table (guint *n_entries);
/* Heading of a scope for people, translated. */
const char *enclave_action_scope_title (EnclaveActionScope scope);

G_END_DECLS
