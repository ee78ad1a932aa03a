/* enclave-reply-builder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-reply-builder.h"

#include "enclave-block-splitter.h"
#include "enclave-message-block-private.h"
#include "enclave-message-private.h"

struct _EnclaveReplyBuilder
{
  EnclaveMessage *message;
  EnclaveToolRegistry *registry;
  guint first;                /* blocks that the message had before this reply */
  EnclaveToolCallParser *parser;
  EnclaveToolCallParser *thought_parser;
  gboolean thought_counts;    /* nothing was said but a thought */
  EnclaveBlockSplitter *splitter;
  EnclaveMessageBlock *block; /* the one that grows */
  GString *raw;
};

static void
close_block (EnclaveReplyBuilder *self)
{
  if (self->block != NULL)
    enclave_message_block_close (self->block);
  g_clear_object (&self->block);
}

static void
begin_block (EnclaveBlockKind kind, const char *language, const char *path, gpointer user_data)
{
  EnclaveReplyBuilder *self = user_data;

  close_block (self);
  self->block = enclave_message_block_new_open (kind, language, path);
  enclave_message_add_block (self->message, self->block);
}

static void
append_text (const char *text, gpointer user_data)
{
  EnclaveReplyBuilder *self = user_data;

  enclave_message_block_append (self->block, text);
}

static void
end_block (gpointer user_data)
{
  close_block (user_data);
}

static const char *
resolve (const char *name, gpointer user_data)
{
  return enclave_tool_registry_resolve (user_data, name);
}

static EnclaveToolCallParser *
new_thought_parser (EnclaveReplyBuilder *self)
{
  EnclaveToolCallParser *parser = enclave_tool_call_parser_new (resolve, self->registry);

  enclave_tool_call_parser_set_thought (parser);

  return parser;
}

static const EnclaveBlockSink sink = { begin_block, append_text, end_block };

EnclaveReplyBuilder *
enclave_reply_builder_new (EnclaveMessage *message, EnclaveToolRegistry *registry)
{
  EnclaveReplyBuilder *self;

  g_return_val_if_fail (ENCLAVE_IS_MESSAGE (message), NULL);
  g_return_val_if_fail (ENCLAVE_IS_TOOL_REGISTRY (registry), NULL);

  self = g_new0 (EnclaveReplyBuilder, 1);
  self->message = g_object_ref (message);
  self->registry = g_object_ref (registry);
  self->first = g_list_model_get_n_items (G_LIST_MODEL (message));
  self->parser = enclave_tool_call_parser_new (resolve, registry);
  self->thought_parser = new_thought_parser (self);
  self->splitter = enclave_block_splitter_new (&sink, self);
  self->raw = g_string_new (NULL);

  return self;
}

void
enclave_reply_builder_free (EnclaveReplyBuilder *self)
{
  close_block (self);
  enclave_tool_call_parser_free (self->parser);
  enclave_tool_call_parser_free (self->thought_parser);
  enclave_block_splitter_free (self->splitter);
  g_string_free (self->raw, TRUE);
  g_object_unref (self->message);
  g_object_unref (self->registry);
  g_free (self);
}

char *
enclave_reply_builder_add_text (EnclaveReplyBuilder *self, const char *text)
{
  g_autofree char *visible = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  if (self->block != NULL && enclave_message_block_get_kind (self->block) == ENCLAVE_BLOCK_REASONING)
    close_block (self);

  g_string_append (self->raw, text);
  visible = enclave_tool_call_parser_feed (self->parser, text);
  enclave_block_splitter_feed (self->splitter, visible);

  return g_steal_pointer (&visible);
}

void
enclave_reply_builder_add_reasoning (EnclaveReplyBuilder *self, const char *text)
{
  g_autofree char *drafts = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL);

  /* A thought is shown as it is. */
  drafts = enclave_tool_call_parser_feed (self->thought_parser, text);
  if (self->block == NULL || enclave_message_block_get_kind (self->block) != ENCLAVE_BLOCK_REASONING)
    {
      /* Models open their thoughts with line ends; a row of its own is for more than that. */
      while (g_ascii_isspace (*text))
        text++;
      if (*text == '\0')
        return;
      enclave_block_splitter_finish (self->splitter);
      begin_block (ENCLAVE_BLOCK_REASONING, NULL, NULL, self);
    }
  enclave_message_block_append (self->block, text);
}

void
enclave_reply_builder_take_as_reasoning (EnclaveReplyBuilder *self)
{
  g_autofree char *thought = NULL;

  g_return_if_fail (self != NULL);

  thought = g_strdup (self->raw->str);
  g_string_truncate (self->raw, 0);
  enclave_block_splitter_finish (self->splitter);
  close_block (self);
  enclave_message_truncate (self->message, self->first);
  g_clear_pointer (&self->parser, enclave_tool_call_parser_free);
  self->parser = enclave_tool_call_parser_new (resolve, self->registry);
  g_clear_pointer (&self->splitter, enclave_block_splitter_free);
  self->splitter = enclave_block_splitter_new (&sink, self);
  enclave_reply_builder_add_reasoning (self, thought);
}

char *
enclave_reply_builder_finish (EnclaveReplyBuilder *self)
{
  g_autofree char *visible = NULL;
  g_autofree char *drafts = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  visible = enclave_tool_call_parser_finish (self->parser);
  drafts = enclave_tool_call_parser_finish (self->thought_parser);
  g_string_truncate (self->raw, enclave_tool_call_parser_get_own_length (self->parser));
  self->thought_counts = self->raw->str[strspn (self->raw->str, " \t\r\n")] == '\0';
  if (*visible != '\0' && self->block != NULL
      && enclave_message_block_get_kind (self->block) == ENCLAVE_BLOCK_REASONING)
    close_block (self);
  enclave_block_splitter_feed (self->splitter, visible);
  enclave_block_splitter_finish (self->splitter);
  close_block (self);

  return g_steal_pointer (&visible);
}

GPtrArray *
enclave_reply_builder_get_calls (EnclaveReplyBuilder *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return enclave_tool_call_parser_get_calls (self->thought_counts ? self->thought_parser : self->parser);
}

const char *
enclave_reply_builder_get_raw (EnclaveReplyBuilder *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->raw->str;
}
