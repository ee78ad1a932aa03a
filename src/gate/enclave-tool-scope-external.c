/* enclave-tool-scope-external.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-context-item-private.h"
#include "enclave-gate-private.h"
#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-policy-private.h"
#include "enclave-tool-scope-private.h"
#include "enclave-utf8.h"

/* Longer ones, and those of more lines, are contents. */
#define PATH_MAX_BYTES 4096

typedef struct
{
  char *server;
  char *tool;
  char *subject;
  gboolean asked;
} ExternalCall;

static void
external_call_free (gpointer data)
{
  ExternalCall *call = data;

  g_free (call->server);
  g_free (call->tool);
  g_free (call->subject);
  g_free (call);
}

static gboolean
is_path_member (const char *name)
{
  static const char *const names[] = { "path", "paths", "file", "files", "filename", "uri", "url", "source", "destination", "directory", "dir", "folder" };

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (name, names[i]) == 0)
      return TRUE;
  return FALSE;
}

/* The path that an argument names, when it may be one. (transfer full) (nullable) */
static char *
dup_path (EnclaveGate *gate, const char *name, const char *text)
{
  gsize length = strlen (text);
  g_autofree char *local = NULL;

  if (length == 0 || length > PATH_MAX_BYTES || strpbrk (text, "\r\n") != NULL)
    return NULL;
  if (g_ascii_strncasecmp (text, "file:", 5) == 0)
    {
      const char *rest = text + 5 + strspn (text + 5, "/");

      local = g_uri_unescape_string (rest, NULL);
      return local != NULL ? g_strconcat ("/", local, NULL) : NULL;
    }
  if (strstr (text, "://") != NULL)
    return NULL;
  if (text[0] == '~' && text[1] == '/')
    return g_build_filename (g_get_home_dir (), text + 2, NULL);
  if (strchr (text, '/') == NULL && !is_path_member (name) && text[0] != '.')
    return NULL;
  return g_canonicalize_filename (text, enclave_gate_get_root (gate));
}

/* A second net below that of the server's box: what an argument names must be no denied file, nor lead to one. */
static gboolean
check_text (EnclaveGate *gate, const char *name, const char *text, GError **error)
{
  const char *root = enclave_gate_get_root (gate);
  EnclavePolicy *policy = enclave_gate_get_policy (gate);
  g_autofree char *path = dup_path (gate, name, text);
  g_autofree char *true_path = path != NULL ? enclave_gate_dup_true_path (gate, path) : NULL;
  const char *both[] = { path, true_path };

  for (guint i = 0; i < G_N_ELEMENTS (both) && both[i] != NULL; i++)
    {
      EnclaveDecision decision = enclave_policy_decide_name (policy, root, both[i], FALSE);

      if (decision.verdict != ENCLAVE_VERDICT_DENY)
        continue;
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_DENIED, decision.rule, path,
                                                        /* Translators: a path, then the name of a rule */
                                                        _ ("Calling a tool: its argument “%s” is denied by %s"), text,
                                                        decision.rule != NULL ? decision.rule : ""));
      return FALSE;
    }
  return TRUE;
}

/* The parser has bounded the depth. */
static gboolean
check_arguments (EnclaveGate *gate, const char *name, JsonNode *node, GError **error)
{
  g_autoptr (GList) members = NULL;
  JsonArray *array;

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return check_text (gate, name, json_node_get_string (node), error);
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      array = json_node_get_array (node);
      for (guint i = 0; i < json_array_get_length (array); i++)
        if (!check_arguments (gate, name, json_array_get_element (array, i), error))
          return FALSE;
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  members = json_object_get_members (json_node_get_object (node));
  for (GList *at = members; at != NULL; at = at->next)
    if (!check_arguments (gate, at->data, json_object_get_member (json_node_get_object (node), at->data), error))
      return FALSE;
  return TRUE;
}

static void
on_asked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *self = ENCLAVE_TOOL_SCOPE (object);
  ExternalCall *call = g_task_get_task_data (task);
  const char *key[] = { "mcp", call->server, call->tool, call->subject, NULL };
  GError *error = NULL;
  gboolean remember;

  if (!enclave_tool_scope_ask_finish (self, result, &remember, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (remember)
    enclave_gate_add_grant (enclave_tool_scope_get_gate (self), key);
  g_task_return_boolean (task, TRUE);
}

/* Answers @task (transfer full). @approver: who has allowed it, for the audit. */
static void
allow (GTask *task, const char *approver)
{
  EnclaveAuditRecord record = { .path = ((ExternalCall *) g_task_get_task_data (task))->subject, .effect = "external", .approver = approver };

  if (enclave_tool_scope_record (g_task_get_source_object (task), task, &record, NULL))
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
ask (GTask *task, const char *claim)
{
  EnclaveToolScope *self = g_task_get_source_object (task);
  EnclaveGate *gate = enclave_tool_scope_get_gate (self);
  ExternalCall *call = g_task_get_task_data (task);
  g_autoptr (EnclaveApprovalRequest) request = NULL;
  const char *key[] = { "mcp", call->server, call->tool, call->subject, NULL };

  if (enclave_gate_has_grant (gate, key))
    {
      allow (task, "conversation");
      return;
    }
  request = enclave_approval_request_new (ENCLAVE_APPROVAL_EXTERNAL, call->subject, TRUE);
  enclave_approval_request_add_fact (request, _ ("Server"), call->server);
  enclave_approval_request_add_fact (request, _ ("Tool"), call->tool);
  enclave_approval_request_add_fact (request, _ ("The server says"), claim);
  enclave_tool_scope_ask_async (self, request, call->subject, NULL, g_task_get_cancellable (task), on_asked, task);
}

/* @claim: (nullable): NULL: nobody is asked. */
static void
judge_external (EnclaveToolScope *self, const char *server, const char *tool, const char *arguments, const char *claim,
                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *subject = NULL;
  g_autoptr (JsonNode) root = NULL;
  GError *error = NULL;
  ExternalCall *call;
  GTask *task;

  subject = g_strdup_printf ("%s: %s %s", server, tool, arguments);
  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_EXTERNAL, subject, judge_external, cancellable, callback,
                                   user_data);
  if (task == NULL)
    return;
  call = g_new0 (ExternalCall, 1);
  call->server = g_strdup (server);
  call->tool = g_strdup (tool);
  call->subject = g_steal_pointer (&subject);
  g_task_set_task_data (task, call, external_call_free);
  if (strlen (call->subject) > ENCLAVE_EXTERNAL_CALL_MAX_BYTES)
    error = enclave_gate_error_new (ENCLAVE_GATE_ERROR_TOO_LARGE, NULL, NULL, _ ("Calling a tool: its arguments are longer than %d KiB"),
                                    ENCLAVE_EXTERNAL_CALL_MAX_BYTES / 1024);
  else
    root = enclave_json_parse (arguments, -1, &error);
  if (root == NULL || !check_arguments (enclave_tool_scope_get_gate (self), NULL, root, &error))
    {
      enclave_tool_scope_fail (self, task, call->subject, error);
      return;
    }
  if (claim != NULL)
    ask (task, claim);
  else
    allow (task, "user");
}

/**
 * enclave_tool_scope_ask_external_async:
 * @server: the server's name, as it is configured
 * @tool: the tool, as the server calls it
 * @arguments: JSON object as text
 * @claim: what the server says of the tool's effects; shown, and believed by nobody
 *
 * The rule: whoever is there is asked, with the literal arguments, unless they have allowed exactly this call for the conversation;
 * what the server claims is no permission. Before that each argument that names a path is judged, itself and where it leads, and a denied
 * one is final. Errors: %ENCLAVE_GATE_ERROR_DENIED, %ENCLAVE_GATE_ERROR_REFUSED_BY_USER, %ENCLAVE_GATE_ERROR_NEEDS_APPROVAL,
 * %ENCLAVE_GATE_ERROR_TOO_LARGE.
 */
void
enclave_tool_scope_ask_external_async (EnclaveToolScope *self, const char *server, const char *tool, const char *arguments,
                                       const char *claim, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (server != NULL && tool != NULL && arguments != NULL && claim != NULL);

  judge_external (self, server, tool, arguments, claim, cancellable, callback, user_data);
}

/**
 * enclave_tool_scope_judge_external_async:
 * @what: the method, for the audit
 *
 * The rule: what a person names in their own message they have asked for. The paths in @arguments are judged as those of a tool are.
 */
void
enclave_tool_scope_judge_external_async (EnclaveToolScope *self, const char *server, const char *what, const char *arguments,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (server != NULL && what != NULL && arguments != NULL);
  g_return_if_fail (!enclave_tool_scope_is_of_agent (self));

  judge_external (self, server, what, arguments, NULL, cancellable, callback, user_data);
}

void
enclave_tool_scope_tell_progress (EnclaveToolScope *self, const char *words)
{
  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self) && words != NULL);

  g_signal_emit_by_name (self, "progress", words);
}

gboolean
enclave_tool_scope_ask_external_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

typedef struct
{
  char *source;
  char *summary;
  gboolean truncated;
} Answer;

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->source);
  g_free (answer->summary);
  g_free (answer);
}

static void
on_masked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *self = ENCLAVE_TOOL_SCOPE (object);
  Answer *answer = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *masked = enclave_tool_scope_mask_finish (self, result, &error);
  g_autofree char *clipped = NULL;
  EnclaveAuditRecord record = { .path = answer->source, .decision = ENCLAVE_AUDIT_FINISHED, .effect = "external" };
  gboolean truncated;

  if (masked == NULL)
    {
      enclave_tool_scope_record_end (self, &record, NULL);
      g_task_return_error (task, error);
      return;
    }
  clipped = enclave_tool_scope_clip_middle (masked, &truncated);
  enclave_tool_scope_record_end (self, &record, clipped);
  g_task_return_pointer (task, enclave_context_item_new (clipped, answer->source, answer->summary, truncated || answer->truncated),
                         g_object_unref);
}

/**
 * enclave_tool_scope_admit_external_async:
 * @text: what a server gave, valid UTF-8
 * @source: for people
 * @summary: (nullable): one short fact
 * @truncated: whether @text is only a part
 *
 * Values of denied files and secrets in it are masked like those in a command's output. Finish: (transfer full).
 */
void
enclave_tool_scope_admit_external_async (EnclaveToolScope *self, const char *text, const char *source, const char *summary,
                                         gboolean truncated, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Answer *answer;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (text != NULL && source != NULL);

  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_EXTERNAL, source, enclave_tool_scope_admit_external_async, cancellable, callback,
                                   user_data);
  if (task == NULL)
    return;
  answer = g_new0 (Answer, 1);
  answer->source = g_strdup (source);
  answer->summary = g_strdup (summary);
  answer->truncated = truncated;
  g_task_set_task_data (task, answer, answer_free);
  enclave_tool_scope_mask_async (self, enclave_utf8_make_valid (text, -1), source, ENCLAVE_ADMISSION_LOOK_AGAIN, cancellable, on_masked,
                                 task);
}

EnclaveContextItem *
enclave_tool_scope_admit_external_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
