/* enclave-compaction.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-compaction.h"

#include <string.h>

#include "enclave-history-private.h"
#include "enclave-json.h"
#include "enclave-plan.h"
#include "enclave-utf8.h"

/* Of a finished turn: a shorter text costs little, and says more than a line about it. */
#define SHORT_BYTES 400
/* What stays of a long reply, and of a result that is cut because nothing else is left. */
#define REPLY_BYTES 600
#define RESULT_BYTES 600
/* Of the first message, of one line about a turn, and of all of them. */
#define FIRST_MESSAGE_BYTES 1500
#define LINE_BYTES 240
#define DIGEST_BYTES 2400
#define PLAN_STEPS 24
/* What a message costs beside its text. */
#define MESSAGE_BYTES 40

typedef struct
{
  GPtrArray *entries;
  GArray *turns;       /* (element-type guint): where each begins */
  gsize saved;
  guint n_messages;
  guint n_shortened;
  GString *left_out;
  GPtrArray *plan;  /* (element-type EnclavePlanStep) (nullable) */
  guint plan_entry; /* the reply that has it */
} Run;

void
enclave_compaction_free (EnclaveCompaction *self)
{
  g_free (self->left_out);
  g_free (self);
}

static EnclaveHistoryEntry *
get_entry (Run *run, guint index)
{
  return g_ptr_array_index (run->entries, index);
}

static guint
get_turn_start (Run *run, guint turn)
{
  return turn < run->turns->len ? g_array_index (run->turns, guint, turn) : run->entries->len;
}

/* Bytes of @text in a body of JSON. */
static gsize
get_cost (const char *text)
{
  gsize n = 0;

  for (const char *p = text; *p != '\0'; p++)
    n += *p == '"' || *p == '\\' || *p == '\n' || *p == '\t' || *p == '\r' ? 2 : (guchar) *p < 0x20 ? 6 : 1;

  return n;
}

static gsize
get_entry_cost (const EnclaveHistoryEntry *entry)
{
  return entry->left_out ? 0 : get_cost (enclave_history_entry_peek_sent (entry)) + MESSAGE_BYTES;
}

static void
tell (Run *run, const EnclaveHistoryEntry *entry)
{
  const char *text = enclave_history_entry_peek_sent (entry);

  if (*text == '\0')
    return;
  if (run->left_out->len > 0)
    g_string_append (run->left_out, "\n\n");
  if (entry->kind == ENCLAVE_HISTORY_CALL)
    g_string_append_printf (run->left_out, "[%s] %s", entry->name, text);
  else if (enclave_history_entry_is_result (entry))
    g_string_append_printf (run->left_out, "[%s]\n%s", entry->name, text);
  else
    g_string_append_printf (run->left_out, "[%s]\n%s", entry->kind == ENCLAVE_HISTORY_USER ? "user" : "assistant", text);
}

/* The last one counts: the model writes it again when a step is done. */
static void
find_plan (Run *run)
{
  for (guint i = run->entries->len; i > 0 && run->plan == NULL; i--)
    if (get_entry (run, i - 1)->kind == ENCLAVE_HISTORY_ASSISTANT)
      {
        run->plan = enclave_plan_find (get_entry (run, i - 1)->text, NULL);
        run->plan_entry = i - 1;
      }
}

/* Of the reply that has the plan no part is sent without it. (transfer full) */
static char *
dup_plan_after (Run *run, const EnclaveHistoryEntry *entry, const char *kept)
{
  g_autoptr (GPtrArray) there = NULL;
  g_autoptr (GString) text = NULL;

  if (run->plan == NULL || get_entry (run, run->plan_entry) != entry)
    return g_strdup ("");
  there = enclave_plan_find (kept, NULL);
  if (there != NULL && there->len == run->plan->len)
    return g_strdup ("");
  text = g_string_new ("\nThe plan in it:\n");
  enclave_plan_append (run->plan, text, PLAN_STEPS, LINE_BYTES);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Sends @brief instead of what was sent of @entry, if that saves anything. */
static void
shorten (Run *run, EnclaveHistoryEntry *entry, const char *brief)
{
  gsize before = get_entry_cost (entry);
  gsize after = get_cost (brief) + MESSAGE_BYTES;

  if (after >= before)
    return;
  tell (run, entry);
  g_free (entry->brief);
  entry->brief = g_strdup (brief);
  run->saved += before - after;
  run->n_shortened++;
}

static guint
count_lines (const char *text)
{
  guint n = 1;

  for (const char *p = text; *p != '\0'; p++)
    n += *p == '\n' && p[1] != '\0' ? 1 : 0;

  return n;
}

/* A call stays valid JSON of the same members. */
static char *
dup_brief_call (const char *arguments)
{
  g_autoptr (JsonObject) object = enclave_json_parse_object (arguments, -1, NULL);
  g_autoptr (GList) members = NULL;

  if (object == NULL)
    return g_strdup ("{}");
  members = json_object_get_members (object);
  for (GList *link = members; link != NULL; link = link->next)
    {
      const char *text = enclave_json_peek_string (object, link->data);

      if (text != NULL && strlen (text) > SHORT_BYTES / 2)
        {
          g_autofree char *brief = g_strdup_printf ("(%u lines left out)", count_lines (text));

          json_object_set_string_member (object, link->data, brief);
        }
    }

  return enclave_json_object_to_text (object);
}

static void
shorten_old (Run *run, EnclaveHistoryEntry *entry)
{
  const char *text = enclave_history_entry_peek_sent (entry);
  gsize length = strlen (text);
  g_autofree char *brief = NULL;

  if (entry->left_out || length <= SHORT_BYTES || (entry->kind == ENCLAVE_HISTORY_USER && entry->name == NULL))
    return;
  if (entry->kind == ENCLAVE_HISTORY_CALL)
    {
      brief = dup_brief_call (text);
    }
  else if (enclave_history_entry_is_result (entry))
    {
      brief = g_strdup_printf ("(%u lines left out to save room. Call %s again if they matter.)", count_lines (text), entry->name);
    }
  else if (length > 2 * REPLY_BYTES)
    {
      g_autofree char *kept = g_strndup (text, enclave_utf8_prefix_length (text, length, REPLY_BYTES));
      g_autofree char *plan = dup_plan_after (run, entry, kept);

      brief = g_strdup_printf ("%s\n(%u lines left out to save room.)%s", kept, count_lines (text + strlen (kept)), plan);
    }
  if (brief != NULL)
    shorten (run, entry, brief);
}

static void
leave_out_turn (Run *run, guint turn)
{
  for (guint i = get_turn_start (run, turn); i < get_turn_start (run, turn + 1); i++)
    {
      EnclaveHistoryEntry *entry = get_entry (run, i);

      if (entry->left_out)
        continue;
      tell (run, entry);
      run->saved += get_entry_cost (entry);
      entry->left_out = TRUE;
    }
  run->n_messages++;
}

static void
append_first_line (GString *text, const char *words, gsize max_bytes)
{
  gsize length = strcspn (words, "\r\n");
  gsize kept = enclave_utf8_prefix_length (words, length, max_bytes);

  g_string_append_len (text, words, (gssize) kept);
  if (kept < length)
    g_string_append (text, "…");
}

/* What the person wrote: the map of the project may stand before it. */
static const char *
get_words (const EnclaveHistoryEntry *entry)
{
  return entry->text + MIN (entry->words_at, strlen (entry->text));
}

/* "Fix the parser: read_file src/a.c, edit_file src/a.c, run_command make" */
static void
append_turn_line (Run *run, guint turn, GString *digest)
{
  g_autoptr (GString) line = g_string_new ("- ");
  gboolean first = TRUE;

  append_first_line (line, get_words (get_entry (run, get_turn_start (run, turn))), LINE_BYTES / 2);
  for (guint i = get_turn_start (run, turn); i < get_turn_start (run, turn + 1); i++)
    {
      const EnclaveHistoryEntry *entry = get_entry (run, i);
      g_autoptr (JsonObject) arguments = NULL;
      static const char *const members[] = { "path", "pattern", "command" };
      const char *subject = NULL;

      if (entry->kind != ENCLAVE_HISTORY_CALL || line->len > LINE_BYTES)
        continue;
      arguments = enclave_json_parse_object (entry->text, -1, NULL);
      for (guint j = 0; arguments != NULL && subject == NULL && j < G_N_ELEMENTS (members); j++)
        subject = enclave_json_peek_string (arguments, members[j]);
      g_string_append_printf (line, "%s%s", first ? ": " : ", ", entry->name);
      first = FALSE;
      if (subject != NULL)
        {
          g_string_append_c (line, ' ');
          append_first_line (line, subject, LINE_BYTES / 4);
        }
    }
  g_string_append_printf (digest, "%s\n", line->str);
}

/* The message of the first turn that is kept tells what was before it: so the roles still take turns. */
static void
write_digest (Run *run, guint first_kept)
{
  EnclaveHistoryEntry *carrier = get_entry (run, get_turn_start (run, first_kept));
  const char *first = get_words (get_entry (run, get_turn_start (run, 0)));
  g_autoptr (GString) digest = g_string_new ("(The conversation began with this message:\n");
  g_autoptr (GString) turns = g_string_new (NULL);
  gsize length = strlen (first);
  gsize kept = enclave_utf8_prefix_length (first, length, FIRST_MESSAGE_BYTES);
  gsize before = get_entry_cost (carrier);
  guint n_lines = 0;

  g_string_append_len (digest, first, (gssize) kept);
  g_string_append (digest, kept < length ? "…\n" : "\n");
  for (guint turn = first_kept; turn > 1 && turns->len < DIGEST_BYTES; turn--, n_lines++)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      append_turn_line (run, turn - 1, line);
      g_string_prepend (turns, line->str);
    }
  if (turns->len > 0)
    g_string_append (digest, "Then, left out to save room:\n");
  if (n_lines + 1 < first_kept)
    g_string_append_printf (digest, "- %u messages\n", first_kept - 1 - n_lines);
  g_string_append (digest, turns->str);
  if (run->plan != NULL && run->plan_entry < get_turn_start (run, first_kept))
    {
      g_string_append (digest, "The plan as it was last written:\n");
      enclave_plan_append (run->plan, digest, PLAN_STEPS, LINE_BYTES);
    }
  g_string_append_printf (digest, "Files are as the tools show them now.)\n\n%s", carrier->text);
  g_free (carrier->brief);
  carrier->brief = g_string_free (g_steal_pointer (&digest), FALSE);
  run->saved -= MIN (run->saved, get_entry_cost (carrier) - MIN (before, get_entry_cost (carrier)));
}

/* Results of the newest turn, the oldest first; those that were not answered yet only when nothing else is left. */
static void
shorten_newest_turn (Run *run, gsize wanted, gsize needed)
{
  guint first = get_turn_start (run, run->turns->len - 1);
  guint last_reply = first;

  for (guint i = first; i < run->entries->len; i++)
    if (get_entry (run, i)->kind == ENCLAVE_HISTORY_ASSISTANT)
      last_reply = i;
  for (guint i = first + 1; i < last_reply && run->saved < wanted; i++)
    shorten_old (run, get_entry (run, i));
  for (guint i = last_reply; i < run->entries->len && run->saved < needed; i++)
    {
      EnclaveHistoryEntry *entry = get_entry (run, i);
      const char *text = enclave_history_entry_peek_sent (entry);
      gsize length = strlen (text);
      gsize missing = needed - run->saved;
      gsize kept;
      g_autofree char *head = NULL;
      g_autofree char *brief = NULL;

      if (entry->kind == ENCLAVE_HISTORY_CALL && length > SHORT_BYTES)
        {
          brief = dup_brief_call (text);
          shorten (run, entry, brief);
        }
      if (!enclave_history_entry_is_result (entry) || length <= RESULT_BYTES)
        continue;
      /* Lines of code have more to escape than others: a little more is left out than is missing. */
      kept = length > missing + missing / 8 + RESULT_BYTES ? length - missing - missing / 8 - RESULT_BYTES / 2 : RESULT_BYTES;
      head = g_strndup (text, enclave_utf8_prefix_length (text, length, kept));
      brief = g_strdup_printf ("%s\n(%u lines left out: the window of the model is full. Ask for a smaller part.)", head,
                               count_lines (text + strlen (head)));
      shorten (run, entry, brief);
    }
}

EnclaveCompaction *
enclave_history_compact (EnclaveHistory *self, gsize wanted_bytes, gsize needed_bytes)
{
  g_autoptr (GArray) turns = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GString) left_out = g_string_new (NULL);
  Run run = { .entries = self->entries, .turns = turns, .left_out = left_out };
  EnclaveCompaction *compaction;
  guint first_kept = 0;
  guint first_dropped;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (needed_bytes <= wanted_bytes, NULL);

  for (guint i = 0; i < self->entries->len; i++)
    if (get_entry (&run, i)->kind == ENCLAVE_HISTORY_USER && get_entry (&run, i)->name == NULL)
      g_array_append_val (turns, i);
  if (turns->len == 0)
    return NULL;
  find_plan (&run);
  while (first_kept + 1 < turns->len && get_entry (&run, get_turn_start (&run, first_kept))->left_out)
    first_kept++;
  first_dropped = first_kept;

  for (guint i = 0; i < get_turn_start (&run, turns->len - 1) && run.saved < wanted_bytes; i++)
    shorten_old (&run, get_entry (&run, i));
  /* The last message that was answered is what the newest is about. */
  while (first_kept + 2 < turns->len && run.saved < wanted_bytes)
    leave_out_turn (&run, first_kept++);
  if (first_kept > first_dropped)
    write_digest (&run, first_kept);
  if (first_kept + 2 == turns->len && run.saved < needed_bytes)
    {
      leave_out_turn (&run, first_kept++);
      write_digest (&run, first_kept);
    }
  if (run.saved < needed_bytes)
    shorten_newest_turn (&run, wanted_bytes, needed_bytes);
  g_clear_pointer (&run.plan, g_ptr_array_unref);
  if (run.n_messages == 0 && run.n_shortened == 0)
    return NULL;

  self->compacted = TRUE;
  compaction = g_new0 (EnclaveCompaction, 1);
  compaction->n_messages = run.n_messages;
  compaction->n_shortened = run.n_shortened;
  compaction->n_bytes = run.saved;
  compaction->left_out = g_string_free (g_steal_pointer (&left_out), FALSE);

  return compaction;
}
