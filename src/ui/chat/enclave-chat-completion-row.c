/* enclave-chat-completion-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-chat-completion-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-fuzzy-match.h"
#include "enclave-utf8.h"

/* A popover takes what is natural, and the pane may be narrower. */
#define MAX_CHARS 30

/* More would not fit over a composer in a small window. */
#define MAX_COMMANDS 14
/* Of a name and what is said of it together, where both are as long as a server likes; and the least that says anything. */
#define LINE_CHARS 38
#define MIN_DETAIL_CHARS 8

#define VALUE "enclave-value"
#define WORDS "enclave-words"
#define KIND "enclave-kind"

typedef struct
{
  const char *name;
  const char *title;
} Command;

static const Command commands[] = {
  { "new", N_("New conversation") },
  { "ask", N_("Mode Ask: reads only") },
  { "plan", N_("Mode Plan: reads, proposes") },
  { "edit", N_("Mode Edit") },
  { "apply", N_("Apply what is proposed") },
  { "review", N_("Review the changes") },
  { "undo", N_("Undo turn") },
  { "again", N_("Answer again, in a branch") },
  { "init", N_("Draft the project’s memory") },
  { "memory", N_("Project memory, or add a line") },
  { "compact", N_("Shorten what the model gets") },
  { "conversations", N_("Open, rename, export, delete") },
};

GtkWidget *
enclave_chat_completion_row_new (const char *value, const char *icon_name, const char *title, const char *detail)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *title_label = gtk_label_new (title);
  GtkWidget *detail_label = gtk_label_new (detail);
  char *words = *detail != '\0' ? g_strdup_printf ("%s, %s", title, detail) : g_strdup (title);

  gtk_label_set_xalign (GTK_LABEL (title_label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title_label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (title_label), MAX_CHARS);
  gtk_widget_set_hexpand (title_label, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (detail_label), PANGO_ELLIPSIZE_START);
  gtk_label_set_max_width_chars (GTK_LABEL (detail_label), MAX_CHARS);
  gtk_widget_add_css_class (detail_label, "enclave-quiet");
  gtk_widget_add_css_class (detail_label, "enclave-chat-small");
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon_name));
  gtk_box_append (GTK_BOX (box), title_label);
  gtk_box_append (GTK_BOX (box), detail_label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_can_focus (row, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  g_object_set_data_full (G_OBJECT (row), VALUE, g_strdup (value), g_free);
  g_object_set_data_full (G_OBJECT (row), WORDS, words, g_free);

  return row;
}

static GtkWidget *
new_for_word (const EnclaveMentionMatch *match)
{
  static const struct
  {
    const char *icon_name;
    const char *title;
  } words[] = {
    [ENCLAVE_MENTION_SELECTION] = { "document-edit-symbolic", N_("What is selected in the editor") },
    [ENCLAVE_MENTION_TERMINAL] = { "enclave-terminal-symbolic", N_("The last output of the terminal") },
    [ENCLAVE_MENTION_DIAGNOSTICS] = { "dialog-warning-symbolic", N_("What language servers say is wrong") },
    [ENCLAVE_MENTION_DIFF] = { "enclave-branch-symbolic", N_("What is changed in git") },
  };
  g_autofree char *mention = enclave_mention_write (match->kind, match->target);

  return enclave_chat_completion_row_new (mention, words[match->kind].icon_name, mention, _(words[match->kind].title));
}

/* What is left beside @title in the narrowest pane. (transfer full) */
static char *
fit_detail (const char *title, const char *detail)
{
  glong used = MIN (g_utf8_strlen (title, -1), MAX_CHARS);
  glong left = LINE_CHARS - used;
  g_autofree char *start = NULL;

  if (left < MIN_DETAIL_CHARS)
    return g_strdup ("");
  if (g_utf8_strlen (detail, -1) <= left)
    return g_strdup (detail);
  start = g_utf8_substring (detail, 0, left - 1);

  return g_strconcat (start, "…", NULL);
}

/* Names and words of a server: no file, and nothing that the rules of the project are about until it is read. */
static GtkWidget *
new_for_resource (const EnclaveMentionMatch *match)
{
  g_autofree char *mention = match->kind == ENCLAVE_MENTION_TEMPLATE ? g_strdup (match->target)
                                                                     : enclave_mention_write (match->kind, match->target);
  g_autofree char *detail = fit_detail (match->title, match->detail);
  GtkWidget *row = enclave_chat_completion_row_new (mention != NULL ? mention : "", "application-x-addon-symbolic", match->title,
                                                    mention != NULL ? detail : _ ("its name can’t be written in a message"));

  gtk_widget_set_sensitive (row, mention != NULL);

  return row;
}

static const char *
choose_icon (EnclaveMentionKind kind)
{
  switch (kind)
    {
    case ENCLAVE_MENTION_FOLDER:
      return "folder-symbolic";
    case ENCLAVE_MENTION_SYMBOL:
      return "application-x-addon-symbolic";
    default:
      return "text-x-generic-symbolic";
    }
}

static GtkWidget *
new_for_path (const EnclaveMentionMatch *match, EnclaveGate *gate)
{
  g_autofree char *mention = enclave_mention_write (match->kind, match->target);
  g_autofree char *title = enclave_utf8_display_name (match->title);
  g_autofree char *detail = enclave_utf8_display_name (match->detail);
  g_autofree char *path = NULL;
  g_autofree char *refusal = NULL;
  const char *icon_name = choose_icon (match->kind);
  EnclaveDecision decision;
  GtkWidget *row;

  if (match->kind == ENCLAVE_MENTION_SYMBOL)
    enclave_mention_split_symbol (match->target, &path);
  /* The survey may be older than the rules. */
  decision = enclave_gate_judge_name (gate, ENCLAVE_EFFECT_READ, path != NULL ? path : match->target,
                                      match->kind == ENCLAVE_MENTION_FOLDER);
  if (match->rule != NULL || decision.verdict == ENCLAVE_VERDICT_DENY)
    {
      const char *rule = decision.rule != NULL ? decision.rule : match->rule;

      icon_name = "changes-prevent-symbolic";
      refusal = g_strdup_printf (_("denied, %s"), rule != NULL ? rule : "-");
    }
  else if (mention == NULL)
    {
      refusal = g_strdup (_("its name can’t be written in a message"));
    }
  row = enclave_chat_completion_row_new (refusal == NULL ? mention : "", icon_name, title, refusal == NULL ? detail : refusal);
  gtk_widget_set_sensitive (row, refusal == NULL);

  return row;
}

GtkWidget *
enclave_chat_completion_row_new_for_match (const EnclaveMentionMatch *match, EnclaveGate *gate)
{
  GtkWidget *row;

  g_return_val_if_fail (match != NULL, NULL);
  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);

  row = match->kind >= ENCLAVE_MENTION_SELECTION  ? new_for_word (match)
        : match->kind >= ENCLAVE_MENTION_RESOURCE ? new_for_resource (match)
                                                  : new_for_path (match, gate);
  g_object_set_data (G_OBJECT (row), KIND, GUINT_TO_POINTER (match->kind));

  return row;
}

const char *
enclave_chat_completion_row_get_value (GtkWidget *row)
{
  g_return_val_if_fail (GTK_IS_LIST_BOX_ROW (row), NULL);

  return g_object_get_data (G_OBJECT (row), VALUE);
}

const char *
enclave_chat_completion_row_get_words (GtkWidget *row)
{
  g_return_val_if_fail (GTK_IS_LIST_BOX_ROW (row), NULL);

  return g_object_get_data (G_OBJECT (row), WORDS);
}

EnclaveMentionKind
enclave_chat_completion_row_get_kind (GtkWidget *row)
{
  g_return_val_if_fail (GTK_IS_LIST_BOX_ROW (row), ENCLAVE_MENTION_FILE);

  return (EnclaveMentionKind) GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), KIND));
}

GtkListBoxRow *
enclave_chat_completion_row_find (GtkListBox *list, const char *value)
{
  GtkListBoxRow *first = NULL;
  GtkListBoxRow *row;

  g_return_val_if_fail (GTK_IS_LIST_BOX (list), NULL);

  for (int i = 0; (row = gtk_list_box_get_row_at_index (list, i)) != NULL; i++)
    {
      if (!gtk_widget_get_sensitive (GTK_WIDGET (row)))
        continue;
      if (value != NULL && strcmp (enclave_chat_completion_row_get_value (GTK_WIDGET (row)), value) == 0)
        return row;
      if (first == NULL)
        first = row;
    }

  return first;
}

void
enclave_chat_completion_row_add_commands (GtkListBox *list, const char *prefix)
{
  g_return_if_fail (GTK_IS_LIST_BOX (list));
  g_return_if_fail (prefix != NULL);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *title = g_strconcat ("/", commands[i].name, NULL);

      if (g_str_has_prefix (commands[i].name, prefix))
        gtk_list_box_append (list, enclave_chat_completion_row_new (commands[i].name, "media-playback-start-symbolic", title,
                                                                    _(commands[i].title)));
    }
}

void
enclave_chat_completion_row_add_prompts (GtkListBox *list, const char *word, EnclaveMcpCatalog *catalog)
{
  g_autoptr (GPtrArray) prompts = NULL;
  guint n = 0;

  g_return_if_fail (GTK_IS_LIST_BOX (list) && word != NULL);

  prompts = enclave_mcp_catalog_dup_prompts (catalog);
  while (gtk_list_box_get_row_at_index (list, (int) n) != NULL)
    n++;
  for (guint i = 0; i < prompts->len && n < MAX_COMMANDS; i++)
    {
      const EnclaveMcpPrompt *prompt = g_ptr_array_index (prompts, i);
      g_autofree char *command = enclave_mcp_prompt_dup_command (g_ptr_array_index (prompts, i));
      g_autofree char *title = NULL;
      g_autofree char *detail = NULL;
      g_autofree char *shown = enclave_utf8_make_visible (command, NULL);

      if (enclave_fuzzy_match (word, command) == ENCLAVE_FUZZY_NO_MATCH)
        continue;
      title = g_strconcat ("/", shown, NULL);
      detail = fit_detail (title, *prompt->description != '\0' ? prompt->description : prompt->title);
      gtk_list_box_append (list, enclave_chat_completion_row_new (command, "application-x-addon-symbolic", title, detail));
      n++;
    }
}

gboolean
enclave_chat_completion_row_is_command (const char *name)
{
  g_return_val_if_fail (name != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      return TRUE;

  return FALSE;
}
