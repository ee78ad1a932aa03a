/* enclave-session.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-session-private.h"

#include "enclave-json.h"

/* Characters of an excerpt, and how many of them stand before what was found. */
#define EXCERPT_CHARS 120
#define EXCERPT_BEFORE 40

struct _EnclaveSession
{
  GObject parent_instance;

  char *id;
  char *title;
  char *origin;
  char *excerpt;
  gint64 time;
  guint n_messages;
};

G_DEFINE_FINAL_TYPE (EnclaveSession, enclave_session, G_TYPE_OBJECT)

static void
enclave_session_finalize (GObject *object)
{
  EnclaveSession *self = ENCLAVE_SESSION (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->excerpt, g_free);

  G_OBJECT_CLASS (enclave_session_parent_class)->finalize (object);
}

static void
enclave_session_class_init (EnclaveSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_session_finalize;
}

static void
enclave_session_init (EnclaveSession *self)
{
  self->title = g_strdup ("");
  self->excerpt = g_strdup ("");
}

const char *
enclave_session_get_id (EnclaveSession *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SESSION (self), NULL);

  return self->id;
}

const char *
enclave_session_get_title (EnclaveSession *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SESSION (self), NULL);

  return self->title;
}

const char *
enclave_session_get_origin (EnclaveSession *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SESSION (self), NULL);

  return self->origin;
}

gint64
enclave_session_get_time (EnclaveSession *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SESSION (self), 0);

  return self->time;
}

guint
enclave_session_get_n_messages (EnclaveSession *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SESSION (self), 0);

  return self->n_messages;
}

const char *
enclave_session_get_excerpt (EnclaveSession *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SESSION (self), NULL);

  return self->excerpt;
}

/* Where the first of @words stands in @folded, in characters; -1 when one is missing. */
static glong
find_all (const char *folded, const char *const *words)
{
  const char *first = NULL;

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *found = strstr (folded, words[i]);

      if (found == NULL)
        return -1;
      if (first == NULL)
        first = found;
    }

  return first != NULL ? g_utf8_pointer_to_offset (folded, first) : 0;
}

static char *
dup_excerpt (const char *text, glong position)
{
  glong length = g_utf8_strlen (text, -1);
  glong from = CLAMP (position - EXCERPT_BEFORE, 0, length);
  glong to = MIN (from + EXCERPT_CHARS, length);
  g_autofree char *part = g_utf8_substring (text, from, to);

  for (char *p = part; *p != '\0'; p++)
    if (g_ascii_isspace (*p))
      *p = ' ';

  return g_strconcat (from > 0 ? "…" : "", g_strstrip (part), to < length ? "…" : "", NULL);
}

/* The longest piece of @words that JSON writes as it is: a line without it need not be parsed. (transfer full) */
static char *
dup_plain_piece (const char *const *words)
{
  const char *best = "";
  gsize best_length = 0;

  for (guint i = 0; words[i] != NULL; i++)
    for (const char *p = words[i]; *p != '\0';)
      {
        gsize length = strspn (p, "abcdefghijklmnopqrstuvwxyz0123456789");

        if (length > best_length)
          {
            best = p;
            best_length = length;
          }
        p += MAX (length, 1);
      }

  return g_strndup (best, best_length);
}

static gboolean
has_piece (const char *line, gsize length, const char *piece)
{
  gsize n = strlen (piece);

  for (gsize i = 0; i + n <= length; i++)
    if (g_ascii_tolower (line[i]) == *piece && g_ascii_strncasecmp (line + i, piece, n) == 0)
      return TRUE;

  return n == 0;
}

/* Returns: (transfer full): of the first block that has all words; NULL when none has. */
static char *
dup_found (const char *line, gsize length, const char *const *words)
{
  g_autoptr (JsonObject) object = enclave_json_parse_object (line, (gssize) length, NULL);
  JsonArray *messages = object != NULL ? enclave_json_peek_array (object, "messages") : NULL;

  for (guint i = 0; messages != NULL && i < json_array_get_length (messages); i++)
    {
      JsonObject *message = enclave_json_array_peek_object (messages, i);
      JsonArray *blocks = message != NULL ? enclave_json_peek_array (message, "blocks") : NULL;

      for (guint j = 0; blocks != NULL && j < json_array_get_length (blocks); j++)
        {
          JsonObject *block = enclave_json_array_peek_object (blocks, j);
          const char *text = block != NULL ? enclave_json_peek_string (block, "text") : NULL;
          g_autofree char *folded = text != NULL ? g_utf8_casefold (text, -1) : NULL;
          glong position = folded != NULL ? find_all (folded, words) : -1;

          if (position >= 0)
            return dup_excerpt (text, position);
        }
    }

  return NULL;
}

static gboolean
begins_with (const char *line, gsize length, const char *prefix)
{
  return length >= strlen (prefix) && memcmp (line, prefix, strlen (prefix)) == 0;
}

/* Messages of the person in one line: their role is written nowhere else without escapes. */
static guint
count_messages (const char *line, gsize length)
{
  static const char mark[] = "\"role\":\"user\",";
  guint n = 0;

  for (const char *p = line; (p = memmem (p, length - (gsize) (p - line), mark, sizeof mark - 1)) != NULL; p++)
    n++;

  return n;
}

static void
take_line (EnclaveSession *self, const char *line, gsize length)
{
  g_autoptr (JsonObject) object = NULL;
  const char *title;

  if (begins_with (line, length, "{\"type\":\"turn\""))
    {
      self->n_messages += count_messages (line, length);
      return;
    }
  object = enclave_json_parse_object (line, (gssize) length, NULL);
  if (object == NULL)
    return;
  if (self->id == NULL && enclave_json_peek_string (object, "id") != NULL)
    {
      self->id = g_strdup (enclave_json_peek_string (object, "id"));
      self->origin = g_strdup (enclave_json_peek_string (object, "origin"));
    }
  title = enclave_json_peek_string (object, "title");
  if (title != NULL)
    {
      g_free (self->title);
      self->title = g_strdup (title);
    }
}

EnclaveSession *
enclave_session_new_from_text (const char *text, gsize length, gint64 time, const char *const *words)
{
  g_autoptr (EnclaveSession) self = NULL;
  g_autofree char *piece = words != NULL ? dup_plain_piece (words) : NULL;
  g_autofree char *folded = NULL;
  const char *end = text + length;
  const char *next;

  g_return_val_if_fail (text != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_SESSION, NULL);
  self->time = time;
  for (const char *line = text; line < end; line = next + 1)
    {
      next = memchr (line, '\n', (gsize) (end - line));
      if (next == NULL)
        next = end;
      take_line (self, line, (gsize) (next - line));
    }
  if (self->id == NULL || !g_uuid_string_is_valid (self->id))
    return NULL;

  folded = g_utf8_casefold (self->title, -1);
  if (words == NULL || find_all (folded, words) >= 0)
    return g_steal_pointer (&self);
  for (const char *line = text; line < end; line = next + 1)
    {
      g_autofree char *found = NULL;

      next = memchr (line, '\n', (gsize) (end - line));
      if (next == NULL)
        next = end;
      if (has_piece (line, (gsize) (next - line), piece))
        found = dup_found (line, (gsize) (next - line), words);
      if (found == NULL)
        continue;
      g_free (self->excerpt);
      self->excerpt = g_steal_pointer (&found);
      return g_steal_pointer (&self);
    }

  return NULL;
}
