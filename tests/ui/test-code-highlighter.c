/* test-code-highlighter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>
#include <time.h>

#include "enclave-chat-code-row.h"
#include "enclave-code-highlighter.h"
#include "enclave-code-language.h"
#include "enclave-limits.h"
#include "enclave-message-block-private.h"
#include "enclave-message-private.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

/* Of work of the highlighter between two events of the window; what reads a language takes longer, once. */
#define MAX_STEP_US (50 * 1000)

static EnclaveCodeHighlighter *highlighter;

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static PangoAttrList *
highlight (const char *text, GtkSourceLanguage *language)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PangoAttrList *list;

  enclave_code_highlighter_highlight_async (highlighter, text, language, NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  list = enclave_code_highlighter_highlight_finish (highlighter, result, &error);
  g_assert_no_error (error);

  return list;
}

/* "#rrggbb" of the character at byte @index, "" where it has no colour. (transfer full) */
static char *
dup_colour (PangoAttrList *list, guint index)
{
  g_autoptr (PangoAttrIterator) at = NULL;

  if (list == NULL)
    return g_strdup ("");
  at = pango_attr_list_get_iterator (list);
  do
    {
      int start;
      int end;
      PangoAttribute *attribute;

      pango_attr_iterator_range (at, &start, &end);
      if (index < (guint) start || index >= (guint) end)
        continue;
      attribute = pango_attr_iterator_get (at, PANGO_ATTR_FOREGROUND);
      if (attribute == NULL)
        return g_strdup ("");

      return g_strdup_printf ("#%02x%02x%02x", ((PangoAttrColor *) attribute)->color.red >> 8,
                              ((PangoAttrColor *) attribute)->color.green >> 8,
                              ((PangoAttrColor *) attribute)->color.blue >> 8);
    }
  while (pango_attr_iterator_next (at));

  return g_strdup ("");
}

static void
assert_colour (PangoAttrList *list, const char *text, const char *part, const char *expected)
{
  const char *found = strstr (text, part);
  g_autofree char *colour = NULL;

  g_assert_nonnull (found);
  colour = dup_colour (list, (guint) (found - text));
  g_assert_cmpstr (colour, ==, expected);
}

/* The bus is asked whether a screen reader listens, and until it has answered there are no colours. */
static void
set_dark (gboolean dark)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
  enclave_test_spin (100);
}

static void
test_languages (void)
{
  static const struct
  {
    const char *word;
    const char *path;
    const char *id; /* NULL: none */
  } cases[] = {
    { "c", NULL, "c" },          { "C++", NULL, "cpp" },         { "py", NULL, "python3" }, { "Python", NULL, "python3" },
    { "json", NULL, "json" },    { "jsonc", NULL, "json" },      { "rb", NULL, "ruby" },    { "rs", NULL, "rust" },
    { "ts", NULL, "typescript" }, { "bash", NULL, "sh" },        { "console", NULL, "sh" }, { "yml", NULL, "yaml" },
    { "", "src/ring.c", "c" },   { "nonsense", "a/b.rs", "rust" }, { "", "meson.build", "meson" },
    { "", "a.py", "python3" },   { "", "a.pyi", "python3" },     { "", "a.py2", "python" },
    { "", NULL, NULL },          { "nonsense", NULL, NULL },     { "text", "a.c", NULL },   { "../../c", NULL, NULL },
    { "*", NULL, NULL },         { "cccccccccccccccccccccccccccccccc", NULL, NULL },
    /* The parts that languages are made of: to highlight with one of them ends the program. */
    { "def", NULL, NULL },       { "def", "x.c", "c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkSourceLanguage *language = enclave_code_language_find (cases[i].word, cases[i].path);

      g_assert_cmpstr (language != NULL ? gtk_source_language_get_id (language) : NULL, ==, cases[i].id);
    }
}

static void
test_colours (void)
{
  static const char c_text[] = "/* Zähler */\nint n = 12; // «» and\nreturn \"a\";\n";
  static const char python_text[] = "def f(x):\n    return \"\"\"a\n    b\"\"\"\n";
  static const char json_text[] = "{\"key\": [true, \"value\"]}";
  g_autoptr (PangoAttrList) c = highlight (c_text, enclave_code_language_find ("c", NULL));
  g_autoptr (PangoAttrList) python = highlight (python_text, enclave_code_language_find ("python", NULL));
  g_autoptr (PangoAttrList) json = highlight (json_text, enclave_code_language_find ("json", NULL));

  assert_colour (c, c_text, "/*", "#5c5c5c");
  /* Bytes, not characters. */
  assert_colour (c, c_text, " */", "#5c5c5c");
  assert_colour (c, c_text, "int", "#0f5c4e");
  assert_colour (c, c_text, "12", "#6f3fb0");
  assert_colour (c, c_text, "n = ", "");
  assert_colour (c, c_text, "return", "#174f96");
  assert_colour (c, c_text, "\"a\"", "#8a4b08");
  assert_colour (python, python_text, "def", "#174f96");
  /* What began in a line before. */
  assert_colour (python, python_text, "b\"\"\"", "#8a4b08");
  assert_colour (json, json_text, "true", "#6f3fb0");
  assert_colour (json, json_text, "value", "#8a4b08");
  assert_colour (json, json_text, "[", "");
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PangoAttrList) after = NULL;
  g_autoptr (GError) error = NULL;

  enclave_code_highlighter_highlight_async (highlighter, "int a;", enclave_code_language_find ("c", NULL), cancellable,
                                            done_cb, &result);
  g_cancellable_cancel (cancellable);
  after = highlight ("int b;", enclave_code_language_find ("c", NULL));
  assert_colour (after, "int b;", "int", "#0f5c4e");
  g_assert_nonnull (result);
  g_assert_null (enclave_code_highlighter_highlight_finish (highlighter, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Nothing is done while more is coming. */
static void
test_wait (void)
{
  g_autoptr (GAsyncResult) result = NULL;

  enclave_code_highlighter_highlight_async (highlighter, "int a;", enclave_code_language_find ("c", NULL), NULL, done_cb,
                                            &result);
  for (guint i = 0; i < 10; i++)
    {
      enclave_code_highlighter_wait (highlighter);
      enclave_test_spin (40);
      g_assert_null (result);
    }
  enclave_test_spin (400);
  g_assert_nonnull (result);
}

/* A line that nobody wrote stays plain, and so the lines around it keep their colours and the window its time. */
static void
test_hostile (void)
{
  static const char *const pieces[] = { "(", "\"\\", "/*", "a.", "<a ", "x=", "0x", "'" };
  static const char *const words[] = { "c", "python", "json", "sh", "markdown", "js", "xml" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      GtkSourceLanguage *language = enclave_code_language_find (words[i], NULL);
      g_autoptr (PangoAttrList) ready = highlight ("a\n", language);

      for (guint j = 0; j < G_N_ELEMENTS (pieces); j++)
        {
          g_autoptr (GString) text = g_string_new ("int first;\n");
          g_autoptr (PangoAttrList) list = NULL;
          g_autofree char *colour = NULL;
          guint begun = (guint) text->len;

          while (text->len < 100 * 1024)
            g_string_append (text, pieces[j]);
          g_string_append (text, "\nint last;\n");
          list = highlight (text->str, language);
          colour = dup_colour (list, begun);
          g_assert_cmpstr (colour, ==, "");
          if (i > 0)
            continue;
          assert_colour (list, text->str, "int first", "#0f5c4e");
          assert_colour (list, text->str, "int last", "#0f5c4e");
        }
    }
}

typedef struct
{
  gint64 last_us;
  gint64 longest_us;
} Steps;

/* What this thread has worked: what other programs take is not counted. */
static gint64
get_worked_us (void)
{
  struct timespec worked;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &worked);

  return worked.tv_sec * G_USEC_PER_SEC + worked.tv_nsec / 1000;
}

static gboolean
step_cb (gpointer user_data)
{
  Steps *steps = user_data;
  gint64 now_us = get_worked_us ();

  if (steps->last_us > 0)
    steps->longest_us = MAX (steps->longest_us, now_us - steps->last_us);
  steps->last_us = now_us;

  return G_SOURCE_CONTINUE;
}

/* As much as is ever shown of one block: the window is asked for something else in between. */
static void
test_long (void)
{
  GtkSourceLanguage *language = enclave_code_language_find ("c", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (PangoAttrList) list = NULL;
  Steps steps = { 0 };
  guint source;
  gint64 begun_us = get_worked_us ();

  for (guint i = 0; i < ENCLAVE_CHAT_CODE_MAX_LINES; i++)
    g_string_append_printf (text, "  if (ring[%u] == \"x\") return head + %u; /* the %u. line */\n", i, i, i);
  source = g_idle_add (step_cb, &steps);
  list = highlight (text->str, language);
  g_source_remove (source);
  g_test_message ("%zu bytes in %.0f ms, %.1f ms at most at a time", text->len,
                  (double) (get_worked_us () - begun_us) / 1e3, (double) steps.longest_us / 1e3);
  assert_colour (list, text->str, "return head + 1999", "#174f96");
  g_assert_cmpint (steps.longest_us, <, MAX_STEP_US);
}

typedef struct
{
  GtkWidget *window;
  EnclaveMessage *message;
  EnclaveMessageBlock *block;
  EnclaveChatLabels *code;
} Row;

/* A row of a block of C that grows. */
static void
row_init (Row *row)
{
  g_autoptr (EnclaveChatMessageItems) items = NULL;
  g_autoptr (EnclaveChatItem) item = NULL;
  GtkWidget *widget = enclave_chat_code_row_new ();

  row->window = gtk_window_new ();
  row->message = enclave_message_new (ENCLAVE_ROLE_ASSISTANT, "turn", 0);
  row->block = enclave_message_block_new_open (ENCLAVE_BLOCK_CODE, "c", NULL);
  row->code = enclave_chat_code_row_get_labels (ENCLAVE_CHAT_CODE_ROW (widget));
  enclave_message_add_block (row->message, row->block);
  items = enclave_chat_message_items_new (row->message);
  item = g_list_model_get_item (G_LIST_MODEL (items), 0);
  enclave_chat_code_row_set_highlighter (ENCLAVE_CHAT_CODE_ROW (widget), highlighter);
  enclave_chat_code_row_set_item (ENCLAVE_CHAT_CODE_ROW (widget), item);
  gtk_window_set_child (GTK_WINDOW (row->window), widget);
  gtk_window_present (GTK_WINDOW (row->window));
}

static void
row_clear (Row *row)
{
  gtk_window_destroy (GTK_WINDOW (row->window));
  g_clear_object (&row->message);
  g_clear_object (&row->block);
  enclave_test_spin (20);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear)

/* In the first label that says it. */
static void
assert_shown (Row *row, const char *part, const char *expected)
{
  for (guint i = 0; i < enclave_chat_labels_get_n_labels (row->code); i++)
    {
      GtkLabel *label = enclave_chat_labels_get_label (row->code, i);

      if (strstr (gtk_label_get_text (label), part) == NULL)
        continue;
      assert_colour (gtk_label_get_attributes (label), gtk_label_get_text (label), part, expected);
      return;
    }
  g_assert_not_reached ();
}

static char *
dup_shown (Row *row)
{
  return enclave_chat_labels_dup_text (row->code, 0, G_MAXSIZE);
}

/* What grows slowly is coloured now and then, and keeps its colours when it moves up. */
static void
test_live (void)
{
  g_auto (Row) row = { 0 };
  g_autofree char *shown = NULL;

  row_init (&row);
  enclave_message_block_append (row.block, "/* What was\n");
  enclave_test_spin (600);
  assert_shown (&row, "/*", "#5c5c5c");
  /* Its beginning goes out of sight. */
  for (guint i = 0; i < ENCLAVE_CHAT_CODE_FOLD_LINES; i++)
    enclave_message_block_append (row.block, "begun goes on,\n");
  enclave_message_block_append (row.block, "and ends */ return \"a");
  enclave_test_spin (600);
  assert_shown (&row, "begun", "#5c5c5c");
  assert_shown (&row, "return", "#174f96");
  enclave_message_block_append (row.block, "\";\nint b;\n");
  enclave_test_spin (60);
  shown = dup_shown (&row);
  g_assert_true (g_str_has_suffix (shown, "int b;"));
  assert_shown (&row, "begun", "#5c5c5c");
  assert_shown (&row, "return", "#174f96");
  enclave_test_spin (600);
  assert_shown (&row, "int b", "#0f5c4e");
  enclave_message_block_close (row.block);
  enclave_test_spin (150);
  assert_shown (&row, "/* What was", "#5c5c5c");
}

/* A flood costs nothing but its text. */
static void
test_flood (void)
{
  g_auto (Row) row = { 0 };

  row_init (&row);
  for (guint i = 0; i < 60; i++)
    {
      for (guint j = 0; j < 20; j++)
        enclave_message_block_append (row.block, "int a;\n");
      enclave_test_spin (15);
      for (guint k = 0; k < enclave_chat_labels_get_n_labels (row.code); k++)
        g_assert_null (gtk_label_get_attributes (enclave_chat_labels_get_label (row.code, k)));
    }
  enclave_message_block_close (row.block);
  enclave_test_spin (150);
  assert_shown (&row, "int", "#0f5c4e");
}

/* Lines @first to @last of a block of code. */
static char *
dup_lines (guint first, guint last)
{
  GString *lines = g_string_new (NULL);

  for (guint i = first; i <= last; i++)
    g_string_append_printf (lines, "%sint line_%u;", i > first ? "\n" : "", i);

  return g_string_free (lines, FALSE);
}

/* Whatever part of it grows and goes, the labels of a block say together what is to be seen of it; one that is closed is one label. */
static void
test_grows (void)
{
  const guint shown = ENCLAVE_CHAT_CODE_FOLD_LINES;
  const guint n_lines = 3 * ENCLAVE_CHAT_CODE_FOLD_LINES;
  g_auto (Row) row = { 0 };
  g_autofree char *closed = dup_lines (1, shown);
  g_autofree char *text = NULL;

  row_init (&row);
  for (guint i = 1; i <= n_lines; i++)
    {
      g_autofree char *line = dup_lines (i, i);
      g_autofree char *wanted = dup_lines (i > shown ? i - shown + 1 : 1, i);

      enclave_message_block_append (row.block, i > 1 ? "\n" : "");
      enclave_message_block_append (row.block, line);
      /* Now and then two lines come at once. */
      if (i % 5 == 0)
        continue;
      enclave_test_spin (60);
      g_clear_pointer (&text, g_free);
      text = dup_shown (&row);
      g_assert_cmpstr (text, ==, wanted);
      g_assert_cmpuint (enclave_chat_labels_get_n_labels (row.code), <=, shown / 8 + 1);
    }
  enclave_message_block_close (row.block);
  enclave_test_spin (100);
  g_assert_cmpuint (enclave_chat_labels_get_n_labels (row.code), ==, 1);
  g_clear_pointer (&text, g_free);
  text = dup_shown (&row);
  g_assert_cmpstr (text, ==, closed);
}

static void
test_row (void)
{
  static const char text[] = "int a = 1;\n";
  g_auto (Row) row = { 0 };
  g_autofree char *open = NULL;
  g_autofree char *closed = NULL;

  row_init (&row);
  enclave_message_block_append (row.block, text);
  enclave_test_spin (100);
  open = dup_shown (&row);
  g_assert_cmpstr (open, ==, "int a = 1;");
  assert_shown (&row, "int", "");
  enclave_message_block_close (row.block);
  enclave_test_spin (150);
  assert_shown (&row, "int", "#0f5c4e");
  set_dark (TRUE);
  assert_shown (&row, "int", "#7fd1bd");
  set_dark (FALSE);
  assert_shown (&row, "int", "#0f5c4e");
  closed = dup_shown (&row);
  g_assert_cmpstr (closed, ==, "int a = 1;");
  g_assert_cmpstr (enclave_message_block_get_text (row.block), ==, text);
}

int
main (int argc, char *argv[])
{
  g_autoptr (PangoAttrList) first = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  highlighter = enclave_code_highlighter_new (NULL);
  /* Makes the style, which then asks the bus. */
  first = highlight ("int a;", enclave_code_language_find ("c", NULL));
  set_dark (FALSE);

  g_test_add_func ("/code-highlighter/languages", test_languages);
  g_test_add_func ("/code-highlighter/colours", test_colours);
  g_test_add_func ("/code-highlighter/cancelled", test_cancelled);
  g_test_add_func ("/code-highlighter/wait", test_wait);
  g_test_add_func ("/code-highlighter/hostile", test_hostile);
  g_test_add_func ("/code-highlighter/long", test_long);
  g_test_add_func ("/code-highlighter/row", test_row);
  g_test_add_func ("/code-highlighter/live", test_live);
  g_test_add_func ("/code-highlighter/grows", test_grows);
  g_test_add_func ("/code-highlighter/flood", test_flood);
  status = g_test_run ();
  enclave_test_finalize (highlighter);

  return status;
}
