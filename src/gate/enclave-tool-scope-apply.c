/* enclave-tool-scope-apply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-tool-scope-private.h"

#include "enclave-file-apply.h"
#include "enclave-gate-private.h"
#include "enclave-memory-files.h"
#include "enclave-utf8.h"

/* Lines of a file that are shown around a change in the question. */
#define CONTEXT_LINES 3

typedef struct
{
  GPtrArray *proposals;
  GPtrArray *buffered; /* those that go to a modified buffer instead of the disk */
  EnclaveFileApply *files;
  guint asking;
  GError *buffer_error;
} Apply;

static void
apply_free (gpointer data)
{
  Apply *apply = data;

  g_clear_pointer (&apply->proposals, g_ptr_array_unref);
  g_clear_pointer (&apply->buffered, g_ptr_array_unref);
  g_clear_pointer (&apply->files, enclave_file_apply_unref);
  g_clear_error (&apply->buffer_error);
  g_free (apply);
}

static void ask_next (GTask *task);

static EnclaveBufferOverlay *
buffers_of (EnclaveToolScope *self)
{
  return enclave_gate_get_buffer_overlay (enclave_tool_scope_get_gate (self));
}

static char *
dup_buffer_text (EnclaveToolScope *self, EnclaveProposal *proposal)
{
  EnclaveBufferOverlay *buffers = buffers_of (self);

  return buffers != NULL ? enclave_buffer_overlay_dup_text (buffers, enclave_proposal_get_true_path (proposal)) : NULL;
}

/* @whole: (nullable): the text that these are the last lines of, when they are. */
static void
append_lines (GString *text, char **lines, guint start, guint end, char mark, const char *whole)
{
  for (guint i = start; i < end; i++)
    g_string_append_printf (text, "%c%s\n", mark, lines[i]);
  if (start < end && whole != NULL && !g_str_has_suffix (whole, "\n"))
    g_string_append (text, "\\ No newline at end of file\n");
}

/* One hunk from the first to the last line that differs: exact, if not always the shortest. */
static char *
describe_change (EnclaveProposal *proposal)
{
  const char *path = enclave_proposal_get_path (proposal);
  const char *old_text = enclave_proposal_get_old_text (proposal);
  const char *new_text = enclave_proposal_get_new_text (proposal);
  g_auto(GStrv) old_lines = g_strsplit (old_text != NULL ? old_text : "", "\n", -1);
  g_auto(GStrv) new_lines = g_strsplit (new_text != NULL ? new_text : "", "\n", -1);
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *shown = enclave_utf8_display_name (path);
  guint n_old = g_strv_length (old_lines), n_new = g_strv_length (new_lines);
  guint head = 0, tail = 0, start, end_old, end_new;
  gboolean ends_alike;

  if (n_old > 0 && *old_lines[n_old - 1] == '\0')
    n_old--;
  if (n_new > 0 && *new_lines[n_new - 1] == '\0')
    n_new--;
  while (head < n_old && head < n_new && g_str_equal (old_lines[head], new_lines[head]))
    head++;
  /* Lines that differ only in how the last one ends do differ. */
  ends_alike = n_old == 0 || n_new == 0 || g_str_has_suffix (old_text, "\n") == g_str_has_suffix (new_text, "\n");
  if (!ends_alike && head > 0 && head == MIN (n_old, n_new))
    head--;
  while (ends_alike && tail < n_old - head && tail < n_new - head
         && g_str_equal (old_lines[n_old - 1 - tail], new_lines[n_new - 1 - tail]))
    tail++;

  start = head > CONTEXT_LINES ? head - CONTEXT_LINES : 0;
  end_old = n_old - (tail > CONTEXT_LINES ? tail - CONTEXT_LINES : 0);
  end_new = n_new - (tail > CONTEXT_LINES ? tail - CONTEXT_LINES : 0);

  g_string_append_printf (text, "--- %s%s\n+++ %s%s\n", old_text != NULL ? "a/" : "/dev/null", old_text != NULL ? shown : "",
                          new_text != NULL ? "b/" : "/dev/null", new_text != NULL ? shown : "");
  g_string_append_printf (text, "@@ -%u,%u +%u,%u @@\n", end_old > start ? start + 1 : start, end_old - start,
                          end_new > start ? start + 1 : start, end_new - start);
  append_lines (text, old_lines, start, head, ' ', NULL);
  append_lines (text, old_lines, head, n_old - tail, '-', tail == 0 ? old_text : NULL);
  append_lines (text, new_lines, head, n_new - tail, '+', tail == 0 ? new_text : NULL);
  append_lines (text, old_lines, n_old - tail, end_old, ' ', end_old == n_old ? old_text : NULL);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
fail (GTask *task, EnclaveProposal *proposal, GError *error)
{
  enclave_tool_scope_fail (g_task_get_source_object (task), task,
                           proposal != NULL ? enclave_proposal_get_path (proposal) : NULL, error);
}

static GError *
changed_error (EnclaveProposal *proposal)
{
  g_autofree char *shown = enclave_utf8_display_name (enclave_proposal_get_path (proposal));

  return enclave_gate_error_new (ENCLAVE_GATE_ERROR_CHANGED, NULL, shown,
                                 N_("Changing %s: the open file is no longer what the change was made from"), shown);
}

static void
on_reverted (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Apply *apply = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  if (!enclave_file_apply_revert_finish (apply->files, result, &error))
    g_prefix_error (&apply->buffer_error, _("Some files could not be put back (%s). "), error->message);
  fail (g_steal_pointer (&task), NULL, g_steal_pointer (&apply->buffer_error));
}

/* The modified buffers, after the disk. A buffer that the user has changed or closed meanwhile takes all of it back. */
static gboolean
fill_buffers (EnclaveToolScope *self, Apply *apply, GError **error)
{
  EnclaveBufferOverlay *buffers = buffers_of (self);

  for (guint i = 0; i < apply->buffered->len; i++)
    {
      EnclaveProposal *proposal = g_ptr_array_index (apply->buffered, i);
      g_autofree char *text = dup_buffer_text (self, proposal);

      if (g_strcmp0 (text, enclave_proposal_get_old_text (proposal)) == 0
          && enclave_buffer_overlay_replace_text (buffers, enclave_proposal_get_true_path (proposal),
                                                  enclave_proposal_get_new_text (proposal)))
        continue;

      g_propagate_error (error, changed_error (proposal));
      while (i-- > 0 && buffers != NULL)
        {
          proposal = g_ptr_array_index (apply->buffered, i);
          enclave_buffer_overlay_replace_text (buffers, enclave_proposal_get_true_path (proposal),
                                               enclave_proposal_get_old_text (proposal));
        }
      return FALSE;
    }

  return TRUE;
}

static void
on_trust_carried (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* The change is made all the same; the person is asked about the file. */
  if (!enclave_gate_trust_instructions_finish (ENCLAVE_GATE (object), result, &error) && error != NULL)
    g_debug ("Instructions are not trusted: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static gboolean
is_instructions (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (enclave_memory_files); i++)
    if (strcmp (enclave_memory_files[i], path) == 0)
      return TRUE;

  return FALSE;
}

/* Apply is the person's word for exactly these bytes; what the agent writes with standing approval is not. */
static gboolean
carry_trust (EnclaveToolScope *self, GTask *task)
{
  Apply *apply = g_task_get_task_data (task);
  EnclaveGate *gate = enclave_tool_scope_get_gate (self);
  EnclaveApprover *approver = enclave_gate_get_approver (gate);

  if (strcmp (enclave_tool_scope_get_actor (self), "user") != 0 || approver == NULL
      || strcmp (enclave_approver_get_name (approver), "user") != 0)
    return FALSE;
  for (guint i = 0; i < apply->proposals->len; i++)
    {
      EnclaveProposal *proposal = g_ptr_array_index (apply->proposals, i);

      if (enclave_proposal_get_new_text (proposal) == NULL || !is_instructions (enclave_proposal_get_path (proposal)))
        continue;
      enclave_gate_carry_trust_async (gate, enclave_proposal_get_path (proposal), enclave_proposal_get_old_text (proposal),
                                      enclave_proposal_get_new_text (proposal), on_trust_carried, g_object_ref (task));
      return TRUE;
    }

  return FALSE;
}

static void
on_committed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Apply *apply = g_task_get_task_data (task);

  enclave_file_apply_commit_finish (apply->files, result);
  if (!carry_trust (g_task_get_source_object (task), task))
    g_task_return_boolean (task, TRUE);
}

static void
on_written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  EnclaveToolScope *self = g_task_get_source_object (task);
  Apply *apply = g_task_get_task_data (task);
  EnclaveBufferOverlay *buffers = buffers_of (self);
  g_autoptr(GError) error = NULL;

  if (!enclave_file_apply_run_finish (apply->files, result, &error))
    {
      fail (g_steal_pointer (&task), NULL, g_steal_pointer (&error));
      return;
    }
  if (!fill_buffers (self, apply, &apply->buffer_error))
    {
      enclave_file_apply_revert_async (apply->files, on_reverted, g_steal_pointer (&task));
      return;
    }

  for (guint i = 0; i < apply->proposals->len; i++)
    {
      EnclaveProposal *proposal = g_ptr_array_index (apply->proposals, i);
      const char *new_text = enclave_proposal_get_new_text (proposal);
      g_autofree char *typed = NULL;

      if (buffers == NULL || new_text == NULL || g_ptr_array_find (apply->buffered, proposal, NULL))
        continue;
      /* What was typed while the disk was written stays; the editor then sees that the file changed on disk. */
      typed = dup_buffer_text (self, proposal);
      if (typed == NULL)
        enclave_buffer_overlay_replace_text (buffers, enclave_proposal_get_true_path (proposal), new_text);
    }
  enclave_file_apply_commit_async (apply->files, on_committed, g_steal_pointer (&task));
}

static gboolean
record_all (EnclaveToolScope *self, GTask *task)
{
  Apply *apply = g_task_get_task_data (task);

  for (guint i = 0; i < apply->proposals->len; i++)
    {
      EnclaveProposal *proposal = g_ptr_array_index (apply->proposals, i);
      EnclaveAuditRecord record = { .path = enclave_proposal_get_path (proposal),
                                    .rule = enclave_proposal_get_rule (proposal) };

      if (!enclave_tool_scope_record (self, task, &record, enclave_proposal_get_new_text (proposal)))
        return FALSE;
    }

  return TRUE;
}

static void
write_all (GTask *task)
{
  EnclaveToolScope *self = g_task_get_source_object (task);
  Apply *apply = g_task_get_task_data (task);

  for (guint i = 0; i < apply->proposals->len; i++)
    {
      EnclaveProposal *proposal = g_ptr_array_index (apply->proposals, i);
      g_autofree char *text = dup_buffer_text (self, proposal);

      if (text == NULL)
        {
          enclave_file_apply_add (apply->files, enclave_proposal_get_path (proposal),
                                  enclave_proposal_get_true_path (proposal), enclave_proposal_get_old_text (proposal),
                                  enclave_proposal_get_new_text (proposal), enclave_proposal_get_mode (proposal),
                                  enclave_proposal_get_is_latin_1 (proposal));
          continue;
        }
      /* Removing a file under unsaved work would lose the work. */
      if (g_strcmp0 (text, enclave_proposal_get_old_text (proposal)) != 0
          || enclave_proposal_get_new_text (proposal) == NULL)
        {
          fail (task, proposal, changed_error (proposal));
          return;
        }
      g_ptr_array_add (apply->buffered, g_object_ref (proposal));
      enclave_file_apply_add_buffered (apply->files, enclave_proposal_get_path (proposal),
                                       enclave_proposal_get_true_path (proposal), text,
                                       enclave_proposal_get_new_text (proposal));
    }
  /* Before the first byte: what can't be recorded is not done. */
  if (!record_all (self, task))
    {
      g_object_unref (task);
      return;
    }
  enclave_file_apply_run_async (apply->files, g_task_get_cancellable (task), on_written, task);
}

static void
on_asked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Apply *apply = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  gboolean remember;

  if (!enclave_tool_scope_ask_finish (ENCLAVE_TOOL_SCOPE (object), result, &remember, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }
  apply->asking++;
  ask_next (task);
}

/* Judged again: a rule may have been added since the change was proposed. Returns: (transfer full) (nullable): the rule that
 * asks. */
static char *
why_protected (EnclaveToolScope *self, EnclaveProposal *proposal)
{
  EnclaveDecision now = enclave_gate_judge_name (enclave_tool_scope_get_gate (self), ENCLAVE_EFFECT_WRITE,
                                                 enclave_proposal_get_true_path (proposal), FALSE);

  if (enclave_proposal_get_protected (proposal))
    return g_strdup (enclave_proposal_get_rule (proposal));

  return now.verdict == ENCLAVE_VERDICT_ASK ? g_strdup (now.rule) : NULL;
}

/* One question a protected file, in turn; then the work. */
static void
ask_next (GTask *task)
{
  EnclaveToolScope *self = g_task_get_source_object (task);
  Apply *apply = g_task_get_task_data (task);

  for (; apply->asking < apply->proposals->len; apply->asking++)
    {
      EnclaveProposal *proposal = g_ptr_array_index (apply->proposals, apply->asking);
      g_autoptr(EnclaveApprovalRequest) request = NULL;
      g_autofree char *subject = NULL;
      g_autofree char *shown = NULL;
      g_autofree char *rule = NULL;
      const char *reason;

      rule = why_protected (self, proposal);
      if (rule == NULL)
        continue;

      subject = describe_change (proposal);
      shown = enclave_utf8_display_name (enclave_proposal_get_path (proposal));
      request = enclave_approval_request_new (ENCLAVE_APPROVAL_PROTECTED_WRITE, subject, FALSE);
      reason = enclave_policy_explain (rule);
      if (reason != NULL)
        enclave_approval_request_add_fact (request, _("Why asked"), reason);
      enclave_approval_request_add_fact (request, reason != NULL ? _("Rule") : _("Why asked"), rule);
      enclave_tool_scope_ask_async (self, request, enclave_proposal_get_path (proposal), rule,
                                    g_task_get_cancellable (task), on_asked, task);
      return;
    }
  write_all (task);
}

/**
 * enclave_tool_scope_apply_async:
 * @proposals: (element-type EnclaveProposal): the changes
 *
 * Makes the changes, all files or none. A file that is open and modified is changed in its buffer and the user saves it; all
 * others are written, and an open buffer of theirs takes the text as one undo step. Protected files are asked for first.
 * Errors: %ENCLAVE_GATE_ERROR_CHANGED, %ENCLAVE_GATE_ERROR_REFUSED_BY_USER, %ENCLAVE_GATE_ERROR_NEEDS_APPROVAL,
 * %ENCLAVE_GATE_ERROR_FAILED and those of a path's decision, which is made again.
 */
void
enclave_tool_scope_apply_async (EnclaveToolScope *self, GPtrArray *proposals, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  const char *first;
  Apply *apply;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (proposals != NULL);

  first = proposals->len > 0 ? enclave_proposal_get_path (g_ptr_array_index (proposals, 0)) : NULL;
  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_WRITE, first, enclave_tool_scope_apply_async, cancellable, callback,
                                   user_data);
  if (task == NULL)
    return;

  apply = g_new0 (Apply, 1);
  apply->proposals = g_ptr_array_new_with_free_func (g_object_unref);
  apply->buffered = g_ptr_array_new_with_free_func (g_object_unref);
  apply->files = enclave_file_apply_new (enclave_tool_scope_get_resolver (self),
                                         enclave_tool_scope_get_gate (self)->checkpoints,
                                         enclave_tool_scope_get_checkpoint (self));
  for (guint i = 0; i < proposals->len; i++)
    g_ptr_array_add (apply->proposals, g_object_ref (g_ptr_array_index (proposals, i)));
  g_task_set_task_data (task, apply, apply_free);
  ask_next (task);
}

/**
 * enclave_tool_scope_apply_finish:
 *
 * Returns: %TRUE when every change was made, %FALSE with @error when none was
 */
gboolean
enclave_tool_scope_apply_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
