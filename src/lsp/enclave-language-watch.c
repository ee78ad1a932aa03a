/* enclave-language-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-watch.h"

#include <string.h>

#include "enclave-glob-set.h"
#include "enclave-json.h"
#include "enclave-limits.h"

#define METHOD "workspace/didChangeWatchedFiles"
/* WatchKind of the protocol: the bit of each kind of change. */
#define KIND_BIT(kind) (1u << ((kind) - 1))
#define ALL_KINDS 7

typedef struct
{
  /* By the kinds that they are about, so that a pattern is asked only where it counts. */
  EnclaveGlobSet *sets[ALL_KINDS + 1]; /* (nullable) */
  guint n_patterns;
} Registration;

struct _EnclaveLanguageWatch
{
  char *root;
  GHashTable *registrations; /* id → Registration */
};

static void
registration_free (gpointer data)
{
  Registration *registration = data;

  for (guint i = 0; i < G_N_ELEMENTS (registration->sets); i++)
    g_clear_pointer (&registration->sets[i], enclave_glob_set_unref);
  g_free (registration);
}

EnclaveLanguageWatch *
enclave_language_watch_new (const char *root)
{
  EnclaveLanguageWatch *self;

  g_return_val_if_fail (root != NULL, NULL);

  self = g_new0 (EnclaveLanguageWatch, 1);
  self->root = g_strdup (root);
  self->registrations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, registration_free);
  return self;
}

void
enclave_language_watch_free (EnclaveLanguageWatch *self)
{
  g_hash_table_unref (self->registrations);
  g_free (self->root);
  g_free (self);
}

/* The end of the group that begins at @open; NULL: it has none. */
static const char *
find_end (const char *open)
{
  guint depth = 0;

  for (const char *at = open; *at != '\0'; at++)
    {
      if (*at == '\\' && at[1] != '\0')
        at++;
      else if (*at == '{')
        depth++;
      else if (*at == '}' && --depth == 0)
        return at;
    }
  return NULL;
}

/* `*.{c,h}` is two patterns, of which each is one for gitignore(5). */
static void
expand (const char *pattern, GPtrArray *all)
{
  const char *open = strchr (pattern, '{');
  const char *close = open != NULL ? find_end (open) : NULL;
  const char *begin;
  guint depth = 0;

  if (all->len > ENCLAVE_LANGUAGE_MAX_WATCH_PATTERNS)
    return;
  if (close == NULL)
    {
      g_ptr_array_add (all, g_strdup (pattern));
      return;
    }
  begin = open + 1;
  for (const char *at = begin; at <= close; at++)
    {
      if (at == close || (*at == ',' && depth == 0))
        {
          g_autofree char *one = g_strdup_printf ("%.*s%.*s%s", (int) (open - pattern), pattern, (int) (at - begin), begin, close + 1);

          expand (one, all);
          begin = at + 1;
        }
      else if (*at == '{')
        depth++;
      else if (*at == '}')
        depth--;
    }
}

/* @pattern: of paths below the project, or whole paths. NULL: of none in the project. */
static const char *
find_relative (EnclaveLanguageWatch *self, const char *pattern)
{
  gsize length = strlen (self->root);

  if (*pattern != '/')
    return pattern;
  return strncmp (pattern, self->root, length) == 0 && pattern[length] == '/' ? pattern + length + 1 : NULL;
}

static void
add_watcher (EnclaveLanguageWatch *self, Registration *registration, JsonObject *watcher)
{
  g_autoptr (GPtrArray) patterns = g_ptr_array_new_with_free_func (g_free);
  const char *pattern = enclave_json_peek_string (watcher, "globPattern");
  gint64 kinds = enclave_json_get_int (watcher, "kind", ALL_KINDS) & ALL_KINDS;

  pattern = pattern != NULL && strlen (pattern) <= ENCLAVE_LANGUAGE_MAX_WATCH_PATTERN_BYTES ? find_relative (self, pattern) : NULL;
  if (pattern == NULL)
    return;
  expand (pattern, patterns);
  for (guint i = 0; kinds != 0 && i < patterns->len && registration->n_patterns < ENCLAVE_LANGUAGE_MAX_WATCH_PATTERNS; i++)
    {
      /* From the project's folder on; and what begins with "!" or "#" is a name as any other. */
      g_autofree char *anchored = g_strconcat ("/", g_ptr_array_index (patterns, i), NULL);

      if (registration->sets[kinds] == NULL)
        registration->sets[kinds] = enclave_glob_set_new (FALSE);
      if (enclave_glob_set_add (registration->sets[kinds], anchored, 1, NULL))
        registration->n_patterns++;
    }
}

void
enclave_language_watch_register (EnclaveLanguageWatch *self, JsonObject *params)
{
  JsonArray *all;

  g_return_if_fail (self != NULL);

  all = params != NULL ? enclave_json_peek_array (params, "registrations") : NULL;
  for (guint i = 0; all != NULL && i < json_array_get_length (all); i++)
    {
      JsonObject *one = enclave_json_array_peek_object (all, i);
      const char *id = one != NULL ? enclave_json_peek_string (one, "id") : NULL;
      const char *method = one != NULL ? enclave_json_peek_string (one, "method") : NULL;
      JsonObject *options = one != NULL ? enclave_json_peek_object (one, "registerOptions") : NULL;
      JsonArray *watchers = options != NULL ? enclave_json_peek_array (options, "watchers") : NULL;
      Registration *registration;

      if (id == NULL || g_strcmp0 (method, METHOD) != 0 || watchers == NULL
          || g_hash_table_size (self->registrations) >= ENCLAVE_LANGUAGE_MAX_WATCHES)
        continue;
      registration = g_new0 (Registration, 1);
      for (guint k = 0; k < json_array_get_length (watchers); k++)
        {
          JsonObject *watcher = enclave_json_array_peek_object (watchers, k);

          if (watcher != NULL)
            add_watcher (self, registration, watcher);
        }
      g_hash_table_replace (self->registrations, g_strdup (id), registration);
    }
}

void
enclave_language_watch_unregister (EnclaveLanguageWatch *self, JsonObject *params)
{
  JsonArray *all;

  g_return_if_fail (self != NULL);

  /* The protocol itself has the misspelling; 3.17 says that it stays. */
  all = params != NULL ? enclave_json_peek_array (params, "unregisterations") : NULL;
  for (guint i = 0; all != NULL && i < json_array_get_length (all); i++)
    {
      JsonObject *one = enclave_json_array_peek_object (all, i);
      const char *id = one != NULL ? enclave_json_peek_string (one, "id") : NULL;

      if (id != NULL)
        g_hash_table_remove (self->registrations, id);
    }
}

gboolean
enclave_language_watch_wants (EnclaveLanguageWatch *self, const EnclaveFileChange *change)
{
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (self != NULL && change != NULL, FALSE);

  g_hash_table_iter_init (&iter, self->registrations);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Registration *registration = value;

      for (guint kinds = 1; kinds <= ALL_KINDS; kinds++)
        if ((kinds & KIND_BIT (change->kind)) != 0 && registration->sets[kinds] != NULL
            && enclave_glob_set_match (registration->sets[kinds], change->path, FALSE).id != 0)
          return TRUE;
    }
  return FALSE;
}
