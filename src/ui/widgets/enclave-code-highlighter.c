/* enclave-code-highlighter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-code-highlighter.h"

#include <string.h>
#include <time.h>

#include "enclave-code-attributes.h"
#include "enclave-limits.h"

/* Of work at a time, and lines of which the engine is given so many at once. */
#define SLICE_US 4000
#define CHUNK_LINES 4
/* A chunk that takes longer shows a text that was made to. */
#define PATIENCE_US 40000
/* Brackets that are opened in one line. */
#define MAX_OPENED 40
/* Without anything new, before the work goes on. */
#define QUIET_US (200 * 1000)
/* Languages whose rules are kept ready: 1 to 2 MiB each. */
#define MAX_BUFFERS 6

typedef struct
{
  char *text;
  GtkSourceLanguage *language;
  const char *at; /* in @text: not read yet */
  PangoAttrList *attributes;
  GtkSourceBuffer *buffer; /* (nullable): before the first step */
} Request;

struct _EnclaveCodeHighlighter
{
  GObject parent_instance;

  EnclaveTextStyle *style;
  GSettings *settings;
  GQueue tasks;   /* (element-type GTask), the one that is worked on first */
  GQueue buffers; /* (element-type GtkSourceBuffer), the one used last first */
  guint source;
  gint64 not_before_us;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveCodeHighlighter, enclave_code_highlighter, G_TYPE_OBJECT)

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->text);
  g_object_unref (request->language);
  g_clear_object (&request->buffer);
  pango_attr_list_unref (request->attributes);
  g_free (request);
}

static void
enclave_code_highlighter_finalize (GObject *object)
{
  EnclaveCodeHighlighter *self = ENCLAVE_CODE_HIGHLIGHTER (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_queue_clear_full (&self->tasks, g_object_unref);
  g_queue_clear_full (&self->buffers, g_object_unref);
  g_clear_object (&self->style);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (enclave_code_highlighter_parent_class)->finalize (object);
}

static void
enclave_code_highlighter_class_init (EnclaveCodeHighlighterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_code_highlighter_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
enclave_code_highlighter_init (EnclaveCodeHighlighter *self)
{
  g_queue_init (&self->tasks);
  g_queue_init (&self->buffers);
}

EnclaveCodeHighlighter *
enclave_code_highlighter_new (GSettings *settings)
{
  EnclaveCodeHighlighter *self;

  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), NULL);

  self = g_object_new (ENCLAVE_TYPE_CODE_HIGHLIGHTER, NULL);
  g_set_object (&self->settings, settings);

  return self;
}

static void
style_changed_cb (EnclaveCodeHighlighter *self)
{
  GtkSourceStyleScheme *scheme = enclave_text_style_get_scheme (self->style);
  GtkSourceBuffer *first = g_queue_peek_head (&self->buffers);

  /* Another font is none of ours. */
  if (first == NULL || gtk_source_buffer_get_style_scheme (first) == scheme)
    return;
  for (GList *link = self->buffers.head; link != NULL; link = link->next)
    gtk_source_buffer_set_style_scheme (link->data, scheme);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Rules of a language are read again for a buffer when no other has them. */
static GtkSourceBuffer *
get_buffer (EnclaveCodeHighlighter *self, GtkSourceLanguage *language)
{
  GtkSourceBuffer *buffer;

  for (GList *link = self->buffers.head; link != NULL; link = link->next)
    if (gtk_source_buffer_get_language (link->data) == language)
      {
        g_queue_unlink (&self->buffers, link);
        g_queue_push_head_link (&self->buffers, link);
        return link->data;
      }
  if (self->buffers.length >= MAX_BUFFERS)
    g_object_unref (g_queue_pop_tail (&self->buffers));
  buffer = gtk_source_buffer_new_with_language (language);
  gtk_text_buffer_set_enable_undo (GTK_TEXT_BUFFER (buffer), FALSE);
  gtk_source_buffer_set_highlight_matching_brackets (buffer, FALSE);
  gtk_source_buffer_set_style_scheme (buffer, enclave_text_style_get_scheme (self->style));
  g_queue_push_head (&self->buffers, buffer);

  return buffer;
}

static void
forget_buffer (EnclaveCodeHighlighter *self, GtkSourceBuffer *buffer)
{
  if (g_queue_remove (&self->buffers, buffer))
    g_object_unref (buffer);
}

/* The engine can't be stopped within a line, and what it needs for one grows with more than its length, and for some languages
 * (JavaScript) by far more with brackets that are opened in it: 5 s for 256. Nobody writes or reads such a line. */
static gboolean
is_bearable (const char *line, gsize length)
{
  guint n_opened = 0;

  if (length > ENCLAVE_HIGHLIGHT_MAX_LINE_BYTES)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    n_opened += memchr ("([{<", line[i], 4) != NULL ? 1 : 0;

  return n_opened <= MAX_OPENED;
}

/* Gives the next lines to the buffer and takes their colours. Others are empty ones there. */
static void
read_chunk (Request *request)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (request->buffer);
  g_autoptr (GString) chunk = g_string_new (NULL);
  const char *starts[CHUNK_LINES];
  gsize lengths[CHUNK_LINES];
  GtkTextIter from;
  GtkTextIter to;
  int offset;
  guint n = 0;

  for (; n < CHUNK_LINES && *request->at != '\0'; n++)
    {
      gsize length = strcspn (request->at, "\n");

      starts[n] = request->at;
      lengths[n] = is_bearable (request->at, length) ? length : 0;
      g_string_append_len (chunk, request->at, (gssize) lengths[n]);
      g_string_append_c (chunk, '\n');
      request->at += length + (request->at[length] == '\n' ? 1 : 0);
    }
  gtk_text_buffer_get_end_iter (buffer, &to);
  offset = gtk_text_iter_get_offset (&to);
  gtk_text_buffer_insert (buffer, &to, chunk->str, (int) chunk->len);
  gtk_text_buffer_get_iter_at_offset (buffer, &from, offset);
  gtk_source_buffer_ensure_highlight (request->buffer, &from, &to);
  for (guint i = 0; i < n; i++)
    {
      GtkTextIter end = from;

      gtk_text_iter_forward_chars (&end, (int) g_utf8_strlen (starts[i], (gssize) lengths[i]));
      enclave_code_attributes_add (request->attributes, &from, &end, (guint) (starts[i] - request->text));
      from = end;
      gtk_text_iter_forward_char (&from);
    }
}

/* Of the processor, for this thread: what other programs take says nothing about a text. */
static gint64
get_worked_us (void)
{
  struct timespec worked = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &worked);

  return worked.tv_sec * G_USEC_PER_SEC + worked.tv_nsec / 1000;
}

/* Returns: whether all of @request is done. */
static gboolean
work (EnclaveCodeHighlighter *self, Request *request)
{
  gint64 begun_us = get_worked_us ();
  gint64 now_us = begun_us;

  if (request->buffer == NULL)
    {
      /* May read the rules of a language: enough for one time. */
      request->buffer = g_object_ref (get_buffer (self, request->language));
      return FALSE;
    }
  while (*request->at != '\0' && now_us - begun_us < SLICE_US)
    {
      gint64 chunk_us = now_us;

      read_chunk (request);
      now_us = get_worked_us ();
      if (now_us - chunk_us > PATIENCE_US)
        {
          /* What it has learned of this text would slow the next one. */
          forget_buffer (self, request->buffer);
          return TRUE;
        }
    }

  return *request->at == '\0';
}

static gboolean work_cb (gpointer user_data);

static gboolean
start_cb (gpointer user_data)
{
  EnclaveCodeHighlighter *self = user_data;

  self->source = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, work_cb, self, NULL);

  return G_SOURCE_REMOVE;
}

static void
start (EnclaveCodeHighlighter *self)
{
  gint64 wait_us = self->not_before_us - g_get_monotonic_time ();

  if (wait_us > 0)
    self->source = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, (guint) (wait_us / 1000) + 1, start_cb, self, NULL);
  else
    start_cb (self);
}

static gboolean
work_cb (gpointer user_data)
{
  /* Tasks keep it, and the last one may be done. */
  g_autoptr (EnclaveCodeHighlighter) self = g_object_ref (ENCLAVE_CODE_HIGHLIGHTER (user_data));
  GTask *task = g_queue_peek_head (&self->tasks);
  Request *request = g_task_get_task_data (task);
  gboolean is_cancelled = g_cancellable_is_cancelled (g_task_get_cancellable (task));

  if (g_get_monotonic_time () < self->not_before_us)
    {
      start (self);
      return G_SOURCE_REMOVE;
    }
  if (is_cancelled || work (self, request))
    {
      g_autoptr (GTask) done = g_queue_pop_head (&self->tasks);

      if (request->buffer != NULL)
        gtk_text_buffer_set_text (GTK_TEXT_BUFFER (request->buffer), "", 0);
      if (!is_cancelled)
        g_task_return_pointer (done, pango_attr_list_ref (request->attributes), (GDestroyNotify) pango_attr_list_unref);
      else
        g_task_return_error_if_cancelled (done);
    }
  if (!g_queue_is_empty (&self->tasks))
    return G_SOURCE_CONTINUE;

  self->source = 0;
  return G_SOURCE_REMOVE;
}

void
enclave_code_highlighter_highlight_async (EnclaveCodeHighlighter *self, const char *text, GtkSourceLanguage *language,
                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Request *request;

  g_return_if_fail (ENCLAVE_IS_CODE_HIGHLIGHTER (self));
  g_return_if_fail (text != NULL);
  g_return_if_fail (GTK_SOURCE_IS_LANGUAGE (language));

  /* A window that shows no code needs none. */
  if (self->style == NULL)
    {
      self->style = enclave_text_style_new (self->settings);
      g_signal_connect_object (self->style, "changed", G_CALLBACK (style_changed_cb), self, G_CONNECT_SWAPPED);
    }
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_code_highlighter_highlight_async);
  request = g_new0 (Request, 1);
  request->text = g_strdup (text);
  request->at = request->text;
  request->language = g_object_ref (language);
  request->attributes = pango_attr_list_new ();
  g_task_set_task_data (task, request, request_free);
  g_queue_push_tail (&self->tasks, task);
  if (self->source == 0)
    start (self);
}

void
enclave_code_highlighter_wait (EnclaveCodeHighlighter *self)
{
  g_return_if_fail (ENCLAVE_IS_CODE_HIGHLIGHTER (self));

  self->not_before_us = g_get_monotonic_time () + QUIET_US;
}

PangoAttrList *
enclave_code_highlighter_highlight_finish (EnclaveCodeHighlighter *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
