/* enclave-error-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-error-parser.h"

#include <string.h>

#include "enclave-limits.h"
#include "enclave-problem-private.h"
#include "enclave-utf8.h"

#define MAX_NUMBER 9999999u
/* make within make; what goes deeper is told from the last one kept. */
#define MAX_FOLDERS 64

typedef struct
{
  const char *path;
  gsize path_length;
  guint line;
  guint column;
  const char *rest; /* what follows it */
} Place;

typedef struct
{
  GListStore *problems;
  GHashTable *seen;
  guint n_errors;
  GPtrArray *folders; /* (element-type char *): make's, the innermost last */

  /* what an earlier line has told, for a place that comes later */
  EnclaveProblemKind kind;
  char *message; /* (nullable) */
  Place frame;   /* of Python, or cmake: the message comes later; no path: none */
  gboolean frame_of_cmake;
  char *pytest;       /* (nullable): what the first "E   " line says */
  char *pytest_frame; /* (nullable): path of the last "a.py:3: in f" with nothing but source below it so far */
  guint pytest_line;
} Reader;

static gboolean
read_number (const char **at, guint *number)
{
  const char *c = *at;

  if (!g_ascii_isdigit (*c))
    return FALSE;
  for (*number = 0; g_ascii_isdigit (*c) && *number <= MAX_NUMBER; c++)
    *number = *number * 10 + (guint) (*c - '0');
  if (*number > MAX_NUMBER || *number == 0)
    return FALSE;

  *at = c;
  return TRUE;
}

/* A path has no colon here, no bracket where none is closed, and is not only a number: 12:30:01 is a time. */
static gboolean
is_path (const char *path, gsize length)
{
  gboolean all_digits = TRUE;

  if (length == 0 || length > 1024 || path[0] == ' ')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (strchr ("\"'<>|*?\t", path[i]) != NULL)
        return FALSE;
      all_digits = all_digits && g_ascii_isdigit (path[i]);
    }

  return !all_digits && !(length > 3 && memcmp (path, "http", 4) == 0);
}

/* "path:12:3", "path:12", "path(12,3)"; @rest begins behind it. */
static gboolean
read_place (const char *text, Place *place)
{
  gsize length = strcspn (text, ":(");
  const char *at = text + length + 1;
  gboolean bracket = text[length] == '(';

  if (text[length] == '\0' || !is_path (text, length) || !read_number (&at, &place->line))
    return FALSE;

  place->path = text;
  place->path_length = length;
  place->column = 0;
  if (*at == (bracket ? ',' : ':'))
    {
      const char *column = at + 1;

      /* meson counts columns from 0 */
      if (read_number (&column, &place->column))
        at = column;
      else if (column[0] == '0' && !g_ascii_isdigit (column[1]))
        at = column + 1;
    }
  if (bracket && *at++ != ')')
    return FALSE;

  place->rest = at;
  return TRUE;
}

static void
add (Reader *reader, EnclaveProblemKind kind, const Place *place, const char *message)
{
  const char *folder = reader->folders->len > 0 ? g_ptr_array_index (reader->folders, reader->folders->len - 1) : NULL;
  g_autofree char *key = NULL;
  g_autoptr (EnclaveProblem) problem = NULL;

  while (*message == ' ')
    message++;
  if (*message == '\0' || g_list_model_get_n_items (G_LIST_MODEL (reader->problems)) >= ENCLAVE_TASK_MAX_PROBLEMS)
    return;

  key = g_strdup_printf ("%.*s:%u:%u:%s", (int) place->path_length, place->path, place->line, place->column, message);
  if (!g_hash_table_add (reader->seen, g_steal_pointer (&key)))
    return;

  problem = _enclave_problem_new (kind, place->path, place->path_length, folder, place->line, place->column, message,
                                  strlen (message));
  g_list_store_append (reader->problems, problem);
  reader->n_errors += kind == ENCLAVE_PROBLEM_ERROR;
}

static gboolean
skip_word (const char **text, const char *word)
{
  gsize length = strlen (word);

  if (g_ascii_strncasecmp (*text, word, length) != 0)
    return FALSE;

  *text += length;
  return TRUE;
}

/* "error: ", "fatal error: ", "warning: ", "error TS2322: ", "error[E0308]: ". */
static gboolean
skip_kind (const char **text, EnclaveProblemKind *kind)
{
  const char *at = *text;

  if (skip_word (&at, "fatal error") || skip_word (&at, "error") || skip_word (&at, "fatal"))
    *kind = ENCLAVE_PROBLEM_ERROR;
  else if (skip_word (&at, "warning"))
    *kind = ENCLAVE_PROBLEM_WARNING;
  else
    return FALSE;

  if (*at == '[')
    at += strcspn (at, "]") + 1 - (strchr (at, ']') == NULL);
  else if (*at == ' ' && g_ascii_isupper (at[1]) && strchr (at, ':') != NULL)
    at += strcspn (at, ":");
  if (*at != ':')
    return FALSE;

  *text = at + 1;
  return TRUE;
}

/* "make[1]: Entering directory '/x'", "ninja: Entering directory `build'". */
static gboolean
read_folder (Reader *reader, const char *line)
{
  const char *entering = strstr (line, ": Entering directory ");
  const char *begin;
  const char *end;

  if (!g_str_has_prefix (line, "make") && !g_str_has_prefix (line, "ninja:"))
    return FALSE;
  if (strstr (line, ": Leaving directory ") != NULL)
    {
      if (reader->folders->len > 0)
        g_ptr_array_remove_index (reader->folders, reader->folders->len - 1);
      return TRUE;
    }
  if (entering == NULL)
    return FALSE;

  begin = strpbrk (entering, "'`");
  end = begin != NULL ? strrchr (begin + 1, '\'') : NULL;
  if (end != NULL && reader->folders->len < MAX_FOLDERS)
    g_ptr_array_add (reader->folders, g_strndup (begin + 1, (gsize) (end - begin - 1)));
  return TRUE;
}

/* "make: *** [Makefile:12: all] Error 1": of a command that has said itself what was wrong it tells nothing. */
static gboolean
read_make (Reader *reader, const char *line)
{
  const char *stars = g_str_has_prefix (line, "make") ? strstr (line, ": *** [") : NULL;
  Place place;
  g_autofree char *message = NULL;

  if (stars == NULL || !read_place (stars + strlen (": *** ["), &place))
    return stars != NULL;

  if (reader->n_errors > 0)
    return TRUE;
  message = g_strdup (place.rest + (*place.rest == ':'));
  g_strdelimit (message, "]", ':');
  add (reader, ENCLAVE_PROBLEM_ERROR, &place, message);
  return TRUE;
}

/* rustc tells what first and where on the next line: "error[E0308]: mismatched types", "  --> src/main.rs:2:5". */
static gboolean
read_rust (Reader *reader, const char *line)
{
  const char *arrow = line + strspn (line, " ");
  const char *text = line;
  const char *panicked = strstr (line, "panicked at ");
  Place place;

  if (g_str_has_prefix (arrow, "--> "))
    {
      if (reader->message != NULL && read_place (arrow + 4, &place))
        add (reader, reader->kind, &place, reader->message);
      g_clear_pointer (&reader->message, g_free);
      return TRUE;
    }
  if ((*line == 'e' || *line == 'w') && skip_kind (&text, &reader->kind))
    {
      g_free (reader->message);
      reader->message = g_strdup (text);
      return TRUE;
    }
  if (panicked != NULL && g_str_has_prefix (line, "thread "))
    {
      const char *quoted = strstr (panicked, "', ");

      /* before Rust 1.73 the message stands before the place, since then on the next line */
      if (quoted != NULL && read_place (quoted + 3, &place))
        add (reader, ENCLAVE_PROBLEM_ERROR, &place, panicked);
      else if (read_place (panicked + strlen ("panicked at "), &place))
        add (reader, ENCLAVE_PROBLEM_ERROR, &place, line);
      return TRUE;
    }

  return FALSE;
}

/* A traceback: the innermost frame is the last, what happened stands below it at the margin. */
static gboolean
read_python (Reader *reader, const char *line)
{
  static const char begin[] = "File \"";
  static const char middle[] = "\", line ";
  const char *text = line + strspn (line, " ");
  const char *end;
  Place place = { 0 };
  const char *at;

  if (text == line || !g_str_has_prefix (text, begin))
    return FALSE;
  end = strstr (text, middle);
  if (end == NULL)
    return FALSE;

  place.path = text + strlen (begin);
  place.path_length = (gsize) (end - place.path);
  at = end + strlen (middle);
  /* "<string>", "<frozen importlib._bootstrap>" */
  if (place.path_length > 0 && place.path_length <= 1024 && place.path[0] != '<' && read_number (&at, &place.line))
    {
      reader->frame = place;
      reader->frame_of_cmake = FALSE;
    }
  return TRUE;
}

/* "CMake Error at CMakeLists.txt:3 (find_package):", the message below it, indented. */
static gboolean
read_cmake (Reader *reader, const char *line)
{
  const char *text = line;

  if (!skip_word (&text, "CMake Error at ") && !skip_word (&text, "CMake Warning at "))
    return FALSE;
  reader->kind = strncmp (line, "CMake E", 7) == 0 ? ENCLAVE_PROBLEM_ERROR : ENCLAVE_PROBLEM_WARNING;
  if (read_place (text, &reader->frame))
    reader->frame_of_cmake = TRUE;
  else
    reader->frame.path = NULL;

  return TRUE;
}

/* TRUE: the line was what an earlier one has announced. */
static gboolean
read_announced (Reader *reader, const char *line)
{
  gboolean indented = *line == ' ' || *line == '\t';

  if (reader->frame.path == NULL || *line == '\0')
    return FALSE;
  /* source lines stand below each frame of a traceback */
  if (!reader->frame_of_cmake && indented)
    return FALSE;
  if (reader->frame_of_cmake && !indented)
    {
      reader->frame.path = NULL;
      return FALSE;
    }

  add (reader, reader->frame_of_cmake ? reader->kind : ENCLAVE_PROBLEM_ERROR, &reader->frame, line);
  reader->frame.path = NULL;
  return TRUE;
}

/* "    at f (/x/a.js:12:5)", below "TypeError: …". Only the first frame that is a file counts. */
static gboolean
read_node (Reader *reader, const char *line)
{
  const char *text = line + strspn (line, " ");
  const char *bracket;
  const char *error;
  Place place;

  if (text != line && g_str_has_prefix (text, "at "))
    {
      bracket = strrchr (text, '(');
      text = bracket != NULL ? bracket + 1 : text + 3;
      if (g_str_has_prefix (text, "file://"))
        text += strlen ("file://");
      if (reader->message != NULL && !g_str_has_prefix (text, "node:") && read_place (text, &place) && place.column > 0)
        {
          add (reader, ENCLAVE_PROBLEM_ERROR, &place, reader->message);
          g_clear_pointer (&reader->message, g_free);
        }
      return TRUE;
    }

  error = strstr (line, "Error");
  if (g_ascii_isupper (*line) && error != NULL && strcspn (line, " :[") == (gsize) (error - line) + strlen ("Error"))
    {
      g_free (reader->message);
      reader->message = g_strdup (line);
      reader->kind = ENCLAVE_PROBLEM_ERROR;
      return TRUE;
    }

  return FALSE;
}

/* "a.c:1:2: error: …", "a.go:1:2: …", "a.ts(1,2): error TS1: …", "a.ts:1:2 - error TS1: …", "a.py:1: AssertionError". */
static gboolean
read_compiler (Reader *reader, const char *line)
{
  const char *text = line + strspn (line, " \t");
  const char *linker = strstr (line, ": undefined reference to ");
  gboolean is_go;
  gboolean is_python;
  EnclaveProblemKind kind = ENCLAVE_PROBLEM_ERROR;
  Place place;

  /* "/usr/bin/ld: a.o: in function `main': /x/a.c:3: undefined reference to `f'" */
  if (g_str_has_prefix (text, "/usr/bin/ld: "))
    text += strlen ("/usr/bin/ld: ");
  if (!read_place (text, &place))
    return FALSE;

  text = place.rest;
  if (g_str_has_prefix (text, " - "))
    text += 3;
  else if (*text == ':')
    text++;
  else
    return FALSE;
  text += strspn (text, " ");

  is_go = place.path_length > 3 && strncmp (place.path + place.path_length - 3, ".go", 3) == 0;
  is_python = place.path_length > 3 && strncmp (place.path + place.path_length - 3, ".py", 3) == 0;
  if (skip_kind (&text, &kind) || (linker != NULL && text == linker + 2))
    {
      add (reader, kind, &place, text);
      return TRUE;
    }
  if (skip_word (&text, "*** "))
    {
      add (reader, kind, &place, text);
      return TRUE;
    }
  if (g_str_has_prefix (text, "note:") || *text == '\0')
    return FALSE;
  if (is_go)
    {
      add (reader, kind, &place, text);
      return TRUE;
    }
  /* pytest: the place comes after what was wrong, and names only its kind */
  if (is_python && strchr (text, ' ') == NULL && line[0] != ' ')
    {
      g_autofree char *both = reader->pytest != NULL && !g_str_has_prefix (reader->pytest, text)
                                ? g_strdup_printf ("%s: %s", text, reader->pytest)
                                : g_strdup (reader->pytest);

      add (reader, kind, &place, both != NULL ? both : text);
      g_clear_pointer (&reader->pytest, g_free);
      return TRUE;
    }
  if (is_python && g_str_has_prefix (text, "in ") && line[0] != ' ')
    {
      reader->pytest_frame = g_strndup (place.path, place.path_length);
      reader->pytest_line = place.line;
      return TRUE;
    }

  return FALSE;
}

/* "E       assert 3 == 4". Where frames are short, and where a module can't be read, no place follows, but "a.py:3: in f" came before. */
static void
read_pytest (Reader *reader, const char *line)
{
  gboolean is_message = g_str_has_prefix (line, "E   ");

  if (is_message && reader->pytest_frame != NULL)
    {
      Place place = { reader->pytest_frame, strlen (reader->pytest_frame), reader->pytest_line, 0, NULL };

      add (reader, ENCLAVE_PROBLEM_ERROR, &place, line + 1 + strspn (line + 1, " "));
    }
  else if (is_message && reader->pytest == NULL)
    reader->pytest = g_strdup (line + 1 + strspn (line + 1, " "));
  if (*line != ' ')
    g_clear_pointer (&reader->pytest_frame, g_free);
}

static void
read_line (Reader *reader, const char *line)
{
  read_pytest (reader, line);
  if (read_announced (reader, line) || read_folder (reader, line) || read_make (reader, line) || read_cmake (reader, line)
      || read_python (reader, line) || read_compiler (reader, line) || read_rust (reader, line))
    return;

  read_node (reader, line);
}

static void
clear (Reader *reader)
{
  g_hash_table_unref (reader->seen);
  g_ptr_array_unref (reader->folders);
  g_free (reader->message);
  g_free (reader->pytest);
  g_free (reader->pytest_frame);
}

GListModel *
enclave_error_parser_parse (const char *text)
{
  Reader reader = {
    .problems = g_list_store_new (ENCLAVE_TYPE_PROBLEM),
    .seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .folders = g_ptr_array_new_with_free_func (g_free),
  };
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (text != NULL, G_LIST_MODEL (reader.problems));

  while (*text != '\0')
    {
      gsize length = strcspn (text, "\n");
      gsize kept = enclave_utf8_prefix_length (text, length, ENCLAVE_TASK_MAX_LINE_BYTES);
      char *line = g_strchomp (g_strndup (text, kept));

      /* a place may be kept until its message comes: it points into the line */
      g_ptr_array_add (lines, line);
      read_line (&reader, line);
      if (reader.frame.path == NULL && lines->len > 1)
        g_ptr_array_set_size (lines, 0);
      text += length + (text[length] == '\n');
    }
  clear (&reader);

  return G_LIST_MODEL (reader.problems);
}
