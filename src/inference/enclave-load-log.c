/* enclave-load-log.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-load-log.h"

#include <string.h>

#include "enclave-limits.h"
#include "enclave-utf8.h"

#define DOTS 100
/* Fewer are an ellipsis. */
#define LEAST_DOTS 4

struct _EnclaveLoadLog
{
  GQueue lines; /* of char * */
  GString *open; /* the line that has no end yet */
  guint dots;
  EnclaveLoadProblem problem;
};

/* In lower case, as the programs write them (llama.cpp, ggml, CUDA, HIP, Vulkan, the C++ library). */
static const struct
{
  const char *words;
  EnclaveLoadProblem problem;
} known[] = {
  { "out of memory", ENCLAVE_LOAD_OUT_OF_MEMORY },
  { "outofdevicememory", ENCLAVE_LOAD_OUT_OF_MEMORY },
  { "outofhostmemory", ENCLAVE_LOAD_OUT_OF_MEMORY },
  { "cannot allocate memory", ENCLAVE_LOAD_OUT_OF_MEMORY },
  { "failed to allocate", ENCLAVE_LOAD_OUT_OF_MEMORY },
  { "unable to allocate", ENCLAVE_LOAD_OUT_OF_MEMORY },
  { "std::bad_alloc", ENCLAVE_LOAD_OUT_OF_MEMORY },
  { "not enough memory", ENCLAVE_LOAD_OUT_OF_MEMORY },
  { "requires more system memory", ENCLAVE_LOAD_OUT_OF_MEMORY },
  { "unknown model architecture", ENCLAVE_LOAD_BAD_MODEL },
  { "invalid magic", ENCLAVE_LOAD_BAD_MODEL },
  { "failed to load model", ENCLAVE_LOAD_BAD_MODEL },
  { "error loading model", ENCLAVE_LOAD_BAD_MODEL },
  { "invalid argument:", ENCLAVE_LOAD_BAD_ARGUMENT },
  { "unknown argument", ENCLAVE_LOAD_BAD_ARGUMENT },
  { "unrecognized argument", ENCLAVE_LOAD_BAD_ARGUMENT },
  { "couldn't bind", ENCLAVE_LOAD_NO_SOCKET },
  { "failed to bind", ENCLAVE_LOAD_NO_SOCKET },
  { "failed to listen", ENCLAVE_LOAD_NO_SOCKET },
  { "could not resolve", ENCLAVE_LOAD_NO_SOCKET },
};

EnclaveLoadLog *
enclave_load_log_new (void)
{
  EnclaveLoadLog *self = g_new0 (EnclaveLoadLog, 1);

  g_queue_init (&self->lines);
  self->open = g_string_new (NULL);
  return self;
}

void
enclave_load_log_free (EnclaveLoadLog *self)
{
  if (self == NULL)
    return;
  g_queue_clear_full (&self->lines, g_free);
  g_string_free (self->open, TRUE);
  g_free (self);
}

static void
look_for_problem (EnclaveLoadLog *self, const char *line)
{
  g_autofree char *lower = g_ascii_strdown (line, -1);

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strstr (lower, known[i].words) != NULL
        && (self->problem == ENCLAVE_LOAD_FINE || known[i].problem == ENCLAVE_LOAD_OUT_OF_MEMORY))
      {
        self->problem = known[i].problem;
        return;
      }
}

/* Dots at the end of @line, which are a bar when nothing but spaces or `name:` stands before them. */
static guint
count_dots (const char *line)
{
  gsize length = strlen (line);
  gsize begin = length;
  guint n_dots;

  while (begin > 0 && line[begin - 1] == '.')
    begin--;
  n_dots = (guint) MIN (length - begin, DOTS);
  if (n_dots < LEAST_DOTS || (begin > 0 && line[begin - 1] != ' '))
    return 0;
  while (begin > 0 && line[begin - 1] == ' ')
    begin--;
  return begin == 0 || line[begin - 1] == ':' ? n_dots : 0;
}

static void
end_line (EnclaveLoadLog *self)
{
  g_autofree char *line = enclave_utf8_strip_escapes (self->open->str, (gssize) self->open->len);

  g_string_truncate (self->open, 0);
  g_strchomp (line);
  if (*line == '\0')
    return;
  self->dots = MAX (self->dots, count_dots (line));
  look_for_problem (self, line);
  g_queue_push_tail (&self->lines, g_steal_pointer (&line));
  if (g_queue_get_length (&self->lines) > ENCLAVE_LOAD_LOG_LINES)
    g_free (g_queue_pop_head (&self->lines));
}

void
enclave_load_log_feed (EnclaveLoadLog *self, const char *text)
{
  g_return_if_fail (self != NULL && text != NULL);

  while (*text != '\0')
    {
      gsize length = strcspn (text, "\n");
      gsize room = ENCLAVE_LOAD_LOG_LINE_BYTES > self->open->len ? ENCLAVE_LOAD_LOG_LINE_BYTES - self->open->len : 0;

      /* Of a longer line the beginning is kept. */
      g_string_append_len (self->open, text, (gssize) enclave_utf8_prefix_length (text, length, room));
      text += length;
      if (*text == '\n')
        {
          end_line (self);
          text++;
        }
    }
  self->dots = MAX (self->dots, count_dots (self->open->str));
}

char *
enclave_load_log_dup_last (EnclaveLoadLog *self, guint n_lines)
{
  g_autofree char *open = NULL;
  GString *text = g_string_new (NULL);
  guint n;

  g_return_val_if_fail (self != NULL, NULL);

  open = enclave_utf8_strip_escapes (self->open->str, (gssize) self->open->len);
  n = g_queue_get_length (&self->lines);
  if (*open != '\0' && n_lines > 0)
    n_lines--;
  for (guint i = n > n_lines ? n - n_lines : 0; i < n; i++)
    g_string_append_printf (text, "%s\n", (const char *) g_queue_peek_nth (&self->lines, i));
  if (*open != '\0')
    g_string_append_printf (text, "%s\n", open);
  return g_string_free (text, FALSE);
}

double
enclave_load_log_get_fraction (EnclaveLoadLog *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->dots > 0 ? (double) self->dots / DOTS : -1;
}

EnclaveLoadProblem
enclave_load_log_get_problem (EnclaveLoadLog *self)
{
  g_return_val_if_fail (self != NULL, ENCLAVE_LOAD_FINE);

  return self->problem;
}
