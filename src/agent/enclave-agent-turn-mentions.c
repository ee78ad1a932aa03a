/* enclave-agent-turn-mentions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a message mentions with an `@` and the turn itself can get: files, folders, definitions, what is changed in git.
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-agent-service-private.h"
#include "enclave-json.h"
#include "enclave-mention.h"
#include "enclave-message-private.h"
#include "enclave-tool-call-private.h"

/* Nobody has told where a definition ends. */
#define MAX_DEFINITION_LINES 120

static void attach_next (EnclaveAgentTurn *self);

static const char *
peek_mention (EnclaveAgentTurn *self)
{
  return g_ptr_array_index (self->mentions, self->next_mention);
}

/* The row that shows an attachment, as if the model had called the tool. @arguments: (transfer full). */
static EnclaveToolCall *
add_row (EnclaveAgentTurn *self, const char *tool, JsonObject *arguments)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;
  g_autoptr (EnclaveToolCall) call = NULL;
  g_autoptr (EnclaveMessageBlock) block = NULL;

  json_node_take_object (node, arguments);
  text = json_to_string (node, FALSE);
  call = enclave_tool_call_new ("attachment", tool, text);
  block = enclave_message_block_new_tool_call (call);
  enclave_message_add_block (self->message, block);

  return g_steal_pointer (&call);
}

/* @call: (transfer full). Shows what was admitted, and attaches it. */
static void
attach (EnclaveAgentTurn *self, EnclaveToolCall *call, EnclaveToolScope *scope, EnclaveContextItem *item)
{
  g_autoptr (EnclaveToolCall) owned = call;

  enclave_tool_call_set_withheld (owned, scope);
  enclave_tool_call_finish (owned, ENCLAVE_TOOL_CALL_DONE, enclave_context_item_get_summary (item), NULL,
                            enclave_context_item_get_text (item));
  g_ptr_array_add (self->items, g_object_ref (item));
}

/* Ends the turn. @call, @error: (transfer full). */
static void
refuse (EnclaveAgentTurn *self, EnclaveToolCall *call, GError *error)
{
  g_autoptr (EnclaveToolCall) owned = call;
  const char *rule = enclave_gate_error_get_rule (error);
  g_autofree char *summary = rule != NULL ? g_strdup_printf (_("rule %s"), rule) : g_strdup (error->message);

  enclave_tool_call_finish (owned, ENCLAVE_TOOL_CALL_REFUSED, summary, rule, error->message);
  enclave_agent_turn_fail (self, error);
}

/* @start_line 0: the whole file. */
static EnclaveToolCall *
add_file_row (EnclaveAgentTurn *self, const char *path, guint start_line, guint line_count)
{
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "path", path);
  if (start_line > 0)
    {
      json_object_set_int_member (arguments, "start_line", start_line);
      json_object_set_int_member (arguments, "line_count", line_count);
    }

  return add_row (self, "read_file", arguments);
}

static void
go_on (EnclaveAgentTurn *self)
{
  self->next_mention++;
  attach_next (self);
}

static void
attached (EnclaveAgentTurn *self, EnclaveToolScope *scope, EnclaveContextItem *item, GError *owned_error)
{
  g_autoptr (GError) error = owned_error;

  if (item != NULL)
    {
      attach (self, add_file_row (self, peek_mention (self), 0, 0), scope, item);
    }
  else if (!g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND))
    {
      refuse (self, add_file_row (self, peek_mention (self), 0, 0), g_steal_pointer (&error));
      return;
    }

  /* A word with an @ that names no file is just a word. */
  go_on (self);
}

typedef struct
{
  EnclaveAgentTurn *turn;
  char *path;
  char *name;
  guint start_line; /* 0: the whole file */
  guint line_count;
} SymbolRead;

static void
symbol_read_free (SymbolRead *read)
{
  g_object_unref (read->turn);
  g_free (read->path);
  g_free (read->name);
  g_free (read);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SymbolRead, symbol_read_free)

static void read_symbol (SymbolRead *owned_read);

static void
symbol_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SymbolRead) read = user_data;
  EnclaveAgentTurn *self = read->turn;
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = enclave_tool_scope_read_finish (scope, result, &error);

  if (enclave_agent_turn_is_over (self))
    return;
  /* The map knows the file on the disk; what is open may have moved the lines. */
  if (read->start_line > 0 && (item == NULL || strstr (enclave_context_item_get_text (item), read->name) == NULL))
    {
      read->start_line = read->line_count = 0;
      read_symbol (g_steal_pointer (&read));
      return;
    }
  if (item != NULL)
    {
      attach (self, add_file_row (self, read->path, read->start_line, read->line_count), scope, item);
    }
  else if (!g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND)
           && !g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_REGULAR))
    {
      refuse (self, add_file_row (self, read->path, 0, 0), g_steal_pointer (&error));
      return;
    }
  go_on (self);
}

static void
read_symbol (SymbolRead *owned_read)
{
  EnclaveAgentTurn *self = owned_read->turn;
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (self->gate, "user", "attach", ENCLAVE_EFFECT_READ);

  enclave_tool_scope_read_async (scope, owned_read->path, owned_read->start_line, owned_read->line_count, self->cancellable,
                                 symbol_read_cb, owned_read);
}

/* Others stand within it. */
static gboolean
holds_definitions (const EnclaveSurveyDefinition *definition)
{
  static const char *const kinds[] = { "class", "struct", "union", "enum", "interface", "namespace", "module", "package", "trait",
                                       "implementation", NULL };

  return definition->kind != NULL && g_strv_contains (kinds, definition->kind);
}

/* The first of the name; to the next one in the file. */
static void
find_definition (const EnclaveSurveyFile *file, SymbolRead *read)
{
  const EnclaveSurveyDefinition *found = NULL;
  guint64 end;

  for (guint i = 0; i < enclave_survey_file_get_n_definitions (file) && found == NULL; i++)
    {
      const EnclaveSurveyDefinition *definition = enclave_survey_file_get_definition (file, i);

      if (strcmp (enclave_survey_file_get_name (file, definition), read->name) == 0 && definition->line > 0)
        found = definition;
    }
  if (found == NULL)
    return;

  end = (guint64) found->line + MAX_DEFINITION_LINES;
  for (guint i = 0; i < enclave_survey_file_get_n_definitions (file) && !holds_definitions (found); i++)
    {
      guint line = enclave_survey_file_get_definition (file, i)->line;

      if (line > found->line)
        end = MIN (end, line);
    }
  /* The return type stands before the name in some styles. */
  read->start_line = MAX (found->line, 2) - 1;
  read->line_count = (guint) (end - read->start_line);
}

static void
look_up (SymbolRead *owned_read)
{
  EnclaveProjectSurvey *survey = enclave_repo_map_get_survey (owned_read->turn->service->map);
  const char *path = owned_read->path;

  if (g_str_has_prefix (path, "./"))
    path += 2;
  for (guint i = 0; survey != NULL && i < survey->files->len; i++)
    {
      const EnclaveSurveyFile *file = enclave_project_survey_get_file (survey, i);

      if (file->rule == NULL && strcmp (file->path, path) == 0)
        find_definition (file, owned_read);
    }
  read_symbol (owned_read);
}

static void
mapped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SymbolRead) read = user_data;

  /* Without a new map the last one is still better than none. */
  enclave_repo_map_update_finish (ENCLAVE_REPO_MAP (source), result, NULL);
  if (enclave_agent_turn_is_over (read->turn))
    return;
  read->turn->mapped = TRUE;
  look_up (g_steal_pointer (&read));
}

/* Returns: whether the mention has the form of a definition; then it goes on by itself. */
static gboolean
attach_symbol (EnclaveAgentTurn *self)
{
  g_autofree char *path = NULL;
  const char *name = enclave_mention_split_symbol (peek_mention (self), &path);
  SymbolRead *read;

  if (name == NULL)
    return FALSE;
  read = g_new0 (SymbolRead, 1);
  read->turn = g_object_ref (self);
  read->path = g_steal_pointer (&path);
  read->name = g_strdup (name);
  /* One look at the project is enough for all of a message. */
  if (self->mapped)
    look_up (read);
  else
    enclave_repo_map_update_async (self->service->map, self->cancellable, mapped_cb, read);

  return TRUE;
}

static EnclaveToolCall *
add_diff_row (EnclaveAgentTurn *self, gboolean staged)
{
  JsonObject *arguments = json_object_new ();

  if (staged)
    json_object_set_boolean_member (arguments, "staged", TRUE);

  return add_row (self, "git_diff", arguments);
}

static void attach_diff (EnclaveAgentTurn *self, gboolean staged);

/* @staged: those in the index, which come second. */
static void
diffed (EnclaveAgentTurn *self, EnclaveTool *tool, GAsyncResult *result, gboolean staged)
{
  g_autoptr (EnclaveToolScope) scope = g_steal_pointer (&self->scope);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveToolResult) outcome = enclave_tool_run_finish (tool, result, &error);

  if (outcome == NULL)
    {
      refuse (self, add_diff_row (self, staged), g_steal_pointer (&error));
      return;
    }
  if (outcome->wait_status != 0)
    {
      g_autoptr (EnclaveToolCall) call = add_diff_row (self, staged);

      /* Not a repository, most often: the person sees it, and the rest of the message is as good as before. */
      enclave_tool_call_finish (call, ENCLAVE_TOOL_CALL_FAILED, _("git could not tell the changes"), NULL,
                                enclave_context_item_get_text (outcome->item));
      go_on (self);
      return;
    }
  /* An index without changes is not worth a word. */
  if (!staged || strcmp (enclave_context_item_get_text (outcome->item), "No changes.") != 0)
    attach (self, add_diff_row (self, staged), scope, outcome->item);
  if (staged)
    go_on (self);
  else
    attach_diff (self, TRUE);
}

static void
diffed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;

  if (!enclave_agent_turn_is_over (self))
    diffed (self, ENCLAVE_TOOL (source), result, FALSE);
}

static void
staged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;

  if (!enclave_agent_turn_is_over (self))
    diffed (self, ENCLAVE_TOOL (source), result, TRUE);
}

/* By the tool the model has for it: it leaves out what is denied. */
static void
attach_diff (EnclaveAgentTurn *self, gboolean staged)
{
  g_autoptr (JsonObject) arguments = json_object_new ();
  g_autoptr (GError) error = NULL;
  EnclaveTool *tool = enclave_tool_registry_find (self->registry, "git_diff", &error);

  if (tool == NULL)
    {
      enclave_agent_turn_fail (self, g_steal_pointer (&error));
      return;
    }
  if (staged)
    json_object_set_boolean_member (arguments, "staged", TRUE);
  g_clear_object (&self->scope);
  self->scope = enclave_gate_open_scope (self->gate, "user", "git_diff", enclave_tool_get_spec (tool)->effects);
  enclave_tool_scope_set_arguments (self->scope, staged ? "{\"staged\":true}" : "{}");
  enclave_tool_run_async (tool, self->scope, arguments, self->cancellable, staged ? staged_cb : diffed_cb, g_object_ref (self));
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;

  item = enclave_tool_scope_list_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (!enclave_agent_turn_is_over (self))
    attached (self, ENCLAVE_TOOL_SCOPE (source), item, g_steal_pointer (&error));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;

  item = enclave_tool_scope_read_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (enclave_agent_turn_is_over (self))
    return;

  if (g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND) && attach_symbol (self))
    return;
  if (g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_REGULAR))
    enclave_tool_scope_list_async (ENCLAVE_TOOL_SCOPE (source), peek_mention (self), self->cancellable, listed_cb,
                                   g_object_ref (self));
  else
    attached (self, ENCLAVE_TOOL_SCOPE (source), item, g_steal_pointer (&error));
}

static void
attach_next (EnclaveAgentTurn *self)
{
  g_autoptr (EnclaveToolScope) scope = NULL;

  /* Those two are the window's: whoever sends has attached them. */
  while (self->next_mention < self->mentions->len
         && (enclave_mention_get_kind (peek_mention (self)) == ENCLAVE_MENTION_SELECTION
             || enclave_mention_get_kind (peek_mention (self)) == ENCLAVE_MENTION_TERMINAL))
    self->next_mention++;
  if (self->next_mention >= self->mentions->len)
    {
      self->after_mentions (self);
      return;
    }
  if (enclave_mention_get_kind (peek_mention (self)) == ENCLAVE_MENTION_DIFF)
    {
      attach_diff (self, FALSE);
      return;
    }

  scope = enclave_gate_open_scope (self->gate, "user", "attach", ENCLAVE_EFFECT_READ);
  enclave_tool_scope_read_async (scope, peek_mention (self), 0, 0, self->cancellable, read_cb, g_object_ref (self));
}

static void
learnt_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean learnt = enclave_gate_learn_values_finish (ENCLAVE_GATE (source), result, &error);

  if (enclave_agent_turn_is_over (self))
    return;
  if (learnt)
    attach_next (self);
  else
    enclave_agent_turn_fail (self, g_steal_pointer (&error));
}

void
enclave_agent_turn_attach_mentions (EnclaveAgentTurn *self, void (*after) (EnclaveAgentTurn *self))
{
  self->after_mentions = after;
  /* What is attached is shown and kept with the conversation, too: not only what is sent must be without values of denied files. */
  if (self->mentions->len > 0)
    enclave_gate_learn_values_async (self->gate, self->cancellable, learnt_cb, g_object_ref (self));
  else
    attach_next (self);
}
