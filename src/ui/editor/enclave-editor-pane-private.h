/* enclave-editor-pane-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-completion-engine.h"
#include "enclave-editor-page.h"
#include "enclave-editor-pane.h"
#include "enclave-editor-status.h"
#include "enclave-snippets.h"

G_BEGIN_DECLS

/* A tab that can be opened again, as it was. */
typedef struct
{
  GFile *file;
  guint line;
  guint column;
  guint top;
} EnclaveClosedTab;

struct _EnclaveEditorPane
{
  GtkWidget parent_instance;

  AdwTabBar *tab_bar;
  AdwTabView *tab_view;
  GtkStack *stack;
  GtkWidget *empty_page;

  EnclaveEditorStatus *status;
  EnclaveTextStyle *style;
  GSettings *settings;     /* (nullable) */
  EnclaveProject *project; /* (nullable) */
  EnclaveGate *gate;       /* (nullable) */
  EnclaveServerList *servers;         /* (nullable) */
  EnclaveServer *completion_server;   /* (nullable): ready, with the model that suggests */
  EnclaveCompletionEngine *engine;    /* (nullable) */
  GSimpleActionGroup *actions;
  EnclaveChangeSet *change_set; /* (nullable) */
  EnclaveSnippets *snippets; /* (nullable): once a text is open */
  EnclaveEditorPage *active; /* not owned, (nullable) */
  GQueue closed;             /* of EnclaveClosedTab, the last closed first */
  guint n_untitled;
  char *hold_reason;         /* (nullable): why saves wait */
  GPtrArray *holding;        /* (nullable) (element-type EnclaveEditorPage): where they do, also in tabs that are closed by now */
  EnclaveEditorPaneWindowFunc window_func; /* (nullable) */
  gpointer window_data;
  EnclaveEditorPane *origin; /* (nullable): the pane that this one was split off; borrowed, it forgets itself */
  GPtrArray *beside;         /* (nullable): those that were split off this one; borrowed, the same */
};

/* The page is one of this pane. What arrives from another one is made one of it. */
void _enclave_editor_pane_note_home (EnclaveEditorPane *self, GtkWidget *page);
void _enclave_editor_pane_add_moves (EnclaveEditorPane *self);
/* This pane first, then those in other windows of the same project. (transfer container) (element-type EnclaveEditorPane) */
GPtrArray *_enclave_editor_pane_list_relatives (EnclaveEditorPane *self);
void _enclave_editor_pane_leave_relatives (EnclaveEditorPane *self);

void _enclave_editor_pane_install_actions (EnclaveEditorPane *self);
/* The actions that change the text of the active tab, or how it is shown. */
void _enclave_editor_pane_add_edits (EnclaveEditorPane *self);
void _enclave_editor_pane_update_actions (EnclaveEditorPane *self);
void _enclave_editor_pane_connect_snippets (EnclaveEditorPane *self, EnclaveEditorPage *page);
void _enclave_editor_pane_overlay_init (EnclaveBufferOverlayInterface *iface);
/* A tab for it; the second one shows it as well. */
EnclaveEditorPage *_enclave_editor_pane_append (EnclaveEditorPane *self, EnclaveDocument *document);
EnclaveEditorPage *_enclave_editor_pane_add (EnclaveEditorPane *self, EnclaveDocument *document);
/* NULL: it is not open. */
EnclaveEditorPage *_enclave_editor_pane_find_by_file (EnclaveEditorPane *self, GFile *file);
/* NULL: the tab holds no document. */
EnclaveEditorPage *_enclave_editor_pane_get_page (EnclaveEditorPane *self, int position);
void _enclave_editor_pane_open_untitled (EnclaveEditorPane *self);
void _enclave_editor_pane_show_comparison (EnclaveEditorPane *self, EnclaveEditorPage *page);
/* A tab titled @title with what leads from @before to @after, of the file @name. */
void _enclave_editor_pane_show_diff (EnclaveEditorPane *self, const char *title, const char *name, const char *before,
                                     const char *after);
/* What the agent proposes for the file of @page is shown in it, or no longer. */
void _enclave_editor_pane_update_review (EnclaveEditorPane *self, EnclaveEditorPage *page);
/* Emits "leaving". */
void _enclave_editor_pane_leave (EnclaveEditorPane *self);
/* Before the parts of the page go. */
void _enclave_editor_pane_drop_review (EnclaveEditorPage *page);
void _enclave_editor_pane_go_to_change (EnclaveEditorPane *self, int step);
/* The page suggests with the model that is chosen now. */
void _enclave_editor_pane_connect_completion (EnclaveEditorPane *self, EnclaveEditorPage *page);
void _enclave_editor_pane_update_completion (EnclaveEditorPane *self);
void _enclave_closed_tab_free (EnclaveClosedTab *closed);
/* The tab that was closed last. */
void _enclave_editor_pane_reopen (EnclaveEditorPane *self);
gboolean _enclave_editor_pane_close_page (EnclaveEditorPane *self, AdwTabPage *tab_page);

G_END_DECLS
