/* enclave-hunk-colours.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-hunk-colours.h"

#include "enclave-code-attributes.h"
#include "enclave-code-language.h"

/* Read before a hunk; a comment that began further up is taken for code. */
#define LEAD_LINES 60
#define DELAY_MS 40
/* Lines of one length that nobody wrote by hand are left plain. */
#define MAX_BYTES (128 * 1024)

typedef struct
{
  GWeakRef text; /* EnclaveHunkText */
  char *path;
  char *leads[2]; /* of the removed, of the added lines */
} Request;

struct _EnclaveHunkColours
{
  GObject parent_instance;

  EnclaveTextStyle *style;
  GtkSourceBuffer *buffer;
  GQueue requests;
  guint source;
};

G_DEFINE_FINAL_TYPE (EnclaveHunkColours, enclave_hunk_colours, G_TYPE_OBJECT)

static void
request_free (gpointer data)
{
  Request *request = data;

  g_weak_ref_clear (&request->text);
  g_free (request->path);
  g_free (request->leads[0]);
  g_free (request->leads[1]);
  g_free (request);
}

static void
enclave_hunk_colours_finalize (GObject *object)
{
  EnclaveHunkColours *self = ENCLAVE_HUNK_COLOURS (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_queue_clear_full (&self->requests, request_free);
  g_clear_object (&self->buffer);
  g_clear_object (&self->style);

  G_OBJECT_CLASS (enclave_hunk_colours_parent_class)->finalize (object);
}

static void
enclave_hunk_colours_class_init (EnclaveHunkColoursClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_hunk_colours_finalize;
}

static void
enclave_hunk_colours_init (EnclaveHunkColours *self)
{
  g_queue_init (&self->requests);
}

EnclaveHunkColours *
enclave_hunk_colours_new (EnclaveTextStyle *style)
{
  EnclaveHunkColours *self = g_object_new (ENCLAVE_TYPE_HUNK_COLOURS, NULL);

  g_return_val_if_fail (ENCLAVE_IS_TEXT_STYLE (style), self);

  self->style = g_object_ref (style);

  return self;
}

static PangoAttrList *
read_line (GtkTextBuffer *buffer, int number)
{
  PangoAttrList *list = pango_attr_list_new ();
  GtkTextIter at;
  GtkTextIter end;

  gtk_text_buffer_get_iter_at_line (buffer, &at, number);
  end = at;
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  enclave_code_attributes_add (list, &at, &end, 0);

  return list;
}

/* Colours the lines that stand in one of the two texts; those of both are taken from the new one. */
static void
colour_side (EnclaveHunkColours *self, EnclaveHunkText *text, const char *lead, EnclaveDiffKind kind)
{
  g_autoptr (GString) content = g_string_new (lead);
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  guint n_lines = enclave_hunk_text_get_n_lines (text);
  gboolean any = FALSE;
  GtkTextIter start;
  GtkTextIter end;
  int number = 0;

  for (const char *p = lead; (p = strchr (p, '\n')) != NULL; p++)
    number++;
  for (guint i = 0; i < n_lines; i++)
    {
      const EnclaveHunkLine *line = enclave_hunk_text_get_line (text, i);

      any = any || line->kind == kind;
      if (line->kind != kind && line->kind != ENCLAVE_DIFF_CONTEXT)
        continue;
      g_string_append_len (content, line->text, (gssize) line->length);
      g_string_append_c (content, '\n');
    }
  if ((!any && kind == ENCLAVE_DIFF_REMOVED) || content->len > MAX_BYTES)
    return;

  gtk_text_buffer_set_text (buffer, content->str, (int) content->len);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_source_buffer_ensure_highlight (self->buffer, &start, &end);
  for (guint i = 0; i < n_lines; i++)
    {
      EnclaveHunkLine *line = enclave_hunk_text_get_line (text, i);

      if (line->kind != kind && line->kind != ENCLAVE_DIFF_CONTEXT)
        continue;
      g_clear_pointer (&line->colours, pango_attr_list_unref);
      line->colours = read_line (buffer, number++);
    }
}

static void
colour (EnclaveHunkColours *self, EnclaveHunkText *text, const Request *request)
{
  GtkSourceLanguage *language = enclave_code_language_guess (request->path);
  GtkSourceStyleScheme *scheme = enclave_text_style_get_scheme (self->style);

  if (language == NULL || scheme == NULL)
    return;

  if (self->buffer == NULL)
    {
      self->buffer = gtk_source_buffer_new (NULL);
      gtk_text_buffer_set_enable_undo (GTK_TEXT_BUFFER (self->buffer), FALSE);
      gtk_source_buffer_set_highlight_matching_brackets (self->buffer, FALSE);
    }
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), "", 0);
  gtk_source_buffer_set_language (self->buffer, language);
  gtk_source_buffer_set_style_scheme (self->buffer, scheme);
  colour_side (self, text, request->leads[0], ENCLAVE_DIFF_REMOVED);
  colour_side (self, text, request->leads[1], ENCLAVE_DIFF_ADDED);
  enclave_hunk_text_emit_changed (text);
}

static gboolean
work_cb (gpointer user_data)
{
  EnclaveHunkColours *self = user_data;
  Request *request = g_queue_pop_head (&self->requests);
  g_autoptr (EnclaveHunkText) text = g_weak_ref_get (&request->text);

  if (text != NULL)
    colour (self, text, request);
  request_free (request);
  if (!g_queue_is_empty (&self->requests))
    return G_SOURCE_CONTINUE;

  self->source = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
start_cb (gpointer user_data)
{
  EnclaveHunkColours *self = user_data;

  self->source = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, work_cb, self, NULL);
  return G_SOURCE_REMOVE;
}

/* Up to LEAD_LINES lines that end before line @number. */
static char *
dup_lead (const char *text, guint number)
{
  const char *end = text;
  const char *start;
  g_autofree char *lead = NULL;

  if (text == NULL || number <= 1)
    return g_strdup ("");

  for (guint i = 1; i < number && *end != '\0'; i++)
    {
      end = strchrnul (end, '\n');
      if (*end == '\n')
        end++;
    }
  start = end;
  for (guint i = 0; i < LEAD_LINES && start > text; i++)
    for (start--; start > text && start[-1] != '\n'; start--)
      ;
  if (end - start > MAX_BYTES / 2)
    return g_strdup ("");
  lead = g_strndup (start, (gsize) (end - start));

  return g_utf8_make_valid (lead, -1);
}

void
enclave_hunk_colours_request (EnclaveHunkColours *self, EnclaveHunkText *text, const char *path, const char *old_text,
                              const char *new_text)
{
  Request *request;
  guint numbers[2] = { 0, 0 };

  g_return_if_fail (ENCLAVE_IS_HUNK_COLOURS (self));
  g_return_if_fail (ENCLAVE_IS_HUNK_TEXT (text));
  g_return_if_fail (path != NULL);

  for (guint i = 0; i < enclave_hunk_text_get_n_lines (text); i++)
    {
      const EnclaveHunkLine *line = enclave_hunk_text_get_line (text, i);

      if (numbers[0] == 0)
        numbers[0] = line->old_line;
      if (numbers[1] == 0)
        numbers[1] = line->new_line;
    }

  request = g_new0 (Request, 1);
  g_weak_ref_init (&request->text, text);
  request->path = g_strdup (path);
  request->leads[0] = dup_lead (old_text, numbers[0]);
  request->leads[1] = dup_lead (new_text, numbers[1]);
  g_queue_push_tail (&self->requests, request);
  /* the lines are to be seen first */
  if (self->source == 0)
    self->source = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, DELAY_MS, start_cb, self, NULL);
}
