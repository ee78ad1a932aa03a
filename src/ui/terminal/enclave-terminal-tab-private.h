/* enclave-terminal-tab-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <vte/vte.h>

#include "enclave-info-row.h"
#include "enclave-shell.h"
#include "enclave-terminal-tab.h"

G_BEGIN_DECLS

/* Notes of the info row, the most urgent first. */
enum
{
  NOTE_CLOSE,
  NOTE_PASTE,
  NOTE_ENDED,
  NOTE_FELL_BACK,
};

struct _EnclaveTerminalTab
{
  GtkWidget parent_instance;

  GtkWidget *head;
  GtkWidget *agent_bar;
  GtkLabel *agent_label;
  GtkLabel *agent_facts;
  GtkToggleButton *take_over;
  GtkWidget *stop;
  EnclaveInfoRow *info_row;
  GtkWidget *body;
  VteTerminal *terminal;
  GtkWidget *text_scroller;
  GtkTextView *text_view;

  EnclaveTextStyle *style;
  GSettings *settings; /* (nullable) */

  /* shell */
  EnclaveShell *shell; /* (nullable) */
  char *folder;
  gboolean started;

  /* agent command */
  gboolean agent;
  char *command;
  char *level;
  gint64 began_us;
  guint clock;

  char *title;
  gboolean running;
  guint columns;
  guint rows;
  char *paste;

  /* bytes that wait for the view */
  GQueue queue; /* (element-type GBytes) */
  gsize queue_bytes;
  gsize left_out;
  guint feed_source;
  gint64 key_us;

  guint mirror_source;
};

void _enclave_terminal_tab_push (EnclaveTerminalTab *self, GBytes *bytes);
void _enclave_terminal_tab_clear_queue (EnclaveTerminalTab *self);
void _enclave_terminal_tab_update_mirror (EnclaveTerminalTab *self);
void _enclave_terminal_tab_queue_mirror (EnclaveTerminalTab *self);
void _enclave_terminal_tab_connect_input (EnclaveTerminalTab *self);
void _enclave_terminal_tab_answer_paste (EnclaveTerminalTab *self, gboolean paste);
/* Ends the shell, if there is one. */
void _enclave_terminal_tab_drop_shell (EnclaveTerminalTab *self);
void _enclave_terminal_tab_update_title (EnclaveTerminalTab *self);
void _enclave_terminal_tab_set_running (EnclaveTerminalTab *self, gboolean running);
char *_enclave_terminal_tab_dup_end (int wait_status);
void _enclave_terminal_tab_session_init (EnclaveTerminalSessionInterface *iface);
void _enclave_terminal_tab_begin_agent (EnclaveTerminalTab *self);

G_END_DECLS
