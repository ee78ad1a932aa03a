/* enclave-diagnostic.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-diagnostic.h"

#include <glib/gi18n.h>

#include "enclave-json.h"
#include "enclave-language-reader.h"
#include "enclave-limits.h"

#define WORD_BYTES 200

EnclaveDiagnostic *
enclave_diagnostic_ref (EnclaveDiagnostic *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
diagnostic_clear (gpointer data)
{
  EnclaveDiagnostic *self = data;

  g_free (self->message);
  g_free (self->source);
  g_free (self->code);
  g_clear_pointer (&self->wire, json_node_unref);
}

void
enclave_diagnostic_unref (EnclaveDiagnostic *self)
{
  g_atomic_rc_box_release_full (self, diagnostic_clear);
}

/* A number or a word. */
static char *
dup_code (JsonObject *object)
{
  const char *code = enclave_json_peek_string (object, "code");
  gint64 number = enclave_json_get_int (object, "code", G_MININT64);

  if (code != NULL)
    return enclave_language_clean (code, WORD_BYTES);
  return number != G_MININT64 ? g_strdup_printf ("%" G_GINT64_FORMAT, number) : NULL;
}

/* (nullable): it is none. */
static EnclaveDiagnostic *
read_one (JsonArray *array, guint index)
{
  JsonObject *object = enclave_json_array_peek_object (array, index);
  const char *message = object != NULL ? enclave_json_peek_string (object, "message") : NULL;
  const char *source;
  EnclaveDiagnostic *self;
  EnclaveLanguageRange range;
  gint64 severity;

  if (message == NULL || !enclave_language_read_range (enclave_json_peek_object (object, "range"), &range))
    return NULL;
  self = g_atomic_rc_box_new0 (EnclaveDiagnostic);
  self->range = range;
  severity = enclave_json_get_int (object, "severity", ENCLAVE_DIAGNOSTIC_ERROR);
  self->severity = severity >= ENCLAVE_DIAGNOSTIC_ERROR && severity <= ENCLAVE_DIAGNOSTIC_HINT ? (EnclaveDiagnosticSeverity) severity
                                                                                               : ENCLAVE_DIAGNOSTIC_ERROR;
  self->message = enclave_language_clean (message, ENCLAVE_LANGUAGE_MESSAGE_BYTES);
  source = enclave_json_peek_string (object, "source");
  self->source = source != NULL ? enclave_language_clean (source, WORD_BYTES) : NULL;
  self->code = dup_code (object);
  self->wire = json_node_ref (json_array_get_element (array, index));
  return self;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const EnclaveDiagnostic *one = *(EnclaveDiagnostic *const *) a;
  const EnclaveDiagnostic *other = *(EnclaveDiagnostic *const *) b;
  int order = enclave_language_position_compare (&one->range.start, &other->range.start);

  return order != 0 ? order : (int) one->severity - (int) other->severity;
}

GPtrArray *
enclave_diagnostic_read_all (JsonArray *array)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_diagnostic_unref);
  guint length = array != NULL ? json_array_get_length (array) : 0;

  for (guint i = 0; i < length && all->len < ENCLAVE_LANGUAGE_MAX_DIAGNOSTICS; i++)
    {
      EnclaveDiagnostic *one = read_one (array, i);

      if (one != NULL)
        g_ptr_array_add (all, one);
    }
  g_ptr_array_sort (all, compare);
  return all;
}

typedef struct
{
  EnclaveLanguageText *before;
  EnclaveLanguageText *after;
  EnclaveLanguageRange range; /* of @before that was replaced */
  gsize start;                /* its bytes */
  gsize end;
  gsize inserted;             /* bytes that stand in @after for it */
  gboolean same_lines;
} Move;

static EnclaveLanguagePosition
move_position (const Move *move, EnclaveLanguagePosition position, gboolean is_end)
{
  gsize byte = enclave_language_text_get_byte (move->before, position);

  /* What is written just before a word moves it; what is written just behind it does not make it longer. */
  if (byte < move->start || (byte == move->start && (is_end || move->end > move->start)))
    return position;
  if (byte >= move->end)
    return enclave_language_text_find_byte (move->after, byte - move->end + move->start + move->inserted);
  return move->same_lines ? position : move->range.start;
}

/* With an object of its own: json_node_copy() has the same one. (transfer full) */
static JsonNode *
copy_wire (JsonNode *wire)
{
  JsonObject *copy = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  json_object_iter_init (&iter, json_node_get_object (wire));
  while (json_object_iter_next (&iter, &name, &member))
    json_object_set_member (copy, name, json_node_copy (member));
  json_node_take_object (node, copy);
  return node;
}

/* (transfer full) */
static EnclaveDiagnostic *
move_one (const Move *move, EnclaveDiagnostic *one)
{
  EnclaveDiagnostic *moved;
  EnclaveLanguageRange range;

  range.start = move_position (move, one->range.start, FALSE);
  range.end = move_position (move, one->range.end, TRUE);
  if (enclave_language_position_compare (&range.end, &range.start) < 0)
    range.end = range.start;
  if (enclave_language_position_compare (&range.start, &one->range.start) == 0
      && enclave_language_position_compare (&range.end, &one->range.end) == 0)
    return enclave_diagnostic_ref (one);
  moved = g_atomic_rc_box_new0 (EnclaveDiagnostic);
  moved->range = range;
  moved->severity = one->severity;
  moved->message = g_strdup (one->message);
  moved->source = g_strdup (one->source);
  moved->code = g_strdup (one->code);
  moved->wire = copy_wire (one->wire);
  json_object_set_object_member (json_node_get_object (moved->wire), "range", enclave_language_write_range (&range));
  return moved;
}

GPtrArray *
enclave_diagnostic_move_all (GPtrArray *all, EnclaveLanguageText *before, EnclaveLanguageText *after)
{
  Move move = { .before = before, .after = after };
  GPtrArray *moved;

  g_return_val_if_fail (all != NULL && before != NULL && after != NULL, NULL);

  if (!enclave_language_text_compare (before, after, &move.range, &move.start, &move.inserted))
    return g_ptr_array_ref (all);
  move.end = enclave_language_text_get_byte (before, move.range.end);
  move.same_lines = enclave_language_text_find_byte (after, move.start + move.inserted).line == move.range.end.line;
  moved = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_diagnostic_unref);
  for (guint i = 0; i < all->len; i++)
    g_ptr_array_add (moved, move_one (&move, g_ptr_array_index (all, i)));
  g_ptr_array_sort (moved, compare);
  return moved;
}

/* For a model and for lists in English. */
static const char *
get_word (EnclaveDiagnosticSeverity severity)
{
  static const char *const words[] = { "error", "error", "warning", "note", "hint" };

  return words[severity];
}

char *
enclave_diagnostic_to_line (const EnclaveDiagnostic *self)
{
  g_autofree char *message = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  message = g_strdelimit (g_strdup (self->message), "\r\n", ' ');
  if (self->source == NULL && self->code == NULL)
    return g_strdup_printf ("%s: %s", get_word (self->severity), message);
  return g_strdup_printf ("%s: %s [%s%s%s]", get_word (self->severity), message, self->source != NULL ? self->source : "",
                          self->source != NULL && self->code != NULL ? " " : "", self->code != NULL ? self->code : "");
}

const char *
enclave_diagnostic_severity_to_string (EnclaveDiagnosticSeverity severity)
{
  switch (severity)
    {
    case ENCLAVE_DIAGNOSTIC_WARNING:
      return _ ("Warning");
    case ENCLAVE_DIAGNOSTIC_INFORMATION:
      return _ ("Note");
    case ENCLAVE_DIAGNOSTIC_HINT:
      return _ ("Hint");
    case ENCLAVE_DIAGNOSTIC_ERROR:
    default:
      return _ ("Error");
    }
}
