/* enclave-window-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-activity-page.h"
#include "enclave-agent-service.h"
#include "enclave-badge.h"
#include "enclave-branch-list.h"
#include "enclave-chat-pane.h"
#include "enclave-commit-page.h"
#include "enclave-editor-pane.h"
#include "enclave-snippet-file.h"
#include "enclave-files-pane.h"
#include "enclave-history-page.h"
#include "enclave-finder.h"
#include "enclave-info-row.h"
#include "enclave-key-map.h"
#include "enclave-language-controller.h"
#include "enclave-language-watcher.h"
#include "enclave-last-toast.h"
#include "enclave-model-choice.h"
#include "enclave-model-menu.h"
#include "enclave-model-page.h"
#include "enclave-place-history.h"
#include "enclave-project-page.h"
#include "enclave-managed-server.h"
#include "enclave-project.h"
#include "enclave-changes-list.h"
#include "enclave-review-page.h"
#include "enclave-text-search-page.h"
#include "enclave-terminal-pane.h"
#include "enclave-welcome-page.h"
#include "enclave-window.h"
#include "enclave-work-button.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_WIDTH_WIDE,    /* from 1100: all panes */
  ENCLAVE_WIDTH_COMPACT, /* from 800: Files or Chat beside the middle */
  ENCLAVE_WIDTH_SINGLE,  /* one pane at a time */
} EnclaveWidthClass;

typedef enum
{
  ENCLAVE_PANE_FILES,
  ENCLAVE_PANE_EDITOR,
  ENCLAVE_PANE_TERMINAL,
  ENCLAVE_PANE_CHAT,
} EnclavePane;

/* Notes of the window, the most urgent first. */
typedef enum
{
  ENCLAVE_WINDOW_NOTE_WAITING,
  ENCLAVE_WINDOW_NOTE_OPEN_FAILED,
  ENCLAVE_WINDOW_NOTE_TOUR_FAILED,
  ENCLAVE_WINDOW_NOTE_BRANCH,
  ENCLAVE_WINDOW_NOTE_LINK,
  ENCLAVE_WINDOW_NOTE_NOT_ATTACHED,
  ENCLAVE_WINDOW_NOTE_AUDIT,
  ENCLAVE_WINDOW_NOTE_POLICY,
  ENCLAVE_WINDOW_NOTE_LANGUAGE,
  ENCLAVE_WINDOW_NOTE_WATCHES,
} EnclaveWindowNote;

struct _EnclaveWindow
{
  AdwApplicationWindow parent_instance;

  /* the template */
  AdwHeaderBar *header_bar;
  GtkButton *title_button;
  AdwWindowTitle *title;
  AdwToastOverlay *toasts;
  GtkBox *header_start;
  GtkBox *header_end;
  GtkToggleButton *files_button;
  GtkToggleButton *chat_button;
  GtkWidget *waiting_dot;
  GtkMenuButton *menu_button;
  GMenuModel *main_menu;
  GtkBox *info_box;
  GtkStack *root_stack;
  GtkPaned *outer_paned;
  GtkPaned *inner_paned;
  GtkBox *middle_box;
  GtkStack *middle_stack;
  GtkPaned *work_paned;
  GtkBox *status_line;
  GtkLabel *status_text;
  GtkLabel *sent_text;

  /* panes and header widgets that the template can't name */
  EnclaveInfoRow *info_row;
  EnclaveLastToast *note; /* of what could not be done */
  gboolean local_server_ready;
  const char *task_wanted; /* (nullable): static, the key of the one that nothing tells of */
  const char *offered; /* (nullable): static, the action of the note's button */
  GFile *trashed;      /* (nullable): what can be taken back from the trash */
  char *link; /* (nullable): asked about */
  EnclaveModelMenu *model_menu;
  EnclaveWorkButton *work_button;
  EnclaveBadge *network_badge;
  EnclaveBadge *sandbox_badge;
  EnclaveFilesPane *files;
  EnclaveEditorPane *editor;
  EnclaveTerminalPane *terminal;
  EnclaveChatPane *chat;
  EnclaveReviewPage *review;    /* made when first shown */
  EnclaveChangesList *changes;  /* (nullable): beside the review while it is shown */
  EnclaveActivityPage *activity; /* made when first shown */
  EnclaveWelcomePage *welcome;  /* made when first shown */
  GtkWidget *egress_page; /* (nullable) (weak): while its tab is open */
  EnclaveModelPage *model_page; /* (nullable) (weak): while its tab is open */
  EnclaveProjectPage *project_page; /* (nullable) (weak): the same */

  GSettings *settings;         /* (nullable) the program's */
  EnclaveKeyMap *keys;         /* NULL before the first is pressed */
  GSettings *project_settings; /* (nullable) */
  EnclaveProject *project;     /* (nullable) */
  EnclaveGate *gate;           /* (nullable) */
  EnclaveWindow *origin;       /* (nullable) (weak): this one was made for a tab of it */
  EnclaveAgentService *service; /* (nullable) */
  EnclaveMcpServerList *mcp_servers; /* (nullable) */
  guint mcp_load;
  EnclaveLanguageController *language; /* (nullable) */
  EnclaveLanguageWatcher *language_watcher; /* (nullable) */
  GtkButton *problems_button; /* (nullable): in the status line */
  EnclaveChatKeeper *keeper;   /* (nullable): conversations are not kept */
  EnclaveModelChoice *choice;
  EnclaveManagedServer *practice;  /* (nullable): the tour's engine */
  GCancellable *cancellable;
  guint n_followed; /* files of the agent's that were to be shown */
  guint open_source; /* until it is said that a folder which is to be opened does not answer */
  GCancellable *open_cancellable; /* (nullable): while it does not */

  /* finding */
  EnclaveFinder *finder;         /* (nullable): made when first shown */
  EnclaveFileIndex *file_index;  /* (nullable) */
  EnclaveTextSearchPage *search_page; /* (nullable) (weak): while its tab is open */
  EnclavePlaceHistory *places;
  gboolean stepping;             /* back or forward */
  GtkWidget *stepped; /* (nullable) (weak): the list that was shown last; NULL: that of the task */

  /* git */
  EnclaveGitStatus *git;          /* (nullable) */
  GFileMonitor *git_monitor;      /* (nullable) */
  gboolean watches_told;
  guint git_settle;               /* source, 0 when the index is at rest */
  guint git_generation;           /* of the index */
  char *git_head;                 /* (nullable): its commit, as last seen */
  guint head_generation;
  gboolean head_asking;
  gboolean head_again;
  EnclaveBranchList *branches;    /* (nullable): made when first shown */
  char *branch_wanted;            /* (nullable): chosen last */
  gboolean branch_switching;
  guint branch_serial;            /* of what was chosen last */
  gboolean message_asked;         /* the model drafts one for a commit */
  EnclaveCommitPage *commit_page; /* (nullable) (weak): while its tab is open */
  EnclaveHistoryPage *history_page; /* (nullable) (weak): the same */
  gboolean blame_asked;           /* the column was switched on just now */

  /* layout */
  EnclaveWidthClass width_class;
  int needed[ENCLAVE_WIDTH_SINGLE + 1]; /* the width below which a class was seen to be cut, large text say; 0: never */
  EnclavePane single;          /* shown in ENCLAVE_WIDTH_SINGLE; FILES, EDITOR or CHAT */
  EnclavePane compact_side;    /* shown in ENCLAVE_WIDTH_COMPACT; FILES or CHAT */
  EnclavePane last_pane;
  gboolean files_wanted;
  gboolean chat_wanted;
  gboolean terminal_wanted;
  int files_width;
  int chat_width;
  int terminal_height;
  int panes_width;             /* at the last allocation; of all panes together */
  int panes_height;
  guint layout_idle;
  GtkWidget *focus_before;     /* (nullable) (weak): what had the focus when a key opened a popover */
  gboolean laid_out;
  gboolean placed; /* the dividers, at least once */
  gboolean place_again;        /* once the panes shown now were given their sizes */
  gboolean placing;            /* positions are being set by the window, not by the person */
  gboolean closing;
  gboolean notified;           /* the desktop shows a notification of this window */
  guint session_source;
  gboolean session_pending;    /* what was open last is being read */
  gboolean session_foreign;    /* it was written by a newer version, and stays */
  gboolean command_notified;   /* the same, of a command in the terminal */
  gboolean left_this_machine;  /* a server elsewhere was used in this run */
};

/* enclave-window-layout.c */
void _enclave_window_layout_load (EnclaveWindow *self);
void _enclave_window_layout_save (EnclaveWindow *self);
void _enclave_window_layout_connect (EnclaveWindow *self);
void _enclave_window_layout_allocated (EnclaveWindow *self, int width);
/* The panes shown now need @least of @width. */
void _enclave_window_layout_note_need (EnclaveWindow *self, int least, int width);
void _enclave_window_layout_apply (EnclaveWindow *self);
void _enclave_window_toggle_pane (EnclaveWindow *self, EnclavePane pane);
gboolean _enclave_window_pane_is_shown (EnclaveWindow *self, EnclavePane pane);
/* Shows the pane if need be and gives it the focus. */
void _enclave_window_focus_pane (EnclaveWindow *self, EnclavePane pane);
/* The pane that holds the focus, else the one that had it last. */
EnclavePane _enclave_window_get_focused_pane (EnclaveWindow *self);
void _enclave_window_step_pane (EnclaveWindow *self, int step);
gboolean _enclave_window_in_review (EnclaveWindow *self);
gboolean _enclave_window_in_activity (EnclaveWindow *self);

/* enclave-window-notification.c */
/* A turn that ends, or waits for the person, is told by the desktop while another window has the focus. */
void _enclave_window_notify_turns (EnclaveWindow *self);
/* The desktop's bell, for who wants one with notifications. */
void _enclave_window_sound (EnclaveWindow *self);

/* enclave-window-work.c */
void _enclave_window_show_work (EnclaveWindow *self);
void _enclave_window_watch_servers (EnclaveWindow *self, EnclaveLanguageService *service);
void _enclave_window_set_branch_switching (EnclaveWindow *self, gboolean switching);

/* enclave-window-follow.c */
/* With a service: "win.follow-agent". */
void _enclave_window_follow_agent (EnclaveWindow *self);

/* enclave-window-offer.c */
void _enclave_window_install_offers (EnclaveWindow *self);
/* A note with a button that does @action, a static string. */
void _enclave_window_offer (EnclaveWindow *self, const char *text, const char *button, const char *action);
void _enclave_window_tell_trashed (EnclaveWindow *self, GFile *file);

/* enclave-window-beside.c */
/* A tab of the editor can go to a window of its own. */
void _enclave_window_let_tabs_go (EnclaveWindow *self);
/* Before the window goes: those with its tabs lose what only it has. */
void _enclave_window_leave_beside (EnclaveWindow *self);
/* Of the windows that were made for tabs of this one. */
void _enclave_window_for_each_beside (EnclaveWindow *self, void (*func) (EnclaveWindow *window));

/* enclave-window-terminal.c */
void _enclave_window_connect_terminal (EnclaveWindow *self);
void _enclave_window_calm_terminal (EnclaveWindow *self);

/* enclave-window-conversations.c */
void _enclave_window_keep_conversations (EnclaveWindow *self);
/* Waits until all is kept. */
void _enclave_window_stop_keeping (EnclaveWindow *self);

/* enclave-window-session.c */
/* What was open last in this folder is opened again, and unsaved text is offered. */
void _enclave_window_restore_session (EnclaveWindow *self);
void _enclave_window_watch_session (EnclaveWindow *self);
/* @wait: until the disk has it: a window that closes may be the program's last. */
void _enclave_window_keep_session (EnclaveWindow *self, gboolean wait);

/* enclave-window-actions.c */
void _enclave_window_install_actions (EnclaveWindow *self);
void _enclave_window_update_actions (EnclaveWindow *self);
void _enclave_window_show_review (EnclaveWindow *self);
void _enclave_window_hide_review (EnclaveWindow *self);
void _enclave_window_show_egress (EnclaveWindow *self);
void _enclave_window_show_activity (EnclaveWindow *self);
void _enclave_window_hide_activity (EnclaveWindow *self);

/* enclave-window-keys.c */
/* The keys of this window's actions. Borrowed. */
EnclaveKeyMap *_enclave_window_get_keys (EnclaveWindow *self);
void _enclave_window_install_keys (EnclaveWindow *self);
/* Files and folders that are dragged here are opened. */
void _enclave_window_accept_drops (EnclaveWindow *self);
/* Who has the action of this name. */
GtkWidget *_enclave_window_find_owner (EnclaveWindow *self, const char *action);
/* FALSE: nobody has it, or it can't be done now. */
gboolean _enclave_window_activate (EnclaveWindow *self, const char *detailed);

/* enclave-window-finding.c */
void _enclave_window_install_finding (EnclaveWindow *self);
/* Once the project is set. */
void _enclave_window_set_up_finding (EnclaveWindow *self);
void _enclave_window_update_finding (EnclaveWindow *self);
/* Lists the symbols of the project that are called like @word, to choose one. */
void _enclave_window_find_symbol (EnclaveWindow *self, const char *word);
void _enclave_window_end_finding (EnclaveWindow *self);

/* enclave-window-git.c */
void _enclave_window_install_git (EnclaveWindow *self);
/* Once the project is set. */
void _enclave_window_set_up_git (EnclaveWindow *self);
void _enclave_window_end_git (EnclaveWindow *self);

/* Of the file that is shown, relative to the project. (transfer full) (nullable) */
char *_enclave_window_dup_active_path (EnclaveWindow *self);

/* enclave-window-history.c */
void _enclave_window_install_history (EnclaveWindow *self);
/* What it changed, in a tab. */
void _enclave_window_show_commit (EnclaveWindow *self, EnclaveGitCommit *commit);
/* The column of authors beside the file that is shown. */
void _enclave_window_update_blame (EnclaveWindow *self);
void _enclave_window_end_history (EnclaveWindow *self);

/* enclave-window-branch.c */
void _enclave_window_install_branch (EnclaveWindow *self);
/* The title says which one it is. */
void _enclave_window_update_branch (EnclaveWindow *self);
void _enclave_window_end_branch (EnclaveWindow *self);

/* enclave-window-removed.c */
/* Drops @page where its file is gone and it still has @text, else looks what its file is now. */
void _enclave_window_look_for_removed (EnclaveWindow *self, EnclaveEditorPage *page, const char *text);

/* enclave-window-folder.c */
/* Opens @folder as enclave_window_open_folder() does once its disk has answered. */
void _enclave_window_open_folder_in_time (EnclaveWindow *self, GFile *folder);
/* That is no longer waited for. */
void _enclave_window_leave_folder (EnclaveWindow *self);

/* enclave-window-project.c */
gboolean _enclave_window_set_project (EnclaveWindow *self, GFile *folder, GError **error);
void _enclave_window_connect_panes (EnclaveWindow *self);
/* Where the terminal is shown and has none yet. */
void _enclave_window_open_first_shell (EnclaveWindow *self);
void _enclave_window_set_choice (EnclaveWindow *self, EnclaveModelChoice *choice);
void _enclave_window_attach_selection (EnclaveWindow *self);
void _enclave_window_enter_address (EnclaveWindow *self);
/* Asks before an address that the model wrote is opened; nothing is opened by itself. */
void _enclave_window_ask_link (EnclaveWindow *self, const char *address);
void _enclave_window_answer_link (EnclaveWindow *self, const char *id);

/* enclave-window-models.c */
/* The agent uses the models that have the roles now. */
void _enclave_window_update_models (EnclaveWindow *self);
void _enclave_window_show_model_check (EnclaveWindow *self);
/* enclave-window-local-servers.c */
/* Tells when the model server that Enclave has started ends by itself. */
void _enclave_window_watch_local_servers (EnclaveWindow *self, EnclaveApplication *application);
/* enclave-window-agent.c */
void _enclave_window_set_up_agent (EnclaveWindow *self);
void _enclave_window_tell_open_files (EnclaveWindow *self);
void _enclave_window_show_project_page (EnclaveWindow *self);

/* enclave-window-badges.c */
void _enclave_window_update_badges (EnclaveWindow *self);

/* enclave-window-tour.c */
void _enclave_window_take_tour (EnclaveWindow *self);

/* MCP servers of the project; once it is open. */
void _enclave_window_set_up_mcp (EnclaveWindow *self, EnclaveApplication *application);
void _enclave_window_end_mcp (EnclaveWindow *self);

/* enclave-window-stepping.c */
void _enclave_window_install_stepping (EnclaveWindow *self);
/* The lists of the language servers count from now on. */
void _enclave_window_step_places (EnclaveWindow *self);
/* @list: (nullable): what the keys go through from now on; NULL: the problems of the task. */
void _enclave_window_set_stepped (EnclaveWindow *self, GtkWidget *list);

/* enclave-window-language.c */
/* Language servers of the project; nothing is started before a file of their languages is open. */
void _enclave_window_set_up_language (EnclaveWindow *self);
/* The servers hear from now on of files that the terminal, git, the agent or other programs write. */
void _enclave_window_watch_files (EnclaveWindow *self);
void _enclave_window_end_language (EnclaveWindow *self);
void _enclave_window_answer_language (EnclaveWindow *self, const char *id);
/* What they say, those of the active file first. (transfer full) (nullable) */
char *_enclave_window_dup_diagnostics (EnclaveWindow *self, char **source);

G_END_DECLS
