/* enclave-survey-tags.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Definitions, found by Universal Ctags. It parses hostile files and is a large program, so it gets a box without the project: it
 * is handed texts that the gate has read already, one after the other, and gives back names and lines. Its own mode for that
 * (--_interactive, ctags-json-output(5)) is read from a descriptor that was filled before.
 */

#include "config.h"

#include "enclave-project-survey-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-confined-spawn.h"
#include "enclave-descriptor.h"
#include "enclave-gate-error.h"
#include "enclave-limits.h"

#define READ_BYTES 65536
#define MAX_LINE_BYTES 8192
#define POLL_MS 100
/* A program that dies of a text is started again behind it, so often. */
#define MAX_STARTS 8

/* Kinds that a reader of a map looks for, in all languages alike; what is in a function or a record is found by reading it. */
static const struct
{
  const char *word;
  float weight;
} kinds[] = {
  { "function", 1 },   { "class", 1.5f },   { "struct", 1.2f },  { "method", 1 },      { "interface", 1.5f }, { "enum", 1 },
  { "typedef", 0.8f }, { "union", 1 },      { "trait", 1.5f },   { "type", 1 },        { "macro", 0.3f },     { "func", 1 },
  { "module", 1 },     { "namespace", 0.5f }, { "subroutine", 1 }, { "procedure", 1 },   { "singletonMethod", 1 }, { "alias", 0.5f },
  { "implementation", 0.3f }, { "protocol", 1.5f }, { "object", 1 }, { "generator", 1 }, { "record", 1 }, { "table", 1 },
};

typedef struct
{
  EnclaveSurveyFile *file;
  gsize begin;  /* of what ctags is told of it, in the input */
  gsize text;   /* of its text there */
  gsize length;
} Piece;

struct _EnclaveSurveyTags
{
  char *program;
  gboolean is_reduced;
  GString *input;
  GArray *pieces;    /* (element-type Piece) */
  guint next;        /* the piece that the program is at */
  GArray *lines;     /* (element-type gsize): where the lines of that piece begin; empty until it is asked for */
  gboolean is_known; /* the program has said that it is a Universal Ctags */
};

static void
piece_clear (gpointer data)
{
  enclave_survey_file_unref (((Piece *) data)->file);
}

EnclaveSurveyTags *
enclave_survey_tags_new (const char *program, gboolean is_reduced)
{
  EnclaveSurveyTags *self = g_new0 (EnclaveSurveyTags, 1);

  self->program = g_strdup (program);
  self->is_reduced = is_reduced;
  self->input = g_string_new (NULL);
  self->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_array_set_clear_func (self->pieces, piece_clear);
  self->lines = g_array_new (FALSE, FALSE, sizeof (gsize));

  return self;
}

void
enclave_survey_tags_free (EnclaveSurveyTags *self)
{
  g_free (self->program);
  g_string_free (self->input, TRUE);
  g_array_unref (self->pieces);
  g_array_unref (self->lines);
  g_free (self);
}

gsize
enclave_survey_tags_get_size (EnclaveSurveyTags *self)
{
  return self->input->len;
}

/* By its name ctags tells the language. One that could not stand in JSON as it is tells by its end alone. */
static const char *
choose_name (const char *path)
{
  const char *name = strrchr (path, '/');
  const char *end;

  name = name != NULL ? name + 1 : path;
  end = strrchr (name, '.');
  for (const char *p = name; *p != '\0'; p++)
    {
      if (g_ascii_isalnum (*p) || strchr ("._-+", *p) != NULL)
        continue;
      if (end == NULL || p > end)
        return "text";
      name = end;
      break;
    }

  return name;
}

void
enclave_survey_tags_add (EnclaveSurveyTags *self, EnclaveSurveyFile *file, const char *text, gsize length)
{
  Piece piece = { enclave_survey_file_ref (file), self->input->len, 0, length };

  g_string_append_printf (self->input, "{\"command\":\"generate-tags\",\"filename\":\"%s\",\"size\":%" G_GSIZE_FORMAT "}\n",
                          choose_name (file->path), length);
  piece.text = self->input->len;
  g_string_append_len (self->input, text, (gssize) length);
  g_array_append_val (self->pieces, piece);
}

static const char *
find_kind (const char *word, gsize length, float *weight)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strlen (kinds[i].word) == length && memcmp (kinds[i].word, word, length) == 0)
      {
        *weight = kinds[i].weight;
        return kinds[i].word;
      }

  return NULL;
}

/* A name of several words was given to be found; one that is a word is also one of comments and texts. */
static float
weigh_name (const char *name, gsize length)
{
  gboolean has_upper = FALSE;
  gboolean has_lower = FALSE;
  gboolean has_line = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      has_upper |= g_ascii_isupper (name[i]);
      has_lower |= g_ascii_islower (name[i]);
      has_line |= i > 0 && name[i] == '_';
    }
  if (length < 3 || name[0] == '_')
    return 0.2f;

  if (has_line || (has_upper && has_lower))
    return length >= 8 ? 2 : 1;

  return length >= 8 ? 0.5f : 0.2f;
}

static void
index_lines (EnclaveSurveyTags *self, const Piece *piece)
{
  const char *text = self->input->str + piece->text;
  gsize begin = 0;

  while (begin < piece->length)
    {
      const char *end = memchr (text + begin, '\n', piece->length - begin);

      g_array_append_val (self->lines, begin);
      begin = end != NULL ? (gsize) (end - text) + 1 : piece->length;
    }
}

/* Returns: where the line is in @words, or 0. */
static guint32
add_line (EnclaveSurveyTags *self, const Piece *piece, guint line, GString *words)
{
  const char *begin;
  const char *end;
  const char *limit = self->input->str + piece->text + piece->length;
  guint32 at = (guint32) words->len;

  if (self->lines->len == 0)
    index_lines (self, piece);
  if (line == 0 || line > self->lines->len)
    return 0;
  begin = self->input->str + piece->text + g_array_index (self->lines, gsize, line - 1);
  end = memchr (begin, '\n', (gsize) (limit - begin));
  end = end != NULL ? end : limit;
  while (begin < end && g_ascii_isspace (*begin))
    begin++;
  while (end > begin && (g_ascii_isspace (end[-1]) || end[-1] == '{'))
    end--;
  if (begin == end || end - begin > ENCLAVE_MAP_LINE_MAX_BYTES || !g_utf8_validate (begin, end - begin, NULL))
    return 0;
  g_string_append_len (words, begin, end - begin);
  g_string_append_c (words, '\0');

  return at;
}

/* The member of one line of JSON: @value: (out): not terminated. FALSE: it is not there, or is written with escapes, as no name in
 * a map is. */
static gboolean
find_member (const char *line, gsize length, const char *key, const char **value, gsize *value_length)
{
  const char *at = g_strstr_len (line, (gssize) length, key);
  const char *end;

  if (at == NULL)
    return FALSE;
  at += strlen (key);
  end = memchr (at, at[-1] == '"' ? '"' : ',', (gsize) (line + length - at));
  if (end == NULL || memchr (at, '\\', (gsize) (end - at)) != NULL)
    return FALSE;
  *value = at;
  *value_length = (gsize) (end - at);

  return TRUE;
}

static void
take_tag (EnclaveSurveyTags *self, const char *line, gsize length)
{
  const Piece *piece = &g_array_index (self->pieces, Piece, self->next);
  EnclaveSurveyFile *file = piece->file;
  EnclaveSurveyDefinition definition = { 0 };
  const char *name;
  const char *number;
  const char *kind;
  gsize name_length;
  gsize number_length;
  gsize kind_length;

  if (!find_member (line, length, "\"name\": \"", &name, &name_length)
      || !find_member (line, length, "\"line\": ", &number, &number_length)
      || !find_member (line, length, "\"kind\": \"", &kind, &kind_length) || name_length == 0
      || name_length > ENCLAVE_MAP_LINE_MAX_BYTES || !g_utf8_validate (name, (gssize) name_length, NULL))
    return;
  definition.kind = find_kind (kind, kind_length, &definition.weight);
  /* Python's methods; in other languages fields are called so. */
  if (definition.kind == NULL && kind_length == strlen ("member") && memcmp (kind, "member", kind_length) == 0
      && g_str_has_suffix (file->path, ".py"))
    definition.kind = find_kind ("method", strlen ("method"), &definition.weight);
  /* Things without a name get one from ctags. */
  if (definition.kind == NULL || g_str_has_prefix (name, "__anon") || g_str_has_prefix (name, "anonymous"))
    return;
  if (file->definitions == NULL)
    {
      file->definitions = g_array_new (FALSE, FALSE, sizeof definition);
      file->words = g_string_new (NULL);
      g_string_append_c (file->words, '\0');
    }
  if (file->definitions->len >= ENCLAVE_MAP_FILE_MAX_DEFINITIONS)
    return;

  definition.hash = enclave_symbol_hash (name, name_length);
  definition.weight *= weigh_name (name, name_length);
  definition.is_local = g_strstr_len (line, (gssize) length, "\"file\": true") != NULL;
  definition.line = (guint32) g_ascii_strtoull (number, NULL, 10);
  definition.name = (guint32) file->words->len;
  g_string_append_len (file->words, name, (gssize) name_length);
  g_string_append_c (file->words, '\0');
  definition.text = add_line (self, piece, definition.line, file->words);
  g_array_append_val (file->definitions, definition);
}

static void
take_line (EnclaveSurveyTags *self, const char *line, gsize length)
{
  static const char tag[] = "{\"_type\": \"tag\"";
  static const char completed[] = "{\"_type\": \"completed\"";
  static const char program[] = "{\"_type\": \"program\"";

  if (length > strlen (program) && memcmp (line, program, strlen (program)) == 0)
    self->is_known = g_strstr_len (line, (gssize) length, "Universal Ctags") != NULL;
  else if (!self->is_known || self->next >= self->pieces->len)
    return;
  else if (length > strlen (tag) && memcmp (line, tag, strlen (tag)) == 0)
    take_tag (self, line, length);
  else if (length > strlen (completed) && memcmp (line, completed, strlen (completed)) == 0)
    {
      self->next++;
      g_array_set_size (self->lines, 0);
    }
}

/* Whole lines of @pending, which keeps the rest. */
static void
take_lines (EnclaveSurveyTags *self, GString *pending)
{
  gsize begin = 0;
  char *end;

  while ((end = memchr (pending->str + begin, '\n', pending->len - begin)) != NULL)
    {
      take_line (self, pending->str + begin, (gsize) (end - pending->str) - begin);
      begin = (gsize) (end - pending->str) + 1;
    }
  g_string_erase (pending, 0, (gssize) begin);
  if (pending->len > MAX_LINE_BYTES)
    g_string_truncate (pending, 0);
}

/* Until the program has ended its output: TRUE; or the time is over or somebody has had enough. */
static gboolean
read_output (EnclaveSurveyTags *self, int fd, gint64 give_up_at, GCancellable *cancellable)
{
  g_autoptr (GString) pending = g_string_new (NULL);
  g_autofree char *bytes = g_malloc (READ_BYTES);
  gsize n_bytes = 0;

  while (n_bytes < ENCLAVE_MAP_OUTPUT_MAX_BYTES && g_get_monotonic_time () < give_up_at
         && !g_cancellable_is_cancelled (cancellable))
    {
      struct pollfd wait = { .fd = fd, .events = POLLIN };
      gssize n;

      if (poll (&wait, 1, POLL_MS) == 0)
        continue;
      n = read (fd, bytes, READ_BYTES);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n == 0;
      n_bytes += (gsize) n;
      g_string_append_len (pending, bytes, n);
      take_lines (self, pending);
    }

  return FALSE;
}

static gboolean
start (EnclaveSurveyTags *self, int input_fd, int output_fd, GPid *pid, int *report_fd, GError **error)
{
  static const char *const arguments[] = {
    /* First of all: a project may bring options of its own. */
    "--options=NONE", "--quiet=yes", "--_interactive", "--fields=NnKf",
    /* Data and prose: what they have is no definition that a name leads to. */
    "--languages=-JSON,-XML,-HTML,-CSS,-SCSS,-LESS,-Markdown,-ReStructuredText,-Asciidoc,-Yaml,-Iniconf,-DTD,-SVG,-RelaxNG,-PlistXML,"
    "-Maven2,-Diff,-DBusIntrospect,-Glade,-Abaqus,-Man,-Passwd,-Pod,-SystemdUnit,-TeX,-BibTeX,-Txt2tags,-XSLT",
    NULL,
  };
  g_autoptr (EnclaveConfinedPlan) plan = enclave_confined_plan_new ();

  if (self->is_reduced && enclave_confined_plan_add_private (plan, NULL, error) == NULL)
    return FALSE;
  enclave_confined_plan_add_environment (plan, NULL);
  enclave_confined_plan_add (plan, "arg", self->program);
  enclave_confined_plan_add_argv (plan, arguments);

  return enclave_confined_plan_spawn_between (plan, input_fd, output_fd, pid, report_fd, error);
}

/* One run, from the piece that is next. */
static gboolean
run_once (EnclaveSurveyTags *self, int input_fd, gint64 give_up_at, GCancellable *cancellable, GError **error)
{
  const Piece *piece = &g_array_index (self->pieces, Piece, self->next);
  int ends[2];
  GPid pid = 0;
  int report_fd = -1;
  gboolean is_started;

  if (lseek (input_fd, (off_t) piece->begin, SEEK_SET) < 0 || !g_unix_open_pipe (ends, FD_CLOEXEC, error))
    return FALSE;
  is_started = start (self, input_fd, ends[1], &pid, &report_fd, error);
  close (ends[1]);
  if (is_started)
    {
      g_array_set_size (self->lines, 0);
      if (!read_output (self, ends[0], give_up_at, cancellable))
        kill (pid, SIGKILL);
      while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
        ;
      g_spawn_close_pid (pid);
      close (report_fd);
    }
  close (ends[0]);

  return is_started;
}

gboolean
enclave_survey_tags_run (EnclaveSurveyTags *self, GCancellable *cancellable, GError **error)
{
  gint64 give_up_at = g_get_monotonic_time () + ENCLAVE_MAP_RUN_TIMEOUT_MS * G_GINT64_CONSTANT (1000);
  int fd = self->pieces->len > 0 ? enclave_descriptor_new_memory ("enclave-map", self->input->str, self->input->len) : -1;
  gboolean is_good = TRUE;

  self->next = 0;
  if (fd < 0 && self->pieces->len > 0)
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL, N_("Making the map: %s"),
                                                        g_strerror (errno)));
      is_good = FALSE;
    }
  for (guint i = 0; is_good && fd >= 0 && i < MAX_STARTS && self->next < self->pieces->len
                    && !g_cancellable_is_cancelled (cancellable);
       i++)
    {
      is_good = run_once (self, fd, give_up_at, cancellable, error);
      if (is_good && !self->is_known)
        {
          g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL,
                                                            /* Translators: the path of a program */
                                                            N_("Making the map: %s is no Universal Ctags, or can’t be confined"),
                                                            self->program));
          is_good = FALSE;
        }
      /* Whatever it died of stands in this one. */
      self->next++;
    }
  if (fd >= 0)
    close (fd);
  g_array_set_size (self->pieces, 0);
  g_string_truncate (self->input, 0);

  return is_good;
}
