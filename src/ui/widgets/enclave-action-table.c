/* enclave-action-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-action-table.h"

#define PANE TRUE
#define WINDOW FALSE

/* A key stands here once. `handled_by_pane` rows are keys that the pane's own controllers or its widgets take; a test
 * holds the rows against them. */
static const EnclaveActionEntry table[] = {
  { "win.help", "F1", ENCLAVE_SCOPE_EVERYWHERE, N_("Help"), WINDOW },
  { "win.next-pane", "F6", ENCLAVE_SCOPE_EVERYWHERE, N_("Next pane"), WINDOW },
  { "win.previous-pane", "<Shift>F6", ENCLAVE_SCOPE_EVERYWHERE, N_("Previous pane"), WINDOW },
  { "win.toggle-files", "F9", ENCLAVE_SCOPE_EVERYWHERE, N_("Show or hide Files"), WINDOW },
  { "win.toggle-chat", "F10", ENCLAVE_SCOPE_EVERYWHERE, N_("Show or hide Chat"), WINDOW },
  { "win.toggle-terminal", "<Control>grave", ENCLAVE_SCOPE_EVERYWHERE, N_("Show or hide Terminal"), WINDOW },
  { "win.full-screen", "F11", ENCLAVE_SCOPE_EVERYWHERE, N_("Full screen"), WINDOW },
  { "win.main-menu", "<Control>F10", ENCLAVE_SCOPE_EVERYWHERE, N_("Main menu"), WINDOW },
  { "win.focus-pane('files')", "<Control>1", ENCLAVE_SCOPE_EVERYWHERE, N_("Go to Files"), WINDOW },
  { "win.focus-pane('editor')", "<Control>2", ENCLAVE_SCOPE_EVERYWHERE, N_("Go to the editor"), WINDOW },
  { "win.focus-pane('terminal')", "<Control>3", ENCLAVE_SCOPE_EVERYWHERE, N_("Go to the terminal"), WINDOW },
  { "win.focus-pane('chat')", "<Control>4", ENCLAVE_SCOPE_EVERYWHERE, N_("Go to the chat"), WINDOW },
  { "win.new-terminal", "<Control><Shift>grave <Control><Shift>asciitilde", ENCLAVE_SCOPE_EVERYWHERE,
    N_("New terminal"), WINDOW },
  { "win.open-folder", "<Control><Shift>o", ENCLAVE_SCOPE_EVERYWHERE, N_("Open a folder"), WINDOW },
  { "win.new-window", "<Control><Shift>n", ENCLAVE_SCOPE_EVERYWHERE, N_("New window"), WINDOW },
  { "win.ask-with-selection", "<Control><Shift>l", ENCLAVE_SCOPE_EVERYWHERE, N_("Ask about the selection"), WINDOW },
  { "win.show-waiting", "<Control><Shift>j", ENCLAVE_SCOPE_EVERYWHERE, N_("Go to what waits for you"), WINDOW },
  { "win.stop-agent", "<Control><Shift>x", ENCLAVE_SCOPE_EVERYWHERE, N_("Stop the agent"), WINDOW },
  { "win.follow-agent", "", ENCLAVE_SCOPE_EVERYWHERE, N_("Follow the agent in the editor, or no longer"), WINDOW },
  { "win.review", "<Control><Shift>e", ENCLAVE_SCOPE_EVERYWHERE, N_("Review changes"), WINDOW },
  { "win.conversations", "<Control><Shift>h", ENCLAVE_SCOPE_EVERYWHERE, N_("Conversations"), WINDOW },
  { "win.activity", "<Control><Shift>y", ENCLAVE_SCOPE_EVERYWHERE, N_("Show or hide Activity"), WINDOW },
  { "win.what-left", "", ENCLAVE_SCOPE_EVERYWHERE, N_("What left this machine"), WINDOW },
  { "win.build", "<Control><Shift>b", ENCLAVE_SCOPE_EVERYWHERE, N_("Build"), WINDOW },
  { "win.run", "F5", ENCLAVE_SCOPE_EVERYWHERE, N_("Run"), WINDOW },
  { "win.test", "<Control>F5", ENCLAVE_SCOPE_EVERYWHERE, N_("Run the tests"), WINDOW },
  { "win.stop-task", "<Shift>F5", ENCLAVE_SCOPE_EVERYWHERE, N_("Stop the task"), WINDOW },
  { "win.set-task", "", ENCLAVE_SCOPE_EVERYWHERE, N_("Set the commands that build, run and test"), WINDOW },
  { "win.choose-model", "<Control><Shift>m", ENCLAVE_SCOPE_EVERYWHERE, N_("Choose a model"), WINDOW },
  { "win.model-check", "", ENCLAVE_SCOPE_EVERYWHERE, N_("Check the model"), WINDOW },
  { "win.project", "", ENCLAVE_SCOPE_EVERYWHERE, N_("Map, memory, build and test of the project"), WINDOW },
  { "win.all-commands", "<Control><Shift>p", ENCLAVE_SCOPE_EVERYWHERE, N_("All commands"), WINDOW },
  { "app.preferences", "<Control>comma", ENCLAVE_SCOPE_EVERYWHERE, N_("Preferences"), WINDOW },
  { "win.take-tour", "", ENCLAVE_SCOPE_EVERYWHERE, N_("Take the tour"), WINDOW },
  { "app.about", "", ENCLAVE_SCOPE_EVERYWHERE, N_("About Enclave"), WINDOW },
  { "win.shortcuts", "<Control>question <Control><Shift>slash", ENCLAVE_SCOPE_EVERYWHERE, N_("Keyboard shortcuts"),
    WINDOW },

  { "win.ask", "<Control>l", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Write a message, selection attached"), WINDOW },
  { "win.go-to-file", "<Control>p", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Go to a file"), WINDOW },
  { "win.go-to-symbol", "<Control>t", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Go to a definition of the project"), WINDOW },
  { "win.go-to-file-symbol", "<Control><Alt>o", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Outline of this file"), WINDOW },
  { "win.search-project", "<Control><Shift>f", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Search and replace in the project"), WINDOW },
  { "win.git-commit", "<Control><Alt>c", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Commit"), WINDOW },
  { "win.git-switch-branch", "<Control><Alt>b", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Switch the branch, or make one"), WINDOW },
  { "win.git-file-history", "<Control><Alt>h", ENCLAVE_SCOPE_NOT_TERMINAL, N_("History of this file"), WINDOW },
  { "win.git-line-author", "<Control><Alt>w", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Who wrote this line, and when"), WINDOW },
  { "win.git-line-authors", "", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Show or hide who wrote each line"), WINDOW },
  { "win.git-history", "", ENCLAVE_SCOPE_NOT_TERMINAL, N_("History of the project"), WINDOW },
  { "win.git-diff", "", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Show the changes of this file since the last commit"), WINDOW },
  { "win.git-next-change", "<Control><Alt>n", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Next change since the last commit"), WINDOW },
  { "win.git-previous-change", "<Control><Alt><Shift>n", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Previous change since the last commit"), WINDOW },
  { "win.git-revert-change", "<Control><Alt>r", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Put back what was there before the change"), WINDOW },
  { "win.git-stage-change", "<Control><Alt>a", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Stage the change at the caret"), WINDOW },
  { "win.go-back", "<Alt>comma", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Back to where you were"), WINDOW },
  { "win.go-forward", "<Alt>period", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Forward again"), WINDOW },
  { "editor.open", "<Control>o", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Open a file"), WINDOW },
  { "win.close-pane-tab", "<Control>w", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Close the tab, then the window"), WINDOW },
  { "app.quit", "<Control>q", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Quit"), WINDOW },
  { "editor.save", "<Control>s", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Save"), WINDOW },
  { "editor.save-as", "<Control><Shift>s", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Save as"), WINDOW },
  { "editor.reopen", "<Control><Shift>t", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Open the last closed tab again"), WINDOW },
  { "chat.undo-history", "", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Undo history"), WINDOW },
  { "chat.undo-turn", "<Control><Alt>z", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Undo the agent’s last turn"), WINDOW },
  { "win.next-problem", "F4", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Next place of the list shown last"), WINDOW },
  { "win.previous-problem", "<Shift>F4", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Previous place of the list shown last"), WINDOW },
  { "win.step-back", "Escape", ENCLAVE_SCOPE_NOT_TERMINAL, N_("Step back: popup, search, then editor"), PANE },

  { "search.match-case", "<Alt>c", ENCLAVE_SCOPE_SEARCH, N_("Match case, or no longer"), WINDOW },
  { "search.whole-words", "<Alt>w", ENCLAVE_SCOPE_SEARCH, N_("Whole words only, or no longer"), WINDOW },
  { "search.regex", "<Alt>r", ENCLAVE_SCOPE_SEARCH, N_("Regular expression, or no longer"), WINDOW },
  { "search.with-ignored", "<Alt>i", ENCLAVE_SCOPE_SEARCH, N_("Search ignored files as well, or no longer"), WINDOW },

  { "editor.new", "<Control>n", ENCLAVE_SCOPE_EDITOR, N_("New file"), PANE },
  { "editor.find", "<Control>f", ENCLAVE_SCOPE_EDITOR, N_("Find"), PANE },
  { "editor.replace", "<Control>h", ENCLAVE_SCOPE_EDITOR, N_("Find and replace"), PANE },
  { "editor.find-next", "<Control>g", ENCLAVE_SCOPE_EDITOR, N_("Next match"), PANE },
  { "editor.find-previous", "<Control><Shift>g", ENCLAVE_SCOPE_EDITOR, N_("Previous match"), PANE },
  { "editor.go-to-line", "<Control>i", ENCLAVE_SCOPE_EDITOR, N_("Go to line"), PANE },
  { "editor.undo", "<Control>z", ENCLAVE_SCOPE_EDITOR, N_("Undo"), PANE },
  { "editor.redo", "<Control><Shift>z", ENCLAVE_SCOPE_EDITOR, N_("Redo"), PANE },
  { "editor.comment", "<Control>slash", ENCLAVE_SCOPE_EDITOR, N_("Comment or uncomment"), PANE },
  { "editor.duplicate-line", "<Alt><Shift>Down", ENCLAVE_SCOPE_EDITOR, N_("Duplicate line"), PANE },
  { "editor.delete-line", "<Control><Shift>k", ENCLAVE_SCOPE_EDITOR, N_("Delete line"), PANE },
  { "editor.join-lines", "<Control>j", ENCLAVE_SCOPE_EDITOR, N_("Join lines"), PANE },
  { "editor.sort-lines", "<Control><Alt>s", ENCLAVE_SCOPE_EDITOR, N_("Sort lines"), PANE },
  { "editor.move-line-up", "<Alt>Up", ENCLAVE_SCOPE_EDITOR, N_("Move lines up"), PANE },
  { "editor.move-line-down", "<Alt>Down", ENCLAVE_SCOPE_EDITOR, N_("Move lines down"), PANE },
  { "editor.change-all", "<Control>F2", ENCLAVE_SCOPE_EDITOR, N_("Change all occurrences"), PANE },
  { "editor.select-columns", "<Alt><Shift>Insert", ENCLAVE_SCOPE_EDITOR, N_("Select columns"), PANE },
  { "win.insert-snippet", "<Control><Alt>i", ENCLAVE_SCOPE_EDITOR, N_("Insert a snippet"), WINDOW },
  { "editor.split", "<Control>backslash", ENCLAVE_SCOPE_EDITOR, N_("Second view of the text"), PANE },
  { "editor.print", "<Control><Alt>p", ENCLAVE_SCOPE_EDITOR, N_("Print"), PANE },
  { "editor.suggest", "<Alt>backslash", ENCLAVE_SCOPE_EDITOR, N_("Suggest code now"), PANE },
  { "editor.take-suggestion", "Tab", ENCLAVE_SCOPE_EDITOR, N_("Take the suggestion"), PANE },
  { "editor.take-word", "<Control>Right", ENCLAVE_SCOPE_EDITOR, N_("Take a word of the suggestion"), PANE },
  { "editor.take-line", "<Control>End", ENCLAVE_SCOPE_EDITOR, N_("Take a line of the suggestion"), PANE },
  { "editor.wrap", "<Alt>z", ENCLAVE_SCOPE_EDITOR, N_("Wrap lines"), PANE },
  { "editor.next-change", "<Alt>Page_Down", ENCLAVE_SCOPE_EDITOR, N_("Next proposed change"), PANE },
  { "editor.previous-change", "<Alt>Page_Up", ENCLAVE_SCOPE_EDITOR, N_("Previous proposed change"), PANE },
  { "language.go-to-definition", "F12", ENCLAVE_SCOPE_EDITOR, N_("Go to the definition"), WINDOW },
  { "language.find-uses", "<Shift>F12", ENCLAVE_SCOPE_EDITOR, N_("List all uses"), WINDOW },
  { "language.rename", "F2", ENCLAVE_SCOPE_EDITOR, N_("Rename in all files"), WINDOW },
  { "language.next-problem", "F8", ENCLAVE_SCOPE_EDITOR, N_("Next problem"), WINDOW },
  { "language.previous-problem", "<Shift>F8", ENCLAVE_SCOPE_EDITOR, N_("Previous problem"), WINDOW },
  { "language.show-problems", "<Control><Alt>e", ENCLAVE_SCOPE_EDITOR, N_("List the problems"), WINDOW },
  { "language.show-fixes", "<Alt>Return", ENCLAVE_SCOPE_EDITOR, N_("Offer fixes"), WINDOW },
  { "language.show-hover", "<Shift>F1", ENCLAVE_SCOPE_EDITOR, N_("Say what this is"), WINDOW },
  { "language.show-signature", "<Control><Shift>space", ENCLAVE_SCOPE_EDITOR, N_("Show the parameters"), WINDOW },
  { "language.show-symbols", "", ENCLAVE_SCOPE_EDITOR, N_("List the symbols of the file"), WINDOW },
  { "language.show-project-symbols", "<Control><Alt>y", ENCLAVE_SCOPE_EDITOR, N_("Find a symbol of the project"), WINDOW },
  { "language.format", "<Control><Alt>f", ENCLAVE_SCOPE_EDITOR, N_("Format the file"), WINDOW },
  { "editor.zoom-in", "<Control>plus", ENCLAVE_SCOPE_EDITOR, N_("Larger text"), PANE },
  { "editor.zoom-out", "<Control>minus", ENCLAVE_SCOPE_EDITOR, N_("Smaller text"), PANE },
  { "editor.zoom-reset", "<Control>0", ENCLAVE_SCOPE_EDITOR, N_("Normal text"), PANE },
  { "win.send-to-terminal", "<Control><Alt>Return", ENCLAVE_SCOPE_EDITOR, N_("Type the selection or the line into the terminal"), WINDOW },
  { "editor.move-to-window", "", ENCLAVE_SCOPE_EDITOR, N_("Move the tab to a window of its own"), PANE },
  { "editor.next-tab", "<Control>Page_Down", ENCLAVE_SCOPE_EDITOR, N_("Next tab"), PANE },
  { "editor.previous-tab", "<Control>Page_Up", ENCLAVE_SCOPE_EDITOR, N_("Previous tab"), PANE },
  { "editor.move-tab-next", "<Control><Shift>Page_Down", ENCLAVE_SCOPE_EDITOR, N_("Move the tab one place on"), PANE },
  { "editor.move-tab-previous", "<Control><Shift>Page_Up", ENCLAVE_SCOPE_EDITOR, N_("Move the tab one place back"), PANE },

  { "files.filter", "<Control>f", ENCLAVE_SCOPE_FILES, N_("Filter"), WINDOW },
  { "files.open", "Return", ENCLAVE_SCOPE_FILES, N_("Open"), PANE },
  { "files.new-file", "<Control>n", ENCLAVE_SCOPE_FILES, N_("New file"), PANE },
  { "files.new-folder", "", ENCLAVE_SCOPE_FILES, N_("New folder"), PANE },
  { "files.rename", "F2", ENCLAVE_SCOPE_FILES, N_("Rename"), PANE },
  { "files.trash", "Delete", ENCLAVE_SCOPE_FILES, N_("Move to the trash"), PANE },
  { "win.undo-trash", "", ENCLAVE_SCOPE_FILES, N_("Take back what went to the trash last"), WINDOW },
  { "files.copy-path", "", ENCLAVE_SCOPE_FILES, N_("Copy the path"), PANE },
  { "files.refresh", "", ENCLAVE_SCOPE_FILES, N_("Read the tree again"), PANE },
  { "files.collapse", "", ENCLAVE_SCOPE_FILES, N_("Close all folders"), PANE },
  { "files.reveal", "", ENCLAVE_SCOPE_FILES, N_("Show in the file manager"), PANE },
  { "files.show-ignored", "", ENCLAVE_SCOPE_FILES, N_("Show or hide ignored files"), PANE },

  { "terminal.copy", "<Control><Shift>c", ENCLAVE_SCOPE_TERMINAL, N_("Copy"), WINDOW },
  { "terminal.paste", "<Control><Shift>v", ENCLAVE_SCOPE_TERMINAL, N_("Paste"), WINDOW },
  { "terminal.select-all", "<Control><Shift>a", ENCLAVE_SCOPE_TERMINAL, N_("Select all"), WINDOW },
  { "terminal.new", "<Control><Shift>t", ENCLAVE_SCOPE_TERMINAL, N_("New terminal"), WINDOW },
  { "terminal.choose-profile", "", ENCLAVE_SCOPE_TERMINAL, N_("New terminal with a profile"), WINDOW },
  { "win.terminal-profiles", "", ENCLAVE_SCOPE_EVERYWHERE, N_("Profiles of terminals"), WINDOW },
  { "terminal.close", "<Control><Shift>w", ENCLAVE_SCOPE_TERMINAL, N_("Close terminal"), WINDOW },
  { "terminal.close-tab", "", ENCLAVE_SCOPE_TERMINAL, N_("Close the tab with all its terminals"), WINDOW },
  { "terminal.split-right", "<Control><Shift>r", ENCLAVE_SCOPE_TERMINAL, N_("Another terminal to the right"), WINDOW },
  { "terminal.split-down", "<Control><Shift>Return <Control><Shift>KP_Enter", ENCLAVE_SCOPE_TERMINAL, N_("Another terminal below"), WINDOW },
  { "terminal.focus-left", "<Alt><Shift>Left", ENCLAVE_SCOPE_TERMINAL, N_("Go to the terminal on the left"), WINDOW },
  { "terminal.focus-right", "<Alt><Shift>Right", ENCLAVE_SCOPE_TERMINAL, N_("Go to the terminal on the right"), WINDOW },
  { "terminal.focus-up", "<Alt><Shift>Up", ENCLAVE_SCOPE_TERMINAL, N_("Go to the terminal above"), WINDOW },
  { "terminal.focus-down", "<Alt><Shift>Down", ENCLAVE_SCOPE_TERMINAL, N_("Go to the terminal below"), WINDOW },
  { "terminal.grow", "<Alt><Shift>Page_Up", ENCLAVE_SCOPE_TERMINAL, N_("Make this terminal larger"), WINDOW },
  { "terminal.shrink", "<Alt><Shift>Page_Down", ENCLAVE_SCOPE_TERMINAL, N_("Make this terminal smaller"), WINDOW },
  { "terminal.clear", "<Control><Shift>k", ENCLAVE_SCOPE_TERMINAL, N_("Clear"), WINDOW },
  { "terminal.find", "<Control><Shift>f", ENCLAVE_SCOPE_TERMINAL, N_("Find in the terminal"), WINDOW },
  { "terminal.open-link", "", ENCLAVE_SCOPE_TERMINAL, N_("Open the last link"), WINDOW },
  { "terminal.previous-prompt", "<Control><Shift>Up", ENCLAVE_SCOPE_TERMINAL, N_("Previous prompt"), WINDOW },
  { "terminal.next-prompt", "<Control><Shift>Down", ENCLAVE_SCOPE_TERMINAL, N_("Next prompt"), WINDOW },
  { "terminal.copy-output", "", ENCLAVE_SCOPE_TERMINAL, N_("Copy output of the last command"), WINDOW },
  { "win.ask-about-output", "", ENCLAVE_SCOPE_TERMINAL, N_("Ask about the selection or the last command"), WINDOW },
  { "terminal.show-text", "", ENCLAVE_SCOPE_TERMINAL, N_("Show the terminal as text to be read, or no longer"), WINDOW },
  { "terminal.reset", "", ENCLAVE_SCOPE_TERMINAL, N_("Reset the terminal"), WINDOW },
  { "terminal.rename", "", ENCLAVE_SCOPE_TERMINAL, N_("Rename the terminal"), WINDOW },
  { "terminal.zoom-in", "<Control>plus <Control>equal", ENCLAVE_SCOPE_TERMINAL, N_("Larger text"), WINDOW },
  { "terminal.zoom-out", "<Control>minus", ENCLAVE_SCOPE_TERMINAL, N_("Smaller text"), WINDOW },
  { "terminal.zoom-reset", "<Control>0", ENCLAVE_SCOPE_TERMINAL, N_("Normal text"), WINDOW },
  { "terminal.next-tab", "<Control>Page_Down", ENCLAVE_SCOPE_TERMINAL, N_("Next terminal"), WINDOW },
  { "terminal.previous-tab", "<Control>Page_Up", ENCLAVE_SCOPE_TERMINAL, N_("Previous terminal"), WINDOW },
  { "terminal.move-tab-next", "<Control><Shift>Page_Down", ENCLAVE_SCOPE_TERMINAL, N_("Move the tab one place on"), WINDOW },
  { "terminal.move-tab-previous", "<Control><Shift>Page_Up", ENCLAVE_SCOPE_TERMINAL, N_("Move the tab one place back"), WINDOW },

  { "chat.send", "Return", ENCLAVE_SCOPE_CHAT, N_("Send"), PANE },
  { "chat.send-now", "<Control>Return", ENCLAVE_SCOPE_CHAT, N_("Send now, stopping the turn"), WINDOW },
  { "chat.cycle-mode", "<Control>m", ENCLAVE_SCOPE_CHAT, N_("Next mode"), WINDOW },
  { "chat.new-conversation", "<Control>n", ENCLAVE_SCOPE_CHAT, N_("New conversation"), WINDOW },
  { "chat.apply", "", ENCLAVE_SCOPE_CHAT, N_("Apply what is proposed"), WINDOW },
  { "chat.reject", "", ENCLAVE_SCOPE_CHAT, N_("Reject what is proposed"), WINDOW },
  { "chat.answer-again", "", ENCLAVE_SCOPE_CHAT, N_("Answer again, in a branch"), WINDOW },
  { "chat.edit-last", "", ENCLAVE_SCOPE_CHAT, N_("Edit the last message"), WINDOW },
  { "chat.compact", "", ENCLAVE_SCOPE_CHAT, N_("Shorten what the model gets"), WINDOW },
  { "chat.zoom-in", "<Control>plus <Control>equal", ENCLAVE_SCOPE_CHAT, N_("Larger text"), WINDOW },
  { "chat.zoom-out", "<Control>minus", ENCLAVE_SCOPE_CHAT, N_("Smaller text"), WINDOW },
  { "chat.zoom-reset", "<Control>0", ENCLAVE_SCOPE_CHAT, N_("Normal text"), WINDOW },

  { "review.next-hunk", "n", ENCLAVE_SCOPE_REVIEW, N_("Next hunk"), PANE },
  { "review.previous-hunk", "p", ENCLAVE_SCOPE_REVIEW, N_("Previous hunk"), PANE },
  { "review.next-file", "bracketright", ENCLAVE_SCOPE_REVIEW, N_("Next file"), PANE },
  { "review.previous-file", "bracketleft", ENCLAVE_SCOPE_REVIEW, N_("Previous file"), PANE },
  { "review.accept", "y", ENCLAVE_SCOPE_REVIEW, N_("Accept"), PANE },
  { "review.reject", "r", ENCLAVE_SCOPE_REVIEW, N_("Reject"), PANE },
  { "review.accept-file", "<Shift>y", ENCLAVE_SCOPE_REVIEW, N_("Accept the whole file"), PANE },
  { "review.reject-file", "<Shift>r", ENCLAVE_SCOPE_REVIEW, N_("Reject the whole file"), PANE },
  { "review.accept-rest", "", ENCLAVE_SCOPE_REVIEW, N_("Accept rest"), PANE },
  { "review.reject-rest", "", ENCLAVE_SCOPE_REVIEW, N_("Reject rest"), PANE },
  { "review.undo-decision", "u", ENCLAVE_SCOPE_REVIEW, N_("Take the decision back"), PANE },
  { "review.edit", "e", ENCLAVE_SCOPE_REVIEW, N_("Edit the hunk"), PANE },
  { "review.side-by-side", "s", ENCLAVE_SCOPE_REVIEW, N_("Side by side, or below each other"), PANE },
  { "review.apply", "<Control>Return", ENCLAVE_SCOPE_REVIEW, N_("Apply"), PANE },
  { "review.close", "Escape", ENCLAVE_SCOPE_REVIEW, N_("Back, decisions kept"), PANE },
};

const EnclaveActionEntry *
enclave_action_table (guint *n_entries)
{
  g_return_val_if_fail (n_entries != NULL, NULL);

  *n_entries = G_N_ELEMENTS (table);
  return table;
}

const char *
enclave_action_scope_title (EnclaveActionScope scope)
{
  switch (scope)
    {
    case ENCLAVE_SCOPE_EVERYWHERE:
      return _("Everywhere");
    case ENCLAVE_SCOPE_NOT_TERMINAL:
      return _("Everywhere but the terminal");
    case ENCLAVE_SCOPE_SEARCH:
      return _("Search");
    case ENCLAVE_SCOPE_FILES:
      return _("Files");
    case ENCLAVE_SCOPE_EDITOR:
      return _("Editor");
    case ENCLAVE_SCOPE_TERMINAL:
      return _("Terminal");
    case ENCLAVE_SCOPE_CHAT:
      return _("Chat");
    case ENCLAVE_SCOPE_REVIEW:
      return _("Review");
    default:
      g_return_val_if_reached ("");
    }
}
