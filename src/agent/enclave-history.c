/* enclave-history.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-history-private.h"

#include "enclave-context-budget.h"
#include "enclave-json.h"
#include "enclave-token-estimate.h"

static void
entry_free (gpointer data)
{
  EnclaveHistoryEntry *entry = data;

  g_free (entry->text);
  g_free (entry->id);
  g_free (entry->name);
  g_free (entry->brief);
  g_free (entry);
}

const char *
enclave_history_entry_peek_sent (const EnclaveHistoryEntry *entry)
{
  return entry->brief != NULL ? entry->brief : entry->text;
}

gboolean
enclave_history_entry_is_result (const EnclaveHistoryEntry *entry)
{
  return entry->kind == ENCLAVE_HISTORY_RESULT || (entry->kind == ENCLAVE_HISTORY_USER && entry->name != NULL);
}

static EnclaveHistoryEntry *
add_entry (EnclaveHistory *self, EnclaveHistoryKind kind, const char *id, const char *name, const char *text)
{
  EnclaveHistoryEntry *entry = g_new0 (EnclaveHistoryEntry, 1);

  entry->kind = kind;
  entry->id = g_strdup (id);
  entry->name = g_strdup (name);
  entry->text = g_strdup (text);
  g_ptr_array_add (self->entries, entry);

  return entry;
}

EnclaveHistory *
enclave_history_new (void)
{
  EnclaveHistory *self = g_new0 (EnclaveHistory, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->left_out = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
enclave_history_free (EnclaveHistory *self)
{
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->left_out);
  g_clear_object (&self->preface);
  g_free (self);
}

guint
enclave_history_get_length (EnclaveHistory *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->entries->len;
}

gboolean
enclave_history_ends_with_user (EnclaveHistory *self)
{
  const EnclaveHistoryEntry *last;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->entries->len == 0)
    return FALSE;
  last = g_ptr_array_index (self->entries, self->entries->len - 1);

  return last->kind == ENCLAVE_HISTORY_USER;
}

gboolean
enclave_history_wants_reply (EnclaveHistory *self)
{
  const EnclaveHistoryEntry *last;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->entries->len == 0)
    return FALSE;
  last = g_ptr_array_index (self->entries, self->entries->len - 1);

  return last->kind == ENCLAVE_HISTORY_USER || last->kind == ENCLAVE_HISTORY_RESULT;
}

/* A fence that the text can't close. */
static void
append_quoted (GString *text, const char *quoted)
{
  guint longest = 2;
  guint run = 0;
  g_autofree char *fence = NULL;

  for (const char *p = quoted; *p != '\0'; p++)
    {
      run = *p == '`' ? run + 1 : 0;
      longest = MAX (longest, run);
    }
  fence = g_strnfill (longest + 1, '`');
  g_string_append_printf (text, "%s\n%s%s%s", fence, quoted, g_str_has_suffix (quoted, "\n") ? "" : "\n", fence);
}

void
enclave_history_set_item_limit (EnclaveHistory *self, guint max_tokens)
{
  g_return_if_fail (self != NULL);

  self->item_limit = max_tokens;
}

GPtrArray *
enclave_history_dup_left_out (EnclaveHistory *self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (self != NULL, copy);

  for (guint i = 0; i < self->left_out->len; i++)
    g_ptr_array_add (copy, g_strdup (g_ptr_array_index (self->left_out, i)));

  return copy;
}

void
enclave_history_estimate (EnclaveHistory *self, double *conversation, double *files)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->entries->len; i++)
    {
      const EnclaveHistoryEntry *entry = g_ptr_array_index (self->entries, i);

      /* Of what was shortened nothing is quoted any more. */
      double material = entry->brief != NULL ? 0 : entry->material;

      if (entry->left_out)
        continue;
      *files += material;
      *conversation += MAX (0, enclave_token_estimate (enclave_history_entry_peek_sent (entry)) - material);
    }
}

/* The number before the tab of the last whole line, as read_file gives them; 0: there is none. */
static guint64
find_last_number (const char *text)
{
  guint64 last = 0;

  for (const char *line = text; line != NULL && *line != '\0'; line = strchr (line, '\n'))
    {
      char *end = NULL;
      guint64 number;

      line += *line == '\n';
      number = g_ascii_strtoull (line, &end, 10);
      if (end != line && *end == '\t')
        last = number;
    }

  return last;
}

/* As much of @item as a window has room for, and how to go on. @material: (out): its tokens. @left_out: told of what is cut. */
static char *
dup_fitting (EnclaveHistory *self, const char *name, EnclaveContextItem *item, double *material, GPtrArray *left_out)
{
  const char *text = enclave_context_item_get_text (item);
  guint n_before = left_out->len;
  g_autofree char *cut = NULL;

  if (self->item_limit == 0)
    {
      *material = enclave_token_estimate (text);
      return g_strdup (text);
    }
  cut = enclave_context_budget_cut (text, self->item_limit, "", name, left_out);
  if (left_out->len > n_before)
    {
      guint64 last = find_last_number (cut);
      g_autofree char *whole = last > 0 ? g_strdup_printf ("%s(Cut: the window is full. Go on with start_line %" G_GUINT64_FORMAT ".)\n", cut,
                                                           last + 1)
                                        : g_strconcat (cut, "(Cut: the window is full. Ask for less at a time.)\n", NULL);

      g_free (cut);
      cut = g_steal_pointer (&whole);
    }
  *material = enclave_token_estimate (cut);

  return g_steal_pointer (&cut);
}

void
enclave_history_set_preface (EnclaveHistory *self, EnclaveContextItem *preface)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (ENCLAVE_IS_CONTEXT_ITEM (preface));

  g_set_object (&self->preface, preface);
}

EnclaveContextItem *
enclave_history_get_preface (EnclaveHistory *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->preface;
}

char *
enclave_history_dup_user_text (EnclaveHistory *self, EnclaveContextItem *preface, const char *words, GPtrArray *attachments,
                               const char *facts, double *material, GPtrArray *left_out)
{
  GString *text;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (words != NULL && material != NULL && left_out != NULL, NULL);

  text = g_string_new (NULL);
  *material = 0;
  if (preface != NULL)
    g_string_append_printf (text, "%s" ENCLAVE_HISTORY_PREFACE_END, enclave_context_item_get_text (preface));
  g_string_append (text, words);
  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    {
      EnclaveContextItem *item = g_ptr_array_index (attachments, i);
      double more = 0;
      g_autofree char *fitting = dup_fitting (self, enclave_context_item_get_source (item), item, &more, left_out);

      *material += more;
      g_string_append_printf (text, "\n\n%s:\n", enclave_context_item_get_source (item));
      append_quoted (text, fitting);
    }
  if (facts != NULL && *facts != '\0')
    g_string_append_printf (text, "\n\n%s", facts);

  return g_string_free (text, FALSE);
}

void
enclave_history_add_user (EnclaveHistory *self, EnclaveContextItem *words, GPtrArray *attachments, const char *facts)
{
  g_autoptr (EnclaveContextItem) preface = NULL;
  g_autofree char *text = NULL;
  EnclaveHistoryEntry *entry;
  double material;

  g_return_if_fail (self != NULL);
  g_return_if_fail (ENCLAVE_IS_CONTEXT_ITEM (words));

  preface = g_steal_pointer (&self->preface);
  text = enclave_history_dup_user_text (self, preface, enclave_context_item_get_text (words), attachments, facts, &material,
                                        self->left_out);
  entry = add_entry (self, ENCLAVE_HISTORY_USER, NULL, NULL, text);
  entry->material = material;
  entry->words_at = preface != NULL ? strlen (enclave_context_item_get_text (preface)) + strlen (ENCLAVE_HISTORY_PREFACE_END) : 0;
}

void
enclave_history_add_assistant (EnclaveHistory *self, const char *text)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL);

  add_entry (self, ENCLAVE_HISTORY_ASSISTANT, NULL, NULL, text);
}

void
enclave_history_add_call (EnclaveHistory *self, const char *id, const char *name, const char *arguments)
{
  g_return_if_fail (self != NULL);

  add_entry (self, ENCLAVE_HISTORY_CALL, id, name, arguments);
}

/* A call that was written as text has no id that a server would know: its result is told in words. Those of one reply
 * are one message, because many templates want the roles to alternate. */
static void
add_text_result (EnclaveHistory *self, const char *name, const char *result, double material, const char *note)
{
  EnclaveHistoryEntry *last = self->entries->len > 0 ? g_ptr_array_index (self->entries, self->entries->len - 1) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "Result of %s:\n", name);
  append_quoted (text, result);
  if (note != NULL)
    g_string_append_printf (text, "\n\n%s", note);

  if (last != NULL && last->kind == ENCLAVE_HISTORY_USER && last->name != NULL)
    {
      g_autofree char *before = g_steal_pointer (&last->text);

      last->text = g_strconcat (before, "\n\n", text->str, NULL);
      last->material += material;
      self->n_recorded = MIN (self->n_recorded, self->entries->len - 1);
    }
  else
    {
      add_entry (self, ENCLAVE_HISTORY_USER, NULL, name, text->str)->material = material;
    }
}

void
enclave_history_add_result (EnclaveHistory *self, const char *id, const char *name, EnclaveContextItem *item,
                            const char *note)
{
  g_autofree char *fitting = NULL;
  g_autofree char *text = NULL;
  g_autofree char *label = NULL;
  const char *source;
  const char *lines;
  double material = 0;

  g_return_if_fail (self != NULL);
  g_return_if_fail (ENCLAVE_IS_CONTEXT_ITEM (item));

  source = enclave_context_item_get_source (item);
  lines = source != NULL ? strstr (source, " lines ") : NULL;
  if (source == NULL || *source == '\0')
    label = g_strdup (name);
  else
    label = lines != NULL ? g_strndup (source, (gsize) (lines - source)) : g_strdup (source);
  fitting = dup_fitting (self, label, item, &material, self->left_out);
  if (id == NULL)
    {
      add_text_result (self, name, fitting, material, note);
      return;
    }

  text = note != NULL ? g_strconcat (fitting, "\n\n", note, NULL) : g_strdup (fitting);
  add_entry (self, ENCLAVE_HISTORY_RESULT, id, name, text)->material = material;
}

static void
forget_compaction (EnclaveHistory *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      EnclaveHistoryEntry *entry = g_ptr_array_index (self->entries, i);

      g_clear_pointer (&entry->brief, g_free);
      entry->left_out = FALSE;
    }
  self->compacted = TRUE;
}

void
enclave_history_truncate (EnclaveHistory *self, guint length)
{
  g_return_if_fail (self != NULL);

  if (length < self->entries->len)
    {
      gboolean carried = FALSE;

      /* With the message that tells what was left out, all of it comes back. */
      for (guint i = length; i < self->entries->len && !carried; i++)
        {
          const EnclaveHistoryEntry *entry = g_ptr_array_index (self->entries, i);

          carried = entry->kind == ENCLAVE_HISTORY_USER && entry->name == NULL && entry->brief != NULL;
        }
      g_ptr_array_set_size (self->entries, (int) length);
      if (carried)
        forget_compaction (self);
    }
  self->n_recorded = MIN (self->n_recorded, self->entries->len);
}

void
enclave_history_add_to_request (EnclaveHistory *self, EnclaveChatRequest *request)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (request));

  for (guint i = 0; i < self->entries->len; i++)
    {
      const EnclaveHistoryEntry *entry = g_ptr_array_index (self->entries, i);
      const char *text = enclave_history_entry_peek_sent (entry);

      if (entry->left_out)
        continue;
      switch (entry->kind)
        {
        case ENCLAVE_HISTORY_USER:
          enclave_chat_request_add_message (request, "user", text);
          break;
        case ENCLAVE_HISTORY_ASSISTANT:
          enclave_chat_request_add_message (request, "assistant", text);
          break;
        case ENCLAVE_HISTORY_CALL:
          enclave_chat_request_add_tool_call (request, entry->id, entry->name, text);
          break;
        case ENCLAVE_HISTORY_RESULT:
          enclave_chat_request_add_tool_result (request, entry->id, entry->name, text);
          break;
        default:
          g_return_if_reached ();
        }
    }
}

static const char *const kind_words[] = { "user", "assistant", "call", "result" };

JsonArray *
enclave_history_to_json (EnclaveHistory *self, guint first)
{
  g_autoptr (JsonArray) array = json_array_new ();

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = first; i < self->entries->len; i++)
    {
      const EnclaveHistoryEntry *entry = g_ptr_array_index (self->entries, i);
      g_autoptr (JsonObject) object = json_object_new ();

      json_object_set_string_member (object, "kind", kind_words[entry->kind]);
      json_object_set_string_member (object, "text", entry->text);
      if (entry->id != NULL)
        json_object_set_string_member (object, "id", entry->id);
      if (entry->name != NULL)
        json_object_set_string_member (object, "name", entry->name);
      if (entry->words_at > 0)
        json_object_set_int_member (object, "words", (gint64) entry->words_at);
      if (entry->material > 0)
        json_object_set_double_member (object, "material", entry->material);
      json_array_add_object_element (array, g_steal_pointer (&object));
    }

  return g_steal_pointer (&array);
}

EnclaveHistory *
enclave_history_copy (EnclaveHistory *self, guint length)
{
  EnclaveHistory *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = enclave_history_new ();
  copy->item_limit = self->item_limit;
  for (guint i = 0; i < MIN (length, self->entries->len); i++)
    {
      const EnclaveHistoryEntry *entry = g_ptr_array_index (self->entries, i);

      EnclaveHistoryEntry *same = add_entry (copy, entry->kind, entry->id, entry->name, entry->text);

      same->material = entry->material;
      same->words_at = entry->words_at;
    }

  return copy;
}

/* A few words that name the rule are what the model was told when the rule held already. */
#define MAX_REFUSAL_BYTES 512

static gboolean
is_refusal (const char *text, const char *rule)
{
  return rule != NULL && strlen (text) < MAX_REFUSAL_BYTES && strstr (text, rule) != NULL;
}

/* What may no longer be read, or must not be sent as it stands, is not sent because it once was. */
static char *
dup_admitted (EnclaveHistory *self, EnclaveGate *gate, EnclaveHistoryKind kind, const char *id, const char *text)
{
  g_autoptr (EnclaveContextItem) item = NULL;

  if (kind == ENCLAVE_HISTORY_ASSISTANT || kind == ENCLAVE_HISTORY_CALL)
    return g_strdup (text);

  for (guint i = self->entries->len; kind == ENCLAVE_HISTORY_RESULT && id != NULL && i > 0; i--)
    {
      const EnclaveHistoryEntry *call = g_ptr_array_index (self->entries, i - 1);
      g_autoptr (JsonObject) arguments = NULL;
      const char *path;

      if (call->kind != ENCLAVE_HISTORY_CALL || g_strcmp0 (call->id, id) != 0)
        continue;
      arguments = enclave_json_parse_object (call->text, -1, NULL);
      path = arguments != NULL ? enclave_json_peek_string (arguments, "path") : NULL;
      if (path != NULL)
        {
          EnclaveDecision decision = enclave_gate_judge_name (gate, ENCLAVE_EFFECT_READ, path, FALSE);

          if (decision.verdict == ENCLAVE_VERDICT_DENY && !is_refusal (text, decision.rule))
            return g_strdup_printf ("(Left out: rule %s denies it by now.)", decision.rule != NULL ? decision.rule : "-");
        }
      break;
    }
  item = enclave_gate_admit_text (gate, text, NULL, "conversation", NULL);

  return g_strdup (item != NULL ? enclave_context_item_get_text (item) : "(Left out: it may not be sent by now.)");
}

void
enclave_history_restore (EnclaveHistory *self, guint first, JsonArray *array, EnclaveGate *gate)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (ENCLAVE_IS_GATE (gate));

  enclave_history_truncate (self, first);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *object = enclave_json_array_peek_object (array, i);
      const char *word = object != NULL ? enclave_json_peek_string (object, "kind") : NULL;
      const char *text = object != NULL ? enclave_json_peek_string (object, "text") : NULL;

      for (guint kind = 0; word != NULL && text != NULL && kind < G_N_ELEMENTS (kind_words); kind++)
        if (strcmp (kind_words[kind], word) == 0)
          {
            const char *id = enclave_json_peek_string (object, "id");
            const char *name = enclave_json_peek_string (object, "name");
            g_autofree char *admitted = dup_admitted (self, gate, kind, id, text);

            /* A call without these was never sent by a server. */
            if ((kind != ENCLAVE_HISTORY_CALL && kind != ENCLAVE_HISTORY_RESULT) || (id != NULL && name != NULL))
              {
                EnclaveHistoryEntry *entry = add_entry (self, kind, id, name, admitted);
                gsize words_at = (gsize) CLAMP (enclave_json_get_int (object, "words", 0), 0, G_MAXINT);

                entry->material = CLAMP (enclave_json_get_double (object, "material", 0), 0, 1e9);
                /* A mask moves what stands behind it. */
                if (words_at < strlen (text) && strcmp (admitted, text) == 0 && ((guchar) text[words_at] & 0xc0) != 0x80)
                  entry->words_at = words_at;
              }
          }
    }
}

JsonArray *
enclave_history_compaction_to_json (EnclaveHistory *self)
{
  g_autoptr (JsonArray) array = json_array_new ();

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->entries->len; i++)
    {
      const EnclaveHistoryEntry *entry = g_ptr_array_index (self->entries, i);
      g_autoptr (JsonObject) object = NULL;

      if (!entry->left_out && entry->brief == NULL)
        continue;
      object = json_object_new ();
      json_object_set_int_member (object, "entry", i);
      if (entry->brief != NULL && !entry->left_out)
        json_object_set_string_member (object, "brief", entry->brief);
      json_array_add_object_element (array, g_steal_pointer (&object));
    }

  return g_steal_pointer (&array);
}

void
enclave_history_restore_compaction (EnclaveHistory *self, JsonArray *array, EnclaveGate *gate)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (array != NULL);

  forget_compaction (self);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = enclave_json_array_peek_object (array, i);
      gint64 index = object != NULL ? enclave_json_get_int (object, "entry", -1) : -1;
      const char *brief = object != NULL ? enclave_json_peek_string (object, "brief") : NULL;
      EnclaveHistoryEntry *entry;

      if (index < 0 || index >= self->entries->len)
        continue;
      entry = g_ptr_array_index (self->entries, index);
      entry->left_out = brief == NULL;
      if (brief != NULL)
        {
          g_autoptr (EnclaveContextItem) item = enclave_gate_admit_text (gate, brief, NULL, "conversation", NULL);

          entry->brief = item != NULL ? g_strdup (enclave_context_item_get_text (item)) : NULL;
        }
    }
}
