/* enclave-chat-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-chat-item.h"
#include "enclave-chat-text.h"
#include "enclave-chat-words.h"
#include "enclave-context-item.h"
#include "enclave-utf8.h"

typedef enum
{
  FOLD_READ,
  FOLD_LIST,
  FOLD_SEARCH,
  FOLD_EDIT,
  FOLD_RUN,
  FOLD_GIT,
  FOLD_OTHER,
  N_FOLDS
} Fold;

typedef struct
{
  const char *tool;
  const char *icon_name;
  Fold fold;
  const char *running;
  const char *done;
  const char *failed;
} ToolWords;

static const ToolWords tool_words[] = {
  { "read_file", "text-x-generic-symbolic", FOLD_READ, N_("Reading %s"), N_("Read %s"), N_("%s not read") },
  { "list_directory", "folder-symbolic", FOLD_LIST, N_("Listing %s"), N_("Listed %s"), N_("%s not listed") },
  { "find_files", "edit-find-symbolic", FOLD_SEARCH, N_("Looking for %s"), N_("Looked for %s"), N_("%s not found") },
  { "search_text", "edit-find-symbolic", FOLD_SEARCH, N_("Searching %s"), N_("Searched %s"), N_("%s not searched") },
  { "edit_file", "document-edit-symbolic", FOLD_EDIT, N_("Editing %s"), N_("Proposed %s"), N_("Edit %s not applied") },
  { "write_file", "document-edit-symbolic", FOLD_EDIT, N_("Writing %s"), N_("Proposed %s"), N_("%s not written") },
  { "apply_patch", "document-edit-symbolic", FOLD_EDIT, N_("Reading a patch %s"), N_("Proposed a patch %s"),
    N_("Patch not applied %s") },
  { "run_command", "enclave-terminal-symbolic", FOLD_RUN, N_("Running %s"), N_("Ran %s"), N_("%s not run") },
  { "git_status", "enclave-branch-symbolic", FOLD_GIT, N_("Reading the git status %s"), N_("Read the git status %s"),
    N_("Git status not read %s") },
  { "git_diff", "enclave-branch-symbolic", FOLD_GIT, N_("Reading the git diff %s"), N_("Read the git diff %s"),
    N_("Git diff not read %s") },
  { "git_log", "enclave-branch-symbolic", FOLD_GIT, N_("Reading the git log %s"), N_("Read the git log %s"),
    N_("Git log not read %s") },
  { "git_commit", "enclave-branch-symbolic", FOLD_GIT, N_("Committing %s"), N_("Committed %s"),
    N_("%s not committed") },
  { "edits", "document-edit-symbolic", FOLD_OTHER, N_("Editing %s"), N_("Proposed %s"), N_("Edit %s not applied") },
  { "check", "dialog-warning-symbolic", FOLD_OTHER, N_("Checking %s"), N_("Checked %s"), N_("Checked %s") },
  { "verify", "enclave-terminal-symbolic", FOLD_OTHER, N_("Build and test"), N_("Build and test"), N_("Build and test") },
  { "read_resource", "application-x-addon-symbolic", FOLD_READ, N_("Reading %s"), N_("Read %s"), N_("%s not read") },
  { "save_memory", "user-bookmarks-symbolic", FOLD_OTHER, N_("Noting %s"), N_("Noted %s"), N_("%s not noted") },
};

static const ToolWords other_words = {
  NULL, "application-x-addon-symbolic", FOLD_OTHER, N_("Running %s"), N_("Ran %s"), N_("%s failed"),
};

void
enclave_chat_words_clear (EnclaveChatWords *words)
{
  g_clear_pointer (&words->markup, g_free);
  g_clear_pointer (&words->detail, g_free);
  g_clear_pointer (&words->plain, g_free);
}

static const ToolWords *
find_words (const char *tool)
{
  for (guint i = 0; i < G_N_ELEMENTS (tool_words); i++)
    if (strcmp (tool_words[i].tool, tool) == 0)
      return &tool_words[i];

  return &other_words;
}

/* Not printf(): the pattern comes from a table. */
static char *
fill (const char *pattern, const char *subject)
{
  const char *place = strstr (pattern, "%s");
  g_autofree char *filled = NULL;

  if (place == NULL)
    return g_strdup (pattern);

  filled = g_strdup_printf ("%.*s%s%s", (int) (place - pattern), pattern, subject, place + 2);

  return g_strdup (g_strstrip (filled));
}

static char *
dup_subject (EnclaveToolCall *call)
{
  const char *subject = enclave_tool_call_get_subject (call);
  g_autofree char *line = NULL;

  if (*subject == '\0' && find_words (enclave_tool_call_get_name (call)) == &other_words)
    subject = enclave_tool_call_get_name (call);
  line = enclave_chat_text_shorten (subject, 1, 400, 0, FALSE, NULL, NULL);

  return enclave_utf8_display_name (line);
}

static gboolean
is_failed_command (EnclaveToolCall *call)
{
  return strcmp (enclave_tool_call_get_name (call), "run_command") == 0
         && enclave_tool_call_get_state (call) == ENCLAVE_TOOL_CALL_DONE
         && *enclave_tool_call_get_summary (call) != '\0'
         && strcmp (enclave_tool_call_get_summary (call), "exit 0") != 0;
}

static char *
dup_run_time (EnclaveToolCall *call, gint64 now)
{
  gint64 started = enclave_tool_call_get_started (call);
  gint64 ended = enclave_tool_call_get_ended (call);

  if (started == 0)
    return g_strdup ("");

  return enclave_chat_text_duration ((ended != 0 ? ended : now) - started);
}

static void
words_for_done (EnclaveToolCall *call, const ToolWords *table, gint64 now, const char **pattern,
                EnclaveChatWords *words)
{
  const char *summary = enclave_tool_call_get_summary (call);

  guint n_masks = enclave_context_item_count_masks (enclave_tool_call_get_result (call));

  *pattern = _(table->done);
  if (table->fold != FOLD_RUN)
    words->detail = g_strdup (summary);
  else if (is_failed_command (call))
    {
      words->icon_name = "dialog-error-symbolic";
      words->css_class = "error";
      words->detail = g_strdup_printf (_("failed, %s"), summary);
    }
  else
    {
      words->detail = dup_run_time (call, now);
    }
  /* What the model did not get is said where the person sees what it got. */
  if (n_masks > 0)
    {
      g_autofree char *detail = g_steal_pointer (&words->detail);
      g_autofree char *masks = g_strdup_printf (ngettext ("%u masked", "%u masked", n_masks), n_masks);

      words->detail = *detail != '\0' ? g_strconcat (detail, " · ", masks, NULL) : g_steal_pointer (&masks);
    }
}

static void
words_for_call (EnclaveToolCall *call, gint64 now, EnclaveChatWords *words)
{
  const ToolWords *table = find_words (enclave_tool_call_get_name (call));
  g_autofree char *subject = dup_subject (call);
  g_autofree char *escaped = NULL;
  g_autofree char *bold = NULL;
  g_autofree char *plain = NULL;
  const char *pattern;

  words->icon_name = table->icon_name;
  switch (enclave_tool_call_get_state (call))
    {
    case ENCLAVE_TOOL_CALL_DONE:
      words_for_done (call, table, now, &pattern, words);
      break;
    case ENCLAVE_TOOL_CALL_REFUSED:
      pattern = _("Refused %s");
      words->icon_name = "changes-prevent-symbolic";
      words->css_class = "warning";
      words->detail = g_strdup (enclave_tool_call_get_summary (call));
      break;
    case ENCLAVE_TOOL_CALL_DENIED:
      pattern = _("Denied %s");
      words->icon_name = "edit-undo-symbolic";
      words->detail = g_strdup (enclave_tool_call_get_summary (call));
      break;
    case ENCLAVE_TOOL_CALL_FAILED:
      pattern = _(table->failed);
      words->icon_name = "dialog-error-symbolic";
      words->css_class = "error";
      words->detail = g_strdup (enclave_tool_call_get_summary (call));
      break;
    case ENCLAVE_TOOL_CALL_STOPPED:
      pattern = _("Stopped %s");
      words->icon_name = "media-playback-stop-symbolic";
      words->detail = g_strdup (enclave_tool_call_get_summary (call));
      break;
    case ENCLAVE_TOOL_CALL_AWAITING_APPROVAL:
      pattern = _(table->running);
      words->icon_name = "content-loading-symbolic";
      words->detail = g_strdup (_("waits for you"));
      break;
    case ENCLAVE_TOOL_CALL_PROPOSED:
      pattern = _(table->running);
      words->detail = g_strdup ("");
      break;
    case ENCLAVE_TOOL_CALL_RUNNING:
    default:
      pattern = _(table->running);
      words->detail = dup_run_time (call, now);
      if (*enclave_tool_call_get_summary (call) != '\0')
        {
          g_autofree char *time = g_steal_pointer (&words->detail);

          words->detail = g_strconcat (enclave_tool_call_get_summary (call), *time != '\0' ? " · " : "", time, NULL);
        }
      break;
    }

  escaped = g_markup_escape_text (subject, -1);
  bold = g_strdup_printf ("<b>%s</b>", escaped);
  words->markup = fill (pattern, *subject != '\0' ? bold : "");
  plain = fill (pattern, subject);
  words->plain = *words->detail != '\0' ? g_strdup_printf ("%s, %s", plain, words->detail) : g_strdup (plain);
}

void
enclave_chat_words_for_step (EnclaveMessageBlock *block, gint64 now, EnclaveChatWords *words)
{
  EnclaveToolCall *call;
  gint64 started;
  gint64 ended;

  g_return_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (block));
  g_return_if_fail (words != NULL);

  memset (words, 0, sizeof *words);
  call = enclave_message_block_get_tool_call (block);
  if (call != NULL)
    {
      words_for_call (call, now, words);
      return;
    }

  enclave_chat_item_get_times (block, &started, &ended);
  words->icon_name = "emblem-synchronizing-symbolic";
  words->markup = g_strdup (_("Thinking"));
  words->detail = started != 0 ? enclave_chat_text_duration ((ended != 0 ? ended : now) - started) : g_strdup ("");
  words->plain = g_strdup_printf ("%s %s", words->markup, words->detail);
}

gboolean
enclave_chat_words_stays_out (EnclaveMessageBlock *block)
{
  EnclaveToolCall *call = enclave_message_block_get_tool_call (block);

  if (call == NULL)
    return FALSE;

  switch (enclave_tool_call_get_state (call))
    {
    case ENCLAVE_TOOL_CALL_REFUSED:
    case ENCLAVE_TOOL_CALL_DENIED:
    case ENCLAVE_TOOL_CALL_FAILED:
      return TRUE;
    case ENCLAVE_TOOL_CALL_PROPOSED:
    case ENCLAVE_TOOL_CALL_AWAITING_APPROVAL:
    case ENCLAVE_TOOL_CALL_RUNNING:
    case ENCLAVE_TOOL_CALL_DONE:
    case ENCLAVE_TOOL_CALL_STOPPED:
    default:
      return FALSE;
    }
}

static void
add_part (GString *words, const char *part)
{
  if (words->len > 0)
    g_string_append (words, _(", "));
  g_string_append (words, part);
}

static void
add_count (GString *words, guint count, const char *one, const char *many)
{
  g_autofree char *number = g_strdup_printf ("%u", count);
  g_autofree char *part = NULL;

  if (count == 0)
    return;
  part = fill (count == 1 ? one : many, number);
  add_part (words, part);
}

char *
enclave_chat_words_fold (GListModel *steps, char **detail)
{
  guint counts[N_FOLDS] = { 0 };
  guint n_folded = 0;
  gint64 first = G_MAXINT64;
  gint64 last = 0;
  g_autoptr (GString) words = g_string_new (NULL);

  g_return_val_if_fail (G_IS_LIST_MODEL (steps), NULL);
  g_return_val_if_fail (detail != NULL, NULL);

  *detail = NULL;
  for (guint i = 0; i < g_list_model_get_n_items (steps); i++)
    {
      g_autoptr (EnclaveMessageBlock) block = g_list_model_get_item (steps, i);
      EnclaveToolCall *call = enclave_message_block_get_tool_call (block);
      gint64 started;
      gint64 ended;

      if (enclave_chat_words_stays_out (block))
        continue;

      n_folded++;
      if (call != NULL)
        {
          counts[find_words (enclave_tool_call_get_name (call))->fold]++;
          started = enclave_tool_call_get_started (call);
          ended = enclave_tool_call_get_ended (call);
        }
      else
        {
          enclave_chat_item_get_times (block, &started, &ended);
        }
      if (started != 0 && ended != 0)
        {
          first = MIN (first, started);
          last = MAX (last, ended);
        }
    }
  if (n_folded < 2)
    return NULL;

  add_count (words, counts[FOLD_READ], _("read %s file"), _("read %s files"));
  add_count (words, counts[FOLD_LIST], _("listed %s folder"), _("listed %s folders"));
  if (counts[FOLD_SEARCH] > 0)
    add_part (words, _("searched"));
  add_count (words, counts[FOLD_EDIT], _("proposed %s edit"), _("proposed %s edits"));
  add_count (words, counts[FOLD_RUN], _("ran %s command"), _("ran %s commands"));
  if (counts[FOLD_GIT] > 0)
    add_part (words, _("used git"));
  add_count (words, counts[FOLD_OTHER], _("used %s other tool"), _("used %s other tools"));
  if (words->len == 0)
    add_part (words, _("thought"));

  /* A sentence begins large; done here so that the parts can stand in any order. */
  {
    g_autofree char *start = g_utf8_substring (words->str, 0, 1);
    g_autofree char *upper = g_utf8_strup (start, -1);

    *detail = last > first ? enclave_chat_text_duration (last - first) : g_strdup ("");
    return g_strconcat (upper, words->str + strlen (start), NULL);
  }
}

EnclaveChangeBarState
enclave_chat_words_for_changes (EnclaveChangeSet *changes, gboolean in_review, char **text, guint *added,
                                guint *removed)
{
  guint n_proposed;
  guint n_applied;
  guint n_missed;
  guint n_conflicts = 0;
  guint n_undone = 0;
  guint applied_added = 0;
  guint applied_removed = 0;
  guint n_changes;

  g_return_val_if_fail (ENCLAVE_IS_CHANGE_SET (changes), ENCLAVE_CHANGE_BAR_HIDDEN);
  g_return_val_if_fail (text != NULL && added != NULL && removed != NULL, ENCLAVE_CHANGE_BAR_HIDDEN);

  *text = NULL;
  *added = enclave_change_set_get_added (changes);
  *removed = enclave_change_set_get_removed (changes);
  n_changes = g_list_model_get_n_items (G_LIST_MODEL (changes));
  n_missed = g_list_model_get_n_items (enclave_change_set_get_missed (changes));
  n_proposed = enclave_change_set_get_n_proposed (changes);
  n_applied = enclave_change_set_get_n_applied (changes);
  for (guint i = 0; i < n_changes; i++)
    {
      g_autoptr (EnclaveChange) change = g_list_model_get_item (G_LIST_MODEL (changes), i);

      if (enclave_change_get_status (change) == ENCLAVE_CHANGE_CONFLICT)
        n_conflicts++;
      n_undone += enclave_change_get_status (change) == ENCLAVE_CHANGE_UNDONE;
      if (enclave_change_get_status (change) == ENCLAVE_CHANGE_APPLIED)
        {
          applied_added += enclave_change_get_added (change);
          applied_removed += enclave_change_get_removed (change);
        }
    }

  if (n_conflicts > 0)
    {
      guint n_tried = n_conflicts + n_proposed;

      *text = g_strdup_printf (_("%u of %u could not be applied"), n_conflicts, n_tried);
      return ENCLAVE_CHANGE_BAR_FAILED;
    }
  if (n_proposed > 0)
    {
      *text = g_strdup_printf (ngettext ("%u file", "%u files", n_proposed), n_proposed);
      if (enclave_change_set_get_busy (changes))
        return ENCLAVE_CHANGE_BAR_BUSY;
      return in_review ? ENCLAVE_CHANGE_BAR_REVIEWED : ENCLAVE_CHANGE_BAR_PROPOSED;
    }
  if (n_missed > 0 && n_applied == 0)
    {
      *text = g_strdup_printf (ngettext ("%u edit has no place", "%u edits have no place", n_missed), n_missed);
      return in_review ? ENCLAVE_CHANGE_BAR_REVIEWED : ENCLAVE_CHANGE_BAR_FAILED;
    }
  if (n_applied > 0)
    {
      *added = applied_added;
      *removed = applied_removed;
      *text = g_strdup_printf (ngettext ("Applied %u file", "Applied %u files", n_applied), n_applied);
      return ENCLAVE_CHANGE_BAR_APPLIED;
    }
  if (n_undone > 0 && enclave_change_set_get_can_redo (changes))
    {
      *text = g_strdup_printf (ngettext ("%u file taken back", "%u files taken back", n_undone), n_undone);
      return ENCLAVE_CHANGE_BAR_UNDONE;
    }

  return ENCLAVE_CHANGE_BAR_HIDDEN;
}
