/* enclave-suggestion-cache.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-suggestion-cache.h"

#include <string.h>

typedef struct
{
  char *scope;
  char *prefix;
  char *suffix;
  char *text;
} Entry;

struct _EnclaveSuggestionCache
{
  GQueue entries; /* (element-type Entry), the newest first */
  guint max_entries;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->scope);
  g_free (entry->prefix);
  g_free (entry->suffix);
  g_free (entry->text);
  g_free (entry);
}

EnclaveSuggestionCache *
enclave_suggestion_cache_new (guint max_entries)
{
  EnclaveSuggestionCache *self = g_new0 (EnclaveSuggestionCache, 1);

  g_queue_init (&self->entries);
  self->max_entries = max_entries;
  return self;
}

void
enclave_suggestion_cache_free (EnclaveSuggestionCache *self)
{
  enclave_suggestion_cache_clear (self);
  g_free (self);
}

void
enclave_suggestion_cache_clear (EnclaveSuggestionCache *self)
{
  g_return_if_fail (self != NULL);
  g_queue_clear_full (&self->entries, entry_free);
}

void
enclave_suggestion_cache_add (EnclaveSuggestionCache *self, const char *scope, const char *prefix, const char *suffix,
                              const char *text)
{
  Entry *entry;

  g_return_if_fail (self != NULL && scope != NULL && prefix != NULL && suffix != NULL && text != NULL);

  entry = g_new0 (Entry, 1);
  entry->scope = g_strdup (scope);
  entry->prefix = g_strdup (prefix);
  entry->suffix = g_strdup (suffix);
  entry->text = g_strdup (text);
  g_queue_push_head (&self->entries, entry);
  while (self->entries.length > self->max_entries)
    entry_free (g_queue_pop_tail (&self->entries));
}

/* What is left of @entry, or NULL when its text does not lead here. Borrowed. */
static const char *
rest_of (const Entry *entry, const char *scope, const char *prefix, const char *suffix)
{
  gsize length = strlen (entry->prefix);
  const char *typed;

  if (strcmp (entry->scope, scope) != 0 || strncmp (prefix, entry->prefix, length) != 0
      || strcmp (suffix, entry->suffix) != 0)
    return NULL;
  typed = prefix + length;
  if (*typed == '\0')
    return entry->text;
  /* All of it typed is nothing known of what follows. */
  return g_str_has_prefix (entry->text, typed) && entry->text[strlen (typed)] != '\0' ? entry->text + strlen (typed) : NULL;
}

char *
enclave_suggestion_cache_find (EnclaveSuggestionCache *self, const char *scope, const char *prefix, const char *suffix)
{
  g_return_val_if_fail (self != NULL && scope != NULL && prefix != NULL && suffix != NULL, NULL);

  for (GList *link = self->entries.head; link != NULL; link = link->next)
    {
      const char *rest = rest_of (link->data, scope, prefix, suffix);

      if (rest != NULL)
        return g_strdup (rest);
    }
  return NULL;
}
