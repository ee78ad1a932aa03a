/* enclave-message-block.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-message-block-private.h"

struct _EnclaveMessageBlock
{
  GObject parent_instance;

  EnclaveBlockKind kind;
  EnclaveNoticeKind notice;
  GString *text;
  char *title;
  char *detail;
  char *language;
  char *path;
  EnclaveToolCall *call;
  gboolean is_open;
};

G_DEFINE_FINAL_TYPE (EnclaveMessageBlock, enclave_message_block, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_OPEN,
  N_PROPS
};

enum
{
  APPENDED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
enclave_message_block_dispose (GObject *object)
{
  EnclaveMessageBlock *self = ENCLAVE_MESSAGE_BLOCK (object);

  g_clear_object (&self->call);

  G_OBJECT_CLASS (enclave_message_block_parent_class)->dispose (object);
}

static void
enclave_message_block_finalize (GObject *object)
{
  EnclaveMessageBlock *self = ENCLAVE_MESSAGE_BLOCK (object);

  g_string_free (self->text, TRUE);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->detail, g_free);
  g_clear_pointer (&self->language, g_free);
  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (enclave_message_block_parent_class)->finalize (object);
}

static void
enclave_message_block_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveMessageBlock *self = ENCLAVE_MESSAGE_BLOCK (object);

  switch (prop_id)
    {
    case PROP_OPEN:
      g_value_set_boolean (value, self->is_open);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_message_block_class_init (EnclaveMessageBlockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_message_block_dispose;
  object_class->finalize = enclave_message_block_finalize;
  object_class->get_property = enclave_message_block_get_property;

  properties[PROP_OPEN] =
    g_param_spec_boolean ("open", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * EnclaveMessageBlock::appended:
   * @offset: where the new text begins, in bytes
   * @text: the new text
   */
  signals[APPENDED] =
    g_signal_new ("appended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
}

static void
enclave_message_block_init (EnclaveMessageBlock *self)
{
  self->text = g_string_new (NULL);
  self->title = g_strdup ("");
  self->detail = g_strdup ("");
  self->language = g_strdup ("");
}

/**
 * enclave_message_block_new:
 * @kind: what it is
 * @text: all of its text
 *
 * Returns: (transfer full): a closed block
 */
EnclaveMessageBlock *
enclave_message_block_new (EnclaveBlockKind kind, const char *text)
{
  EnclaveMessageBlock *self = g_object_new (ENCLAVE_TYPE_MESSAGE_BLOCK, NULL);

  self->kind = kind;
  g_string_append (self->text, text != NULL ? text : "");

  return self;
}

/**
 * enclave_message_block_new_notice:
 * @kind: what happened
 * @title: one line
 * @text: what it means and what can be done
 *
 * Returns: (transfer full): words of Enclave in the conversation; the model never gets them
 */
EnclaveMessageBlock *
enclave_message_block_new_notice (EnclaveNoticeKind kind, const char *title, const char *text)
{
  EnclaveMessageBlock *self = enclave_message_block_new (ENCLAVE_BLOCK_NOTICE, text);

  self->notice = kind;
  g_free (self->title);
  self->title = g_strdup (title != NULL ? title : "");

  return self;
}

/**
 * enclave_message_block_new_tool_call:
 * @call: the call it shows
 *
 * Returns: (transfer full): a row for @call
 */
EnclaveMessageBlock *
enclave_message_block_new_tool_call (EnclaveToolCall *call)
{
  EnclaveMessageBlock *self;

  g_return_val_if_fail (ENCLAVE_IS_TOOL_CALL (call), NULL);

  self = enclave_message_block_new (ENCLAVE_BLOCK_TOOL_CALL, "");
  self->call = g_object_ref (call);

  return self;
}

EnclaveMessageBlock *
enclave_message_block_new_open (EnclaveBlockKind kind, const char *language, const char *path)
{
  EnclaveMessageBlock *self = enclave_message_block_new (kind, "");

  self->is_open = TRUE;
  self->path = g_strdup (path);
  if (language != NULL)
    {
      g_free (self->language);
      self->language = g_strdup (language);
    }

  return self;
}

void
enclave_message_block_append (EnclaveMessageBlock *self, const char *text)
{
  guint offset;

  g_return_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self));
  g_return_if_fail (self->is_open);

  if (*text == '\0')
    return;

  offset = (guint) self->text->len;
  g_string_append (self->text, text);
  g_signal_emit (self, signals[APPENDED], 0, offset, text);
}

void
enclave_message_block_close (EnclaveMessageBlock *self)
{
  g_return_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self));

  if (!self->is_open)
    return;

  self->is_open = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPEN]);
}

EnclaveBlockKind
enclave_message_block_get_kind (EnclaveMessageBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self), ENCLAVE_BLOCK_PARAGRAPH);

  return self->kind;
}

const char *
enclave_message_block_get_text (EnclaveMessageBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self), NULL);

  return self->text->str;
}

const char *
enclave_message_block_get_language (EnclaveMessageBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self), NULL);

  return self->language;
}

const char *
enclave_message_block_get_path (EnclaveMessageBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self), NULL);

  return self->path;
}

gboolean
enclave_message_block_get_open (EnclaveMessageBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self), FALSE);

  return self->is_open;
}

EnclaveToolCall *
enclave_message_block_get_tool_call (EnclaveMessageBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self), NULL);

  return self->call;
}

EnclaveNoticeKind
enclave_message_block_get_notice (EnclaveMessageBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self), ENCLAVE_NOTICE_NONE);

  return self->notice;
}

const char *
enclave_message_block_get_title (EnclaveMessageBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self), NULL);

  return self->title;
}

char *
enclave_message_block_dup_fenced (EnclaveMessageBlock *self)
{
  g_autoptr (GString) text = NULL;
  g_autofree char *fence = NULL;
  guint longest = 2;
  guint run = 0;

  g_return_val_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self), NULL);
  g_return_val_if_fail (self->kind == ENCLAVE_BLOCK_CODE, NULL);

  for (const char *p = self->text->str; *p != '\0'; p++)
    {
      run = *p == '`' ? run + 1 : 0;
      longest = MAX (longest, run);
    }
  fence = g_strnfill (longest + 1, '`');

  text = g_string_new (NULL);
  g_string_append_printf (text, "%s%s", fence, self->language);
  if (self->path != NULL)
    g_string_append_printf (text, "%s%s", *self->language != '\0' ? " " : "", self->path);
  g_string_append_printf (text, "\n%s", self->text->str);
  if (self->text->len > 0 && !g_str_has_suffix (self->text->str, "\n"))
    g_string_append_c (text, '\n');
  g_string_append (text, fence);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
enclave_message_block_set_detail (EnclaveMessageBlock *self, const char *detail)
{
  g_return_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self));

  g_free (self->detail);
  self->detail = g_strdup (detail != NULL ? detail : "");
}

const char *
enclave_message_block_get_detail (EnclaveMessageBlock *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (self), NULL);

  return self->detail;
}
