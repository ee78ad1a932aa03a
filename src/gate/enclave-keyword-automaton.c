/* enclave-keyword-automaton.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-keyword-automaton.h"

#define NO_KEYWORD G_MAXUINT16
#define NO_STATE G_MAXUINT16

/* Bytes that no keyword has are one class, and a row of the table has one cell a class: it stays in the cache. */
struct _EnclaveKeywordAutomaton
{
  guint8 classes[256];
  guint n_classes;
  guint n_states;
  guint16 *next;     /* [state * n_classes + class] */
  guint16 *keyword;  /* that ends in a state, else NO_KEYWORD */
  guint16 *shorter;  /* the next state on the way of suffixes in which one ends; 0: none */
  guint8 *is_ending; /* whether the state or one on its way ends a keyword */
};

static void
number_classes (EnclaveKeywordAutomaton *self, const char *const *keywords, guint n_keywords)
{
  self->n_classes = 1;
  for (guint i = 0; i < n_keywords; i++)
    {
      for (const char *c = keywords[i]; *c != '\0'; c++)
        {
          guint8 upper = (guint8) g_ascii_toupper (*c);

          if (self->classes[(guint8) *c] == 0)
            self->classes[(guint8) *c] = (guint8) self->n_classes++;
          self->classes[upper] = self->classes[(guint8) *c];
        }
    }
}

static void
build_tree (EnclaveKeywordAutomaton *self, const char *const *keywords, guint n_keywords)
{
  self->n_states = 1;
  for (guint i = 0; i < n_keywords; i++)
    {
      guint state = 0;

      for (const char *c = keywords[i]; *c != '\0'; c++)
        {
          guint16 *cell = &self->next[state * self->n_classes + self->classes[(guint8) *c]];

          if (*cell == NO_STATE)
            *cell = (guint16) self->n_states++;
          state = *cell;
        }
      if (self->keyword[state] == NO_KEYWORD)
        self->keyword[state] = (guint16) i;
    }
}

/* Breadth first: a state's longest suffix is nearer to the start than itself. */
static void
join_suffixes (EnclaveKeywordAutomaton *self)
{
  g_autofree guint16 *suffix = g_new0 (guint16, self->n_states);
  g_autofree guint16 *queue = g_new0 (guint16, self->n_states);
  guint head = 0;
  guint tail = 0;

  for (guint c = 0; c < self->n_classes; c++)
    {
      guint16 *cell = &self->next[c];

      if (*cell == NO_STATE)
        *cell = 0;
      else
        queue[tail++] = *cell;
    }
  while (head < tail)
    {
      guint state = queue[head++];
      guint below = suffix[state];

      self->shorter[state] = self->keyword[below] != NO_KEYWORD ? (guint16) below : self->shorter[below];
      self->is_ending[state] = self->keyword[state] != NO_KEYWORD || self->shorter[state] != 0;
      for (guint c = 0; c < self->n_classes; c++)
        {
          guint16 *cell = &self->next[state * self->n_classes + c];
          guint16 other = self->next[below * self->n_classes + c];

          if (*cell == NO_STATE)
            {
              *cell = other;
              continue;
            }
          suffix[*cell] = other;
          queue[tail++] = *cell;
        }
    }
}

EnclaveKeywordAutomaton *
enclave_keyword_automaton_new (const char *const *keywords, guint n_keywords)
{
  EnclaveKeywordAutomaton *self = g_new0 (EnclaveKeywordAutomaton, 1);
  gsize max_states = 1;

  for (guint i = 0; i < n_keywords; i++)
    max_states += strlen (keywords[i]);
  number_classes (self, keywords, n_keywords);

  self->next = g_new (guint16, max_states * self->n_classes);
  memset (self->next, 0xff, sizeof (guint16) * max_states * self->n_classes);
  self->keyword = g_new (guint16, max_states);
  memset (self->keyword, 0xff, sizeof (guint16) * max_states);
  self->shorter = g_new0 (guint16, max_states);
  self->is_ending = g_new0 (guint8, max_states);
  build_tree (self, keywords, n_keywords);
  join_suffixes (self);

  return self;
}

void
enclave_keyword_automaton_free (EnclaveKeywordAutomaton *self)
{
  g_free (self->next);
  g_free (self->keyword);
  g_free (self->shorter);
  g_free (self->is_ending);
  g_free (self);
}

void
enclave_keyword_automaton_scan (const EnclaveKeywordAutomaton *self, const char *text, gsize length,
                                EnclaveKeywordFunc found, gpointer user_data)
{
  const guint n_classes = self->n_classes;
  guint state = 0;

  for (gsize i = 0; i < length; i++)
    {
      state = self->next[state * n_classes + self->classes[(guint8) text[i]]];
      if (G_LIKELY (!self->is_ending[state]))
        continue;
      for (guint ending = self->keyword[state] != NO_KEYWORD ? state : self->shorter[state]; ending != 0;
           ending = self->shorter[ending])
        found (self->keyword[ending], i + 1, user_data);
    }
}
