/* enclave-history.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-history.h"

typedef enum
{
  ENTRY_USER,
  ENTRY_ASSISTANT,
  ENTRY_CALL,
  ENTRY_RESULT,
} EntryKind;

typedef struct
{
  EntryKind kind;
  char *text; /* of a call: its arguments */
  char *id;
  char *name; /* of a call and its result, also one in words */
} Entry;

struct _EnclaveHistory
{
  GPtrArray *entries;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->text);
  g_free (entry->id);
  g_free (entry->name);
  g_free (entry);
}

static void
add_entry (EnclaveHistory *self, EntryKind kind, const char *id, const char *name, const char *text)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->kind = kind;
  entry->id = g_strdup (id);
  entry->name = g_strdup (name);
  entry->text = g_strdup (text);
  g_ptr_array_add (self->entries, entry);
}

EnclaveHistory *
enclave_history_new (void)
{
  EnclaveHistory *self = g_new0 (EnclaveHistory, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);

  return self;
}

void
enclave_history_free (EnclaveHistory *self)
{
  g_ptr_array_unref (self->entries);
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
  const Entry *last;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->entries->len == 0)
    return FALSE;
  last = g_ptr_array_index (self->entries, self->entries->len - 1);

  return last->kind == ENTRY_USER;
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
enclave_history_add_user (EnclaveHistory *self, EnclaveContextItem *words, GPtrArray *attachments, const char *facts)
{
  g_autoptr (GString) text = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (ENCLAVE_IS_CONTEXT_ITEM (words));

  text = g_string_new (enclave_context_item_get_text (words));
  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    {
      EnclaveContextItem *item = g_ptr_array_index (attachments, i);

      g_string_append_printf (text, "\n\n%s:\n", enclave_context_item_get_source (item));
      append_quoted (text, enclave_context_item_get_text (item));
    }
  if (facts != NULL && *facts != '\0')
    g_string_append_printf (text, "\n\n%s", facts);

  add_entry (self, ENTRY_USER, NULL, NULL, text->str);
}

void
enclave_history_add_assistant (EnclaveHistory *self, const char *text)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL);

  add_entry (self, ENTRY_ASSISTANT, NULL, NULL, text);
}

void
enclave_history_add_call (EnclaveHistory *self, const char *id, const char *name, const char *arguments)
{
  g_return_if_fail (self != NULL);

  add_entry (self, ENTRY_CALL, id, name, arguments);
}

/* A call that was written as text has no id that a server would know: its result is told in words. Those of one reply
 * are one message, because many templates want the roles to alternate. */
static void
add_text_result (EnclaveHistory *self, const char *name, EnclaveContextItem *item, const char *note)
{
  Entry *last = self->entries->len > 0 ? g_ptr_array_index (self->entries, self->entries->len - 1) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "Result of %s:\n", name);
  append_quoted (text, enclave_context_item_get_text (item));
  if (note != NULL)
    g_string_append_printf (text, "\n\n%s", note);

  if (last != NULL && last->kind == ENTRY_USER && last->name != NULL)
    {
      g_autofree char *before = g_steal_pointer (&last->text);

      last->text = g_strconcat (before, "\n\n", text->str, NULL);
    }
  else
    {
      add_entry (self, ENTRY_USER, NULL, name, text->str);
    }
}

void
enclave_history_add_result (EnclaveHistory *self, const char *id, const char *name, EnclaveContextItem *item,
                            const char *note)
{
  g_autofree char *text = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (ENCLAVE_IS_CONTEXT_ITEM (item));

  if (id == NULL)
    {
      add_text_result (self, name, item, note);
      return;
    }

  text = note != NULL ? g_strconcat (enclave_context_item_get_text (item), "\n\n", note, NULL)
                      : g_strdup (enclave_context_item_get_text (item));
  add_entry (self, ENTRY_RESULT, id, name, text);
}

void
enclave_history_truncate (EnclaveHistory *self, guint length)
{
  g_return_if_fail (self != NULL);

  if (length < self->entries->len)
    g_ptr_array_set_size (self->entries, (int) length);
}

void
enclave_history_add_to_request (EnclaveHistory *self, EnclaveChatRequest *request)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (request));

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (self->entries, i);

      switch (entry->kind)
        {
        case ENTRY_USER:
          enclave_chat_request_add_message (request, "user", entry->text);
          break;
        case ENTRY_ASSISTANT:
          enclave_chat_request_add_message (request, "assistant", entry->text);
          break;
        case ENTRY_CALL:
          enclave_chat_request_add_tool_call (request, entry->id, entry->name, entry->text);
          break;
        case ENTRY_RESULT:
          enclave_chat_request_add_tool_result (request, entry->id, entry->name, entry->text);
          break;
        default:
          g_return_if_reached ();
        }
    }
}
