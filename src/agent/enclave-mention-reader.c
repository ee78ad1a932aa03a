/* enclave-mention-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-mention-reader.h"

#include "enclave-gate.h"
#include "enclave-mcp-resource-reader.h"
#include "enclave-mention.h"
#include "enclave-tool.h"

/* Nobody has told where a definition ends. */
#define MAX_DEFINITION_LINES 120

struct _EnclaveMentionReader
{
  GObject parent_instance;

  EnclaveGate *gate;
  EnclaveToolRegistry *registry;
  EnclaveRepoMap *map;
  EnclaveMcpToolbox *toolbox; /* (nullable) */
  gboolean to_count;
  gboolean mapped;
};

G_DEFINE_FINAL_TYPE (EnclaveMentionReader, enclave_mention_reader, G_TYPE_OBJECT)

/* One mention. */
typedef struct
{
  char *mention;
  GPtrArray *parts;
  char *path;       /* (nullable): of a definition */
  char *name;       /* (nullable): the definition */
  guint start_line; /* 0: the whole file */
  guint line_count;
  gboolean staged;  /* those in the index, which come second */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->mention);
  g_free (reading->path);
  g_free (reading->name);
  g_ptr_array_unref (reading->parts);
  g_free (reading);
}

void
enclave_mention_part_free (EnclaveMentionPart *part)
{
  json_object_unref (part->arguments);
  g_clear_object (&part->scope);
  g_clear_object (&part->item);
  g_clear_object (&part->told);
  g_clear_error (&part->error);
  g_free (part);
}

static void
enclave_mention_reader_dispose (GObject *object)
{
  EnclaveMentionReader *self = ENCLAVE_MENTION_READER (object);

  g_clear_object (&self->gate);
  g_clear_object (&self->registry);
  g_clear_object (&self->map);
  g_clear_object (&self->toolbox);

  G_OBJECT_CLASS (enclave_mention_reader_parent_class)->dispose (object);
}

static void
enclave_mention_reader_class_init (EnclaveMentionReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_mention_reader_dispose;
}

static void
enclave_mention_reader_init (EnclaveMentionReader *self)
{
}

EnclaveMentionReader *
enclave_mention_reader_new (EnclaveGate *gate, EnclaveToolRegistry *registry, EnclaveRepoMap *map, gboolean to_count)
{
  EnclaveMentionReader *self;

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);
  g_return_val_if_fail (ENCLAVE_IS_TOOL_REGISTRY (registry), NULL);
  g_return_val_if_fail (ENCLAVE_IS_REPO_MAP (map), NULL);

  self = g_object_new (ENCLAVE_TYPE_MENTION_READER, NULL);
  self->gate = g_object_ref (gate);
  self->registry = g_object_ref (registry);
  self->map = g_object_ref (map);
  self->to_count = to_count;

  return self;
}

/* Borrowed from the parts. */
static EnclaveMentionPart *
add_part (GTask *task, const char *tool, EnclaveToolScope *scope)
{
  Reading *reading = g_task_get_task_data (task);
  EnclaveMentionPart *part = g_new0 (EnclaveMentionPart, 1);

  part->tool = tool;
  part->arguments = json_object_new ();
  part->scope = scope != NULL ? g_object_ref (scope) : NULL;
  g_ptr_array_add (reading->parts, part);

  return part;
}

/* @start_line 0: the whole file. */
static EnclaveMentionPart *
add_file (GTask *task, EnclaveToolScope *scope, const char *path, guint start_line, guint line_count)
{
  EnclaveMentionPart *part = add_part (task, "read_file", scope);

  json_object_set_string_member (part->arguments, "path", path);
  if (start_line > 0)
    {
      json_object_set_int_member (part->arguments, "start_line", start_line);
      json_object_set_int_member (part->arguments, "line_count", line_count);
    }

  return part;
}

static void
finish (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);

  g_task_return_pointer (task, g_ptr_array_ref (reading->parts), (GDestroyNotify) g_ptr_array_unref);
}

/* @part: that tells it. @error: (transfer full). */
static void
refuse (GTask *task, EnclaveMentionPart *part, GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, error);
      return;
    }
  part->error = error;
  finish (task);
}

static EnclaveToolScope *
open_scope (EnclaveMentionReader *self, const char *tool, EnclaveEffects effects)
{
  EnclaveToolScope *scope = enclave_gate_open_scope (self->gate, "user", tool, effects);

  if (self->to_count)
    enclave_tool_scope_set_counting (scope);

  return scope;
}

static EnclaveToolScope *
open_file_scope (EnclaveMentionReader *self)
{
  return open_scope (self, self->to_count ? "count" : "attach", ENCLAVE_EFFECT_READ);
}

static void read_symbol (GTask *task);

static void
symbol_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (task);
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveContextItem) item = enclave_tool_scope_read_finish (scope, result, &error);

  /* The map knows the file on the disk; what is open may have moved the lines. */
  if (reading->start_line > 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      && (item == NULL || strstr (enclave_context_item_get_text (item), reading->name) == NULL))
    {
      reading->start_line = reading->line_count = 0;
      read_symbol (g_steal_pointer (&task));
      return;
    }
  if (item == NULL && !g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND)
      && !g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_REGULAR))
    {
      refuse (task, add_file (task, scope, reading->path, 0, 0), g_steal_pointer (&error));
      return;
    }
  if (item != NULL)
    add_file (task, scope, reading->path, reading->start_line, reading->line_count)->item = g_steal_pointer (&item);
  finish (task);
}

/* @task: (transfer full). */
static void
read_symbol (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);
  g_autoptr (EnclaveToolScope) scope = open_file_scope (g_task_get_source_object (task));

  enclave_tool_scope_read_async (scope, reading->path, reading->start_line, reading->line_count, g_task_get_cancellable (task),
                                 symbol_read_cb, task);
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
find_definition (const EnclaveSurveyFile *file, Reading *reading)
{
  const EnclaveSurveyDefinition *found = NULL;
  guint64 end;

  for (guint i = 0; i < enclave_survey_file_get_n_definitions (file) && found == NULL; i++)
    {
      const EnclaveSurveyDefinition *definition = enclave_survey_file_get_definition (file, i);

      if (strcmp (enclave_survey_file_get_name (file, definition), reading->name) == 0 && definition->line > 0)
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
  reading->start_line = MAX (found->line, 2) - 1;
  reading->line_count = (guint) (end - reading->start_line);
}

/* @task: (transfer full). */
static void
look_up (GTask *task)
{
  EnclaveMentionReader *self = g_task_get_source_object (task);
  Reading *reading = g_task_get_task_data (task);
  EnclaveProjectSurvey *survey = enclave_repo_map_get_survey (self->map);
  const char *path = reading->path;

  if (g_str_has_prefix (path, "./"))
    path += 2;
  for (guint i = 0; survey != NULL && i < survey->files->len; i++)
    {
      const EnclaveSurveyFile *file = enclave_project_survey_get_file (survey, i);

      if (file->rule == NULL && strcmp (file->path, path) == 0)
        find_definition (file, reading);
    }
  read_symbol (task);
}

static void
mapped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;

  /* Without a new map the last one is still better than none. */
  enclave_repo_map_update_finish (ENCLAVE_REPO_MAP (source), result, NULL);
  ENCLAVE_MENTION_READER (g_task_get_source_object (task))->mapped = TRUE;
  look_up (task);
}

/* Returns: whether the mention has the form of a definition; then it goes on by itself. */
static gboolean
begin_symbol (GTask *task)
{
  EnclaveMentionReader *self = g_task_get_source_object (task);
  Reading *reading = g_task_get_task_data (task);
  g_autofree char *path = NULL;
  const char *name = enclave_mention_split_symbol (reading->mention, &path);

  if (name == NULL)
    return FALSE;
  reading->path = g_steal_pointer (&path);
  reading->name = g_strdup (name);
  if (self->mapped)
    look_up (g_object_ref (task));
  else
    enclave_repo_map_update_async (self->map, g_task_get_cancellable (task), mapped_cb, g_object_ref (task));

  return TRUE;
}

static EnclaveMentionPart *
add_diff (GTask *task, EnclaveToolScope *scope)
{
  EnclaveMentionPart *part = add_part (task, "git_diff", scope);

  if (((Reading *) g_task_get_task_data (task))->staged)
    json_object_set_boolean_member (part->arguments, "staged", TRUE);

  return part;
}

typedef struct
{
  GTask *task;
  EnclaveToolScope *scope;
} DiffCall;

static void read_diff (GTask *task);

static void
diffed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree DiffCall *call = user_data;
  g_autoptr (GTask) task = call->task;
  g_autoptr (EnclaveToolScope) scope = call->scope;
  Reading *reading = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveToolResult) outcome = enclave_tool_run_finish (ENCLAVE_TOOL (source), result, &error);

  if (outcome == NULL)
    {
      refuse (task, add_diff (task, scope), g_steal_pointer (&error));
      return;
    }
  if (outcome->wait_status != 0)
    {
      /* Not a repository, most often: the rest of the message is as good as before. */
      add_diff (task, scope)->told = g_object_ref (outcome->item);
      finish (task);
      return;
    }
  /* An index without changes is not worth a word. */
  if (!reading->staged || strcmp (enclave_context_item_get_text (outcome->item), "No changes.") != 0)
    add_diff (task, scope)->item = g_object_ref (outcome->item);
  if (reading->staged)
    {
      finish (task);
      return;
    }
  reading->staged = TRUE;
  read_diff (g_steal_pointer (&task));
}

/* By the tool the model has for it: it leaves out what is denied. @task: (transfer full). */
static void
read_diff (GTask *task)
{
  EnclaveMentionReader *self = g_task_get_source_object (task);
  gboolean staged = ((Reading *) g_task_get_task_data (task))->staged;
  g_autoptr (JsonObject) arguments = json_object_new ();
  EnclaveTool *tool = enclave_tool_registry_find (self->registry, "git_diff", NULL);
  DiffCall *call;

  g_return_if_fail (tool != NULL);

  if (staged)
    json_object_set_boolean_member (arguments, "staged", TRUE);
  call = g_new0 (DiffCall, 1);
  call->task = task;
  call->scope = open_scope (self, "git_diff", enclave_tool_get_spec (tool)->effects);
  enclave_tool_scope_set_arguments (call->scope, staged ? "{\"staged\":true}" : "{}");
  enclave_tool_run_async (tool, call->scope, arguments, g_task_get_cancellable (task), diffed_cb, call);
}

/* @item: (transfer full) (nullable). @error: (transfer full) (nullable). */
static void
got_file (GTask *task, EnclaveToolScope *scope, EnclaveContextItem *item, GError *error)
{
  const char *mention = ((Reading *) g_task_get_task_data (task))->mention;

  if (item == NULL && !g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND))
    {
      refuse (task, add_file (task, scope, mention, 0, 0), error);
      return;
    }
  /* A word with an @ that names no file is just a word. */
  if (item != NULL)
    add_file (task, scope, mention, 0, 0)->item = item;
  g_clear_error (&error);
  finish (task);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  EnclaveContextItem *item = enclave_tool_scope_list_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);

  got_file (task, ENCLAVE_TOOL_SCOPE (source), item, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *scope = ENCLAVE_TOOL_SCOPE (source);
  Reading *reading = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  EnclaveContextItem *item = enclave_tool_scope_read_finish (scope, result, &error);

  if (g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND) && begin_symbol (task))
    return;
  if (g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_REGULAR))
    enclave_tool_scope_list_async (scope, reading->mention, g_task_get_cancellable (task), listed_cb, g_object_ref (task));
  else
    got_file (task, scope, item, g_steal_pointer (&error));
}

static void
resource_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (task);
  GError *error = NULL;
  EnclaveContextItem *item = enclave_mcp_resource_reader_read_finish (ENCLAVE_MCP_TOOLBOX (source), result, &error);
  EnclaveMentionPart *part = g_ptr_array_index (reading->parts, 0);

  if (item == NULL)
    {
      refuse (task, part, error);
      return;
    }
  part->item = item;
  finish (task);
}

/* @task: (transfer full). */
static void
read_resource (GTask *task)
{
  EnclaveMentionReader *self = g_task_get_source_object (task);
  Reading *reading = g_task_get_task_data (task);
  g_autoptr (EnclaveToolScope) scope = open_scope (self, "attach", ENCLAVE_EFFECT_EXTERNAL);
  EnclaveMentionPart *part = add_part (task, "read_resource", scope);

  json_object_set_string_member (part->arguments, "path", reading->mention);
  enclave_mcp_resource_reader_read_async (self->toolbox, scope, reading->mention, g_task_get_cancellable (task), resource_read_cb, task);
}

void
enclave_mention_reader_set_toolbox (EnclaveMentionReader *self, EnclaveMcpToolbox *toolbox)
{
  g_return_if_fail (ENCLAVE_IS_MENTION_READER (self));

  g_set_object (&self->toolbox, toolbox);
}

void
enclave_mention_reader_read_async (EnclaveMentionReader *self, const char *mention, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (EnclaveToolScope) scope = NULL;
  Reading *reading;

  g_return_if_fail (ENCLAVE_IS_MENTION_READER (self));
  g_return_if_fail (mention != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mention_reader_read_async);
  reading = g_new0 (Reading, 1);
  reading->mention = g_strdup (mention);
  reading->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_mention_part_free);
  g_task_set_task_data (task, reading, reading_free);
  if (self->toolbox != NULL && enclave_mcp_resource_reader_knows (self->toolbox, mention))
    {
      /* What a server gives is not asked for only to be counted. */
      if (self->to_count)
        finish (task);
      else
        read_resource (g_steal_pointer (&task));
      return;
    }
  switch (enclave_mention_get_kind (mention))
    {
    case ENCLAVE_MENTION_SELECTION:
    case ENCLAVE_MENTION_TERMINAL:
    case ENCLAVE_MENTION_DIAGNOSTICS:
      finish (task);
      return;
    case ENCLAVE_MENTION_DIFF:
      read_diff (g_steal_pointer (&task));
      return;
    case ENCLAVE_MENTION_FILE:
    case ENCLAVE_MENTION_FOLDER:
    case ENCLAVE_MENTION_SYMBOL:
    case ENCLAVE_MENTION_RESOURCE:
    case ENCLAVE_MENTION_TEMPLATE:
    default:
      scope = open_file_scope (self);
      enclave_tool_scope_read_async (scope, mention, 0, 0, cancellable, read_cb, g_steal_pointer (&task));
    }
}

GPtrArray *
enclave_mention_reader_read_finish (EnclaveMentionReader *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
