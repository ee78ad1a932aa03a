/* enclave-audit-parse.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-audit-reader.h"

#include "enclave-limits.h"
#include "enclave-utf8.h"

#define MAX_MEMBERS 48

typedef struct
{
  char *name;
  char *text; /* (nullable): a number */
  gint64 number;
} Member;

struct _EnclaveAuditEntry
{
  GObject parent_instance;

  char *line;
  Member members[MAX_MEMBERS];
  guint n_members;
};

G_DEFINE_FINAL_TYPE (EnclaveAuditEntry, enclave_audit_entry, G_TYPE_OBJECT)

static void
enclave_audit_entry_finalize (GObject *object)
{
  EnclaveAuditEntry *self = ENCLAVE_AUDIT_ENTRY (object);

  for (guint i = 0; i < self->n_members; i++)
    {
      g_free (self->members[i].name);
      g_free (self->members[i].text);
    }
  g_free (self->line);

  G_OBJECT_CLASS (enclave_audit_entry_parent_class)->finalize (object);
}

static void
enclave_audit_entry_class_init (EnclaveAuditEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_audit_entry_finalize;
}

static void
enclave_audit_entry_init (EnclaveAuditEntry *self)
{
}

typedef struct
{
  const char *at;
  const char *end;
} Cursor;

static gboolean
take (Cursor *cursor, char c)
{
  if (cursor->at == cursor->end || *cursor->at != c)
    return FALSE;
  cursor->at++;

  return TRUE;
}

static gboolean
take_hex4 (Cursor *cursor, gunichar *value)
{
  *value = 0;
  for (guint i = 0; i < 4; i++)
    {
      int digit = cursor->at < cursor->end ? g_ascii_xdigit_value (*cursor->at) : -1;

      if (digit < 0)
        return FALSE;
      *value = *value << 4 | (gunichar) digit;
      cursor->at++;
    }

  return TRUE;
}

static gboolean
take_escape (Cursor *cursor, GString *text)
{
  static const char names[] = "\"\\/bfnrt";
  static const char values[] = "\"\\/\b\f\n\r\t";
  gunichar high, low;
  const char *found;

  if (cursor->at == cursor->end)
    return FALSE;
  if (*cursor->at != 'u')
    {
      found = *cursor->at != '\0' ? strchr (names, *cursor->at) : NULL;
      if (found == NULL)
        return FALSE;
      g_string_append_c (text, values[found - names]);
      cursor->at++;
      return TRUE;
    }
  cursor->at++;
  if (!take_hex4 (cursor, &high) || high == 0)
    return FALSE;
  if (high >= 0xd800 && high <= 0xdbff)
    {
      if (!take (cursor, '\\') || !take (cursor, 'u') || !take_hex4 (cursor, &low) || low < 0xdc00 || low > 0xdfff)
        return FALSE;
      high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    }
  if (!g_unichar_validate (high))
    return FALSE;
  g_string_append_unichar (text, high);

  return TRUE;
}

static char *
take_string (Cursor *cursor)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (!take (cursor, '"'))
    return NULL;
  while (cursor->at < cursor->end && *cursor->at != '"')
    {
      const char *start = cursor->at;

      if (take (cursor, '\\'))
        {
          if (!take_escape (cursor, text))
            return NULL;
          continue;
        }
      if ((guchar) *start < 0x20)
        return NULL;
      while (cursor->at < cursor->end && *cursor->at != '"' && *cursor->at != '\\' && (guchar) *cursor->at >= 0x20)
        cursor->at++;
      g_string_append_len (text, start, cursor->at - start);
    }
  if (!take (cursor, '"') || !g_utf8_validate (text->str, (gssize) text->len, NULL))
    return NULL;

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
take_number (Cursor *cursor, gint64 *number)
{
  gboolean negative = take (cursor, '-');
  guint n_digits = 0;
  gint64 value = 0;

  for (; cursor->at < cursor->end && g_ascii_isdigit (*cursor->at); cursor->at++, n_digits++)
    {
      if (__builtin_mul_overflow (value, 10, &value) || __builtin_add_overflow (value, *cursor->at - '0', &value))
        return FALSE;
    }
  *number = negative ? -value : value;

  return n_digits > 0;
}

static Member *
find (EnclaveAuditEntry *self, const char *name)
{
  for (guint i = 0; i < self->n_members; i++)
    {
      if (strcmp (self->members[i].name, name) == 0)
        return &self->members[i];
    }

  return NULL;
}

static gboolean
take_member (EnclaveAuditEntry *self, Cursor *cursor)
{
  g_autofree char *name = take_string (cursor);
  Member *member = &self->members[self->n_members];

  /* A name that comes twice would be read in two ways. */
  if (name == NULL || self->n_members == MAX_MEMBERS || find (self, name) != NULL || !take (cursor, ':'))
    return FALSE;
  if (cursor->at < cursor->end && *cursor->at == '"')
    {
      member->text = take_string (cursor);
      if (member->text == NULL)
        return FALSE;
    }
  else if (!take_number (cursor, &member->number))
    return FALSE;
  member->name = g_steal_pointer (&name);
  self->n_members++;

  return TRUE;
}

static gboolean
has_hash (EnclaveAuditEntry *self, const char *name)
{
  const char *text = enclave_audit_entry_get_string (self, name);

  return text != NULL && strlen (text) == ENCLAVE_AUDIT_HASH_LENGTH
         && strspn (text, "0123456789abcdef") == ENCLAVE_AUDIT_HASH_LENGTH;
}

/**
 * enclave_audit_entry_parse:
 * @line: bytes of one line, without its newline
 *
 * Strict: what the log never writes is no record.
 *
 * Returns: (transfer full) (nullable): the record
 */
EnclaveAuditEntry *
enclave_audit_entry_parse (const char *line, gsize length)
{
  g_autoptr(EnclaveAuditEntry) self = NULL;
  Cursor cursor = { line, line + length };

  if (length > ENCLAVE_AUDIT_LINE_MAX_BYTES || memchr (line, '\0', length) != NULL || !take (&cursor, '{'))
    return NULL;
  self = g_object_new (ENCLAVE_TYPE_AUDIT_ENTRY, NULL);
  do
    {
      if (!take_member (self, &cursor))
        return NULL;
    }
  while (take (&cursor, ','));
  if (!take (&cursor, '}') || cursor.at != cursor.end)
    return NULL;
  if (enclave_audit_entry_get_number (self, "seq") < 1 || !has_hash (self, "prev") || !has_hash (self, "hash")
      || self->n_members < 2 || strcmp (self->members[self->n_members - 1].name, "hash") != 0
      || strcmp (self->members[self->n_members - 2].name, "prev") != 0)
    return NULL;
  self->line = g_strndup (line, length);

  return g_steal_pointer (&self);
}

guint64
enclave_audit_entry_get_seq (EnclaveAuditEntry *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AUDIT_ENTRY (self), 0);

  return (guint64) enclave_audit_entry_get_number (self, "seq");
}

/**
 * enclave_audit_entry_get_string:
 * @member: its name in the file
 *
 * Returns: (nullable): its value when it is a string; borrowed
 */
const char *
enclave_audit_entry_get_string (EnclaveAuditEntry *self, const char *member)
{
  Member *found;

  g_return_val_if_fail (ENCLAVE_IS_AUDIT_ENTRY (self), NULL);

  found = find (self, member);

  return found != NULL ? found->text : NULL;
}

/**
 * enclave_audit_entry_get_number:
 * @member: its name in the file
 *
 * Returns: its value when it is a number, else 0
 */
gint64
enclave_audit_entry_get_number (EnclaveAuditEntry *self, const char *member)
{
  Member *found;

  g_return_val_if_fail (ENCLAVE_IS_AUDIT_ENTRY (self), 0);

  found = find (self, member);

  return found != NULL && found->text == NULL ? found->number : 0;
}

gboolean
enclave_audit_entry_has_number (EnclaveAuditEntry *self, const char *member)
{
  Member *found;

  g_return_val_if_fail (ENCLAVE_IS_AUDIT_ENTRY (self), FALSE);

  found = find (self, member);

  return found != NULL && found->text == NULL;
}

const char *
enclave_audit_entry_get_line (EnclaveAuditEntry *self)
{
  g_return_val_if_fail (ENCLAVE_IS_AUDIT_ENTRY (self), NULL);

  return self->line;
}

static void
add_part (GString *text, const char *before, const char *value, const char *after)
{
  g_autofree char *shown = NULL;

  if (value == NULL || *value == '\0')
    return;
  shown = enclave_utf8_display_name (value);
  g_string_append_printf (text, "%s%s%s", before, shown, after);
}

/**
 * enclave_audit_entry_to_text:
 *
 * Returns: (transfer full): one line for people, what can't be seen drawn
 */
char *
enclave_audit_entry_to_text (EnclaveAuditEntry *self)
{
  g_autoptr(GString) text = g_string_new (NULL);
  const char *kind = enclave_audit_entry_get_string (self, "kind");

  g_string_append_printf (text, "%6" G_GUINT64_FORMAT, enclave_audit_entry_get_seq (self));
  add_part (text, "  ", enclave_audit_entry_get_string (self, "time"), "");
  if (g_strcmp0 (kind, "seal") == 0)
    return g_string_free (g_string_append (g_steal_pointer (&text), "  seal"), FALSE);
  add_part (text, "  note ", enclave_audit_entry_get_string (self, "note"), "");
  add_part (text, "  ", enclave_audit_entry_get_string (self, "decision"), "");
  add_part (text, "  ", enclave_audit_entry_get_string (self, "actor"), "");
  add_part (text, " ", enclave_audit_entry_get_string (self, "tool"), "");
  add_part (text, "  ", enclave_audit_entry_get_string (self, "path"), "");
  add_part (text, "  (", enclave_audit_entry_get_string (self, "rule"), ")");
  if (enclave_audit_entry_has_number (self, "exit_status"))
    g_string_append_printf (text, "  exit %" G_GINT64_FORMAT, enclave_audit_entry_get_number (self, "exit_status"));
  if (enclave_audit_entry_get_string (self, "result_digest") != NULL)
    g_string_append_printf (text, "  %" G_GINT64_FORMAT " bytes", enclave_audit_entry_get_number (self, "result_bytes"));
  add_part (text, "  [", enclave_audit_entry_get_string (self, "level"), "]");

  return g_string_free (g_steal_pointer (&text), FALSE);
}
