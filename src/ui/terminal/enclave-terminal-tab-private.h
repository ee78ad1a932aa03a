/* enclave-terminal-tab-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <vte/vte.h>

#include "enclave-info-row.h"
#include "enclave-mark-parser.h"
#include "enclave-output-queue.h"
#include "enclave-shell.h"
#include "enclave-terminal-find.h"
#include "enclave-terminal-problems.h"
#include "enclave-terminal-tab.h"

G_BEGIN_DECLS

/* Notes of the info row, the most urgent first. */
enum
{
  NOTE_CLOSE,
  NOTE_TASK,
  NOTE_PASTE,
  NOTE_ENDED,
  NOTE_FELL_BACK,
  NOTE_OVERRULED,
  NOTE_NO_FOLDER,
  NOTE_NO_ROOM,
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
  EnclaveTerminalFind *find;
  GtkWidget *body;
  VteTerminal *terminal;
  GtkWidget *text_scroller;
  GtkTextView *text_view;

  EnclaveTextStyle *style;
  GSettings *settings; /* (nullable) */

  /* shell */
  EnclaveShell *shell; /* (nullable) */
  char *folder;
  EnclaveTerminalProfile *profile; /* (nullable) */
  const char *scheme_class;        /* (nullable) */
  char *project_folder; /* (nullable): where relative paths may be told from, too */
  char *name;           /* (nullable): given by the person */
  gboolean started;
  gboolean over;        /* it was left, see enclave_terminal_tab_get_is_over() */
  GStrv other_folders;  /* (nullable): where it begins when its folder is not there, in this order */
  EnclaveTerminalTold told;
  char *begins_in;      /* (nullable): the first of these that is there */
  gboolean waits;       /* for its folder, its program or the PATH of the login shell, and begins then */
  guint n_starts;
  GByteArray *early;    /* (nullable): keys for what begins */
  gboolean no_shell;    /* what runs is a program of the profile's that reads no command lines */
  GArray *matches;      /* (element-type int): tags of VTE */
  guint n_followed;     /* places told in it, of which the last one is opened */

  /* task */
  gboolean task;
  EnclaveTerminalProblems *problems; /* (nullable) */

  /* agent command, or that of the task */
  gboolean agent;
  char *command;
  char *level;
  gint64 began_us;
  guint clock;

  char *title;
  gboolean running;
  gboolean divided; /* shares its tab */
  gboolean narrow;
  guint narrow_source;
  guint columns;
  guint rows;
  char *paste;

  /* bytes that wait for the view */
  EnclaveOutputQueue *queue;
  gsize before_echo; /* of these: came before a key, whose answer stands behind them */
  gsize left_out;
  guint feed_source;
  gint64 key_us;
  gint64 push_us;   /* when something came */
  gint64 flood_us;  /* and much of it waited */
  gsize flood;      /* how much has come without a pause */
  gint64 gather_us; /* until then what comes is gathered, and not fed */
  gboolean calm; /* tokens arrive */

  /* what the bytes tell */
  EnclaveMarkParser *parser;
  GQueue questions;    /* (element-type Question): to the view, not answered yet */
  guint n_slices;      /* of these: after a slice */
  gint64 answer_us;
  guint last_question;
  GArray *prompts;     /* (element-type glong): rows of the view, ascending */
  GString *output;     /* (nullable): of the command that runs, as it came */
  gboolean output_cut;
  gint64 command_us;
  char *last_output;   /* (nullable): of the last one, as text */
  int last_status;

  guint mirror_source;
  gint64 mirror_us; /* when it was made anew */
};

/* enclave-terminal-tab-profile.c */
void _enclave_terminal_tab_follow_settings (EnclaveTerminalTab *self);
void _enclave_terminal_tab_apply_look (EnclaveTerminalTab *self);
/* What would start now is a program of the profile's, and no shell. */
gboolean _enclave_terminal_tab_is_no_shell (EnclaveTerminalTab *self);
/* The program and its arguments. (transfer full) (nullable): NULL without @error: the login shell. */
GStrv _enclave_terminal_tab_dup_argv (EnclaveTerminalTab *self, GError **error);
/* It begins elsewhere than in @folder. */
void _enclave_terminal_tab_tell_no_folder (EnclaveTerminalTab *self, const char *folder, gboolean of_profile);
/* A key goes to what runs here. */
void _enclave_terminal_tab_take_key (EnclaveTerminalTab *self);
void _enclave_terminal_tab_push (EnclaveTerminalTab *self, GBytes *bytes);
void _enclave_terminal_tab_clear_queue (EnclaveTerminalTab *self);
void _enclave_terminal_tab_update_mirror (EnclaveTerminalTab *self);
void _enclave_terminal_tab_queue_mirror (EnclaveTerminalTab *self);
/* enclave-terminal-tab-marks.c */
void _enclave_terminal_tab_init_marks (EnclaveTerminalTab *self);
void _enclave_terminal_tab_free_marks (EnclaveTerminalTab *self);
/* Nothing is known of what was there before. */
void _enclave_terminal_tab_forget_marks (EnclaveTerminalTab *self);
/* Gives the view @length bytes, and asks it to say when it has drawn them. */
void _enclave_terminal_tab_feed_slice (EnclaveTerminalTab *self, const char *bytes, gsize length, gboolean ask);
/* Answers that are not there are taken as given after a while. */
gboolean _enclave_terminal_tab_may_feed (EnclaveTerminalTab *self);
/* TRUE: this is for nobody but us. */
gboolean _enclave_terminal_tab_take_answer (EnclaveTerminalTab *self, const char *text, gsize length);
/* Of a command's output, or a task's. */
void _enclave_terminal_tab_keep_output (EnclaveTerminalTab *self, const char *bytes, gsize length);
void _enclave_terminal_tab_end_command (EnclaveTerminalTab *self, int status);
void _enclave_terminal_tab_begin_task (EnclaveTerminalTab *self);
void _enclave_terminal_tab_end_task (EnclaveTerminalTab *self, int wait_status);
void _enclave_terminal_tab_emit_task_answer (EnclaveTerminalTab *self, const char *id);
void _enclave_terminal_tab_emit_command_ended (EnclaveTerminalTab *self, int status, gint64 span_us);
void _enclave_terminal_tab_emit_open_location (EnclaveTerminalTab *self, const char *path, guint line, guint column);
void _enclave_terminal_tab_emit_open_address (EnclaveTerminalTab *self, const char *address);
void _enclave_terminal_tab_connect_links (EnclaveTerminalTab *self);
void _enclave_terminal_tab_feed_now (EnclaveTerminalTab *self);
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
